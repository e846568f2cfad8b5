"""The latency lab's page: calls as bars, the first one replayed beside a reader, and which promises are kept here.

/labs/latency?run=A&first=1&whole=10&load=4     run A, and what it says about a first word within 1 s and an answer within 10 s
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.instruments.durations import at_speed, times
from fluencylab.instruments.whole_characters import groups
from fluencylab.labs.latency import instrument as latency
from fluencylab.labs.latency import wait_facts
from fluencylab.labs.latency.instrument import LABELS, Params, waves
from fluencylab.labs.latency.wait_facts import samples
from fluencylab.labs.latency.waits import READER, Chance, LatencyModel, Sample, Slo, median, rule
from fluencylab.stats import Measure
from fluencylab.web.form import Form
from fluencylab.web.lab_page import CallTime, DrawnForm, LabPage, PageRequest, Prompt, RunView, Try, WorkedOut
from fluencylab.workbench.measurement import Unit

MOST_KEPT = 24
"""Waits of a budget that are kept on a product."""
SHAKY = 0.5
"""A rule that misses by more than this is none: the machine was busy with something else."""
FIRST, WHOLE, LONGEST = 1.0, 10.0, 600.0
"""Seconds: the flow of thought, attention (Nielsen 1993), and more than anybody sets."""


class Lane(NamedTuple):
    """A wait as a bar: that of the middle of the calls, as the sentence tells it, or of one call. Times in milliseconds.

    `of`: the longest of its group, which is the whole width; `parts_say`, `total_says`: the same in words, all in one unit.
    """

    label: str
    note: str
    waiting: float
    reading: float
    writing: float
    of: float
    parts_say: str
    total_says: str


class _Wait(NamedTuple):
    ttft: float
    ttlt: float
    reading: float


class _Group(NamedTuple):
    """One part of the run: its sentence, and its calls as bars."""

    part: str
    title: str
    says: str
    lanes: list[Lane]


class Moment(NamedTuple):
    """How many words each of the two has at a moment of the call, and how many a reader has read."""

    seconds: float
    streamed: int
    whole: int
    read: int


@dataclass(frozen=True)
class FirstCall:
    """The call that is taken apart: its parts on the clock, its tokens with their moments, and three of those in words. Times in ms,
    `read_by` and `gained` in seconds; `of`: calls in this part of the run, whose middle the sentence tells."""

    of: int
    title: str
    segments: list[CallTime]
    ttft: float
    ttlt: float
    pieces: Sequence[Sequence[Any]]
    moments: list[Moment]
    read_by: float
    gained: float


@dataclass(frozen=True)
class Parts:
    """`told`: the model says how long it read. `busy` of `timed` calls shared the machine with other work."""

    lanes: list[_Group]
    first_call: FirstCall | None
    told: bool
    busy: int
    timed: int
    reader: int = READER


@dataclass(frozen=True)
class Budget:
    """Every measured combination against what users bear. `longest`: the longest prompt whose first word is in time, where it varied."""

    promise: Slo
    load: int
    loads: list[int]
    rows: list[Chance]
    streamed: int
    waited: int
    longest: int | None
    error: float
    tps: float
    rule: str
    shaky: bool
    calls: int

    def about(self, seconds: float) -> Measure:
        """A wait that the rule gives, as far as the rule can be trusted."""
        return Measure(value=seconds, low=seconds * max(0.0, 1 - self.error), high=seconds * (1 + self.error), n=self.calls)


@dataclass(frozen=True)
class Own:
    budget: Budget | None


class Page(LabPage):
    lede = "A model reads the whole prompt, then writes token by token. Measure where the wait comes from, and what people see of it."
    tries = (
        Try("one call, taken apart", {"parts": "call"}),
        Try("longer prompts", {"parts": "prompt", "prompt_tokens": "60, 200, 600", "repetitions": "2"}),
        Try("calls at once", {"parts": "load", "concurrency": "1, 4, 12", "repetitions": "2"}),
        Try("all that a promise needs", {"parts": "call,prompt,answer,load", "repetitions": "2"}),
    )

    def worked(self, own: Own) -> list[WorkedOut]:
        """The budget: what people bear, and the waits that the rule through the measured calls gives."""
        budget = own.budget
        if budget is None or budget.shaky:
            return []
        numbers: dict[str, tuple[str, Unit, Measure]] = {}
        for row in budget.rows:
            numbers[f"first.{row.prompt}"] = (f"First word, prompt of {row.prompt:,} tokens", "seconds", budget.about(row.first))
            whole = f"Whole answer of {row.answer:,} tokens, prompt of {row.prompt:,}"
            numbers[f"whole.{row.prompt}.{row.answer}"] = (whole, "seconds", budget.about(row.last))
        limits = f"{budget.promise.first:g} s to the first word and {budget.promise.whole:g} s to the whole answer"
        says = f"Streamed, {budget.streamed} of {len(budget.rows)} combinations keep {limits}."
        at_once = f" with {budget.load} calls at once" if budget.load > 1 else ""
        conditions = (
            f"What people bear: {limits}. By a rule through {budget.calls} measured calls{at_once}; the interval is how far it misses the "
            "middle one of them."
        )
        return [WorkedOut("budget", "A latency budget", says, dict(list(numbers.items())[:MOST_KEPT]), conditions)]

    def own(self, request: PageRequest, drawn: DrawnForm) -> Own:
        return Own(_budget(request.ended, request.query) if request.ended else None)

    def params(self, posted: Form, runs: Sequence[RunView]) -> dict[str, Any]:
        """Each run draws its own salt: prompts that were used before have been read before."""
        return {name: value for name, value in super().params(posted, runs).items() if name != "salt"}

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        timed = [step.data for step in steps if step.kind == "timed"]
        found = samples(timed)
        said = wait_facts.says(latency.conclude(steps).measures)
        first = next((data for data in timed if "pieces" in data), None)
        return Parts(
            lanes=[_Group(part, str(LABELS[part]), said.get(part, ""), _lanes(part, found)) for part in params.parts],
            first_call=_first_call(first, [one for one in found if one.part == "call"]),
            told=all(one.told for one in found),
            busy=sum(one.busy and one.part != "warm" for one in found),
            timed=sum(one.part != "warm" for one in found),
        )

    def prompts(self, params: Params) -> list[Prompt]:
        told = [Prompt(params.prompt, "the question, in each call")]
        return told + [Prompt(what, "what varies") for what in _varies(params)]

    def conditions(self, params: Params) -> list[str]:
        several = f"{params.repetitions} repetitions" if params.repetitions > 1 else "once each"
        longest = max(one.write for wave in waves(params) for one in wave)
        return [
            several,
            f"answers up to {longest} tokens",
            f"seed {params.seed}",
            f"each prompt begins with the number {params.salt}, so that none was read before",
        ]


PAGE = Page("latency")


def _varies(params: Params) -> list[str]:
    told = {
        "prompt": f"prompts of about {_list(params.prompt_tokens)} tokens",
        "answer": f"answers of up to {_list(params.answer_tokens)} tokens",
        "load": f"{_list(params.concurrency)} calls at once",
        "cache": f"{params.cache_tokens} tokens of rules in front, with a number before them or behind them",
    }
    return [told[part] for part in params.parts if part in told]


def _list(numbers: Sequence[int]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last


def _lanes(part: str, samples: Sequence[Sample]) -> list[Lane]:
    """For each level the wait in the middle, and under load that of the slowest call, too."""
    found = [one for one in samples if one.part == part]
    told: list[tuple[str, str, _Wait]] = []
    for at in sorted({one.at for one in found}):
        level = [one for one in found if one.at == at and one.i >= 0]
        if not level:
            continue
        note = f"the middle of {len(level)}" if len(level) > 1 else ""
        if part == "cache":
            note = f"{level[0].cached} of {level[0].prompt} tokens were read before"
        told.append((_label(part, at), note, _middle(level)))
        if part == "load" and len(level) > 2 and at > 1:
            last = max(level, key=lambda one: one.ttft)
            told.append(("", "the last one served", _Wait(last.ttft, last.ttlt, last.reading)))
    longest = max((wait.ttlt for _, _, wait in told), default=1.0)
    words = "reading" if all(one.told for one in samples) else "to the first word"
    return [_lane(label, note, wait, longest, words) for label, note, wait in told]


def _middle(level: Sequence[Sample]) -> _Wait:
    """The medians that the sentence, the chart and a mission's comparison tell (`wait_facts`): one time from one source."""
    ttft, ttlt = median([one.ttft for one in level]), median([one.ttlt for one in level])
    return _Wait(ttft, max(ttft, ttlt), min(ttft, median([one.reading for one in level])))


