"""Prices come from a dated table that lies in the package; nothing is fetched."""

import importlib.metadata
from datetime import UTC, datetime

import pytest

from fluencylab.errors import BadInput
from fluencylab.models import pricing

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


def test_the_table_has_the_date_of_the_version_that_is_installed() -> None:
    assert importlib.metadata.version("genai-prices") == pricing.TABLE, "a new price table: look up its day of release"
    assert NOW.date() >= pricing.DATED


def test_every_price_has_a_source_and_writing_costs_no_less_than_reading() -> None:
    table = pricing.prices(NOW)
    assert len(table) > 100
    assert len({price.name for price in table}) == len(table)
    assert [price.name for price in table if not price.source.startswith("https://")] == []
    assert sum(price.written >= price.read > 0 for price in table) / len(table) > 0.95


def test_a_price_is_found_by_its_name_and_a_strange_name_becomes_a_sentence() -> None:
    known = pricing.prices(NOW)[0]
    assert pricing.find(f" {known.name.upper()} ", NOW) == known
    with pytest.raises(BadInput, match="no model called “Model of my own”"):
        pricing.find("Model of my own", NOW)


def test_a_price_that_rises_with_the_prompt_says_so() -> None:
    assert any(price.steps for price in pricing.prices(NOW))
    assert not all(price.steps for price in pricing.prices(NOW))
