"""What a pack may say: each slip is named with its file and its field, and each trick is refused with one sentence and what to do."""

import json
from pathlib import Path
from typing import Any

import pytest
from pack_fixture import CASE, CONCEPT, MISSION, NAME, PackFolder
from variant_fixture import variant

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import INTERFACE, pack_of
from fluencylab.errors import BadInput, ContentError
from fluencylab.packs import judge
from fluencylab.packs.new import make
from fluencylab.practice.exercises import content_hash
from fluencylab.practice.variants import bank

COVER = "pack.toml"


def test_the_template_is_a_whole_pack(folder: PackFolder) -> None:
    pack = folder.read()
    assert pack.name == NAME and pack.adds == "1 concept, 1 mission and 1 case"
    (concept,) = pack.concepts
    assert concept.open and concept.pack == NAME and concept.slug == f"{NAME}.many-answers"
    assert [exercise.slug for exercise in concept.exercises] == [f"{NAME}.a-slogan-for-the-bakery", f"{NAME}.the-slogan-on-the-van"]


USE = """[[use]]
form = "meeting"
term = "rate"
slug = "one-try"
best = "once"
""" + "".join(
    f'''
[[use.options]]
id = "{id}"
text = "The rate is {id}."
answer = "So it is."
'''
    for id in ("once", "twice", "thrice", "never")
)


def test_a_pack_may_bring_its_words_in_use_and_they_are_asked_in_place_of_their_sentences(folder: PackFolder) -> None:
    folder.write(f"{CONCEPT}/use.toml", USE)
    (concept,) = folder.read().concepts
    words = {item.id for item in bank(concept) if item.capability == "vocabulary"}
    assert {"meeting/one-try", "said/draw"} <= words and "said/rate" not in words


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('term = "rate"', 'term = "tides"', "tides is not in vocabulary.toml"),
        ('best = "once"', 'best = "often"', "`best` must be one of the options' ids"),
        ('form = "meeting"', 'form = "screen"', "a screen and a spec need a situation"),
        ('form = "meeting"', 'form = "song"', "form"),
        ('id = "never"', 'id = "once"', "no two may be alike"),
        ("The rate is once.", "The rate " + "is " * 200, "400 are the most"),
        ("[[use]]", USE + "\n[[use]]", "another meeting has it as well"),
    ],
    ids=lambda value: value[:20].replace("\n", " "),
)
def test_a_slip_in_the_words_in_use_is_named(folder: PackFolder, old: str, new: str, says: str) -> None:
    folder.write(f"{CONCEPT}/use.toml", USE.replace(old, new, 1))
    with pytest.raises(ContentError, match=says) as error:
        folder.read()
    assert "use" in str(error.value) and error.value.fix


def test_what_belongs_to_a_pack_can_be_told_by_its_name() -> None:
    assert pack_of("harbour.first-line") == "harbour" and pack_of("which-locker") == ""
    assert not any(pack_of(slug) for concept in track().concepts for slug in (concept.slug, *(one.slug for one in concept.exercises)))