def _lane(label: str, note: str, wait: _Wait, of: float, words: str) -> Lane:
    waiting, writing = wait.ttft - wait.reading, wait.ttlt - wait.ttft
    waited, read, wrote, total = times(waiting, wait.reading, writing, wait.ttlt)
    parts = [f"{waited} waiting"] if waiting >= 0.02 * wait.ttlt else []
    return Lane(label, note, waiting, wait.reading, writing, of, " · ".join([*parts, f"{read} {words}", f"{wrote} writing"]), total)


def _label(part: str, at: int) -> str:
    if part == "cache":
        return "beginning read before" if at else "new beginning"
    if part == "load":
        return f"{at} calls at once" if at > 1 else "one call alone"
    return {"call": "one call", "prompt": f"prompt of {at:,} tokens", "answer": f"answer of {at:,} tokens"}[part]


def _first_call(data: Mapping[str, Any] | None, level: Sequence[Sample]) -> FirstCall | None:
    one = next((one for one in level if one.i == 0), None)
    if data is None or one is None or not data["pieces"]:
        return None
    read = f"{one.prompt} tokens" + (f", {one.cached} of them read before" if one.cached else "")
    first = one.ttft - one.thinking
    began, before = first - one.reading, "reading the prompt" if one.told else "until the first token"
    parts = [
        CallTime("connecting", 0.0, one.connect, "to the engine or endpoint"),
        CallTime("waiting for its turn", one.connect, began, "on the way and in the queue"),
        CallTime(before, began, first, f"prefill: {read}" if one.told else "way, queue, reading"),
        CallTime("thinking", first, one.ttft, "billed like the answer"),
        CallTime("writing the answer", one.ttft, one.ttlt, f"decoding: {at_speed(one.written, one.tps)}"),
    ]
    pieces = _whole(data["pieces"])
    reading, whole = len(data["text"].split()) / READER * 60, one.ttlt / 1000
    read_by = max(one.ttft / 1000 + reading, whole)
    return FirstCall(
        of=len(level),
        title="One call, taken apart" if len(level) == 1 else f"The first of the {len(level)} calls, taken apart",
        segments=[part for part in parts if part.end_ms - part.start_ms > 0.05],
        ttft=one.ttft,
        ttlt=one.ttlt,
        pieces=pieces,
        moments=[moment(pieces, one, at) for at in (one.ttft, (one.ttft + one.ttlt) / 2, one.ttlt)],
        read_by=read_by,
        gained=whole + reading - read_by,
    )


