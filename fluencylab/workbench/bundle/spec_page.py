"""A spec as Markdown: its sentences, each with the tests that make it true or not, and whether those would stop a worse product."""

from collections.abc import Sequence

from fluencylab.workbench.bundle.prompts import escaped
from fluencylab.workbench.spec import AcceptanceTest

Sentence = tuple[str, Sequence[tuple[AcceptanceTest, str]]]
"""What the product must do, and its tests, each with the part of the cases that it is made on."""


def spec_markdown(name: str, sentences: Sequence[Sentence], tested: Sequence[str]) -> str:
    """ "" where nothing is written. `tested`: what came of testing it, a sentence each."""
    if not sentences:
        return ""
    parts = [f"# Spec: {escaped(name)}"]
    for text, tests in sentences:
        parts.append(f"## {escaped(text)}")
        lines = [
            f"- {escaped(test.name)}: {escaped(test.said)} On cases {'held back' if part == 'held back' else 'open'}."
            for test, part in tests
        ]
        parts.append("\n".join(lines) or "No test makes this true or not.")
    parts.append("## Was the spec tested?")
    parts.append("\n".join(f"- {escaped(says)}" for says in tested) or "No: nobody knows which worse products it would stop.")
    return "\n\n".join(parts) + "\n"
