"""The acts of the self-test: begin, hand in a text, mark one's own words, judge the claims and the situation; and where a sitting stands.

Stages of evidence, for question 3: `3.text` and `3.again` (free text, no score), `3.mark.IDEA` (the learner's own reading, no score),
`3.claim.IDEA` (vocabulary) and `3.application` (decisions). Only the last two are scored, and they count in full whoever wrote a text
before: until they are given no page says what holds.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from fluencylab.actions import drafts
from fluencylab.actions.graders import helped as with_help
from fluencylab.actions.learner import set_product
from fluencylab.actions.missions import new_attempt
from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import Product
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice import graders, sitting
from fluencylab.practice.kinds import SELF_TEST
from fluencylab.practice.selftest import Graded, grade
from fluencylab.practice.sitting import APPLICATION, Outcome, Priority, SittingQuestion
from fluencylab.practice.verdict import GRADER
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.queries import SittingRow
from fluencylab.store.tables import Attempt, Evidence

LONGEST = 20_000
"""Characters of an answer."""


class Judged(NamedTuple):
    """What was said to one claim, and how sure."""

    said: bool
    certainty: int


Row = TypeVar("Row", Evidence, SittingRow)


class SittingOf(Generic[Row]):
    """One sitting, as far as it has come: with all that was said in it, or as a list of sittings tells it."""

    def __init__(self, attempt: Attempt, ordinal: int, questions: tuple[SittingQuestion, ...], rows: Sequence[Row], product: str) -> None:
        self.id, self.begun, self.ordinal, self.asked, self.product = attempt.id, attempt.created, ordinal, questions, product
        self.shown: dict[str, Row] = {row.stage: row for row in rows}

    @property
    def next_number(self) -> int | None:
        """The first question that is not answered."""
        return sitting.first_open(self.asked, self.shown)

    @property
    def complete(self) -> bool:
        return self.next_number is None

    @property
    def ended(self) -> datetime | None:
        """When the latest answer was given."""
        return max((row.made for row in self.shown.values()), default=None)

    @property
    def seconds(self) -> float:
        return sum(max(0.0, row.seconds or 0.0) for row in self.shown.values())

    @cached_property
    def outcomes(self) -> dict[str, list[Outcome]]:
        """The scored items by concept, in the order of the questions."""
        found: dict[str, list[Outcome]] = {}
        for question in self.asked:
            for stage, row in self.shown.items():
                number, _, kind = stage.partition(".")
                if int(number) == question.number and row.score is not None:
                    item = kind.removeprefix("claim.")
                    found.setdefault(row.concept, []).append(Outcome(item, row.score == 1, row.certainty or 1))
        return found

    @property
    def scored(self) -> tuple[int, int]:
        """Right, of so many claims and situations."""
        every = [outcome.right for shown in self.outcomes.values() for outcome in shown]
        return sum(every), len(every)

    @cached_property
    def priorities(self) -> tuple[Priority, ...]:
        """What to learn first, most pressing first, of the concepts answered so far. What is firm is not among them."""
        product = product_of(self.product)
        return sitting.priorities(self.outcomes, product.concepts)

    def question(self, number: int) -> SittingQuestion:
        found = next((asked for asked in self.asked if asked.number == number), None)
        if found is None:
            raise NotFound("There is no such question.", "The self-test has seven; choose one of them.")
        return found

    def stage(self, number: int) -> sitting.Stage:
        return sitting.stage(number, self.shown)


Sitting = SittingOf[Evidence]
PastSitting = SittingOf[SittingRow]


def product_of(slug: str) -> Product:
    """The kind of product; until the learner says, the one to which every concept counts alike."""
    known = {product.slug: product for product in loader.products()}
    return known.get(slug) or known["other"]


async def sittings(session: Session, learner: str) -> list[PastSitting]:
    """All of them, oldest first; in three SELECTs however many there are."""
    attempts, row = await queries.attempts(session, learner, SELF_TEST.key()), await queries.learner(session, learner)
    shown = await queries.rows_of_attempts(session, [attempt.id for attempt in attempts])
    product = row.product if row else ""
    return [
        SittingOf(attempt, ordinal, _plan(attempts[0].seed, ordinal, attempt.seed), shown.get(attempt.id, []), product)
        for ordinal, attempt in enumerate(attempts)
    ]


async def latest_sitting(session: Session, learner: str, complete: bool = False) -> Sitting | None:
    """The newest sitting; with `complete` the newest that was finished. None where there is none."""
    attempts = await queries.attempts(session, learner, SELF_TEST.key())
    for ordinal in reversed(range(len(attempts))):
        found = await _sitting(session, learner, attempts, ordinal)
        if found.complete or not complete:
            return found
    return None


async def the_sitting(session: Session, learner: str, attempt_id: str) -> Sitting:
    attempts = await queries.attempts(session, learner, SELF_TEST.key())
    ordinal = next((i for i, attempt in enumerate(attempts) if attempt.id == attempt_id), None)
    if ordinal is None:
        raise NotFound("There is no such sitting of the self-test.", "Open the self-test: every sitting of yours is listed there.")
    return await _sitting(session, learner, attempts, ordinal)


@lru_cache(maxsize=256)
def _plan(base: int, ordinal: int, seed: int) -> tuple[SittingQuestion, ...]:
    return sitting.plan(loader.track().concepts, base, ordinal, seed)


async def _sitting(session: Session, learner: str, attempts: Sequence[Attempt], ordinal: int) -> Sitting:
    row = await queries.learner(session, learner)
    attempt = attempts[ordinal]
    asked = _plan(attempts[0].seed, ordinal, attempt.seed)
    shown = await queries.attempt_evidence(session, attempt.id)
    return Sitting(attempt, ordinal, asked, shown, row.product if row else "")


# Acts


async def begin(store: Store, learner: str, product: str, anew: bool = False) -> str:
    """Its id. An open sitting is gone on with, unless a new one is wanted; one in which nothing was said is taken for the new one."""
    async with store.begin() as session:
        await set_product(session, learner, product)
        last = await latest_sitting(session, learner)
        if last and not last.complete and not (anew and last.shown):
            return last.id
        attempt = new_attempt(learner, SELF_TEST.key())
        session.add(attempt)
        return attempt.id


async def hand_in(store: Store, learner: str, attempt_id: str, number: int, text: str, again: bool = False, cannot: bool = False) -> None:
    """The answer in the learner's own words, or that they have none. `again`: the second try, after the hints."""
    text = "" if cannot else _checked(text)
    async with store.read() as session:
        (await the_sitting(session, learner, attempt_id)).question(number)
    read = None if cannot else await with_help(number, text, await asyncio.to_thread(grade, number, text))
    async with store.begin() as session:
        attempt, asked, now = await _open(session, learner, attempt_id, number)
        if now.stage(number) != ("check" if again else "write") or f"{number}.again" in now.shown:
            raise BadInput("This answer was already handed in, perhaps in another tab.", "What was read in it stands on its page now.")
        await evidence.append(session, attempt, _text(asked, text, read, again))
        await drafts.drop(session, learner, draft_name(attempt_id, number))


