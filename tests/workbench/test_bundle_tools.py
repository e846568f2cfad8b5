"""promptfoo and Inspect open a bundle, ask what the product asks, and give the verdicts of the lab."""

import asyncio
import json
from pathlib import Path

import outside_tools
import pytest

from fluencylab.models import catalogue
from fluencylab.models.client import Client
from fluencylab.models.engine import KEY, Engine
from fluencylab.models.types import Request
from fluencylab.workbench import bring_in
from fluencylab.workbench.bundle.contents import BundleCase, BundleVersion, Contents
from fluencylab.workbench.bundle.inspect_log import name as log_name
from fluencylab.workbench.bundle.results import passages
from fluencylab.workbench.template import filled
from workbench.bundle_of import HOSTILE, hostile, parcels, searching
from workbench.bundle_run import Asked, Echo, inspect, of_inspect, of_promptfoo, ours, promptfoo, ran, written

pytestmark = pytest.mark.long


def asked_by_us(contents: Contents) -> Asked:
    found = {(one["version"], one["case"]): {"passages": one["text"]} for one in passages(contents)}
    return [
        [
            {"role": one.role, "content": one.content}
            for one in filled(version.content.messages, {**case.inputs, **found.get((version.number, case.number), {})})
        ]
        for version in contents.versions
        for case in contents.cases
    ]


def test_promptfoo_sends_what_the_product_asks_whatever_stands_in_a_case(tmp_path: Path) -> None:
    contents, echo = hostile(), Echo()
    with echo.serving() as address:
        results = promptfoo(written(tmp_path / "bundle", contents), tmp_path, address)
    assert sorted(map(json.dumps, echo.asked)) == sorted(map(json.dumps, asked_by_us(contents)))
    assert len(results) == len(HOSTILE)
    for result in results:
        case = result["vars"]["case"]
        assert of_promptfoo(result) == ours(contents, case, result["response"]["output"]), case


def test_inspect_sends_what_the_product_asks_whatever_stands_in_a_case(tmp_path: Path) -> None:
    contents, echo = hostile(), Echo()
    with echo.serving() as address:
        log = inspect(written(tmp_path / "bundle", contents), tmp_path, address, 1)
    assert sorted(map(json.dumps, echo.asked)) == sorted(map(json.dumps, asked_by_us(contents)))
    for sample in log["samples"]:
        assert of_inspect(sample) == ours(contents, sample["id"], sample["output"]["choices"][0]["message"]["content"]), sample["id"]


def test_what_was_looked_up_goes_along_and_each_version_has_its_settings(tmp_path: Path) -> None:
    contents, echo = searching(), Echo("As the handbook says.")
    folder = written(tmp_path / "bundle", contents)
    with echo.serving() as address:
        results = promptfoo(folder, tmp_path, address)
        assert sorted(map(json.dumps, echo.asked)) == sorted(map(json.dumps, asked_by_us(contents)))
        assert sorted(set(echo.settings)) == [(0, 40), (0.7, 30)]
        assert {tuple(of_promptfoo(one).items()) for one in results} == {(("check-0", True),)}, "each by the passages of its version"
        log = inspect(folder, tmp_path, address, 2)
    assert sorted(map(json.dumps, echo.asked[24:])) == sorted(map(json.dumps, asked_by_us(contents)[12:]))
    assert set(echo.settings[24:]) == {(0.7, 30)}
    assert [of_inspect(one) for one in log["samples"]] == 12 * [{"check-0": True}]


