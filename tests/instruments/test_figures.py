"""Every figure of every reading, in every state: a sentence, a row, its conditions; and nothing that the recording does not say."""

import json
from pathlib import Path

import pytest

from fluencylab.curriculum.figures import PLACED, figure_texts, recording, recording_file, sections
from fluencylab.curriculum.loader import track
from fluencylab.errors import ContentError
from fluencylab.figures import figure, nodes, words
from fluencylab.figures.nodes import node
from fluencylab.instruments import figures
from fluencylab.stats import share
from fluencylab.web.pages.reading import conditions_line

FIGURES = 25
"""How many there are at least; raised with each that is added."""
ALL = [(concept.slug, text.name) for concept in track().concepts for text in figure_texts(concept.slug)]
LARGEST = 30_000


def test_there_are_as_many_figures_as_were_promised() -> None:
    assert len(ALL) >= FIGURES
    placed = [(concept.slug, name) for concept in track().concepts for name in PLACED.findall(concept.reading)]
    assert sorted(placed) == sorted(ALL) and not list(figures.problems(track()))


def test_every_concept_has_two_figures_or_more() -> None:
    counted = [len(figure_texts(concept.slug)) for concept in track().concepts]
    assert min(counted) >= 2


@pytest.mark.parametrize(("concept", "name"), ALL)
def test_every_state_says_something_and_the_table_holds_them_all(concept: str, name: str) -> None:
    worked = figures.worked(concept, name)
    said = [worked.said(at) for at in range(len(worked.states))]
    assert len(set(said)) >= 2, "a figure that always says the same teaches nothing"
    for sentence in said:
        assert sentence.strip().endswith((".", "”", "?")) and "  " not in sentence and "nan" not in sentence
        assert all(len(part.split()) <= 30 for part in sentence.replace("?", ".").split(". ")), sentence
    assert len(worked.rows) == len(worked.states) == len(set(worked.chosen))
    assert all(cell.strip() for row in worked.rows for cell in row), "no cell of the table is empty"
    assert len(worked.states) <= figure.MOST_STATES


@pytest.mark.parametrize(("concept", "name"), ALL)
def test_every_control_matters_and_stands_in_the_sentence_or_beside_the_picture(concept: str, name: str) -> None:
    worked = figures.worked(concept, name)
    for i, control in enumerate(worked.controls):
        looks: dict[tuple[int, ...], set[str]] = {}
        for chosen, state, row in zip(worked.chosen, worked.states, worked.rows, strict=True):
            rest = (*chosen[:i], *chosen[i + 1 :])
            looks.setdefault(rest, set()).add(f"{state.says}{row}{state.picture}")
        assert any(len(some) > 1 for some in looks.values()), f"{control.name} changes nothing"


@pytest.mark.parametrize(("concept", "name"), ALL)
def test_a_recording_says_its_conditions_and_is_small(concept: str, name: str) -> None:
    assert recording_file(concept, name).stat().st_size <= LARGEST
    conditions = recording(concept, name).conditions
    assert conditions.model and conditions.calls >= 1 and not conditions.settings.endswith(".")


def test_what_was_only_cut_searched_or_counted_is_not_called_a_call() -> None:
    def line(concept: str, name: str) -> str:
        return conditions_line(recording(concept, name).conditions)

    assert ": 6 texts, cut, not answered" in line("tokens-and-temperature", "text-in-tokens")
    assert ": 96 questions, to a help centre" in line("embeddings-and-search", "how-far-down")
    assert " calls, " in line("tokens-and-temperature", "varied-not-true")
    assert ": 1 call, " in line("latency", "stretch-the-answer")
    assert "unknown" not in line("evaluation-metrics", "words-in-common")
    for concept, name in ALL:
        told = line(concept, name)
        assert " calls, " not in told or not any(word in told for word in ("not answered", "no model asked")), told