async def mark(store: Store, learner: str, attempt_id: str, number: int, idea: str, words: str, denied: bool = False) -> None:
    """What the rules could not tell: the learner marks the words that say it, or says that they did not say it."""
    async with store.begin() as session:
        attempt, asked, now = await _open(session, learner, attempt_id, number)
        latest = now.shown.get(f"{number}.again") or now.shown.get(f"{number}.text")
        read = latest.answer.get("read") if latest else None
        unsure = {one["idea"] for one in read["ideas"] if one["verdict"] == "unsure"} if read else set()
        if latest is None or idea not in unsure or f"{number}.mark.{idea}" in now.shown:
            raise BadInput("There is nothing to mark here.", "Go on from where the page stands now.")
        answer: dict[str, Any] = {"said": False}
        if not denied:
            start, end = sitting.marked_words(latest.answer["text"], words)
            answer = {"said": True, "start": start, "end": end, "text": latest.answer["text"][start:end]}
        shown = NewEvidence(asked.concept, "vocabulary", f"{number}.mark.{idea}", answer, None, "the learner", why="Marked by the learner.")
        await evidence.append(session, attempt, shown)


async def answer(
    store: Store, learner: str, attempt_id: str, number: int, claims: Mapping[str, Judged], picked: str, certainty: int
) -> None:
    """All claims of a question and its situation, together: feedback on one would answer the next."""
    async with store.begin() as session:
        attempt, asked, now = await _open(session, learner, attempt_id, number)
        if now.stage(number) != "check":
            raise BadInput("This step is not open now.", "Go on from where the page stands now.")
        for claim in asked.claims:
            if claim.idea not in claims:
                raise BadInput("One of the claims is not answered yet.", "Say of each whether it is true, and how sure you are.")
            said = claims[claim.idea]
            verdict = sitting.judge_claim(claim, said.said)
            earned = graders.marks(verdict.right, said.certainty)
            given = {"claim": claim.text, "other": claim.other, "said": said.said, "true": claim.true}
            stage = f"{number}.claim.{claim.idea}"
            shown = NewEvidence(asked.concept, "vocabulary", stage, given, verdict.score, GRADER, said.certainty, earned, verdict.why)
            await evidence.append(session, attempt, shown._replace(variant=claim.variant, content=claim.content))
        await evidence.append(session, attempt, _applied(asked, picked, certainty))
        await drafts.drop(session, learner, draft_name(attempt_id, number))