def _whole(pieces: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """A character of several tokens is there with the last of them."""
    texts = [str(text) for text, _ in pieces]
    return [["".join(texts[start:end]), pieces[end - 1][1]] for start, end in groups(texts)]


def moment(pieces: Sequence[Sequence[Any]], one: Sample, at: float) -> Moment:
    text = "".join(str(piece) for piece, ms in pieces if ms <= at + 0.05)
    words = len(text.split())
    return Moment(at / 1000, words, words if at >= one.ttlt else 0, min(words, int((at - one.ttft) / 60_000 * READER)))


# The promise


def _budget(shown: RunView, query: Mapping[str, str]) -> Budget | None:
    found = samples(step.data for step in shown.steps if step.kind == "timed")
    known = rule(found)
    if known is None:
        return None
    promise = Slo(_seconds(query.get("first", ""), FIRST), _seconds(query.get("whole", ""), WHOLE))
    loads = sorted({1, *known.loads})
    load = next((one for one in loads if str(one) == query.get("load")), 1)
    rows = [known.chance(prompt, answer, load, promise) for prompt in _prompts(found) for answer in _answers(found)]
    return Budget(
        promise=promise,
        load=load,
        loads=loads,
        rows=rows,
        streamed=sum(row.streamed == "keeps" for row in rows),
        waited=sum(row.waited == "keeps" for row in rows),
        longest=known.longest(promise, load) if any(one.part == "prompt" for one in found) else None,
        error=known.error,
        tps=known.tps * known.loads.get(load, (0.0, 1.0))[1],
        rule=_rule_says(known, load),
        shaky=known.error > SHAKY,
        calls=len(found),
    )


def _rule_says(known: LatencyModel, load: int) -> str:
    extra = known.loads.get(load, (0.0, 1.0))[0]
    parts = [
        f"{known.reading.start / 1000:.2f} s" if known.reading.start >= 10 else "",
        f"{known.reading.slope:.2f} s for each 1,000 tokens of prompt" if known.reading.slope else "",
        f"{extra / 1000:.2f} s of waiting for others (p95)" if extra else "",
    ]
    return " + ".join(part for part in parts if part)


def _prompts(found: Sequence[Sample]) -> list[int]:
    """Tokens that were really read at each length, or at the only one."""
    swept = [one for one in found if one.part == "prompt"]
    if not swept:
        return [round(median([one.prompt for one in found if one.part in ("call", "answer")]))]
    return [round(median([one.prompt for one in swept if one.at == at])) for at in sorted({one.at for one in swept})]


def _answers(found: Sequence[Sample]) -> list[int]:
    swept = sorted({one.at for one in found if one.part == "answer"})
    return swept or [round(median([one.written for one in found if one.part in ("call", "prompt")]))]


def _seconds(text: str, otherwise: float) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return otherwise
    return number if 0 < number <= LONGEST else otherwise
