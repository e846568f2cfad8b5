"""The context lab's page: the window as a tape to scale, a strip of forgetting, a heat map of needles, and bars of languages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.instruments.whole_characters import DrawnPiece, drawn
from fluencylab.labs.context.chart import POLICIES
from fluencylab.labs.context.forgetting import fact
from fluencylab.labs.context.instrument import Params
from fluencylab.labs.context.params import bundled
from fluencylab.models.vocabularies import VOCABULARIES, Vocabulary
from fluencylab.stats import mean, wilson
from fluencylab.web.lab_page import DrawnForm, LabPage, PageRequest, Prompt, Try

KINDS = {"system": "system prompt", "history": "turn", "document": "document", "question": "question"}
TITLES = {"yours": "Your text", "table": "As a table", "code": "As code", "emoji": "In emoji", "capitals": "In capitals"}
SPEAKS = {"user": "user", "assistant": "assistant"}
DOES = {
    "error": "Nothing is cut. What does not fit is refused.",
    "drop": "The oldest message goes first, and the system prompt is the oldest.",
    "keep": "The system prompt and the question stay. Old turns go, then the end of the document.",
    "summary": "As above, and a model writes what went away in a few words.",
}


class TapeBlock(NamedTuple):
    """Something on the tape. `block`: which of the call's blocks it is, -1 for a summary. `style`: how it is drawn."""

    block: int
    style: str
    label: str
    tokens: int


class Segment(NamedTuple):
    """A piece in its place. `x`, `w`: per cent of the picture."""

    block: int
    style: str
    label: str
    tokens: int
    x: float
    w: float


class Lost(NamedTuple):
    """What a policy throws away."""

    label: str
    tokens: int


class Bar(NamedTuple):
    """A text's length in one vocabulary: "tokens" is the model's own. `times`: against the English text."""

    vocabulary: str
    tokens: int
    w: float
    times: float


class Cell(NamedTuple):
    """`hits` of `n`, with the shade of its share, and whether what was asked for was still in the call."""

    hits: int
    of: int
    shade: int
    gone: bool = False
    refused: bool = False
    low: int = 0
    high: int = 100


class CallBlock(NamedTuple):
    """A block of the call, with its pieces: the first and the last, or how it begins where the tokenizer is not shown."""

    label: str
    kind: str
    role: str
    tokens: int
    head: list[DrawnPiece]
    tail: list[DrawnPiece]
    hidden: int
    start: str


class Summary(NamedTuple):
    """What the model made of what went away: `of` so many tokens."""

    text: str
    of: int


@dataclass(frozen=True)
class PolicyLeft:
    """What a policy left of the call, to the tape's scale; `refused`: nothing. `engine`: its own words; `answer`: where it was asked."""

    refused: bool
    message: str
    engine: str
    tokens: int
    answer: str | None
    segments: list[Segment]
    lost: list[Lost]
    lost_tokens: int
    summary: Summary | None


class PolicyRow(NamedTuple):
    """`left`: None before it was measured."""

    policy: str
    title: str
    does: str
    left: PolicyLeft | None


@dataclass(frozen=True)
class Tape:
    """The call to scale. All that ends in x or w, and `edge`: per cent of `wide` tokens."""

    tokens: int
    room: int
    window: int
    exact: bool
    template: int
    resent: int
    over: int
    edge: float
    segments: list[Segment]
    answer_x: float
    answer_w: float
    room_x: float
    ticks: list[tuple[int, float]]
    blocks: list[CallBlock]
    rows: list[PolicyRow]


class HeatRow(NamedTuple):
    """A policy, turn by turn."""

    title: str
    cells: list[Cell | None]


@dataclass(frozen=True)
class Forgetting:
    """A row a policy, a column a turn; then each answer, for who wants to read."""

    rows: list[HeatRow]
    turns: range
    answers: list[list[str]]
    facts: int


