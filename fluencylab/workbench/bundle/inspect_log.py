"""An evaluation of ours as a log of Inspect: a JSON that `inspect view` opens and `read_eval_log` reads, written without Inspect.

After its log format, version 2 (inspect_ai/log/_log.py). Ids come from what is in it, so that the same evaluation is the same file.
"""

import hashlib
import math
from typing import Any

from fluencylab.workbench.bundle.contents import BundleCase, BundleEvaluation, BundleOutput, BundleVersion, Contents
from fluencylab.workbench.bundle.results import as_json
from fluencylab.workbench.output import Passage
from fluencylab.workbench.retrieval import PASSAGES, as_text
from fluencylab.workbench.template import fill

SCORER = "by_checks"
PERSON = "person"
_LETTERS = 22


def log(contents: Contents, evaluation: BundleEvaluation) -> str | None:
    """None where the version that answered is not in the bundle, so that nobody knows what was asked."""
    version = next((one for one in contents.versions if one.number == evaluation.version), None)
    if version is None:
        return None
    cases = {case.number: case for case in contents.cases}
    samples = [_sample(cases[one.case], version, one, evaluation) for one in evaluation.outputs if one.case in cases]
    day = f"{evaluation.day.isoformat()}T00:00:00+00:00"
    settings = {"temperature": version.content.temperature, "max_tokens": version.content.max_tokens, "seed": 1}
    told = {
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": _id("eval", evaluation.key), "run_id": _id("run", evaluation.key), "created": day,
            "task": "product", "task_id": _id("task", contents.name),
            "task_version": evaluation.version, "task_args": {"version": version.number},
            "dataset": {"name": "cases.jsonl", "samples": len({one.case for one in evaluation.outputs}),
                        "sample_ids": list(dict.fromkeys(one["id"] for one in samples)), "shuffled": False},
            "model": evaluation.model or "recorded elsewhere", "model_generate_config": settings,
            "config": {"epochs": max(1, evaluation.draws)},
            "metadata": {"title": evaluation.title, "sha256": evaluation.sha256},
        },
        "plan": {"name": "plan", "steps": [{"solver": "generate", "params": {}}], "config": settings},
        "results": {"total_samples": len(samples), "completed_samples": len(samples), "scores": _scores(evaluation)},
        "stats": {"started_at": day, "completed_at": day},
        "samples": samples,
    }  # fmt: skip
    return as_json(told, indent=1) + "\n"


def name(evaluation: BundleEvaluation) -> str:
    """Its viewer lists only what begins with a time and names a task."""
    return f"{evaluation.day.isoformat()}T00-00-00_product_{evaluation.key}.json"


def _sample(case: BundleCase, version: BundleVersion, output: BundleOutput, evaluation: BundleEvaluation) -> dict[str, Any]:
    given = _given(case, version, output)
    asked = [
        {"id": _id("m", case.number, n), "role": one.role, "content": _filled(one.content, given)}
        for n, one in enumerate(version.content.messages)
    ]
    answer = {"id": _id("a", case.number, output.draw), "role": "assistant", "content": output.text, "source": "generate"}
    usage = {}
    if output.tokens_in is not None and output.tokens_out is not None:
        counted = output.tokens_in, output.tokens_out
        usage = {"usage": dict(zip(("input_tokens", "output_tokens", "total_tokens"), (*counted, sum(counted)), strict=True))}
    stopped = {"length": "max_tokens", "max_tokens": "max_tokens", "": "unknown"}.get(output.finish, "stop")
    values = {key: math.nan if passed is None else "C" if passed else "I" for key, passed in output.verdicts.items()}
    scores: dict[str, Any] = {SCORER: {"value": values, "answer": output.text}} if values else {}
    if output.passed is not None:
        scores[PERSON] = {"value": "C" if output.passed else "I", "answer": output.text, "explanation": output.note or None}
    return {
        "id": case.number, "epoch": output.draw + 1, "input": asked, "target": case.reference, "messages": [*asked, answer],
        "output": {"model": evaluation.model, "choices": [{"message": answer, "stop_reason": stopped}], **usage, "time": output.seconds},
        "scores": scores,
        "metadata": {"inputs": case.inputs, "tags": list(case.tags), "must_not_break": case.must_not_break, "held_back": case.held_back,
                     "failure_mode": output.mode},
        "uuid": _id(evaluation.key, case.number, output.draw),
    }  # fmt: skip


def _scores(evaluation: BundleEvaluation) -> list[dict[str, Any]]:
    told = []
    for rate in evaluation.rates:
        of = PERSON if rate.by == "people" else SCORER
        name = PERSON if rate.by == "people" else rate.by
        metrics = {"accuracy": {"name": "accuracy", "value": rate.measure.value}}
        counted = {"scored_samples": rate.measure.n, "unscored_samples": rate.untold}
        told.append({"name": name, "scorer": of, "params": {}, "metrics": metrics, **counted})
    return told


def _given(case: BundleCase, version: BundleVersion, output: BundleOutput) -> dict[str, str]:
    retrieval = version.content.retrieval
    if retrieval is None:
        return case.inputs
    return {**case.inputs, PASSAGES: as_text([Passage(name=name, text=text) for name, text in output.passages], retrieval.numbered)}


def _filled(text: str, inputs: dict[str, str]) -> str:
    try:
        return fill(text, inputs)
    except KeyError:
        return text


def _id(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:_LETTERS]