async def save_draft(store: Store, learner: str, attempt_id: str, number: int, text: str, clear: bool = False) -> drafts.Saved:
    text = drafts.fitting(text, "the answer", LONGEST)
    async with store.begin() as session:
        await _open(session, learner, attempt_id, number)
        return await drafts.save(session, learner, draft_name(attempt_id, number), text, clear)


def draft_name(attempt_id: str, number: int) -> str:
    return f"{SELF_TEST.key()}/{attempt_id}/{number}"


async def _open(session: Session, learner: str, attempt_id: str, number: int) -> tuple[Attempt, SittingQuestion, Sitting]:
    """The question, with no other act of this learner until the commit. Raises when it was answered already."""
    await queries.lock_learner(session, learner)
    now = await the_sitting(session, learner, attempt_id)
    asked = now.question(number)
    attempt = await queries.attempt(session, attempt_id)
    assert attempt is not None
    if now.stage(number) == "answered":
        raise BadInput("This question was already answered, perhaps in another tab.", "The answers stand on its page now.")
    return attempt, asked, now


def _checked(text: str) -> str:
    text = drafts.plain(text)
    if not text.strip():
        raise BadInput("There is no answer to read yet.", "Write what you would tell a colleague, or choose “I cannot answer this yet”.")
    if len(text) > LONGEST:
        raise BadInput(f"The answer has {len(text):,} characters; {LONGEST:,} are the most.", "A few sentences are enough. Shorten it.")
    return text


def _text(asked: SittingQuestion, text: str, read: Graded | None, again: bool) -> NewEvidence:
    """No score: what counts is the claims and the situation, judged by code."""
    given = {"text": text, "read": read.model_dump(mode="json") if read else None}
    why = "Free text: shown again, never scored." if read else "They said that they cannot answer it yet."
    stage = f"{asked.number}.{'again' if again else 'text'}"
    helped = "second try, after the hints" if again else ""
    return NewEvidence(asked.concept, "vocabulary", stage, given, None, read.grader if read else "none", why=why, help=helped)


def _applied(asked: SittingQuestion, picked: str, certainty: int) -> NewEvidence:
    verdict = sitting.judge_application(asked, picked)
    options = [option.model_dump() for option in asked.options]
    given = {"situation": asked.application.situation, "options": options, "best": asked.application.best, "picked": picked}
    earned = graders.marks(verdict.right, certainty)
    stage = f"{asked.number}.{APPLICATION}"
    shown = NewEvidence(asked.concept, "decisions", stage, given, verdict.score, verdict.grader, certainty, earned, verdict.why)
    return shown._replace(variant=asked.variant, content=asked.content)