class NeedleRow(NamedTuple):
    """A length, depth by depth. `wait`: for the first token, in ms, where the whole text had to be read."""

    length: int
    cells: list[Cell | None]
    wait: float | None


@dataclass(frozen=True)
class Needles:
    """A row a length, a column a depth."""

    rows: list[NeedleRow]
    positions: list[int]
    answers: list[list[str]]


class LanguageRow(NamedTuple):
    """One telling of the notice. `pieces`: empty where the tokenizer is not shown."""

    title: str
    tokens: int
    characters: int
    text: str
    pieces: list[DrawnPiece]
    bars: list[Bar]


@dataclass(frozen=True)
class Languages:
    rows: list[LanguageRow]
    exact: bool
    vocabularies: Mapping[str, Vocabulary]


@dataclass(frozen=True)
class Parts:
    """Of the four, those that were measured."""

    tape: Tape | None
    forgetting: Forgetting | None
    needles: Needles | None
    languages: Languages | None


@dataclass(frozen=True)
class Own:
    """`names`: what the policies are called."""

    names: Mapping[str, str]


class Page(LabPage):
    lede = (
        "Everything a model is given shares one window, counted in tokens. Put together a call, watch it fill, "
        "and see what each policy throws away when it is full."
    )
    tries = (
        Try("ask for what is still there", {"question": "How far is the beach?"}),
        Try("a window that holds it all", {"window": "400"}),
        Try("a document too long for the real window", {"copies": "90", "window": "0"}),
    )

    def own(self, request: PageRequest, drawn: DrawnForm) -> Own:
        return Own(POLICIES)

    def parts(self, params: Params, steps: Sequence[Step]) -> Parts:
        return Parts(tape(steps, params), forgetting(params, steps), needles(params, steps), languages(steps))

    def prompts(self, params: Params) -> list[Prompt]:
        if "tape" not in params.parts:
            return _asked(params)
        pages = f"{params.document}\n\n({params.copies} such pages)" if params.copies > 1 else params.document
        told = [
            Prompt(params.system, "system"),
            Prompt(params.history, "history"),
            Prompt(pages if params.copies else "", "document"),
            Prompt(params.question, "question"),
        ]
        return [one for one in told if one.text.strip()]

    def conditions(self, params: Params) -> list[str]:
        told = [f"window {params.window:,}" if params.window else "the model's own window"]
        if "tape" in params.parts:
            told.append(f"room {params.room:,}")
        if "forgetting" in params.parts:
            told.append(f"n {params.facts} × {params.turns} turns")
        if "needle" in params.parts:
            told.append(f"n {params.trials} a cell")
        return [*told, "temperature 0", f"seed {params.seed}"]


PAGE = Page("context")


def _asked(params: Params) -> list[Prompt]:
    """What the other parts ask, by an example: the numbers are drawn anew for each run."""
    thing, number = fact(params.seed, 0)
    told, question = f"My {thing} is number {number}.", f"What is the number of my {thing}?"
    if "forgetting" in params.parts:
        pinned = bundled()["system"] + (f" The guest's {thing} is number {number}." if params.pinned else "")
        return [Prompt(pinned, "system"), Prompt(told, "turn 1, for example"), Prompt(question, "asked after every turn")]
    if "needle" in params.parts:
        return [Prompt(told, "hidden in a text, for example"), Prompt(question, "asked at the end")]
    return [Prompt(bundled()["texts"]["english"], "in English")]


# The tape


