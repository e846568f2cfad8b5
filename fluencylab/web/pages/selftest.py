"""The self-test's pages: the start, one question at a time, what was read in an answer, and the answers to a question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from fluencylab.actions.selftest import LONGEST, PastSitting, Sitting, product_of
from fluencylab.curriculum import loader
from fluencylab.curriculum.claim_topics import claim_topics
from fluencylab.curriculum.schema import Figures
from fluencylab.practice import selftest, sitting
from fluencylab.practice.kinds import SELF_TEST
from fluencylab.practice.kinds.selftest import MINUTES
from fluencylab.practice.sitting import APPLICATION, SittingQuestion
from fluencylab.store.tables import Evidence
from fluencylab.text.written import day, percent
from fluencylab.web.pages.decision import BEST, NOT_BEST
from fluencylab.web.pages.frame import Frame, Nav, RailItem
from fluencylab.web.pages.mission import CERTAINTY
from fluencylab.web.pages.options import OptionAnswer, OptionCard, SelectOption, lettered

STEPS = ("In your words", "What was read", "True or false", "Answers")
HEADS = {"found": "Found", "contradicted": "Contradicted", "not_found": "Not found yet", "unsure": "Rules cannot tell"}
ICONS = {"found": "check", "contradicted": "x", "not_found": "circle-dashed", "unsure": "info"}
ATTACKS = {
    "negation": "the right words, denied",
    "misconception": "what many believe instead",
    "keywords": "a list of terms",
    "injection": "orders to the grader",
    "copied": "the question, repeated",
    "off_topic": "another topic",
    "turn": "a true sentence, then its opposite",
}
RATES = {
    "wrong_passed": "of wrong answers, passed",
    "right_failed": "of right answers, failed",
    "right_passed": "of right answers, passed",
    "unsure": "of right and wrong answers, left to the learner",
    "right_contradicted": "of right answers, called the wrong way round somewhere",
}
AWAY = "Closed book: the ten concepts are put away while you take the self-test."


def closed_book(framed: Frame) -> Frame:
    """The frame without anything to look up."""
    return replace(framed, nav=Nav([], [], [], [RailItem("Leave, and come back later", SELF_TEST.href())], away=AWAY))


@dataclass(frozen=True)
class ReaderFigures:
    """How good the reader of free text is: what stands beside every grade. `table`: rows."""

    says: str
    conditions: str
    table: list[list[str]]


class ListedSitting(NamedTuple):
    sitting: PastSitting
    name: str
    says: str
    minutes: str


@dataclass(frozen=True)
class SelfTestPage:
    """Context of `selftest.html`. `going`: the sitting that is open; `done`: those that are complete; `sat`: all, the newest first."""

    products: list[SelectOption]
    product: str
    going: PastSitting | None
    done: list[PastSitting]
    sat: list[ListedSitting]
    figures: ReaderFigures
    minutes: int = MINUTES


def start_page(product: str, sittings: list[PastSitting]) -> SelfTestPage:
    return SelfTestPage(
        products=product_choices(),
        product=product,
        going=sittings[-1] if sittings and not sittings[-1].complete else None,
        done=[one for one in sittings if one.complete],
        sat=[_listed(one) for one in reversed(sittings)],
        figures=figures(),
    )


def product_choices() -> list[SelectOption]:
    return [SelectOption(known.slug, known.title, known.says) for known in loader.products()]


def _listed(one: PastSitting) -> ListedSitting:
    first = one.priorities[0].concept if one.priorities else ""
    concept = loader.track().concept(first)
    answered = sum(one.stage(asked.number) == "answered" for asked in one.asked)
    says = f"{answered} of {len(one.asked)} questions answered"
    if one.complete:
        says = f"first priority: {concept.short}" if concept else "nothing was left open"
    return ListedSitting(one, name(one), says, minutes(one.seconds))


def name(one: Sitting | PastSitting) -> str:
    """ "Sitting 2, 23 November 2026" """
    return f"Sitting {one.ordinal + 1}, {day(one.ended or one.begun)}"


def minutes(seconds: float) -> str:
    whole = round(seconds / 60)
    return "less than a minute" if whole < 1 else "1 minute" if whole == 1 else f"{whole} minutes"


class Segment(NamedTuple):
    """A stretch of the learner's text: `kind` is the verdict of the idea it speaks of, "aside", or empty. `notes`: ideas that end here."""

    text: str
    kind: str
    notes: tuple[int, ...] = ()