async def test_promptfoo_and_inspect_agree_with_the_lab_on_the_embedded_model(
    model: Client, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve cases, two versions, temperature 0, one call after another: the same verdict on every case and check.

    The lab asks at the address that the tools have. Of its own engine it may take one with another number of threads, as the machine
    is busy or not, and then sums are rounded in another order.
    """
    contents = parcels()
    address, called = f"{await engine.public_address()}/v1", model.card.slug
    monkeypatch.setenv("ENGINE_KEY", KEY)
    there = Client(catalogue.endpoint(address, called, key_env="ENGINE_KEY"))
    told = {version.number: [await answered(there, version, case) for case in contents.cases] for version in contents.versions}
    await there.close()
    folder = written(tmp_path / "bundle", contents)
    results = await asyncio.to_thread(promptfoo, folder, tmp_path, address, called, KEY)
    logs = [await asyncio.to_thread(inspect, folder, tmp_path, address, version.number, called, KEY) for version in contents.versions]
    by_promptfoo = {(1 + one["promptIdx"], one["vars"]["case"]): (one["response"]["output"], of_promptfoo(one)) for one in results}
    apart = []
    for version, log in zip(contents.versions, logs, strict=True):
        by_inspect = {one["id"]: (one["output"]["choices"][0]["message"]["content"], of_inspect(one)) for one in log["samples"]}
        for case, text in zip(contents.cases, told[version.number], strict=True):
            mine = ours(contents, case.number, text)
            for tool, (answer, verdicts) in (
                ("promptfoo", by_promptfoo[version.number, case.number]),
                ("Inspect", by_inspect[case.number]),
            ):
                if verdicts != mine:
                    apart.append(f"{tool}, version {version.number}, case {case.number}: {verdicts} and here {mine}\n{answer!r}\n{text!r}")
    assert len(by_promptfoo) == 24
    assert len({verdict for version in told for text in told[version] for verdict in ours(contents, 1, text).values()}) > 1, "all alike"
    assert not apart, "\n".join(apart)


async def answered(model: Client, version: BundleVersion, case: BundleCase) -> str:
    """As an evaluation asks, one call after another."""
    content = version.content
    messages = tuple(filled(content.messages, case.inputs))
    asked = Request(messages=messages, temperature=content.temperature, max_tokens=content.max_tokens, seed=1)
    return (await model.complete(asked)).text


def test_inspect_reads_a_log_that_it_did_not_write(tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle", hostile())
    script = """
import json, sys
from inspect_ai.log import read_eval_log
log = read_eval_log(sys.argv[1])
told = [[one.id, one.input[0].content, one.output.completion, one.scores["person"].value, one.scores["by_checks"].value["check-0"],
         one.messages[-1].role, one.output.usage.total_tokens] for one in log.samples]
print(json.dumps([log.status, log.eval.model, log.results.scores[0].metrics["accuracy"].value, told]))
"""
    log = folder / "results" / "inspect" / log_name(hostile().evaluations[0])
    said = ran([str(outside_tools.inspect() / "python"), "-c", script, str(log)], folder, outside_tools.environment(tmp_path))
    status, model, accuracy, samples = json.loads(said)
    evaluation = hostile().evaluations[0]
    assert (status, model, round(accuracy, 6)) == ("success", evaluation.model, round(8 / 12, 6))
    for output, (case, _, text, person, check, role, tokens) in zip(evaluation.outputs, samples, strict=True):
        assert (case, text, role, tokens) == (output.case, output.text, "assistant", 30)
        assert (person == "C", check == "C") == (output.passed, output.verdicts["check-0"])


def test_inspect_lists_the_log_for_its_viewer_and_what_it_packs_comes_back(tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle", hostile())
    program, surroundings = str(outside_tools.inspect() / "inspect"), outside_tools.environment(tmp_path)
    ran([program, "view", "bundle", "--log-dir", "results/inspect", "--output-dir", str(tmp_path / "view")], folder, surroundings)
    shown = list((tmp_path / "view" / "logs").glob("*.json"))
    assert any("version-1-a" in one.name for one in shown) and (tmp_path / "view" / "index.html").is_file()
    ran([program, "log", "convert", "results/inspect", "--to", "eval", "--output-dir", str(tmp_path / "eval")], folder, surroundings)
    (packed,) = (one for one in (tmp_path / "eval").glob("*.eval") if "version-1-a" in one.name)
    found = bring_in.read(packed.name, packed.read_bytes())
    evaluation = hostile().evaluations[0]
    back = bring_in.drafts(found, bring_in.roles_of(found))
    said = [(one.text.replace("\x1b", "").strip(), one.passed) for one in evaluation.outputs]
    assert [(one.output.strip(), one.label) for one in back] == said