@pytest.mark.parametrize(
    "name", ["", "a", "Harbour", "harbour line", "../harbour", "harbour.line", "-x", "x-", "a" * 41, "/etc", "ha\nrbour"]
)
def test_a_name_with_tricks_makes_no_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be the name of a pack"):
        make(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten_by_a_new_pack(folder: PackFolder) -> None:
    with pytest.raises(BadInput, match="is there already"):
        make(NAME, folder.path.parent)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (COVER, "interface = 1", "interface = 2", f"version 2 of the content's interface, and this lab speaks version {INTERFACE}"),
        (COVER, "interface = 1", 'interface = "1"', "interface: it is missing, or no whole number"),
        (COVER, "interface = 1", "# ", "interface: it is missing"),
        (COVER, 'author = "Your name"', "author = 7", "pack.toml: author: it must be a text in quotes"),
        (COVER, 'author = "Your name"', "", "pack.toml: author: it is missing"),
        (COVER, 'title = "A pack', 'titel = "x"\ntitle = "A pack', "titel: there is no such field here; is it misspelt"),
        (COVER, 'title = "A pack of your own"', 'title = "' + "long " * 50 + '"', "pack.toml: title"),
        (COVER, f'name = "{NAME}"', 'name = "../../etc"', "pack.toml: name"),
        (COVER, f'name = "{NAME}"', 'name = "con"', "cannot be named con"),
        (COVER, f'name = "{NAME}"', 'name = "latency"', "cannot be named latency: that is the name of a concept of ours"),
        (COVER, 'slug = "many-answers"', 'slug = "../many-answers"', r"concepts\.0\.slug"),
        (COVER, 'slug = "many-answers"', 'slug = "many.answers"', r"concepts\.0\.slug"),
        (COVER, 'slug = "many-answers"', 'slug = "hallucination"', "the concept hallucination of harbour-line has the slug of ours"),
        (COVER, 'missions = ["a-slogan-for-the-bakery"]', 'missions = ["/etc/passwd"]', r"concepts\.0\.missions"),
        (COVER, 'missions = ["a-slogan-for-the-bakery"]', 'missions = ["another"]', r"a-slogan-for-the-bakery\.toml is not listed"),
        (COVER, 'cases = ["the-slogan-on-the-van"]', 'cases = ["the-slogan-on-the-van", "lost"]', r"cases/lost\.toml is missing"),
        (COVER, 'labs = ["sampling"]', 'labs = ["nothing"]', "there is no lab called “nothing”. The labs are: "),
        (COVER, 'labs = ["sampling"]', 'labs = ["assistant"]', "there is no lab called “assistant”"),
        (MISSION, 'slug = "a-slogan-for-the-bakery"', 'slug = "other"', "it says “other”, and the file is named"),
        (MISSION, "minutes = 4", "minutes = 4000", "minutes: Input should be less than or equal to 20"),
        (MISSION, "minutes = 4", 'minutes = "four"', "minutes: Input should be a valid integer"),
        (MISSION, 'best = "choose"', 'best = "nobody"', "`best` must be one of the options' ids"),
        (MISSION, "high = 8", "high = 0", "`low` must lie under `high`"),
        (MISSION, "step = 1", "step = 0", "`step` must cut"),
        (MISSION, "step = 1", "step = 0.0000001", "`step` must cut"),
        (MISSION, "tolerance = 1", "tolerance = -1", "`tolerance` must not be negative"),
        (MISSION, '"distinct@0" = 6', '"distinct@0" = 60', "must lie between its `low` and its `high`"),
        (MISSION, 'proof = ["distinct@0 <= 2"', "proof = [\"__import__('os') <= 2\"", "proof.0: it is not written as it must be"),
        (MISSION, 'proof = ["distinct@0 <= 2"', 'proof = ["valid@0 <= 2"', "the proof names valid@0, which its run does not measure"),
        (MISSION, 'fact = "distinct@0"', 'fact = "distinct@7"', "distinct@7|exactly the predicted facts"),
        (MISSION, 'instrument = "sampling"', 'instrument = "nothing"', "there is no lab called “nothing”"),
        (MISSION, 'instrument = "sampling"', 'instrument = "repair"', "there is no lab called “repair”"),
        (MISSION, "samples = 8", "samples = 800", "samples"),
        (MISSION, "samples = 8", "samples = 8\nsample = 8", "the lab has no setting called sample that a pack may set"),
        (MISSION, "samples = 8", "samples = {a = 1}", "samples must be a text, a number"),
        (MISSION, "samples = 8", "samples = 2026-01-01", "samples must be a text, a number"),
        (MISSION, "max_tokens = 12", "max_tokens = 12\nsystem = [[1]]", "system must be a text, a number"),
        (CASE, "carries = true", "carries = false", "exactly two reasons carry the decision"),
        (CASE, 'id = "speed"', 'id = "read"', "share an id"),
        (CASE, "minutes = 6", "minutes = nan", "not finite"),
        (f"{CONCEPT}/vocabulary.toml", 'term = "draw"', 'term = "Temperature!"', "two terms are alike"),
        (f"{CONCEPT}/vocabulary.toml", 'term = "draw"', 'term = "???"', "two terms are alike, or one has no letter"),
        (f"{CONCEPT}/vocabulary.toml", 'term = "draw"', 'term = "' + "draw " * 20 + '"', "a term has 99 letters, and 60 are the most"),
        (f"{CONCEPT}/concept.toml", "true_as_of = ", "true_as_of = 2999-01-01 # ", "this day has not come yet"),
        (f"{CONCEPT}/questions.toml", "[[questions]]", "[[question]]\na = 1\n[[questions]]", "has a part called question, and knows only"),
    ],
    ids=lambda value: value[:40].replace("\n", " ") if isinstance(value, str) else None,
)
def test_what_is_wrong_is_said_in_one_sentence(folder: PackFolder, file: str, old: str, new: str, says: str) -> None:
    folder.change(file, old, new)
    with pytest.raises(ContentError, match=says) as error:
        folder.read()
    assert error.value.fix and "\n" not in str(error.value) and len(str(error.value)) < 500


