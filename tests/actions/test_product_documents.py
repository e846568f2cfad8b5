"""The documents of a product: kept once, masked where that is asked for, and there as long as a version looks things up in them."""

import asyncio

import pytest
from lab_fixture import Bench

from fluencylab.actions import data
from fluencylab.actions.workbench import documents, products
from fluencylab.documents.format import ReadDocument
from fluencylab.documents.read import read
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries

POLICY = ReadDocument("policy.md", "Send it back within 30 days. Ask ada@example.org.", "markdown")


async def names(lab: Bench, product: str) -> list[str]:
    async with lab.store.read() as session:
        return [one.name for one in await product_queries.document_lines(session, product)]


async def test_a_text_is_kept_once_and_two_texts_of_one_name_can_be_told_apart(lab: Bench) -> None:
    made = await products.make(lab.store, lab.learner, "Desk")
    newer = POLICY._replace(text="Send it back within 14 days.")
    assert await documents.add(lab.store, lab.learner, made, [POLICY, POLICY, newer]) == ((1, 2), 1)
    assert await documents.add(lab.store, lab.learner, made, [POLICY._replace(title="other name")]) == ((), 1)
    assert await names(lab, made) == ["policy.md", "policy.md (2)"]


async def test_what_is_personal_is_masked_only_where_that_is_asked_for(lab: Bench) -> None:
    made = await products.make(lab.store, lab.learner, "Desk")
    await documents.add(lab.store, lab.learner, made, [POLICY], mask=True)
    await documents.add(lab.store, lab.learner, made, [POLICY])
    async with lab.store.read() as session:
        texts = [one.text for one in await product_queries.documents(session, made)]
    assert ["ada@" in text for text in texts] == [False, True] and "[e-mail 1]" in texts[0]


async def test_a_web_page_is_kept_as_the_text_it_shows(lab: Bench) -> None:
    made = await products.make(lab.store, lab.learner, "Desk")
    page = b"<html><body><h1>Returns</h1><p>Within 30 days.</p><script>alert(1)</script></body></html>"
    await documents.add(lab.store, lab.learner, made, [await read("returns.html", page)])
    async with lab.store.read() as session:
        kept = await documents.one(session, made, 1)
    assert "Within 30 days." in kept.text and "alert" not in kept.text
    assert kept.source.startswith("returns.html: ")


async def test_more_than_a_product_holds_is_refused_whole(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await products.make(lab.store, lab.learner, "Desk")
    monkeypatch.setattr(documents, "LONGEST", 60)
    with pytest.raises(BadInput, match="at most 200 documents with 60 letters"):
        await documents.add(lab.store, lab.learner, made, [POLICY, POLICY._replace(text="Another text altogether.")])
    assert await names(lab, made) == []
    for empty in (" \n", "a\0b"):
        with pytest.raises(BadInput, match="no text"):
            documents.pasted(empty)


async def test_one_that_is_taken_away_is_gone_and_another_persons_is_not_there(lab: Bench) -> None:
    made = await products.make(lab.store, lab.learner, "Desk")
    await documents.add(lab.store, lab.learner, made, [POLICY])
    with pytest.raises(NotFound):
        await documents.remove(lab.store, "nobody", made, 1)
    await documents.remove(lab.store, lab.learner, made, 1)
    assert await names(lab, made) == []
    for number in (1, 10**12, -5):
        with pytest.raises(NotFound):
            await documents.remove(lab.store, lab.learner, made, number)


async def test_documents_go_along_in_a_backup_and_go_away_with_their_product(lab: Bench) -> None:
    made = await products.make(lab.store, lab.learner, "Desk")
    await documents.add(lab.store, lab.learner, made, [POLICY])
    file = await data.export(lab.store, lab.learner)
    await products.remove(lab.store, lab.learner, made)
    async with lab.store.read() as session:
        assert await product_queries.document_count(session, made) == 0
    await asyncio.sleep(0)
    await data.restore(lab.store, lab.learner, file, replace=True)
    async with lab.store.read() as session:
        assert (await documents.one(session, made, 1)).text == POLICY.text
