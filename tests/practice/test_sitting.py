"""One sitting of the self-test: other variants each time, no habit that pays, and the weakest thing that matters most first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.curriculum import loader
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Importance
from fluencylab.errors import BadInput
from fluencylab.practice import sitting
from fluencylab.practice.sitting import APPLICATION, Outcome, SittingQuestion, plan

SEEDS = st.integers(1, 10_000)


def asked(base: int, ordinal: int = 0, seed: int = 1) -> tuple[SittingQuestion, ...]:
    return plan(track().concepts, base, ordinal, seed)


def test_the_seven_questions_come_in_their_order_and_every_idea_is_asked() -> None:
    sat = asked(5)
    assert [question.number for question in sat] == list(range(1, 8))
    for question in sat:
        assert {claim.idea for claim in question.claims} == {idea.slug for idea in question.question.ideas}
        assert {option.id for option in question.options} == {option.id for option in question.application.options}
    assert asked(5) == sat, "the same sitting is laid out the same on every reload"


@settings(max_examples=30, deadline=None)
@given(SEEDS, SEEDS)
def test_no_variant_comes_twice_before_the_bank_is_used_up(base: int, seed: int) -> None:
    sittings = [asked(base, ordinal, seed + ordinal) for ordinal in range(4)]
    for i in range(7):
        for idea in {claim.idea for claim in sittings[0][i].claims}:
            shown = [next(claim.variant for claim in sat[i].claims if claim.idea == idea) for sat in sittings]
            assert len(set(shown)) == 4
        situations = [sat[i].variant for sat in sittings]
        n = len(sittings[0][i].question.applications)
        assert len(set(situations[:n])) == n


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.integers(0, 20))
def test_who_always_says_the_same_is_right_about_half_the_time(base: int, ordinal: int) -> None:
    for question in asked(base, ordinal):
        true = sum(claim.true for claim in question.claims)
        assert 0 < true < len(question.claims)
        assert ordinal > 1 or abs(2 * true - len(question.claims)) <= 1


def test_a_claim_is_judged_by_what_it_says_not_by_what_its_twin_says() -> None:
    for claim in [claim for question in asked(3) for claim in question.claims]:
        assert sitting.judge_claim(claim, claim.true).right
        assert not sitting.judge_claim(claim, not claim.true).right
        assert claim.text != claim.other and claim.why
    first, later = asked(3)[0], asked(3, 2)[0]
    flipped = {claim.idea: claim for claim in later.claims}
    for claim in first.claims:
        if claim.idea != "temperature":  # it has three pairs, so its third sitting shows the third
            assert (flipped[claim.idea].text, flipped[claim.idea].true) == (claim.other, not claim.true)
            assert flipped[claim.idea].content == claim.content


def test_where_a_question_stands() -> None:
    sat = asked(1)
    assert sitting.stage(1, set()) == "write"
    assert sitting.stage(1, {"1.text", "1.again", "1.mark.draw", "2.application"}) == "check"
    assert sitting.stage(1, {"1.text", "1.application"}) == "answered"
    assert sitting.first_open(sat, {"1.text", "1.application", "3.text", "3.application"}) == 2
    assert sitting.first_open(sat, {f"{n}.application" for n in range(1, 8)}) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("draws by chance", "draws by chance"),
        ("  DRAWS\nby  chance ", "draws  by\nchance,"),
        ("each word", "each word"),
    ],
)
def test_words_are_found_whatever_their_spaces_and_capitals(words: str, found: str) -> None:
    text = "It draws each word. It draws by chance" if found == "draws by chance" else "Yes: it draws  by\nchance, each word."
    start, end = sitting.marked_words(text, words)
    assert text[start:end].split() == (found + ("." if text[start:end].endswith(".") else "")).split()


@given(st.text(), st.text())
@settings(deadline=None)
def test_marked_words_are_in_the_text_or_refused(text: str, words: str) -> None:
    try:
        start, end = sitting.marked_words(text, words)
    except BadInput as refused:
        assert refused.fix
    else:
        assert 0 <= start < end <= len(text)
        assert "".join(words.split()).casefold()[:1] in text[start:end].casefold()


RIGHT, GUESSED, WRONG, SURE_AND_WRONG = (("x", True, 3), ("x", True, 1), ("x", False, 2), ("x", False, 3))


def outcomes(*given: tuple[str, bool, int]) -> list[Outcome]:
    return [Outcome(*one) for one in given]


def test_firm_is_right_and_at_least_fairly_sure_everywhere() -> None:
    assert sitting.level(outcomes(RIGHT, (APPLICATION, True, 2))) == "firm"
    assert sitting.level(outcomes(RIGHT, GUESSED)) == "partly"
    assert sitting.level(outcomes(RIGHT, RIGHT, (APPLICATION, False, 1))) == "partly"
    assert sitting.level(outcomes(WRONG, WRONG)) == "open"
    assert sitting.weakness([]) == 1 and sitting.weakness(outcomes(SURE_AND_WRONG)) == 1
    assert sitting.weakness(outcomes(SURE_AND_WRONG, RIGHT)) > sitting.weakness(outcomes(WRONG, RIGHT))
    claim_lost = sitting.weakness(outcomes(WRONG, RIGHT, (APPLICATION, True, 3)))
    assert sitting.weakness(outcomes(RIGHT, RIGHT, (APPLICATION, False, 2))) > claim_lost, "to apply counts more than to know the words"


def test_the_weakest_thing_that_matters_most_comes_first() -> None:
    importance = {name: Importance(weight=weight, why=f"because of {name}") for name, weight in {"a": 1, "b": 3, "c": 2, "d": 3}.items()}
    found = sitting.priorities(
        {"a": outcomes(WRONG), "b": outcomes(GUESSED), "c": outcomes(WRONG), "d": outcomes(RIGHT)},
        importance,
    )
    assert [priority.concept for priority in found] == ["c", "b", "a"], "what is firm is no priority"
    assert found[0].why == "because of c" and found[0].level == "open"


def test_before_and_after() -> None:
    right, wrong = Outcome("x", True, 2), Outcome("x", False, 2)
    assert sitting.change(None, right) == "new"
    assert (sitting.change(wrong, right), sitting.change(right, wrong)) == ("gained", "lost")
    assert (sitting.change(right, right), sitting.change(wrong, wrong)) == ("kept", "still")


def test_every_kind_of_product_says_of_every_concept_why_it_matters() -> None:
    products = loader.products()
    assert [product.slug for product in products] == ["support-bot", "search", "writing-aid", "agent", "classification", "other"]
    said = [importance.why for product in products for importance in product.concepts.values()]
    assert len(set(said)) == len(said) == 60
    for product in products[:-1]:
        weights = [importance.weight for importance in product.concepts.values()]
        assert min(weights) < 3 == max(weights), f"to {product.slug} everything is the same"
    assert {importance.weight for importance in products[-1].concepts.values()} == {2}