def tape(steps: Sequence[Step], params: Params) -> Tape | None:
    told = next((step.data for step in steps if step.kind == "tape"), None)
    if told is None:
        return None
    tokens, room, window = told["tokens"], told["room"], told["window"]
    wide = max(window, tokens + room)
    gap = told["template"] / (len(told["blocks"]) + 1)
    labels = _labels(told["blocks"])
    found = {step.data["policy"]: step.data for step in steps if step.kind == "policy"}
    summary = next((Summary(step.data["text"], step.data["of"]) for step in steps if step.kind == "summary"), None)
    scale = Scale(told["blocks"], labels, gap, wide)
    return Tape(
        tokens=tokens,
        room=room,
        window=window,
        exact=told["exact"],
        template=told["template"],
        resent=told["resent"],
        over=max(0, tokens + room - window),
        edge=_share(window, wide),
        segments=scale.laid([[0, block["tokens"]] for block in told["blocks"]]),
        answer_x=_share(tokens, wide),
        answer_w=_share(room, wide),
        room_x=_share(window - room, wide),
        ticks=[(tick, _share(tick, wide)) for tick in _ticks(wide)],
        blocks=[_block(block, label) for block, label in zip(told["blocks"], labels, strict=True)],
        rows=[PolicyRow(policy, POLICIES[policy], DOES[policy], _left(scale, found.get(policy), summary)) for policy in params.policies],
    )


def _block(block: Mapping[str, Any], label: str) -> CallBlock:
    hidden = block["tokens"] - len(block["head"]) - len(block["tail"])
    return CallBlock(
        label, block["kind"], block["role"], block["tokens"], drawn(block["head"]), drawn(block["tail"]), hidden, block["start"]
    )


class Scale(NamedTuple):
    """The blocks of a call on a picture that is `wide` tokens wide; the gaps between them are the chat format's own tokens."""

    blocks: Sequence[Mapping[str, Any]]
    labels: Sequence[str]
    gap: float
    wide: int

    def laid(self, kept: Sequence[Sequence[int]], summary: int = 0) -> list[Segment]:
        """What is kept of each, from left to right, each as wide as its tokens."""
        at, laid = self.gap, []
        for piece in self._pieces(kept, summary):
            if piece.tokens:
                laid.append(Segment(*piece, _share(at, self.wide), _share(piece.tokens, self.wide)))
                at += piece.tokens + self.gap
        return laid

    def _pieces(self, kept: Sequence[Sequence[int]], summary: int) -> list[TapeBlock]:
        """A summary stands behind the system prompt."""
        found = [
            TapeBlock(i, f"{block['kind']} {block['role']}", label, end - start)
            for i, (block, label, (start, end)) in enumerate(zip(self.blocks, self.labels, kept, strict=True))
        ]
        place = 1 if found and found[0].style.startswith("system") else 0
        return [*found[:place], TapeBlock(-1, "made", "summary", summary), *found[place:]]


def _left(scale: Scale, data: Mapping[str, Any] | None, summary: Summary | None) -> PolicyLeft | None:
    if data is None:
        return None
    short = data.get("summary") or 0
    kept = data["kept"] or [[0, 0]] * len(scale.blocks)
    gone = [block["tokens"] - (end - start) for block, (start, end) in zip(scale.blocks, kept, strict=True)]
    return PolicyLeft(
        refused=data["refused"],
        message=data["message"],
        engine=data["engine"],
        tokens=data["tokens"],
        answer=data.get("answer"),
        segments=[] if data["refused"] else scale.laid(kept, short),
        lost=_lost(scale.blocks, scale.labels, gone),
        lost_tokens=sum(gone),
        summary=summary if short else None,
    )


def _lost(blocks: Sequence[Mapping[str, Any]], labels: Sequence[str], gone: Sequence[int]) -> list[Lost]:
    """What went, turns together: they go one after another."""
    turns = [i for i, block in enumerate(blocks) if block["kind"] == "history" and gone[i]]
    every = [i for i, block in enumerate(blocks) if block["kind"] == "history"]
    others = [(i, n) for i, n in enumerate(gone) if n and i not in every]
    found = [Lost(labels[i] + ("" if n == blocks[i]["tokens"] else ", in part"), n) for i, n in others]
    if turns:
        first, last = every.index(turns[0]) + 1, every.index(turns[-1]) + 1
        place = 1 if found and found[0].label.startswith("system") else 0
        name = f"turns {first} to {last}" if last > first else f"turn {first}"
        found.insert(place, Lost(name, sum(gone[i] for i in turns)))
    return found


