"""A certificate says what it says, holds while it holds, and breaks with one changed byte."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from fluencylab.progress import jws
from fluencylab.progress.certificate import FAR, LASTS, LIMITS, NEAR, NOT_FAR, Certified, credential, verify
from fluencylab.progress.transfer import UNKNOWN, Transfer

NOW = datetime(2026, 11, 23, 12, 0, 1, 5, tzinfo=UTC)
PEM = jws.new_key()
JWK = jws.public_jwk(PEM)
CELL = Certified(
    "latency", "Latency and TTFT", "decisions", 0.874, 0.72, 0.98, 8, date(2026, 10, 1), date(2026, 11, 20),
    ("SmolLM2-135M-Instruct (sha256 b179c9523d0e)",), "0f12ab34cd56", date(2026, 11, 1),
)  # fmt: skip
IDS = ("4b5f8a52-0000-4000-8000-000000000001", "4b5f8a52-0000-4000-8000-000000000002")


def payload(**changes: Any) -> dict[str, Any]:
    cells = [CELL, CELL._replace(capability="vocabulary")]
    return credential("Ada Okafor", cells, ["Tool use: debugging (emerging)"], NOW, JWK, IDS, "0.1.0") | changes


TOKEN = jws.sign(payload(), PEM)


def wrong(token: str, now: datetime = NOW, key: str = "") -> list[str]:
    found = verify(token, now, key)
    assert found.ok == (not [check for check in found.checks if check.ok is False])
    return [check.name for check in found.checks if check.ok is False]


def test_what_was_signed_is_verified_and_says_what_cannot_be() -> None:
    found = verify(TOKEN, NOW)
    assert found.ok and [check.ok for check in found.checks] == [True, True, True, None]
    assert found.fingerprint == jws.fingerprint(JWK)
    assert "cannot be said" in found.checks[-1].says
    assert verify(TOKEN + "\n", NOW, found.fingerprint).checks[-1].ok is True


def test_it_carries_the_conditions_and_every_limit() -> None:
    said = json.dumps(payload(), ensure_ascii=False)
    for words in ("87 % (80 % interval 72 % to 98 %)", "8 tasks", "1 October 2026 to 20 November 2026", "sha256 b179c9523d0e",
                  "true as of 1 November 2026", "fluencylab 0.1.0", "Tool use: debugging (emerging)", "Ada Okafor", *LIMITS):  # fmt: skip
        assert words in said
    header = json.loads(jws._decoded(TOKEN.split(".")[0]))
    assert set(header) == {"alg", "jwk", "typ"} and "d" not in header["jwk"]


def test_what_was_shown_on_a_product_never_seen_stands_beside_the_cells_and_is_not_one_of_them() -> None:
    shown = [Transfer(f"Product {n}", "Travel", "A", date(2026, 11, n), n / 10, {"memo": 0.5}) for n in (1, 2, 7)]
    whole = credential("Ada", [CELL], [], NOW, JWK, IDS, "0.1.0", shown)
    assert verify(jws.sign(whole, PEM), NOW).ok
    near, *far = whole["evidence"]
    assert near["genre"] == NEAR and [(one["genre"], one["narrative"]) for one in far] == [
        (FAR, "10 of 100 points."),
        (FAR, "70 of 100 points."),
    ]
    criteria = whole["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "+60 points" in criteria and UNKNOWN in criteria and NOT_FAR not in criteria
    assert NOT_FAR in payload()["credentialSubject"]["achievement"]["criteria"]["narrative"]


@examples(max_examples=300, deadline=None)
@given(at=st.integers(0, len(TOKEN) - 1), byte=st.integers(1, 255))
def test_one_changed_byte_is_not_verified(at: int, byte: int) -> None:
    changed = bytearray(TOKEN.encode())
    changed[at] ^= byte
    assert wrong(changed.decode("ascii", "replace")) == ["signature"]


def test_every_last_letter_but_the_right_one_is_refused() -> None:
    """The last letter of a signature has four bits that mean nothing: they may not hide a change."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [letter for letter in letters if not wrong(TOKEN[:-1] + letter)] == [TOKEN[-1]]


STRANGE = ["", ".", "..", "a.b.c", "{}", TOKEN + ".", TOKEN[5:], TOKEN * 2, "\0" * 50, "é" * 9, "." * 10_000, "eyJ9", "x" * 2_000_000]


@pytest.mark.parametrize("text", STRANGE)
def test_what_is_no_certificate_is_a_sentence(text: str) -> None:
    found = verify(text, NOW)
    assert not found.ok and found.checks[0].says.endswith(".")


@examples(max_examples=80, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(), lambda deeper: st.lists(deeper) | st.dictionaries(st.text(), deeper)))
def test_no_signed_content_breaks_the_check(content: Any) -> None:
    """Anybody can sign anything: only its shape can refuse it."""
    for part in ("credentialSubject", "evidence", "issuer", "validFrom", "validUntil", "@context", "nbf"):
        assert "shape" in wrong(jws.sign(payload() | {part: content}, PEM))


def test_a_token_signed_with_another_algorithm_or_none_is_refused() -> None:
    for header in ({"alg": "none"}, {"alg": "HS256", "jwk": JWK, "typ": "JWT"}, {"alg": "EdDSA", "jwk": JWK, "typ": "JWT", "crit": ["x"]}):
        parts = TOKEN.split(".")
        parts[0] = jws._encoded(jws._compact(header))
        assert wrong(".".join(parts)) == ["signature"]


def test_another_key_cannot_speak_for_this_issuer() -> None:
    other = jws.new_key()
    assert wrong(jws.sign(payload(), other)) == ["shape"]
    theirs = jws.sign(credential("Ada Okafor", [CELL], [], NOW, jws.public_jwk(other), IDS, "0.1.0"), other)
    assert wrong(theirs) == []
    assert wrong(theirs, key=jws.fingerprint(JWK)) == ["issuer"]


def test_it_holds_from_its_day_on_and_for_half_a_year() -> None:
    for now, expected in (
        (NOW - timedelta(days=1), ["dates"]),
        (NOW - timedelta(minutes=4), []),
        (NOW + LASTS - timedelta(minutes=1), []),
        (NOW + LASTS + timedelta(minutes=1), ["dates"]),
    ):
        assert wrong(TOKEN, now) == expected


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """RFC 8037, appendix A.3."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert jws.fingerprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
