"""Of a kind of exercise, what depends on the model in use and on what the learner did. The defaults: no proof, and nothing is hidden."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from fluencylab.actions.standing import standings
from fluencylab.curriculum.proofs import Proof
from fluencylab.curriculum.schema import Track
from fluencylab.instruments.base import Instrument, own_card
from fluencylab.models.types import Model, ModelInfo
from fluencylab.practice.difficulty import Difficulty
from fluencylab.practice.kinds import Exercise, Kind
from fluencylab.practice.kinds.base import DONE
from fluencylab.store.engine import Session
from fluencylab.store.tables import Attempt, Run

T = TypeVar("T")


class Listed(NamedTuple):
    """One exercise in a learner's list. `where`: how far it is, in words; `why_hidden`: empty where it is shown."""

    exercise: Exercise[Any]
    where: str
    proof: str
    why_hidden: str

    @property
    def href(self) -> str:
        """Of its result, where it has one."""
        return self.exercise.result_href if self.where == DONE else self.exercise.href


class Tried(NamedTuple):
    """What was done of one exercise. `says`: in words, "2 probes bought, 15 minutes"; `told`: whether its answer was shown once."""

    says: str = ""
    told: bool = False


class Acts(Generic[T]):
    def __init__(self, kind: Kind[T]) -> None:
        self.kind = kind

    def why_hidden(self, of: T, card: ModelInfo | None = None) -> str:
        """Why it is not shown on the model in use, or on another; empty where it is."""
        return ""

    def proof_says(self, of: T) -> str:
        """How good it is on the model in use, in words, where a list may say it."""
        return ""

    async def where(self, session: Session, learner: str) -> dict[str, str]:
        """Key -> how far the exercise is, in words."""
        stood = await standings(session, learner)
        return {one.key: self.kind.stands(*stood.of(one)) for one in self.kind.every()}

    def difficulty(self, of: T) -> Difficulty | None:
        """How hard it is on the model in use; None where nothing tells."""
        return None

    async def tried(self, session: Session, learner: str) -> dict[str, Tried]:
        """Key -> what was done of it, of those of which anything was."""
        return {}

    async def judge(self, session: Session, attempt: Attempt, run: Run, of: T) -> None:
        """Write down what a run counts for that has just come to its end, once. The learner is locked. For a kind with a `verdict`."""

    def problems(self, track: Track) -> Iterator[str]:
        """What of its content points nowhere, one sentence each."""
        yield from ()


class Proving(Acts[T]):
    """Of a kind whose exercises prove themselves on a model."""

    book: ClassVar[str]
    """Under which its proofs lie in `verified.json`: a field of `proofs.Page`."""

    def provable(self) -> list[Exercise[T]]:
        """Those that a model can be asked about."""
        return list(self.kind.every())

    @property
    def provable_says(self) -> str:
        """What those are called together."""
        return self.kind.plural

    def trials(self, asked: int) -> int:
        """How often `prove` advances, when so many trials are asked for."""
        return 1

    @abstractmethod
    async def prove(self, model: Model, of: T, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> Proof:
        """Try it. `known`: what this check has measured already, to be added to."""

    def instrument(self, of: T) -> Instrument | None:
        """What runs it, where that may measure something else than the language model."""
        return None

    def measured_on(self, of: T, card: ModelInfo) -> ModelInfo:
        """What its proof stands on: the language model, or what its instrument measures instead of it."""
        lab = self.instrument(of)
        return (own_card(lab) if lab else None) or card


def number_of(n: int, what: str) -> str:
    """ "1 probe", "2 probes" """
    return f"{n} {what}{'' if n == 1 else 's'}"
