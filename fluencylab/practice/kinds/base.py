"""What a kind of exercise says of itself, once; everything that is true of all exercises asks here. Pure.

    MISSION.key("which-locker")                        ->  "which-locker"        in attempts and in evidence
    DIAGNOSIS.key("every-answer-another")              ->  "debug/every-answer-another"
    DIAGNOSIS.find("every-answer-another").href        ->  "/debug/cases/every-answer-another"

What depends on the model in use is said in `actions/kinds/`, found by the same name; its pages are `web/routes/<name>.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from fluencylab.curriculum.schema import Capability, Concept
from fluencylab.practice.items import Item, Met
from fluencylab.practice.kinds import telling
from fluencylab.practice.kinds.telling import Said, Weighed

T = TypeVar("T")

NOT_BEGUN = "not begun"
DONE = "done"
RESULT = "result"


class Exercise(NamedTuple, Generic[T]):
    """One exercise, as what is common to all sees it. `of`: its content; `gives`: the kinds of fluency it is evidence of."""

    kind: "Kind[T]"
    slug: str
    title: str
    concept: str
    minutes: int
    gives: tuple[Capability, ...]
    of: T
    trade: str = ""

    @property
    def key(self) -> str:
        """How attempts and evidence name it. These are stored: a kind never changes them."""
        return self.kind.key(self.slug)

    @property
    def href(self) -> str:
        return self.kind.href(self.slug)

    @property
    def result_href(self) -> str:
        """Where the last finished attempt is shown, whatever was begun after it."""
        return f"{self.href}/{RESULT}" if self.kind.end else self.href


class Kind(ABC, Generic[T]):
    """One kind of exercise; `T` is what its content is read into. What is empty here is what most kinds do not have."""

    name: ClassVar[str]
    title: ClassVar[str]
    """What a learner reads: "Mission"."""
    plural: ClassVar[str]
    prefix: ClassVar[str]
    """Stands before the slug in a stored key. Missions and cases, which came first, have none; every other kind ends it with "/"."""
    base: ClassVar[str]
    """The address under which each has its page."""
    begin: ClassVar[str]
    """On the button of one that was not begun."""
    place: ClassVar[Literal["concept", "bench", ""]] = ""
    """Where they are listed: on the page of their concept, on the debugging bench, or nowhere."""
    heading: ClassVar[str] = ""
    says: ClassVar[str] = ""
    """Over the list, and the sentence under it."""
    nothing: ClassVar[str] = ""
    """In place of an empty list."""
    all_at_base: ClassVar[bool] = False
    """Does its address, without a slug, list all of them?"""
    runs: ClassVar[bool] = False
    """Does it run the model?"""
    secret: ClassVar[bool] = False
    """Would the name of its concept give the answer away?"""

    stages: ClassVar[tuple[str, ...]] = ()
    """In their order; the last brings it to its end. Without any it is not on the way through the track."""
    passes: ClassVar[str] = ""
    """The stage that finishes one without stages, once it is right; empty where nothing does."""
    where: ClassVar[Mapping[str, str]] = {}
    """Stage -> how far one is who stands before it, where the stage's own name would not say it."""
    parts: ClassVar[Mapping[str, str]] = {}
    """A word of a stage's name -> what evidence of it is called; also for the review items that are turned from this kind."""
    told_later: ClassVar[tuple[str, ...]] = ()
    """Stages whose evidence is told with that of a later stage, and not by itself."""
    forecasts: ClassVar[tuple[str, ...]] = ()
    """Words of stages at which a number was foretold: that shows how well one judges one's own certainty, and nothing of a cell."""
    pairs: ClassVar[Mapping[str, str]] = {}
    """Stage -> the one before it, without which it earns nothing."""
    verdict: ClassVar[str] = ""
    """The stage whose evidence falls with the end of a run, by no act of the learner's; empty where there is none."""
    guesses: ClassVar[Mapping[str, float]] = {}
    """A word of a stage's name -> what guessing reaches, for evidence of an exercise that is gone."""

    @property
    def module(self) -> str:
        """The name of the files that are found by it."""
        return self.name.replace("-", "_")

    @property
    def end(self) -> str:
        """The stage that leaves a result; empty where there never is one."""
        return self.stages[-1] if self.stages else self.passes

    def key(self, slug: str) -> str:
        return self.prefix + slug

    def slug(self, key: str) -> str | None:
        """The slug in a stored key; None where the key is not written as this kind writes."""
        if not self.prefix:
            return None if "/" in key else key
        return key.removeprefix(self.prefix) if key.startswith(self.prefix) else None

    def href(self, slug: str) -> str:
        return f"{self.base}/{slug}"

    @abstractmethod
    def every(self) -> Iterator[Exercise[T]]:
        """All there are, in the order in which they are offered."""

    @abstractmethod
    def find(self, slug: str) -> Exercise[T] | None:
        """None where the content has it no longer."""

    def words(self, of: T) -> str:
        """A hash that changes when what it asks does; empty where evidence keeps a hash of each part by itself."""
        return ""

    def was(self, of: T) -> str:
        """What it came down to, in half a sentence: told once it is done. Empty where its title says it."""
        return ""

    def about(self, of: T) -> str:
        """Whom or what it is about, in half a sentence, where all of a kind are listed."""
        return ""

    def chances(self, of: T) -> dict[str, float]:
        """Stage -> what guessing reaches."""
        return {}

    def retell(self, of: T, stage: str, answer: Mapping[str, Any]) -> Said:
        """What was asked and answered at a stage, in today's words."""
        return telling.plain(answer)

    def weighed(self, of: T, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
        """What was right of it, where the score alone would mislead."""
        return None

    def items(self, concept: Concept) -> Iterator[Item]:
        """Review items turned from the exercises of one concept. Their forms are named by words that no other kind uses."""
        yield from ()

    def met(self, item: Item) -> list[tuple[str, str]]:
        """(key, variant or stage) under which the words of an item of this kind's were met outside of its own review."""
        return []

    def first_shown(self, item: Item) -> Met | None:
        """Where the very words of an item of this kind's are shown outside of its own review; None where they are nowhere else."""
        return None

    def cells(self) -> set[tuple[str, str]]:
        """(concept, capability) for which there is something to do."""
        return {(one.concept, capability) for one in self.every() for capability in one.gives}

    def stands(self, stage: str, begun: bool) -> str:
        """How far one is, in words."""
        return self.where.get(stage, stage) if begun else NOT_BEGUN
