"""What every instrument is made of: steps observed, measures with their interval, a result with its conditions.

An instrument is a module with `TITLE`, `Params`, `calls(params)`, `fact_names(params)`, `run(model, params)` and
`conclude(steps)`; `fluencylab.instruments.instruments()` finds them all.
"""

from collections.abc import AsyncGenerator, Iterable
from typing import Any, Literal, Protocol

from pydantic import BaseModel, Field, JsonValue

from fluencylab import __version__
from fluencylab.models import name_model, open_model
from fluencylab.models.in_force import not_in_force
from fluencylab.models.types import Model, ModelInfo
from fluencylab.stats import Measure

TOKENS_A_SECOND = 100
"""What a small model writes on two idle cores: for guesses only."""


class Step(BaseModel):
    """One observation, as it was made. `kind` tells what `data` holds; each instrument names its kinds."""

    kind: str
    data: dict[str, Any]


Asks = Literal["model", "tokens", "nothing"]


class Result(BaseModel):
    """What the steps add up to: a pure fold, the same for a live, a stopped, a resumed and a recorded run."""

    measures: dict[str, Measure]
    says: str = Field("", description="One sentence a product manager can repeat")

    def facts(self) -> dict[str, float]:
        """The numbers alone, by name: what missions predict and rules compare."""
        return {name: measure.value for name, measure in self.measures.items()}


class Instrument(Protocol):
    """The shape of an instrument module. One that needs what some models lack may say so by `lacks(card, params)`, a list of sentences.

    What of it a model cannot show, whatever its parameters are, it says by `limits(card)`, for the page of models: a list of sentences.

    One whose settings may leave the model unasked says so by `asks(params)`: "model", "tokens" (only how it cuts texts) or "nothing".

    One that calls no language model also has `subject(params)`, which opens what it measures instead, `card()`, which
    says what that is, and `STEP`, what its button counts in place of calls.
    """

    @property
    def TITLE(self) -> str: ...

    @property
    def Params(self) -> type[BaseModel]: ...

    def calls(self, params: Any) -> int:
        """How many model calls the run will make: for the button, the progress bar and the time left."""
        ...

    def fact_names(self, params: Any) -> list[str]:
        """The facts a whole run with these parameters gives; content is checked against it."""
        ...

    def run(self, model: Model, params: Any) -> AsyncGenerator[Step]:
        """Observations as they happen. Closing the iterator ends the calls that are under way."""
        ...

    def conclude(self, steps: Iterable[Step]) -> Result: ...


async def subject(instrument: Instrument, params: Any, slug: str | None = None) -> Model:
    """What a run measures, opened: the model of that name or the one in use, or what the instrument measures instead.

    A model of which nothing is asked is named and not opened: its weights need not be here.
    """
    if own := getattr(instrument, "subject", None):
        opened: Model = await own(params)
        return opened
    return await (name_model if asks(instrument, params) == "nothing" else open_model)(slug)


def own_card(instrument: Instrument) -> ModelInfo | None:
    """What a proof of this lab stands on, where that is not the language model."""
    own = getattr(instrument, "card", None)
    return own() if own else None


def asks(instrument: Instrument, params: Any) -> Asks:
    """What of the language model a run with these parameters uses: no result may name a model that was never asked."""
    own = getattr(instrument, "asks", None)
    return own(params) if own else "nothing" if hasattr(instrument, "subject") else "model"


def read_by(instrument: Instrument, params: Any, slug: str) -> str:
    """Which model reads the texts of a run: `slug`, or of a lab that measures something else what it names by `read_by(params)`.

    "" where they stay within the lab.
    """
    if hasattr(instrument, "subject"):
        own = getattr(instrument, "read_by", None)
        return str(own(params)) if own else ""
    return "" if asks(instrument, params) == "nothing" else slug


def about_seconds(instrument: Instrument, params: Any) -> int:
    """About how long a run takes, for its button. An instrument that knows better than this guess has `seconds(params)`."""
    own = getattr(instrument, "seconds", None)
    tokens = getattr(params, "max_tokens", 24)
    each = 0.05 + (tokens if isinstance(tokens, int | float) else 24) / TOKENS_A_SECOND
    return max(1, round(own(params) if own else instrument.calls(params) * each))


def out_of_force(instrument: Instrument, card: ModelInfo, params: BaseModel) -> list[str]:
    """What of a run's settings could not be in force on this model, a sentence each; of its own a lab tells by `lacks(card, params)`."""
    own = getattr(instrument, "lacks", None)
    return [*not_in_force(card.abilities, params.model_dump()), *(own(card, params) if own else ())]


def limits(instrument: Instrument, card: ModelInfo) -> list[str]:
    """What of a lab this model cannot show, a sentence each; [] for a lab that measures something else, or that says nothing of it."""
    own = getattr(instrument, "limits", None)
    return list(own(card)) if own and not hasattr(instrument, "subject") else []


def refusal(instrument: Instrument, card: ModelInfo, params: Any) -> str:
    """Why a run with these parameters cannot be made on this model; "" where it can. A lab says so by `refusal(card, params)`."""
    own = getattr(instrument, "refusal", None)
    return str(own(card, params)) if own else ""


def signature(card: ModelInfo, instrument: str, params: BaseModel, steps: int) -> dict[str, JsonValue]:
    """The conditions without which a number means nothing; stored with a run, shown under it, exported with it."""
    return {
        "model": card.name,
        "sha256": card.sha256,
        **({"adapter": card.adapter, "adapter_sha256": card.adapter_sha256} if card.adapter else {}),
        "instrument": instrument,
        "params": params.model_dump(mode="json"),
        **({"not_in_force": list[JsonValue](lacking)} if (lacking := not_in_force(card.abilities, params.model_dump())) else {}),
        "steps": steps,
        "version": __version__,
    }
