"""What was asked and answered can be said again, in the words it had; of what is gone nothing is invented."""

from fluencylab.curriculum.loader import track
from fluencylab.practice import variants
from fluencylab.practice.retell import retell


def test_every_exercise_of_the_content_is_told_in_its_own_words() -> None:
    for concept in track().concepts:
        for mission in concept.missions:
            told = retell(mission.slug, "compare", {"values": mission.exemplar.accept})
            assert told.title == mission.title
            assert len(told.said) == len(mission.predict)
            assert retell(mission.slug, "see", {"picked": 1}).said == (mission.seen.sights[1].text,)
            second = retell(mission.slug, "twin", {"picked": mission.decide.twin.best})
            assert second.asked == mission.decide.twin.change
        for case in concept.cases:
            given = {"picked": case.decide.best, "reasons": [case.reasons[0].id], "flip": case.flips[0].id}
            told = retell(case.slug, "decide", given)
            assert told.asked == case.decide.question
            assert [case.reasons[0].text in told.said[1], case.flips[0].text in told.said[2]] == [True, True]


def test_an_answer_that_keeps_its_own_words_needs_no_content() -> None:
    claim = retell("self-test", "3.claim.draw", {"claim": "A draw is made.", "other": "None is.", "said": False, "true": True})
    assert (claim.title, claim.href, claim.asked, claim.said) == ("Self-test", "/self-test", "True or not: A draw is made.", ("Not true.",))
    options = [{"id": "a", "text": "Ask again."}, {"id": "b", "text": "Stop."}]
    situation = retell("self-test", "3.application", {"situation": "It hangs.", "options": options, "picked": "b"})
    assert (situation.asked, situation.said) == ("It hangs.", ("Stop.",))


def test_every_review_item_is_told_as_it_was_laid_out() -> None:
    for item in (item for concept in track().concepts for item in variants.bank(concept)):
        kept = item._asdict() | {"options": [choice._asdict() for choice in item.laid_out(3)]}
        told = retell(f"review/{item.concept}/{item.capability}", f"item-{item.form}", {"picked": item.best, "item": kept})
        assert (told.title, told.href) == ("Review", "/review")
        assert item.question in told.asked
        assert told.said == (next(choice.text for choice in item.options if choice.id == item.best),)


def test_an_exercise_that_is_gone_is_named_and_its_answer_shown_as_it_was() -> None:
    told = retell("long-gone", "decide", {"picked": "left"})
    assert (told.title, told.href, told.said) == ("long-gone", "", ("picked: left",))
    option = retell(track().concepts[0].missions[0].slug, "decide", {"picked": "an-option-of-last-year"})
    assert option.said == ("an-option-of-last-year",)


def test_a_second_choice_is_told_with_the_first_one_it_counts_with() -> None:
    mission = track().concepts[0].missions[0]
    best = {"picked": mission.decide.twin.best}
    other = next(one.id for one in mission.decide.options if one.id != mission.decide.twin.best)
    shorts = [told.weighed.short for told in (
        retell(mission.slug, "twin", best, 1.0),
        retell(mission.slug, "twin", best, 0.0),
        retell(mission.slug, "twin", {"picked": other}, 0.0),
    ) if told.weighed]  # fmt: skip
    assert shorts == ["Right both times.", "Right after the change.", "Not right after the change."]
    assert retell(mission.slug, "decide", best, 0.0).weighed is None