@pytest.mark.parametrize("content", ["", "concepts = 7", "[concepts]\na = 1", "terms = 'x'", "terms = []", "[[terms]]\nterm = 1"])
def test_files_of_the_wrong_shape_are_refused(folder: PackFolder, content: str) -> None:
    folder.write(f"{CONCEPT}/vocabulary.toml", content)
    with pytest.raises(ContentError, match=r"vocabulary\.toml"):
        folder.read()


def test_a_pack_that_adds_nothing_is_refused(folder: PackFolder) -> None:
    cover = (folder.path / COVER).read_text(encoding="utf-8").partition("# A concept of your own")[0]
    folder.write(COVER, cover)
    with pytest.raises(ContentError, match="names no concept and no further exercise"):
        folder.read()


def test_a_reading_is_there_and_fits(folder: PackFolder) -> None:
    (folder.path / f"{CONCEPT}/reading.md").unlink()
    with pytest.raises(ContentError, match=r"reading\.md is missing"):
        folder.read()
    folder.write(f"{CONCEPT}/reading.md", "word " * 5_000)
    with pytest.raises(ContentError, match="25,000 letters"):
        folder.read()


# What a run may ask for


def run(folder: PackFolder, instrument: str, **params: Any) -> None:
    """The mission on another lab."""
    text = (folder.path / MISSION).read_text(encoding="utf-8")
    head, _, rest = text.partition("[run]")
    tail = rest[rest.index("[seen]") :]
    rows = "\n".join(f"{name} = {json.dumps(value)}" for name, value in params.items())
    folder.write(MISSION, f'{head}[run]\ninstrument = "{instrument}"\n\n[run.params]\n{rows}\n\n{tail}')


@pytest.mark.parametrize(
    ("instrument", "params", "says"),
    [
        ("latency", {"salt": 7}, "no setting called salt"),
        ("finetuning", {"adapter": "../../weights"}, "no setting called adapter"),
        ("embeddings", {"embedder": "http-somewhere"}, "no setting called embedder"),
        ("sampling", {"__class__": "x"}, "no setting called __class__"),
        ("sampling", {"prompt": "x", "seed": -1}, "seed"),
        ("sampling", {"temperatures": [0, 0.5, 1, 1.2, 1.5, 2], "samples": 50}, "would call the model 30"),
        ("prompting", {"parts": ["form"], "samples": 30}, "would call the model"),
        ("sampling", {"pattern": "(a|aa)+$"}, "the pattern does not come to an end"),
        ("sampling", {"pattern": "(a{999}){999}"}, "repetitions multiply"),
        ("sampling", {"pattern": "(unclosed"}, "this is not a regular expression"),
        ("prompting", {"parts": ["conflict"], "rule_kept": "(x+x+)+$"}, "the rule_kept does not come to an end"),
        ("context", {"parts": ["tape"], "document": "word " * 1_000, "copies": 1000}, "more than 400,000 letters at once"),
    ],
)
def test_a_run_no_form_would_take_or_no_learner_could_pay_is_refused(
    folder: PackFolder, instrument: str, params: dict[str, Any], says: str
) -> None:
    run(folder, instrument, **params)
    with pytest.raises(ContentError, match=says) as error:
        folder.read()
    assert "a-slogan-for-the-bakery" in error.value.message


def test_our_own_missions_would_pass_as_a_packs() -> None:
    assert [problem for concept in track().concepts for mission in concept.missions for problem in judge.of_mission(mission)] == []


# Further exercises