class ReadIdea(NamedTuple):
    """One idea behind the question, and what the rules, or the learner, say of it.

    `next_says`: what to do about it now. `says` and `correction` tell the answer: empty until the claims are judged.
    """

    slug: str
    number: int
    verdict: str
    head: str
    icon: str
    next_says: str
    says: str
    correction: str
    words: list[str]


@dataclass(frozen=True)
class Reading:
    """The latest text, its marked words, and each idea's verdict. Of a question they could not answer there is nothing to read."""

    text: str
    segments: Sequence[Segment]
    ideas: Sequence[ReadIdea]
    says: str
    notes: Sequence[str] = ()
    reader: str = ""
    figures: ReaderFigures | None = None
    second: bool = False
    try_again: bool = False


class JudgedClaim(NamedTuple):
    """`about`: what it speaks of; `other`: its true or false twin; `says`: the idea behind it."""

    about: str
    text: str
    other: str
    true: bool
    right: bool
    verdict: str
    why: str
    says: str


@dataclass(frozen=True)
class AnsweredQuestion:
    """Every claim and every option, answered."""

    claims: list[JudgedClaim]
    marks_say: str
    says: str
    situation: str
    options: list[OptionCard]
    picked: str
    best: str
    option_answers: dict[str, OptionAnswer]
    sure: str
    next_number: int | None
    conditions: str


@dataclass(frozen=True)
class QuestionPage:
    """Context of the self-test's question, whatever its stage is: to write, to read what was read, true or false, or the answers.

    `topics`: by idea, what its claim speaks of; `read`: once there is a text; `answered`: at the end; `options`: of the situation,
    while it is asked. `trying`: the second try is open; `draft_state`: what became of a draft that a form sent; `error`: why what
    was sent is refused.
    """

    sitting: Sitting
    asked: SittingQuestion
    of: int
    stage: str
    step: int
    seconds: int
    minutes: str
    draft: str
    at: str
    read: Reading | None
    answered: AnsweredQuestion | None
    options: list[OptionCard]
    topics: Mapping[str, str]
    draft_state: str = ""
    error: str = ""
    trying: bool = False
    steps: tuple[str, ...] = STEPS
    longest: int = LONGEST


def question_page(now: Sitting, number: int, draft: str) -> QuestionPage:
    asked = now.question(number)
    stage = now.stage(number)
    return QuestionPage(
        sitting=now,
        asked=asked,
        of=len(now.asked),
        stage=stage,
        step={"write": 0, "check": 1, "answered": 3}[stage],
        seconds=round(now.seconds),
        minutes=minutes(now.seconds),
        draft=draft,
        at=f"{SELF_TEST.base}/{now.id}/{number}",
        read=reading(now, asked) if stage != "write" else None,
        answered=answers(now, asked) if stage == "answered" else None,
        options=[],
        topics=claim_topics()[asked.concept],
    )


# What was read


def reading(now: Sitting, question: SittingQuestion) -> Reading:
    row = now.shown.get(f"{question.number}.again") or now.shown[f"{question.number}.text"]
    read = row.answer.get("read")
    if read is None:
        return Reading("", (), (), "You could not answer this one yet.")
    ideas = [_idea(now, question, place, one) for place, one in enumerate(read["ideas"], start=1)]
    found = sum(idea.verdict in ("found", "marked") for idea in ideas)
    return Reading(
        text=row.answer["text"],
        segments=segments(row.answer["text"], read),
        ideas=ideas,
        says=_said(found, ideas),
        notes=read["notes"],
        reader=row.grader,
        figures=figures(),
        second=row.stage.endswith("again"),
        try_again=row.stage.endswith("text") and any(idea.verdict != "found" for idea in ideas),
    )


