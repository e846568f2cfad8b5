"""A version's model, documents and schema in an evaluation: what is sent, what is kept beside an output, and what is refused before."""

from typing import Any

import pytest
from lab_fixture import Bench, Endpoint, until

from fluencylab.actions.runs import cancel_run
from fluencylab.actions.workbench import cases, documents, evaluations, judging, products, versions
from fluencylab.errors import BadInput
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.models.types import ModelCapabilities
from fluencylab.store import product_queries
from fluencylab.workbench import bring_in
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.retrieval import NOTHING, Retrieval
from fluencylab.workbench.tools import Tool
from fluencylab.workbench.version import Version

POLICY = "Parcels can be sent back within thirty days."
SHOP = "The shop in Bergen is closed on Sundays."
ASKED = ("How many days until a parcel cannot be sent back?", "Is the shop closed on Sundays?", "Zürich?")
FROM_TEXT = Version.of("Answer from:\n{{passages}}", "{{question}}", retrieval=Retrieval(documents=(1, 2), method="keyword", k=1))
FORM: dict[str, Any] = {"type": "object", "properties": {"days": {"type": "string", "maxLength": 900}}}


async def a_product(lab: Bench, *content: Version) -> str:
    made = await products.make(lab.store, lab.learner, "Parcel desk")
    await cases.add(
        lab.store, lab.learner, made, [CaseDraft({"question": one}, "", (), False, "", "", None, "") for one in ASKED], mask=False
    )
    await documents.add(lab.store, lab.learner, made, [documents.pasted(POLICY, "policy"), documents.pasted(SHOP, "shop")])
    for one in content:
        await versions.add(lab.store, lab.learner, made, one, "another")
    return made


def large(endpoint: Endpoint) -> Entry:
    """A second model, at the same address."""
    abilities = ModelCapabilities(json_schema=True, seed=True)
    return catalogue.add(catalogue.endpoint(endpoint.base_url, "large", name="Large").model_copy(update={"abilities": abilities}))


async def started(lab: Bench, product: str, version: int) -> str:
    return await evaluations.start(lab.store, lab.queue, lab.learner, product, version, "all", 1, 70, 2)


async def outputs(lab: Bench, run: str) -> dict[int, dict[str, Any]]:
    """By case, once the run has ended well."""
    ended = await lab.ended(run)
    assert (ended.status, ended.message) == ("done", "")
    return {step.data["case"]: step.data for step in await lab.steps(run)}


async def test_what_is_found_for_a_case_is_sent_and_stands_beside_its_output(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: ["It is: ", body["messages"][0]["content"].partition(":\n")[2]]
    made = await a_product(lab, FROM_TEXT)
    came = await outputs(lab, await started(lab, made, 1))
    assert came[1]["passages"] == [{"name": "policy", "text": POLICY}] and came[2]["passages"] == [{"name": "shop", "text": SHOP}]
    assert came[1]["text"] == f"It is: policy: {POLICY}"
    assert came[3]["passages"] == [] and came[3]["text"] == f"It is: {NOTHING}"


async def test_a_check_on_sources_sees_what_was_given(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: ["See the policy." if "parcel" in body["messages"][1]["content"] else "No idea."]
    made = await a_product(lab, FROM_TEXT)
    run = await started(lab, made, 1)
    await outputs(lab, run)
    check = await judging.add_check(lab.store, lab.learner, made, "names its source", {"kind": "cites"})
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        row = await judging.owned_check(session, lab.learner, made, check)
        said = (await judging.by_checks(session, product, [row], {run: 3}))[check].runs[run]
    assert said.by_case == {1: [True], 2: [False]} and said.untold == 1, "where nothing was found there is nothing to name"


async def test_a_version_runs_on_its_own_model_and_the_others_on_the_one_in_use(lab: Bench, endpoint: Endpoint) -> None:
    large(endpoint)
    made = await a_product(lab, Version.of("", "{{question}}"), Version.of("", "{{question}}", model="large", json_schema=FORM))
    async with lab.store.read() as session:
        plans = [await evaluations.plan(session, made, number, "all", 1) for number in (1, 2)]
    assert [(one.model.slug, one.unheld) for one in plans] == [("told", False), ("large", False)]
    for version, model in ((1, "told"), (2, "large")):
        run = await started(lab, made, version)
        assert len(await outputs(lab, run)) == 3 and (await lab.run(run)).model == model
    assert [body["model"] for body in endpoint.asked] == ["told"] * 3 + ["large"] * 3
    sent = endpoint.asked[-1]["response_format"]["json_schema"]["schema"]
    assert sent["properties"]["days"]["maxLength"] == 900, "an endpoint gets the schema as it was written"
    assert all("response_format" not in body for body in endpoint.asked[:3])


async def test_a_schema_that_the_model_is_not_held_to_is_said_before_and_after(lab: Bench, endpoint: Endpoint) -> None:
    made = await a_product(lab, Version.of("", "{{question}}", json_schema=FORM))
    async with lab.store.read() as session:
        assert (await evaluations.plan(session, made, 1, "all", 1)).unheld
    await outputs(lab, await started(lab, made, 1))
    assert all("response_format" not in body for body in endpoint.asked)


async def test_a_version_whose_model_is_gone_says_so_before_it_runs(lab: Bench, endpoint: Endpoint) -> None:
    large(endpoint)
    made = await a_product(lab, Version.of("", "{{question}}", model="large"))
    catalogue.remove("large")
    async with lab.store.read() as session:
        with pytest.raises(BadInput, match="Version 1 runs on “large”, which is not among your models any more"):
            await evaluations.plan(session, made, 1, "all", 1)
    with pytest.raises(BadInput, match="not among your models"):
        await started(lab, made, 1)
    with pytest.raises(BadInput, match="no model “large” that writes"):
        await versions.add(lab.store, lab.learner, made, Version.of("Be brief.", "{{question}}", model="large"), "again")


async def test_a_model_that_goes_in_the_middle_takes_nothing_with_it(lab: Bench, endpoint: Endpoint) -> None:
    kept = large(endpoint)
    made = await a_product(lab, Version.of("", "{{question}}", model="large"))
    endpoint.gives = 1
    run = await started(lab, made, 1)
    await until(lambda: len(endpoint.asked) >= 2)
    catalogue.remove("large")
    await lab.stored(run, 1)
    await cancel_run(lab.store, run)
    assert (await lab.ended(run)).status == "cancelled"
    came = {step.data["case"] for step in await lab.steps(run)}
    with pytest.raises(BadInput, match="ran on “large”"):
        await evaluations.go_on(lab.store, lab.queue, lab.learner, made, run)
    assert {step.data["case"] for step in await lab.steps(run)} == came and came
    catalogue.add(kept)
    endpoint.gives = None
    await evaluations.go_on(lab.store, lab.queue, lab.learner, made, run)
    assert set(await outputs(lab, run)) == {1, 2, 3}


async def test_a_document_that_a_version_searches_stays(lab: Bench) -> None:
    made = await a_product(lab, FROM_TEXT)
    with pytest.raises(BadInput, match="“policy” stays: version 1 looks things up in it"):
        await documents.remove(lab.store, lab.learner, made, 1)
    await versions.add(lab.store, lab.learner, made, Version.of("", "{{question}}"), "without")
    with pytest.raises(BadInput, match="stays"):
        await documents.remove(lab.store, lab.learner, made, 2)
    async with lab.store.read() as session:
        assert len(await product_queries.document_lines(session, made)) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (FROM_TEXT.model_copy(update={"retrieval": Retrieval(documents=(1, 7))}), "no document 7"),
        (Version.of("", "{{question}}", model="nobody"), "no model “nobody”"),
        (Version.of("", "{{question}}", json_schema={"const": "\0"}), "no text"),
        (Version.of("", "{{question}}", tools=(Tool(name="a", parameters={}, result="\0"),)), "no text"),
    ],
)
async def test_what_a_version_names_has_to_be_there(lab: Bench, content: Version, says: str) -> None:
    made = await a_product(lab)
    with pytest.raises(BadInput, match=says):
        await versions.add(lab.store, lab.learner, made, content, "")


