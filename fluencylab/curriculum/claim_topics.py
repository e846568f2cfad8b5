"""What each claim of the self-test is about, by concept and idea: `content/claim-topics.toml`.

claim_topics()["tool-use"]["guards"]  ->  "How a product guards the calls that a model writes"

Kept beside the claims, not in them: their hash is of what is judged.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fluencylab.curriculum.loader import CONTENT, _toml, track
from fluencylab.errors import ContentError


@cache
def claim_topics(folder: Path = CONTENT) -> Mapping[str, Mapping[str, str]]:
    """Read once a process. Raises ContentError where an idea of the self-test has no topic, or a topic no idea."""
    file = folder / "claim-topics.toml"
    found = _toml(file)
    tests = {one.slug: one.selftest for one in (track() if folder == CONTENT else track(folder)).concepts if one.selftest}
    wanted = {(slug, idea.slug) for slug, test in tests.items() for idea in test.ideas}
    if wrong := sorted(wanted ^ {(concept, idea) for concept, topics in found.items() for idea in topics}):
        told = ", ".join("/".join(one) for one in wrong)
        raise ContentError(f"{file}: {told} has no topic, or is no idea of the self-test.", "Give each idea one topic.")
    return found
