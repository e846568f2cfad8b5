"""What a version changed of the one before, part by part: its messages, settings, model, what it looks up, its schema, its tools.

differences(first, second, {1: "policy"})       {"looks things up": […, before "3 ", after "5 ", both "chunks given"]}
"""

import json
from collections.abc import Mapping

from fluencylab.text.numerals import counted
from fluencylab.workbench.retrieval import METHODS, Retrieval
from fluencylab.workbench.tools import results_of
from fluencylab.workbench.version import Version
from fluencylab.workbench.word_diff import Piece, changed

IN_USE = "the model in use"


def differences(before: Version, after: Version, documents: Mapping[int, str]) -> dict[str, list[Piece]]:
    """Part -> its words, of each where they stand; only parts that differ. `documents`: number -> name."""
    old, new = parts_told(before, documents), parts_told(after, documents)
    return {name: changed(old[name], new[name]) for name in old if old[name] != new[name]}


def parts_told(version: Version, documents: Mapping[int, str]) -> dict[str, str]:
    """Every part as text, in the order in which a reader looks for it; empty for one that the version does not have."""
    told = {role: version.part(role) for role in ("system", "user", "assistant")}
    told["settings"] = f"temperature {version.temperature:g}, at most {version.max_tokens} tokens"
    told["model"] = version.model or IN_USE
    told["looks things up"] = _looked_up(version.retrieval, documents) if version.retrieval else ""
    told["schema"] = "" if version.json_schema is None else json.dumps(version.json_schema, indent=2, ensure_ascii=False)
    told["tools"] = "\n\n".join(f"{one.line()}\n{results_of((one,)).partition(chr(10))[2]}" for one in version.tools)
    return told


def _looked_up(retrieval: Retrieval, documents: Mapping[int, str]) -> str:
    """A line for each thing that can be set, so that a diff says which one was."""
    told = [f"in {documents.get(one, f'document {one}')}" for one in retrieval.documents]
    told += [f"searches for {retrieval.query}", f"found {METHODS[retrieval.method]}"]
    told += [f"chunks of up to {retrieval.size} words, {retrieval.overlap} of them said again"]
    told += [f"{counted(retrieval.k, 'chunk')} given"] + (["each with its number"] if retrieval.numbered else [])
    return "\n".join(told)
