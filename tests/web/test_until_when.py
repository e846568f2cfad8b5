"""Until when a concept is to be believed: each claim that was looked up says where and when, and a date that is past says so."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from fluencylab import clock
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Lately
from web.conftest import Web

CLAIMS = [(concept.slug, one) for concept in track().concepts if concept.about for one in concept.about.lately]


def test_what_changes_fast_is_dated() -> None:
    assert len({slug for slug, _ in CLAIMS}) >= 8
    assert len({one.title for _, one in CLAIMS}) == len(CLAIMS)


@pytest.mark.parametrize(("slug", "one"), CLAIMS, ids=[one.title for _, one in CLAIMS])
def test_a_claim_says_where_it_was_read_and_of_when_that_is(slug: str, one: Lately) -> None:
    assert one.looked_up <= clock.now().date()
    undated = [place for place in one.seen if not re.search(r"\b(19|20)\d\d\b|\bundated\b", place)]
    assert undated == []


def today_is(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, tzinfo=UTC))


async def test_the_page_shows_each_claim_with_its_places_and_what_was_not_confirmed(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    slug, one = next((slug, one) for slug, one in CLAIMS if one.unconfirmed)
    today_is(one.looked_up, monkeypatch)
    page = (await web.get(f"/concepts/{slug}")).text
    shown = page.partition('id="true-as-of"')[2]
    assert one.title in shown and "Not confirmed:" in shown and f"Looked up on {one.looked_up:%d %B %Y}" in shown
    assert shown.count("Looked up on") == sum(other == slug for other, _ in CLAIMS)
    assert "That day is past" not in shown


async def test_a_date_that_is_past_is_said(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    slug, one = CLAIMS[0]
    about = next(concept.about for concept in track().concepts if concept.slug == slug)
    assert about
    today_is(max(one.until, about.until) + timedelta(days=1), monkeypatch)
    page = (await web.get(f"/concepts/{slug}")).text
    assert "This should have been looked at again by" in page and "That day is past" in page