def further(folder: PackFolder, slug: str = "one-more", concept: str = "hallucination") -> None:
    cover = (folder.path / COVER).read_text(encoding="utf-8")
    folder.write(COVER, f'{cover}\n[[further]]\nconcept = "{concept}"\ncases = ["{slug}"]\n')
    case = (folder.path / CASE).read_text(encoding="utf-8").replace("the-slogan-on-the-van", slug)
    folder.write(f"concepts/{concept}/cases/{slug}.toml", case)


def test_further_exercises_belong_to_a_concept_of_ours_and_are_told_apart(folder: PackFolder) -> None:
    further(folder)
    own, more = folder.read().concepts
    assert own.adds_to == "" and more.adds_to == "hallucination" and more.slug == f"{NAME}.hallucination"
    assert more.open and more.href == f"/concepts/hallucination#pack-{NAME}" and [case.slug for case in more.cases] == [f"{NAME}.one-more"]


def test_further_exercises_for_nobody_are_refused(folder: PackFolder) -> None:
    further(folder, concept="nothing")
    with pytest.raises(ContentError, match="there is no concept of ours called nothing"):
        folder.read()


def test_one_slug_stands_for_one_exercise(folder: PackFolder) -> None:
    further(folder, slug="the-slogan-on-the-van")
    with pytest.raises(ContentError, match=r"there twice: in many-answers/cases and in hallucination/cases"):
        folder.read()


# Decisions in other forms


def test_a_pack_may_hold_its_decisions_in_other_forms(folder: PackFolder) -> None:
    folder.write(f"{CONCEPT}/variants.toml", variant("the-slogan-on-the-van"))
    (concept,) = folder.read().concepts
    asked = next(item for item in bank(concept) if item.form == "variant")
    assert (asked.id, asked.needs) == (f"variant/{NAME}.the-lift-that-answers", f"{NAME}.the-slogan-on-the-van")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (variant("another"), r"variants\.toml: the-lift-that-answers is of another, which is no mission or case"),
        (variant("the-slogan-on-the-van") * 2, "two variants have the slug the-lift-that-answers"),
        (variant("the-slogan-on-the-van", best="chute"), "part 1: the whole of it: `best` must be one of the options' ids"),
        (variant("the-slogan-on-the-van").replace("Take the ramp", "Take the ramp" * 99), "the option ramp has 1,"),
        ("", r"must have 1 to 200 parts that begin with \[\[variant\]\]"),
    ],
)
def test_a_form_that_fits_no_exercise_or_no_page_is_refused(folder: PackFolder, written: str, says: str) -> None:
    folder.write(f"{CONCEPT}/variants.toml", written)
    with pytest.raises(ContentError, match=says):
        folder.read()


# What the author proved


def proofs(folder: PackFolder, slug: str, passed: int = 10, trials: int = 10, why: str = "") -> None:
    words = content_hash(folder.read().missions[0])
    missions = {slug: [slug, words, passed, trials, why]}
    folder.write("verified.json", json.dumps({"0" * 64: {"model": "Somebody's", "missions": missions}}))


def test_an_author_may_bring_what_was_proved_of_the_packs_own_missions(folder: PackFolder) -> None:
    proofs(folder, f"{NAME}.a-slogan-for-the-bakery")
    assert folder.read().proofs["0" * 64].missions[f"{NAME}.a-slogan-for-the-bakery"].shown


@pytest.mark.parametrize(
    ("slug", "passed", "trials", "why"),
    [
        ("which-locker", 10, 10, ""),
        ("other.mission", 10, 10, ""),
        (f"{NAME}.x", 11, 10, ""),
        (f"{NAME}.x", -1, 10, ""),
        (f"{NAME}.x", 1, 1, "y" * 999),
    ],
)
def test_a_proof_that_cannot_be_is_refused(folder: PackFolder, slug: str, passed: int, trials: int, why: str) -> None:
    proofs(folder, slug, passed, trials, why)
    with pytest.raises(ContentError, match=r"verified\.json says of"):
        folder.read()


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "{" * 10_000, '{"x": {"model": "m", "missions": {"a": [1]}}}'])
def test_a_list_of_proofs_that_is_none_is_refused(folder: PackFolder, content: str) -> None:
    folder.write("verified.json", content)
    with pytest.raises(ContentError, match=r"verified\.json is no list of proofs"):
        folder.read()