def test_the_reading_on_two_prompts_says_what_its_figure_shows() -> None:
    """It said that the system part often wins, beside 12 answers a row in which it did not."""
    cases = recording("system-and-user-prompts", "who-wins").data["cases"]
    against, swapped = (share(cases[name]["kept"], cases[name]["n"]) for name in ("against", "swapped"))
    assert against.n >= 60 and against.low <= swapped.high and swapped.low <= against.high
    told = next(one for one in track().concepts if one.slug == "system-and-user-prompts").reading
    assert "what they say weighs more than where they stand" in told and "often wins" not in told


def test_a_page_that_is_pulled_off_takes_its_answer_along() -> None:
    worked = figures.worked("context-windows", "page-off-the-tape")
    for at, (question, pulled) in enumerate(worked.chosen):
        right = "36" if question == 0 else "58"
        *_, read, answer = worked.rows[at]
        assert right not in answer if read == "no" else pulled or right in answer, (question, pulled)
        assert read == "yes" or "takes the number of" in worked.said(at)


def test_the_check_says_when_a_recording_is_missing_or_does_not_fit(tmp_path: Path) -> None:
    """No other content is needed to say so: the folder holds one figure alone."""
    concept, name = ALL[0]
    lab = next(text.lab for text in figure_texts(concept) if text.name == name)
    folder = tmp_path / "concepts" / concept
    (folder / "figures").mkdir(parents=True)
    run = '{ says = "Run it", lab = "sampling" }'
    (folder / "figures.toml").write_text(f'[[figures]]\nname = "{name}"\nlab = "{lab}"\ntitle = "One"\nrun = {run}\n', encoding="utf-8")

    def refused(told: str) -> None:
        recording.cache_clear()
        figures.whole.cache_clear()
        with pytest.raises(ContentError, match=told):
            figures.worked(concept, name, tmp_path)

    refused("is missing")
    file = folder / "figures" / f"{name}.json"
    kept = json.loads(recording_file(concept, name).read_text(encoding="utf-8"))
    file.write_text("{", encoding="utf-8")
    refused("not JSON")
    file.write_text(json.dumps({"data": kept["data"]}), encoding="utf-8")
    refused("conditions")
    file.write_text(json.dumps(kept | {"data": {}}), encoding="utf-8")
    refused("does not fit the figure")


# The kit


def test_a_reading_is_cut_where_its_figures_stand() -> None:
    found = sections("# One\n\nTop.\n\n## Two\n\nFirst.\n\n::figure a-b\n\nSecond.\n\n::figure c\n\nRest.\n")
    assert [[beat.figure for beat in section.beats] for section in found] == [[""], ["a-b", "c", ""]]
    assert found[1].beats[0].words == "## Two\n\nFirst." and found[1].beats[2].words == "Rest."


def test_what_a_model_wrote_is_never_markup() -> None:
    said = f"{words.model('<b>[x]</b>')} at {words.dial('t')} is {words.strong('5 < 6')}."
    assert words.dials(said) == ["t"] and words.plain(said, {"t": "0.7"}) == "“<b>[x]</b>” at 0.7 is 5 < 6."
    assert words.html(words.pieces(said)[0]) == "<code>&lt;b&gt;[x]&lt;/b&gt;</code> at "
    assert "</script>" not in nodes.script_safe(json.dumps("</script>"))


def test_only_what_changes_is_sent_and_a_longer_list_is_hidden_where_it_is_short() -> None:
    states = [node("p", "", *(node("span", "", said=text, x=i) for i, text in enumerate(some))) for some in (["a", "b"], ["a"], ["c", "d"])]
    merged = nodes.merge(states)
    found = {(number, name): (values, which) for number, name, values, which in nodes.columns(merged)}
    assert found[1, "words"] == (["a", "c"], [0, 0, 1])
    assert found[2, "hidden"] == ([None, ""], [0, 1, 0])
    assert (1, "x") not in found
    assert nodes.html(merged, 1) == '<p><span x="0" data-n="1">a</span><span hidden="" data-n="2"></span></p>'


def test_a_place_that_is_two_things_is_refused() -> None:
    with pytest.raises(ValueError, match="p and span"):
        nodes.merge([node("p"), node("span")])