def _said(found: int, ideas: Sequence[ReadIdea]) -> str:
    words = ("None", "One", "Two", "Three", "Four")
    wrong, unsure = (sum(idea.verdict == kind for idea in ideas) for kind in ("contradicted", "unsure"))
    of = f"{words[len(ideas)].lower()} ideas behind this question"
    if found == len(ideas):
        return f"All {of} are in your words."
    told = f"{words[found]} of the {of} {'is' if found == 1 else 'are'} in your words." if found else f"The rules found none of the {of}."
    told += f" {words[wrong]} {'is' if wrong == 1 else 'are'} said the other way round." if wrong else ""
    return told + (f" {words[unsure]} {'is' if unsure == 1 else 'are'} for you to judge." if unsure else "")


def _idea(now: Sitting, question: SittingQuestion, place: int, one: Mapping[str, Any]) -> ReadIdea:
    known = {idea.slug: idea for idea in question.question.ideas}
    hints = {rules.slug: rules.hint for rules in loader.rules(question.concept).ideas}
    slug = one["idea"]
    marked = now.shown.get(f"{question.number}.mark.{slug}")
    told = now.stage(question.number) == "answered"
    verdict = one["verdict"] if marked is None or one["verdict"] == "found" else "marked" if marked.answer["said"] else "denied"
    return ReadIdea(
        slug=slug,
        number=place,
        verdict=verdict,
        head={"marked": "Marked by you", "denied": "You did not say it"}.get(verdict) or HEADS[verdict],
        icon={"marked": "check", "denied": "circle-dashed"}.get(verdict) or ICONS[verdict],
        next_says=_next_says(verdict, hints.get(slug, one["hint"])),
        says=known[slug].says if told and slug in known else "",
        correction=one["correction"] if told else "",
        words=[marked.answer["text"]] if marked and verdict == "marked" else [words["text"] for words in one["words"]],
    )


def _next_says(verdict: str, hint: str) -> str:
    """Before the claims: questions, and where the answer will stand. Never the answer."""
    if verdict in ("found", "marked"):
        return ""
    if verdict == "contradicted":
        return "Rules read the opposite of this idea here. Look at it once more; what holds is told after true or false."
    return hint


def segments(text: str, read: Mapping[str, Any]) -> tuple[Segment, ...]:
    """The text cut at every boundary of a marked stretch; together the segments are the text."""
    spans = [(w["start"], w["end"], "aside", 0) for w in read["aside"]]
    for place, one in enumerate(read["ideas"], start=1):
        spans += [(w["start"], w["end"], one["verdict"], place) for w in one["words"]]
    cuts = sorted({0, len(text), *(edge for start, end, _, _ in spans for edge in (start, end))})
    return tuple(_segment(text, start, end, spans) for start, end in pairwise(cuts))


def _segment(text: str, start: int, end: int, spans: Iterable[tuple[int, int, str, int]]) -> Segment:
    over = [span for span in spans if span[0] <= start and end <= span[1]]
    kinds = {kind for _, _, kind, _ in over}
    kind = next((known for known in ("contradicted", "found", "unsure", "aside") if known in kinds), "")
    return Segment(text[start:end], kind, tuple(sorted({place for _, last, _, place in over if last == end and place})))


# How good the reader is


def figures() -> ReaderFigures:
    """Figures of other rules are not shown: they would be another grader's."""
    known = loader.figures()
    if known.rules != selftest.version():
        return ReaderFigures("How good these rules are has not been measured yet.", selftest.version(), [])
    return ReaderFigures(
        says=_reader_says(known),
        conditions=(
            f"{known.rules} · {known.marked + known.attacks + known.unseen} answers, {known.labels} · "
            "unread while the rules were written, their totals seen · 95 % intervals"
        ),
        table=_table(known),
    )


def _reader_says(known: Figures) -> str:
    """In counts of a hundred: kappa is for who asks for it."""
    rates = {kind: _of_100(share.value) for kind, share in known.rates.items()}
    return (
        f"Rules and learned word weights read this, and they err. Of 100 wrong answers they let "
        f"{_about(rates['wrong_passed'])} pass, at most about {_of_100(known.rates['wrong_passed'].high)}. "
        f"Of 100 right ones they pass {rates['right_passed']}, "
        f"fail {_about(rates['right_failed'])}, and call something in {_about(rates['right_contradicted'])} the wrong way round. "
        f"Of 100 answers, {_about(rates['unsure'])} are left to you."
    )


def _about(count: int) -> str:
    return f"about {count}" if count else "none"


