"""A model is tested as a run that can be stopped; what the whole set found is kept with that very model, and opens or shuts the gate."""

from pathlib import Path
from typing import Any

import pytest
from lab_fixture import Bench, Endpoint
from practice.test_model_grader import told, well

from fluencylab import clock
from fluencylab.actions import graders, verdicts
from fluencylab.actions.runs import the_learner
from fluencylab.curriculum import loader
from fluencylab.errors import NotFound
from fluencylab.instruments import grader
from fluencylab.instruments.base import Step as Observation
from fluencylab.models import catalogue
from fluencylab.models.scripted import Scripted
from fluencylab.models.types import Request
from fluencylab.practice.model_grader import Bar, Judgement
from fluencylab.practice.selftest import grade
from fluencylab.store import queries
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate
from fluencylab.store.tables import Run, Step
from fluencylab.web.pages.grader import grader_page


def reads_well(body: dict[str, Any]) -> list[str]:
    return [told(well, Request.model_validate({"messages": body["messages"]})).text]


async def test_a_sample_is_read_over_the_wire_and_shows_without_opening_anything(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = reads_well
    run_id = await graders.start(lab.store, lab.queue, lab.learner, "told", sample=4)
    assert (await lab.ended(run_id)).model == "told"
    assert len(endpoint.asked) == grader.calls(grader.Params(sample=4)) == (await lab.run(run_id)).planned
    found = await graders.standing(lab.store, lab.learner, "told")
    assert found.judgement and not found.judgement.whole and found.kept is None
    assert graders.helper() is None
    with pytest.raises(NotFound):
        await graders.start(lab.store, lab.queue, lab.learner, "nobody")


async def test_a_test_that_was_stopped_is_no_whole_one(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says, endpoint.gives = reads_well, 3
    run_id = await graders.start(lab.store, lab.queue, lab.learner, "told")
    await lab.stored(run_id, 3)
    assert await graders.start(lab.store, lab.queue, lab.learner, "told") == run_id, "one test of a model at a time"
    await graders.stop(lab.store, lab.learner, "told")
    assert (await lab.ended(run_id)).status == "cancelled"
    found = await graders.standing(lab.store, lab.learner, "told")
    assert found.judgement and not found.judgement.passed and found.kept is None


@pytest.mark.long
async def test_past_the_gate_this_model_may_help_and_no_other(home: Path, endpoint: Endpoint) -> None:
    steps = [step async for step in grader.run(Scripted(lambda request, _: told(well, request)), grader.Params())]
    migrate()
    async with Store() as store:
        learner = await the_learner(store)
        await finished(store, learner, steps)
        found = await graders.standing(store, learner, "told")
        assert found.judgement and found.judgement.passed
        assert graders.helper() is None and not (home / "data" / "graders.json").exists(), "to look at it opens nothing"
        await ended(store, "whole")
        kept = (await graders.standing(store, learner, "told")).kept
        assert kept and kept.permitted and kept.run == "whole"
    helper = graders.helper()
    assert helper and helper.slug == "told"
    moved = helper.model_copy(update={"base_url": "http://127.0.0.1:9/v1"})
    assert graders.tested(moved) is None, "at another address another model may answer"
    (home / "data" / "models.json").write_text(endpoint.listed().replace(endpoint.base_url, moved.base_url))
    async with Store() as store:
        found = await graders.standing(store, learner, "told")
    assert found.judgement and found.judgement.passed and found.kept is None and graders.helper() is None
    assert "opens nothing" in grader_page(found).says
    (home / "data" / "models.json").write_text(endpoint.listed())
    catalogue.use(catalogue.DEFAULT)
    assert graders.helper() is None
    (home / "data" / "graders.json").write_text("{damaged")
    assert graders.tested(helper) is None, "a permission is never guessed"


async def finished(store: Store, learner: str, steps: list[Observation]) -> None:
    """A run of the whole set, as it would lie in the database."""
    now = clock.now()
    fields: dict[str, Any] = {"instrument": "grader", "params": {}, "model": "told", "status": "done", "planned": len(steps)}
    async with store.begin() as session:
        session.add(Run(id="whole", learner_id=learner, created=now, started=now, ended=now, **fields))
        await session.flush()
        session.add_all(Step(run_id="whole", seq=i, kind=step.kind, data=step.data, made=now) for i, step in enumerate(steps, start=1))


async def ended(store: Store, run_id: str) -> None:
    """As `runs/` tells of it."""
    async with store.begin() as session:
        run = await queries.locked_run(session, run_id)
        assert run
        await verdicts.of_run(session, run)


PASSED = Judgement(bars=(), whole=True, readings=672, wrong_accepts={}, quotes_not_there=None)


def doubtful() -> tuple[int, str, str]:
    """A right answer of which the rules are unsure about one idea: its question, its words, the idea."""
    for one in loader.marked():
        for idea in grade(one.question, one.answer).ideas:
            if idea.verdict == "unsure" and one.ideas[idea.idea] == "found":
                return one.question, one.answer, idea.idea
    raise AssertionError("the rules are sure of everything")


async def test_a_permitted_model_helps_where_the_rules_are_unsure_and_the_grade_says_so(home: Path, endpoint: Endpoint) -> None:
    number, answer, idea = doubtful()
    rules, entry = grade(number, answer), catalogue.find("told")
    endpoint.says = reads_well
    assert await graders.helped(number, answer, rules) is rules and not endpoint.asked, "no test, no help"

    graders.record(entry, PASSED)
    found = await graders.helped(number, answer, rules)
    verdicts = {one.idea: one.verdict for one in found.ideas}
    assert verdicts[idea] == "found" and found.grader == f"{rules.grader}, helped"
    assert all(verdicts[one.idea] == one.verdict for one in rules.ideas if one.verdict != "unsure"), "what the rules tell, stands"
    assert found.notes[-1].startswith("Helped by Told")

    for says in (lambda _: ["no JSON at all"], lambda _: ['{"ideas": {"', idea, '": {"verdict": "found", "quote": "invented words"}}}']):
        endpoint.says = says
        assert await graders.helped(number, answer, rules) is rules, "what cannot be used changes nothing"
    endpoint.refuses = (500, "down")
    assert await graders.helped(number, answer, rules) is rules
    graders.record(entry, PASSED.model_copy(update={"bars": (Bar(name="agreement", wants="", measure=None, ok=False),)}))
    before = len(endpoint.asked)
    assert await graders.helped(number, answer, rules) is rules and len(endpoint.asked) == before, "its permission is gone"
