"""What rules find in a card: each thing with its line, half of it where a number lacks conditions, a question where it is silent."""

import pytest

from fluencylab.workbench.card_reading import LONGEST_QUOTE, THINGS, citation, read
from fluencylab.workbench.memo import Memo, refusals

WHOLE = """\
---
license: apache-2.0
language: en
---
# A model
## Context
It reads 8,192 tokens.
## Training data
Trained on 2 trillion tokens of web text, with a knowledge cutoff of December 2023.
## Evaluation
Accuracy 92 % on 600 tickets that were not in the training.
## Safety
Of 2,000 harmful requests it refused 98 %.
## Data
Calls are kept for 30 days in data centres of the EU.
## Price
3 dollars per million tokens; time to first token 400 ms.
## Limitations
It may state things that are not so.
## Versions
Version 2.1, kept until May 2029, with six months' notice.
"""


def states(text: str) -> dict[str, str]:
    return {one.thing.slug: one.state for one in read(text)}


def test_a_whole_card_says_all_ten_and_each_is_quoted_with_its_line() -> None:
    found = read(WHOLE)
    assert [one.state for one in found] == ["said"] * len(THINGS) == ["said"] * 10
    lines = WHOLE.splitlines()
    for one in found:
        assert one.quotes and not one.question
        assert all(quote.text in lines[quote.line - 1] for quote in one.quotes)


def test_an_empty_card_is_silent_on_all_and_asks_ten_questions() -> None:
    found = read("# A model\n\nHello.\n")
    assert {one.state for one in found} == {"silent"} and all(one.question.endswith("?") and not one.quotes for one in found)


@pytest.mark.parametrize(
    ("text", "slug", "state"),
    [
        ("92 % accuracy", "evaluation", "silent"),
        ("Accuracy: 92 %", "evaluation", "partly"),
        ("Accuracy: 92 % (552 of 600 tickets)", "evaluation", "said"),
        ("Trained on 2T tokens of web data", "training", "partly"),
        ("The fastest model of its class.", "price", "partly"),
        ("Released in May 2026.", "versions", "partly"),
        ("By default, input text longer than 256 word pieces is truncated.", "window", "said"),
        ("128k context", "window", "said"),
        ("## Limitations\n[More Information Needed]", "limits", "silent"),
        ("License: not specified", "licence", "silent"),
        ("## License\nSee the file LICENSE.", "licence", "said"),
        ("Supported languages: English, German, Hindi", "languages", "said"),
        ("We licensed the training data.", "licence", "silent"),
        ("| Model | Context length |\n| :--- | :---: |\n| Nimbus | 128k |", "window", "said"),
        ("| Test | Model |\n|---|---|\n| MMLU | 73.0 |", "window", "silent"),
        ("We recommend against use in high-risk domains.", "limits", "said"),
    ],
)
def test_what_one_line_says(text: str, slug: str, state: str) -> None:
    assert states(text)[slug] == state


def test_a_line_without_an_end_is_cut_and_a_long_card_is_read_quickly() -> None:
    one = next(one for one in read("License: MIT " + "x" * 5000) if one.state == "said")
    assert len(one.quotes[0].text) == LONGEST_QUOTE
    assert len(read("word " * 70_000 + "\n" + "a" * 100_000)) == 10


def test_a_cited_line_stands_in_a_memo_as_an_assumption_of_the_card() -> None:
    quote = next(one for one in read(WHOLE) if one.thing.slug == "window").quotes[0]
    cited = citation("SmolLM2 [135M]", quote)
    assert cited == "[[a:It reads 8,192 tokens.|said by the card SmolLM2 135M, not measured]]"
    told = refusals(Memo(sections={"rests": f"We keep it: {cited}"}), {})
    assert not any("8,192" in one for one in told), "a number that the card says is no bare one"
