"""A run of very many answers: its page is as short as that of a tenth of them, and says where the rest is."""

import re
from typing import Any

import pytest
from lab_fixture import AGAIN

from fluencylab import clock
from fluencylab.charts.base import Answer, Group
from fluencylab.labs.sampling import chart
from fluencylab.store.tables import Run, Step
from fluencylab.web.answer_groups import PLACES, answer_group
from web.conftest import Web

FEW, MANY = 1_000, 10_000


def answers(n: int) -> list[dict[str, Any]]:
    return [{"i": i, "temperature": 0.7, "text": f"answer {i:05}", "valid": True, "tokens": 4, "usage": {}} for i in range(n)]


def scores(n: int) -> list[dict[str, Any]]:
    about = {"labels": ["fault", "fine"], "base": 10, "alarm": 1, "miss": 10}
    return [{**about, "i": i, "message": f"message {i:05}", "found": i % 2 == 0, "score": 0.1 + i % 7 / 10} for i in range(n)]


LABS: dict[str, tuple[dict[str, Any], Any]] = {
    "sampling": (AGAIN, lambda n: [("answer", one) for one in answers(n)]),
    "metrics": (
        {"parts": ["confusion"], "data": "text,label,score\na,fault,0.9\nb,fine,0.2\nc,fault,0.4\nd,fine,0.6", "positive": "fault"},
        lambda n: [("scored", {"batch": [one]}) for one in scores(n)],
    ),
}


async def drawn(web: Web, lab: str, n: int) -> str:
    now, (params, steps) = clock.now(), LABS[lab]
    async with web.lab.store.begin() as session:
        session.add(Run(id=f"{n:06}", learner_id=web.lab.learner, instrument=lab, params=params, model="told", status="done", planned=n,
                        created=now, started=now, ended=now, card=None))  # fmt: skip
        await session.flush()
        session.add_all(Step(run_id=f"{n:06}", seq=i, kind=kind, data=data, made=now) for i, (kind, data) in enumerate(steps(n), 1))
    answer = await web.get(f"/runs/{n:06}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.long
@pytest.mark.parametrize("lab", LABS)
async def test_the_page_of_ten_thousand_answers_is_as_short_as_that_of_a_thousand(
    web: Web, monkeypatch: pytest.MonkeyPatch, lab: str
) -> None:
    def every(params: Any, steps: Any) -> list[Group]:
        return [Group(title="Every answer", subtitle="", answers=[Answer(call="", text=step.data["text"]) for step in steps])]

    monkeypatch.setattr(chart, "groups", every)
    few, many = await drawn(web, lab, FEW), await drawn(web, lab, MANY)
    assert abs(len(many.encode()) - len(few.encode())) <= len(few.encode()) / 10
    said = {"sampling": "The first 50 of 10,000 different answers.", "metrics": "The 100 highest scores of 10,000."}
    assert said[lab] in many and '<a href="/runs/010000/answers.csv"' in many
    assert len(re.findall(r"(?:answer|message) \d{5}", many)) <= 200


def test_while_very_many_come_the_next_ones_are_in_sight() -> None:
    texts = [f"answer {i}" if i < 9_000 else None for i in range(MANY)]
    shown = answer_group(Group(title="", subtitle="", answers=[Answer(call=str(i), text=text) for i, text in enumerate(texts)]))
    assert len(shown.places) == PLACES and shown.window == "Answers 8,921 to 9,020 of 10,000."
    assert [one.call for one in shown.places if one.text is None][:2] == ["9000", "9001"]
    assert shown.fold == "8,994 more answers" and shown.left_out == "The first 50 of 9,000 different answers."


def test_few_answers_are_shown_whole_with_how_often_each_came() -> None:
    given = [Answer(call=str(i), text=text) for i, text in enumerate(["a", "b", "a ", None])]
    shown = answer_group(Group(title="", subtitle="", answers=given))
    assert [tuple(one) for one in shown.in_sight] == [("a", 2), ("b", 1)] and not shown.folded and not shown.left_out
    assert [one.again for one in shown.places] == [False, False, True, False] and not shown.window
