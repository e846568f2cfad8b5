"""What is wrong with content is said with the file and the field."""

import shutil
from pathlib import Path

import pytest
from variant_fixture import variant

from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import CONDITION
from fluencylab.errors import ContentError

CONCEPT = "concepts/tokens-and-temperature"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(loader.CONTENT, tmp_path / "content"))


def change(content: Path, file: str, old: str, new: str) -> None:
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_real_content_loads_and_has_what_a_concept_needs() -> None:
    concept = loader.track().concepts[0]
    assert len(loader.track().concepts) == 10
    assert len(concept.missions) >= 5 and len(concept.cases) >= 3
    assert concept.selftest and concept.questions and concept.vocabulary and concept.reading


MISSION = f"{CONCEPT}/missions/which-locker.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (MISSION, "minutes = ", "minutes = 99 # ", "minutes"),
        (MISSION, "title = ", "titel = ", "titel|title"),
        (MISSION, "proof = [", 'proof = ["distinct@1 is large", ', "proof"),
        (MISSION, "slug = ", 'slug = "Not A Slug" # ', "slug"),
        (MISSION, "minutes = ", "minutes = = ", "not valid TOML"),
        (f"{CONCEPT}/use.toml", 'form = "screen"', 'form = "song"', "form"),
        (f"{CONCEPT}/use.toml", 'best = "hindi"', 'best = "nobody"', "`best` must be one of the options' ids"),
        (f"{CONCEPT}/cases/the-tavern-keeper.toml", "carries = true", "carries = false", "exactly two reasons"),
    ],
)
def test_an_error_names_the_file_and_the_field(content: Path, file: str, old: str, new: str, says: str) -> None:
    change(content, file, old, new)
    with pytest.raises(ContentError, match=says) as refused:
        loader.track(content)
    assert Path(file).name in refused.value.message and refused.value.fix


def test_a_missing_file_is_named(content: Path) -> None:
    (content / MISSION).unlink()
    with pytest.raises(ContentError, match=r"which-locker.toml is missing"):
        loader.track(content)


def test_words_without_a_lab_are_kept_back_but_their_faults_are_found(content: Path) -> None:
    case = f"{CONCEPT}/cases/the-tavern-keeper.toml"
    change(content, "track.toml", 'labs = ["sampling"]\n', "")
    change(content, case, "carries = true", "carries = false")
    with pytest.raises(ContentError, match="the-tavern-keeper"):
        loader.track(content)
    change(content, case, "carries = false", "carries = true")
    kept = loader.track(content).concepts[0]
    assert not kept.open and not kept.cases and kept.selftest
    assert loader.written(content)[0].cases


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (variant("which-locker", best="chute"), "`best` must be one of the options' ids"),
        (variant("which-locker").replace('"ramp"', '"lift"'), "two options share an id"),
        (variant("which-locker").rpartition("[[variant.options]]")[0], "at least 3 items"),
        (variant("the-lost-mission"), "the-lift-that-answers is of the-lost-mission, which is no mission or case of this concept"),
        (variant("which-locker") + variant("the-tavern-keeper"), "two variants have the slug the-lift-that-answers"),
    ],
)
def test_a_variant_names_its_exercise_itself_and_its_best(content: Path, written: str, says: str) -> None:
    (content / CONCEPT / "variants.toml").write_text(written, encoding="utf-8")
    with pytest.raises(ContentError, match=says) as refused:
        loader.track(content)
    assert "variants.toml" in refused.value.message and refused.value.fix


def test_variants_are_read_where_there_are_any(content: Path) -> None:
    (content / CONCEPT / "variants.toml").write_text(variant("which-locker"), encoding="utf-8")
    (read,) = loader.track(content).concepts[0].variants
    assert (read.of, read.best, len(read.options)) == ("which-locker", "stairs", 3)
    (content / CONCEPT / "variants.toml").unlink()
    assert loader.written.__wrapped__(content)[0].variants == ()


@pytest.mark.parametrize("condition", ["a > 1", "distinct@0.7 >= distinct@0", "valid@1.5 < 0.6", "x_1@a-b@c == -2.5", "  a!=b  "])
def test_a_condition(condition: str) -> None:
    assert CONDITION.match(condition)


@pytest.mark.parametrize(
    "condition",
    ["", "a", "a >", "> 1", "1 < a", "a = 1", "a > 1 and b > 2", "a > 1e5", "A > 1", "a > .5", "a > 1\nb > 2", "__import__ > 1"],
)
def test_no_condition(condition: str) -> None:
    assert not CONDITION.match(condition)


def test_what_is_tested_on_the_adapter_was_not_trained_and_every_changed_fact_has_a_new_answer() -> None:
    tuning = loader.tuning()
    trained = {one.question for one in tuning.examples}
    assert not trained & {fact.reworded for fact in tuning.facts}
    assert not {fact.article for fact in tuning.facts} & {new.article for new in tuning.news}
    assert all(not set(fact.answers) & set(fact.changed.answers) for fact in tuning.facts)
    assert all(one.answer.startswith(tuning.opening) and one.answer.endswith(tuning.closing) for one in tuning.examples)
    assert len(tuning.facts) == len(tuning.news) == 12
