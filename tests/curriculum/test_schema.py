"""What the content's types say of themselves, on all the content there is."""

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import LONG_HEADING


def test_a_long_question_is_a_paragraph_of_facts_and_the_question() -> None:
    concepts = track().concepts
    every = [one.decide for concept in concepts for one in concept.missions] + [one.decide for concept in concepts for one in concept.cases]
    long = [one for one in every if len(one.question) > LONG_HEADING]
    assert len(long) >= 20 and all(one.facts and len(one.asked) <= LONG_HEADING for one in long)
    assert all(f"{one.facts} {one.asked}" == " ".join(one.question.split()) or not one.facts for one in every if "\n" not in one.question)
    assert all(not one.facts and one.asked == one.question for one in every if len(one.question) <= LONG_HEADING)
