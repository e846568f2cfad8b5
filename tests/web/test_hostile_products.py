"""Backups with a product in which one value is another one, anywhere: each is refused, or every page of the product opens afterwards."""

import json
import random
import re

import pytest
from lab_fixture import Endpoint

from fluencylab.store import portable

from .conftest import Web
from .test_hostile_backups import ODD, inside, restored, sealed
from .test_product import begun

TABLES = (
    *("products", "product_cases", "product_versions", "evaluations", "labels", "failure_modes", "product_checks", "memos", "runs"),
    "steps",
)
PAGES = (
    *("", "/bring-in", "/versions", "/evaluate", "/modes", "/checks", "/compare", "/compare?by=labels", "/memo", "/memo/read"),
    *("/memo/memo.md", "/memo/memo.docx"),
)


async def whole(web: Web) -> dict[str, list[dict[str, object]]]:
    """The rows of a learner with everything on a product that it can have: recorded answers and own ones, labels, checks, a memo."""
    place = await begun(web)
    for version in (1, 2):
        await web.post(f"{place}/versions", user="{{question}}", system=f"Try {version}", reason="x")
    text = "question,reference,output,label,note,must not break\n" + "\n".join(
        f"Where is {i}?,number,{'Tell me the number' if i % 2 else 'late'},{'pass' if i % 2 else 'fail'},n{i},{'x' if i == 3 else ''}"
        for i in range(12)
    )
    await web.post((await web.post(f"{place}/bring-in", text=text)).headers["location"])
    run = re.findall(rf"{place}/read/([0-9a-f]+)", (await web.get(place)).text)[0]
    await web.post(f"{place}/read/{run}/1", verdict="fail", note="late again")
    for kind, value in (("contains", "number"), ("contains", "{{reference}}"), ("pattern", "l.te"), ("words", "5")):
        await web.post(f"{place}/checks", kind=kind, value=value)
    tags = re.findall(r"\[\[m:[^\]]+\]\]", (await web.get(f"{place}/memo")).text)
    await web.post(f"{place}/memo", title="Ship it", decision=f"We ship: {tags[0]}, {tags[-1]}, [[a:5|Ana]]")
    async with web.lab.store.snapshot() as session:
        return await portable.take_out(session, web.lab.learner)


@pytest.mark.long
async def test_a_hundred_and_fifty_spoiled_products_are_refused_or_harmless(web: Web, endpoint: Endpoint) -> None:
    now, some, taken = await whole(web), random.Random(2026), 0
    for number in range(150):
        held = json.loads(json.dumps(now))
        name = some.choice([name for name in TABLES if held[name]])
        row = some.choice(held[name])
        some.choice(list(inside(row)))(some.choice(ODD))
        if await restored(web, sealed(held)) != 303:
            continue
        taken += 1
        place = f"/product/{held['products'][0]['id']}"
        runs = [one["run_id"] for one in held["evaluations"]]
        for part in (*PAGES, *(f"/read/{run}" for run in runs), *(f"/evaluations/{run}" for run in runs)):
            answer = await web.get(place + part)
            assert answer.status_code < 500, f"{number}: {name} {json.dumps(row)[:400]} breaks {part}"
    assert 10 < taken < 150
