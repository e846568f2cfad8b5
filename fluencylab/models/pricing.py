"""What providers ask for a million tokens: the offline table of genai-prices, with its date, and the provider's page as its source.

    find("Claude Haiku 4.5 (Anthropic)", now())   read 1.0, written 5.0 US dollars a million, dated 2026-11-10

A price is never a fact of ours: it is shown with its date and its source, and the learner's own prices go before it.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from fluencylab.errors import BadInput
from fluencylab.models.transport import library

TABLE = "0.2.3"
DATED = date(2026, 11, 10)
"""The day version TABLE of genai-prices was released; its prices are not newer. A test holds it to the installed version."""
PROVIDERS = ("anthropic", "cohere", "deepseek", "google", "groq", "mistral", "moonshotai", "openai", "x-ai")
NO_TEXT = ("audio", "embed", "image", "live", "ocr", "realtime", "robotics", "transcri", "tts", "voxtral", "whisper")


class Price(BaseModel):
    """US dollars for a million tokens, before any discount. `steps`: it is higher for very long prompts."""

    model_config = ConfigDict(frozen=True)

    name: str
    read: float
    written: float
    source: str
    steps: bool = False


def prices(at: datetime) -> tuple[Price, ...]:
    """The text models of the providers people name most, as priced in that hour. The first call takes about a second."""
    return _prices(at.replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=4)
def _prices(at: datetime) -> tuple[Price, ...]:
    providers = [provider for provider in library("genai_prices.data").providers if provider.id in PROVIDERS]
    found = [price for provider in providers for model in provider.models if (price := _price(provider, model, at))]
    return tuple({price.name: price for price in found}.values())


def _price(provider: Any, model: Any, at: datetime) -> Price | None:
    if model.deprecated or not model.name or not model.context_window or any(word in model.id for word in NO_TEXT):
        return None
    asked = model.get_prices(at)
    read, written = (getattr(asked, name, None) for name in ("input_mtok", "output_mtok"))
    if not read or not written:
        return None
    return Price(
        name=f"{model.name} ({provider.name})",
        read=float(getattr(read, "base", read)),
        written=float(getattr(written, "base", written)),
        source=(provider.pricing_urls or [""])[0],
        steps=hasattr(read, "tiers") or hasattr(written, "tiers"),
    )


def find(name: str, at: datetime) -> Price:
    """By its whole name, capitals or not. Raises BadInput where the table has none."""
    wanted = name.strip().casefold()
    for price in prices(at):
        if price.name.casefold() == wanted:
            return price
    raise BadInput(f"The price table has no model called “{name.strip()[:80]}”.", "Choose one from the list, or type both prices yourself.")