def _labels(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    labels, turn = [], 0
    for block in blocks:
        turn += block["kind"] == "history"
        labels.append(f"turn {turn}, {SPEAKS[block['role']]}" if block["kind"] == "history" else KINDS[block["kind"]])
    return labels


def _share(tokens: float, wide: int) -> float:
    return round(tokens / wide * 100, 3)


def _ticks(wide: int) -> list[int]:
    """Round numbers of tokens, four or five of them."""
    step = next(size * 10**power for power in range(8) for size in (1, 2, 5) if wide / (size * 10**power) <= 6)
    return list(range(0, wide + 1, step))


# Forgetting, needles, languages


def forgetting(params: Params, steps: Iterable[Step]) -> Forgetting | None:
    if "forgetting" not in params.parts:
        return None
    seen = [step.data for step in steps if step.kind == "turn"]
    rows = []
    for policy in params.policies:
        own = [one for one in seen if one["policy"] == policy]
        rows.append(HeatRow(POLICIES[policy], [_turn([o for o in own if o["turn"] == t]) for t in range(1, params.turns + 1)]))
    answers = [[str(one["turn"]), POLICIES[one["policy"]], f"{one['thing']} {one['number']}", one["text"] or "(refused)"] for one in seen]
    return Forgetting(rows, range(1, params.turns + 1), answers, params.facts)


def _turn(seen: Sequence[Mapping[str, Any]]) -> Cell | None:
    if not seen:
        return None
    hits = sum(one["recalled"] for one in seen)
    return Cell(hits, len(seen), _shade(hits, len(seen)), not any(one["told"] for one in seen), all(one["refused"] for one in seen))


def _shade(hits: int, n: int) -> int:
    return min(9, int(hits / n * 10))


def needles(params: Params, steps: Iterable[Step]) -> Needles | None:
    if "needle" not in params.parts:
        return None
    seen = [step.data for step in steps if step.kind == "needle"]
    rows = []
    for length in sorted(params.lengths):
        own = [one for one in seen if one["length"] == length]
        waits = [one["ttft_ms"] for one in own if one["read"] > 0.8 * length]
        cells = [_cell([one["found"] for one in own if one["position"] == position]) for position in sorted(params.positions)]
        rows.append(NeedleRow(length, cells, mean(waits) if waits else None))
    answers = [[f"{one['length']}", f"{one['position']} %", one["needle"], one["text"]] for one in seen]
    return Needles(rows, sorted(params.positions), answers)


def _cell(found: list[bool]) -> Cell | None:
    if not found:
        return None
    low, high = wilson(sum(found), len(found))
    return Cell(sum(found), len(found), _shade(sum(found), len(found)), low=round(low * 100), high=round(high * 100))


def languages(steps: Iterable[Step]) -> Languages | None:
    """A bar for each text in each vocabulary, and how many times as long as the English one."""
    told = next((step.data for step in steps if step.kind == "languages"), None)
    if told is None:
        return None
    kinds = ("tokens", *VOCABULARIES)
    widest = max(row[kind] for row in told["texts"] for kind in kinds if row["name"] != "yours") or 1
    english = next(row for row in told["texts"] if row["name"] == "english")
    rows = [
        LanguageRow(
            title=TITLES.get(row["name"], row["name"].title()),
            tokens=row["tokens"],
            characters=row["characters"],
            text=row["text"],
            pieces=drawn(row["pieces"]),
            bars=[Bar(kind, row[kind], min(100.0, _share(row[kind], widest)), row[kind] / english[kind]) for kind in kinds],
        )
        for row in told["texts"]
    ]
    return Languages(rows, told["exact"], VOCABULARIES)
