"""What an endpoint says it has, out of whatever it sent; and where an address leads."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fluencylab.models import whereabouts
from fluencylab.models.listing import LONGEST, MOST_NAMES, names
from fluencylab.models.places import places

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["data", "models", "id", "name", "x"]), inner, max_size=3),
)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"object": "list", "data": [{"id": "b"}, {"id": "A"}, {"id": "b"}]}, ["A", "b"]),
        ({"models": [{"name": "models/gemini"}]}, ["models/gemini"]),
        ([{"id": "x"}, "y"], ["x", "y"]),
        ({"data": {}}, []),
        ({"error": "no"}, []),
    ],
)
def test_the_shapes_that_endpoints_send(sent: object, found: list[str]) -> None:
    assert names(json.dumps(sent).encode()) == found


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_whatever_is_sent_gives_names_that_can_be_shown_and_typed(sent: object) -> None:
    for name in names(json.dumps(sent).encode()):
        assert 0 < len(name) <= LONGEST and name == name.strip() and all(ord(sign) > 31 for sign in name)


def test_of_an_endless_list_the_beginning_is_kept() -> None:
    assert len(names(json.dumps({"data": [{"id": f"m{n}"} for n in range(9_000)]}).encode())) == MOST_NAMES


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://localhost:11434/v1", True), ("http://127.8.9.1/v1", True), ("http://[::1]:8000/v1", True),
        ("http://me.localhost/v1", True),
        ("http://192.168.1.4:8000/v1", False), ("http://localhost.evil.example/v1", False), ("http://0.0.0.0:8000/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)  # fmt: skip
def test_only_this_very_machine_is_here(address: str, here: bool) -> None:
    assert whereabouts.is_here(address) is here


def test_every_place_of_the_form_has_an_address_that_is_taken() -> None:
    assert len({one.name for one in places()}) == len(places()) > 8
    addresses = [one.address for one in places() if one.address]
    assert all(address.startswith(("http://127.0.0.1:", "https://")) and whereabouts.host(address) for address in addresses)
