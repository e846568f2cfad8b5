"""A model that is named and not opened: for a run that asks nothing of it, so that no weights are fetched and no engine starts for it."""

from collections.abc import Callable
from typing import NoReturn

from fluencylab.errors import LabError
from fluencylab.models.types import Completion, Message, ModelInfo, Request, Token, VocabularyToken


class Unasked:
    """A Model that has a card and gives no answer."""

    def __init__(self, card: ModelInfo) -> None:
        self.card = card

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        _refuse()

    async def tokenize(self, text: str) -> list[VocabularyToken]:
        _refuse()

    async def render(self, messages: tuple[Message, ...]) -> str:
        _refuse()


def _refuse() -> NoReturn:
    raise LabError("This lab said that it asks no model, and asked one.", "The lab has to be mended: its `asks` has to say “model”.")