def _of_100(share: float) -> int:
    return round(share * 100)


def _table(known: Figures) -> list[list[str]]:
    agreed = known.kappa
    rows = [
        ("agreement with the marker where decided, kappa", agreed, f"{agreed.value:.2f}", f"{agreed.low:.2f} to {agreed.high:.2f}"),
        *(
            (name, share, percent(share.value), f"{percent(share.low)} to {percent(share.high)}")
            for name, share in (
                *((RATES[kind], share) for kind, share in known.rates.items()),
                ("ideas decided without the learner", known.coverage_ideas),
                ("of ideas found, really there", known.precision_found),
                *((f"passed wrongly: {ATTACKS.get(kind, kind)}", share) for kind, share in known.wrong_accepts.items()),
            )
        ),
    ]
    return [[name, value, interval, str(share.n)] for name, share, value, interval in rows]


# The claims and the situation


def check_page(now: Sitting, number: int) -> QuestionPage:
    options = lettered((option.id, option.text) for option in now.question(number).options)
    return replace(question_page(now, number, ""), step=2, options=options)


def answers(now: Sitting, question: SittingQuestion) -> AnsweredQuestion:
    """From the words that were shown."""
    number = question.number
    says = {idea.slug: idea.says for idea in question.question.ideas}
    rows = [(stage.removeprefix(f"{number}.claim."), row) for stage, row in now.shown.items() if stage.startswith(f"{number}.claim.")]
    order = [claim.idea for claim in question.claims]
    rows.sort(key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    applied = now.shown[f"{number}.{APPLICATION}"]
    right, best = sum(row.score == 1 for _, row in rows), applied.answer["best"]
    return AnsweredQuestion(
        claims=[_claim(row, says.get(idea, ""), claim_topics()[question.concept].get(idea, "")) for idea, row in rows],
        marks_say=_marks([row.marks or 0 for _, row in rows] + [applied.marks or 0]),
        says=f"{right} of {len(rows)} claims judged right; the situation: {'right' if applied.score == 1 else 'not yet'}.",
        situation=applied.answer["situation"],
        options=lettered((option["id"], option["text"]) for option in applied.answer["options"]),
        picked=applied.answer["picked"],
        best=best,
        option_answers={
            option["id"]: OptionAnswer(BEST if option["id"] == best else NOT_BEST, option["answer"]) for option in applied.answer["options"]
        },
        sure=CERTAINTY[applied.certainty or 1],
        next_number=now.next_number,
        conditions=f"{applied.grader} · variants {', '.join(row.variant for _, row in rows)}, {applied.variant}",
    )


def _marks(earned: list[int]) -> str:
    total = f"{sum(earned):+d}".replace("-", "−").replace("+0", "0")
    return f"For saying how sure you were: {total} {'mark' if total in ('+1', '−1') else 'marks'} (right +1, +2 or +3; wrong 0, −2 or −6)."


def _claim(row: Evidence, says: str, about: str) -> JudgedClaim:
    true, said = row.answer["true"], row.answer["said"]
    return JudgedClaim(
        about=about,
        text=row.answer["claim"],
        other=row.answer["other"],
        true=true,
        right=row.score == 1,
        verdict=f"It is {'true' if true else 'false'}. You said {'true' if said else 'false'}, {CERTAINTY[row.certainty or 1]}.",
        why=row.why,
        says=says,
    )


# The result: which product it was ordered for, said in words


def product_says(now: Sitting) -> str:
    product = product_of(now.product)
    return "with every concept counting alike" if product.slug == "other" else f"for your product ({product.title.lower()})"


def outcomes_say(outcomes: Sequence[sitting.Outcome]) -> str:
    """ "3 of 4 claims right, 1 of them a guess; the situation right": counts, never a share of so few."""
    claims = [one for one in outcomes if one.item != APPLICATION]
    applied = [one for one in outcomes if one.item == APPLICATION]
    right = [one for one in claims if one.right]
    guessed = sum(one.certainty == 1 for one in right)
    told = f"{len(right)} of {len(claims)} claims right" + (f", {guessed} of them a guess" if guessed else "")
    return told + ("".join(f"; the situation {'right' if one.right else 'not right'}" for one in applied))