async def test_more_than_a_run_can_take_along_is_refused_when_the_version_is_kept(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "LONGEST_SEARCHED", 60)
    made = await a_product(lab)
    with pytest.raises(BadInput, match="84 letters together; a version looks things up in at most 60"):
        await versions.add(lab.store, lab.learner, made, FROM_TEXT, "")


async def test_a_case_that_brings_passages_of_its_own_stops_a_version_that_looks_them_up(lab: Bench) -> None:
    made = await a_product(lab, FROM_TEXT, Version.of("{{passages}}", "{{question}}"))
    own = [CaseDraft({"question": "Why?", "passages": "Because."}, "", (), False, "", "", None, "")]
    async with lab.store.read() as session:
        with pytest.raises(BadInput, match="nothing for “passages”") as error:
            await evaluations.plan(session, made, 2, "all", 1)
    assert "look things up in documents" in error.value.fix
    await cases.add(lab.store, lab.learner, made, own, mask=False)
    async with lab.store.read() as session:
        with pytest.raises(BadInput, match="brings a “passages” of its own"):
            await evaluations.plan(session, made, 1, "all", 1)


@pytest.mark.parametrize(("typed", "says"), [("{", "not JSON"), ("[1]", "not an object"), ("[" * 100_000, "not JSON|too deep")])
def test_a_schema_that_is_none_is_refused_in_a_sentence(typed: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        versions.schema_typed(typed)
    assert versions.schema_typed("  ") is None and versions.schema_typed('{"type": "object"}') == {"type": "object"}


async def test_a_prompt_of_promptfoo_becomes_a_version_with_what_is_known_of_its_settings(lab: Bench, endpoint: Endpoint) -> None:
    large(endpoint)
    text = """
prompts: ["Answer {{question}}"]
providers: [{id: "openai:chat:MODEL", config: {temperature: 0.2, max_tokens: 90, response_format: {json_schema: {schema: {type: object}}}}}]
"""
    known, strange = (
        versions.brought(bring_in.read("promptfooconfig.yaml", text.replace("MODEL", one).encode())) for one in ("large", "gpt")
    )
    assert (known.model, known.temperature, known.max_tokens, known.json_schema) == ("large", 0.2, 90, {"type": "object"})
    assert strange == known.model_copy(update={"model": ""}), "a model that is not one of yours is none of the version's"
    assert await versions.add(lab.store, lab.learner, await products.make(lab.store, lab.learner, "Desk"), known, "") == 1
