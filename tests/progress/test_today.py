"""The one thing to do now: each rule gives way to the one before it."""

from datetime import date
from typing import Any

from fluencylab.progress.today import Choice, Step, choose

MISSION = Step("Mission", "Which locker?", "/missions/which-locker", 5, "tokens-and-temperature", "Tokens and temperature", True)
OTHER = Step("Mission", "Too long", "/missions/too-long", 6, "context-windows", "Context windows", True)
REVIEW = Step("Review", "Review", "/review", 3)
TEST = Step("Self-test", "Seven questions", "/self-test", 25)
LAB = Step("Lab", "The lab", "/labs/sampling", 10)
ALL = Choice(
    begun=[(MISSION, date(2026, 11, 18))],
    reviews=REVIEW,
    due=4,
    self_test=TEST,
    priorities=[("latency", "It waits."), ("context-windows", "Long chats lose their first turns.")],
    open=[MISSION, OTHER],
    lab=LAB,
)


def test_the_rules_give_way_in_order() -> None:
    given, found = ALL, []
    gone: dict[str, Any] = {"begun": [], "due": 0, "self_test": None, "priorities": [], "open": []}
    for name, nothing in gone.items():
        found.append((choose(given).rule, choose(given).step))
        given = given._replace(**{name: nothing})
    assert found == [("begun", MISSION), ("review", REVIEW), ("self-test", TEST), ("priority", OTHER), ("track", MISSION)]
    assert choose(given).rule == "lab"


def test_a_call_comes_before_everything_and_a_first_exercise_before_the_self_test() -> None:
    call = Step("First call", "Make your first call", "/first-call", 1)
    assert choose(ALL._replace(call=call)).rule == "call"
    fresh = choose(ALL._replace(begun=[], due=0, fresh=True))
    assert (fresh.rule, fresh.step) == ("track", MISSION)
    assert choose(ALL._replace(begun=[], due=0)).rule == "self-test"


def test_a_capstone_comes_once_the_core_is_done_and_before_what_stands_beyond_it() -> None:
    capstone = Step("Capstone", "A product you have never seen", "/capstone", 60)
    left = ALL._replace(begun=[], due=0, self_test=None, capstone=capstone)
    assert choose(left._replace(core=[OTHER])).step == OTHER
    now = choose(left)
    assert (now.rule, now.step) == ("capstone", capstone) and "never seen" in now.why
    assert choose(left._replace(capstone=None)).step == OTHER


def test_a_priority_whose_concept_is_not_open_is_passed_over() -> None:
    now = choose(ALL._replace(begun=[], due=0, self_test=None))
    assert now.step == OTHER
    assert "Context windows" in now.why and "Long chats lose their first turns." in now.why


def test_every_choice_says_why() -> None:
    assert choose(ALL).why == "You began it on 18 November 2026. It stands where you left it."
    assert choose(ALL._replace(begun=[], due=1)).why.startswith("One skill is due")
    assert choose(ALL._replace(begun=[])).why.startswith("4 skills are due")
