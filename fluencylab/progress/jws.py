"""Sign and check a JSON object as a compact JWS with Ed25519 (RFC 7515, RFC 8037): three parts of base64url between two points.

The public key stands in the header as a JWK. So anybody can check that nothing was changed since; who holds the key it does not say.
"""

import base64
import hashlib
import json
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

HEADERS = {"alg", "jwk", "typ"}
"""Open Badges 3.0 allows these and `kid`, and no other."""
LONGEST = 1_000_000


class Opened(NamedTuple):
    """`payload` is signed by the key of `jwk`."""

    payload: dict[str, Any]
    jwk: dict[str, str]


def new_key() -> bytes:
    """A private key as PEM, not encrypted."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_jwk(pem: bytes) -> dict[str, str]:
    """Raises ValueError when it is no Ed25519 key."""
    raw = _private(pem).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _encoded(raw)}


def fingerprint(jwk: dict[str, str]) -> str:
    """The key's thumbprint (RFC 7638): what two people compare to know that it is the same key."""
    wanted = {name: jwk[name] for name in ("crv", "kty", "x")}
    return _encoded(hashlib.sha256(_compact(wanted)).digest())


def did(jwk: dict[str, str]) -> str:
    """The key as an address that holds it (did:jwk)."""
    return f"did:jwk:{_encoded(_compact(jwk))}"


def sign(payload: dict[str, Any], pem: bytes) -> str:
    header = {"alg": "EdDSA", "jwk": public_jwk(pem), "typ": "JWT"}
    signed = f"{_encoded(_compact(header))}.{_encoded(_compact(payload))}"
    return f"{signed}.{_encoded(_private(pem).sign(signed.encode()))}"


def opened(token: str) -> Opened:
    """Raises ValueError, with a sentence, unless every byte is as it was signed."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST:
        raise ValueError("It is not three parts between two points.")
    header, payload, signature = (_decoded(part) for part in parts)
    head = _object(header)
    jwk = head.get("jwk")
    if head.get("alg") != "EdDSA" or not set(head) <= HEADERS or head.get("typ") != "JWT":
        raise ValueError("Its header does not name an Ed25519 signature.")
    if not isinstance(jwk, dict) or set(jwk) != {"crv", "kty", "x"} or (jwk["crv"], jwk["kty"]) != ("Ed25519", "OKP"):
        raise ValueError("Its header does not hold a public Ed25519 key.")
    try:
        key = Ed25519PublicKey.from_public_bytes(_decoded(jwk["x"]))
    except ValueError:
        raise ValueError("Its header does not hold a public Ed25519 key.") from None
    try:
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except InvalidSignature:
        raise ValueError("The signature does not fit: something was changed after it was signed.") from None
    return Opened(_object(payload), jwk)


def _private(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    return key


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueError("One of its parts is not a JSON object.")
    return found


def _compact(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    """Only the one way to write these bytes is taken: the last letter has bits that mean nothing."""
    if not isinstance(part, str):
        raise ValueError("One of its parts is not text.")
    try:
        content = base64.urlsafe_b64decode(part.encode("ascii", "replace") + b"=" * (-len(part) % 4))
    except ValueError:
        content = b""
    if not content or _encoded(content) != part:
        raise ValueError("One of its parts is not base64url.")
    return content
