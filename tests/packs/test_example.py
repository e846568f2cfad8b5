"""The example of a pack holds together, is proved on the lab's own model, and gives nothing away by its lengths."""

from pathlib import Path

import pytest
from curriculum.test_words import rank

from fluencylab.curriculum.schema import Decision
from fluencylab.models import catalogue
from fluencylab.packs.files import gather
from fluencylab.packs.installed import judged
from fluencylab.packs.pack import Pack
from fluencylab.practice.exercises import proof_hash
from fluencylab.practice.variants import bank

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "pack-kittiwake" / "fluency_pack_kittiwake"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return judged(gather(FOLDER))


def test_it_has_what_a_concept_needs(pack: Pack) -> None:
    (concept,) = pack.concepts
    assert pack.adds == "1 concept, 3 missions and 2 cases"
    assert len(concept.reading.split()) <= 400 and len(concept.vocabulary) >= 8 and len(concept.questions) >= 6
    assert {mission.capability for mission in pack.missions} == {"decisions", "debugging"}
    assert {item.capability for item in bank(concept)} == {"vocabulary", "decisions"}


def test_its_author_proved_every_mission_in_these_words_on_our_model(pack: Pack) -> None:
    page = pack.proofs[catalogue.find(catalogue.DEFAULT).card().sha256]
    for mission in pack.missions:
        proof = page.missions[mission.slug]
        assert (proof.content, proof.passed, proof.trials) == (proof_hash(mission), 10, 10), mission.slug


def test_what_is_right_is_neither_the_longest_nor_the_shortest_by_habit(pack: Pack) -> None:
    decisions: list[Decision] = [one.decide for concept in pack.concepts for one in concept.exercises]
    places = [(one, one.best) for one in decisions] + [(one, one.twin.best) for one in decisions]
    ranks = [rank([len(option.text) for option in one.options], [option.id for option in one.options].index(best)) for one, best in places]
    for case in pack.cases:
        ranks += [rank([len(one.text) for one in case.reasons], at) for at, one in enumerate(case.reasons) if one.carries]
        ranks += [rank([len(one.text) for one in case.flips], at) for at, one in enumerate(case.flips) if one.flips]
    assert 0.3 < sum(ranks) / len(ranks) < 0.7
    assert max(ranks.count(0), ranks.count(1)) / len(ranks) <= 0.4
