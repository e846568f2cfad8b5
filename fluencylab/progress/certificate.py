"""A certificate: the solid cells of one learner as an Open Badges 3.0 credential, and what can be said of such a file.

It is a W3C Verifiable Credential (data model 2.0) in the JSON Web Token form of Open Badges 3.0: the credential itself is the signed
payload, with `iss`, `sub`, `jti`, `nbf` and `exp` beside it. Pure; `jws.py` signs, `actions/certificate.py` keeps the key.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.progress import jws, transfer
from fluencylab.progress.transfer import Transfer
from fluencylab.text.written import day, percent

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
LASTS = timedelta(days=180)
"""Skills lapse, and models change: after half a year a certificate asks to be renewed."""
SLACK = timedelta(minutes=5)
"""Two clocks may differ by this much."""
RULE = "Solid: at least 80 % probability that more than 70 % of tasks of this kind would be answered right, from three or more tasks."
ISSUER = "Fluency Lab, on the learner's own machine"
LIMITS = (
    "Nobody watched: the name is the one the learner typed, and help from others cannot be ruled out.",
    "A certificate is issued by the learner's own copy of the lab. Its signature proves that nothing was changed since, not who made it.",
    "What is shown is how tasks of these kinds would be answered on that day. How work on a product goes is not measured.",
)


class Certified(NamedTuple):
    """One solid cell and the conditions of its evidence."""

    concept: str
    title: str
    capability: str
    mean: float
    low: float
    high: float
    n: int
    first: date
    last: date
    models: tuple[str, ...]
    """Name and file hash of each model that runs were made on."""
    content: str
    """Fingerprint of the words of the exercises."""
    true_as_of: date | None

    @property
    def name(self) -> str:
        return f"{self.title} ({self.capability})"

    @property
    def share(self) -> str:
        """The only way a percentage is written: with its interval."""
        return f"{percent(self.mean)} (80 % interval {percent(self.low)} to {percent(self.high)})"

    @property
    def conditions(self) -> str:
        parts = [f"{self.n} tasks", f"{day(self.first)} to {day(self.last)}", *self.models, f"exercises {self.content}"]
        return " · ".join(parts + ([f"subject true as of {day(self.true_as_of)}"] if self.true_as_of else []))


NEAR = "Near transfer: new tasks of the kinds that were practised, on a real language model, judged by rules."
FAR = "Transfer: decisions on a product never seen, in one hour, scored by code from what a real language model answered."
NOT_FAR = "Transfer to a product never seen was not shown."


def credential(name: str, cells: Sequence[Certified], missing: Iterable[str], now: datetime, jwk: dict[str, str], ids: tuple[str, str],
               version: str, capstones: Sequence[Transfer] = ()) -> dict[str, Any]:  # fmt: skip
    """`missing`: what is not shown, by name; `ids`: two UUIDs, of the credential and of its subject; `capstones`: all that were ended."""
    issued, ends = now.replace(microsecond=0), (now + LASTS).replace(microsecond=0)
    one, subject = (f"urn:uuid:{found}" for found in ids)
    left = "; ".join(missing)
    far = transfer.ends(capstones)
    narrative = [NEAR, RULE, f"{FAR} {transfer.told(capstones)}" if far else NOT_FAR, *LIMITS]
    narrative.append(f"Not shown: {left}." if left else "Every cell of the map is shown.")
    shown = [
        *(
            _Shown(f"{one}#{cell.concept}-{cell.capability}", cell.name, cell.mean, NEAR, f"{cell.share}.", cell.conditions)
            for cell in cells
        ),
        *(
            _Shown(f"{one}#capstone-{number}", each.name, each.score, FAR, f"{each.points} of 100 points.", each.conditions)
            for number, each in enumerate(far, start=1)
        ),
    ]
    achievement = {
        "id": f"{one}#achievement",
        "type": ["Achievement"],
        "achievementType": "Competency",
        "name": "Technical fluency for AI products",
        "description": f"Shown by doing, on a real language model: {', '.join(cell.name for cell in cells)}.",
        "criteria": {"narrative": " ".join(narrative)},
        "resultDescription": [
            {"id": each.id, "type": ["ResultDescription"], "name": each.name, "resultType": "Percent", "valueMin": "0", "valueMax": "100"}
            for each in shown
        ],
    }
    found = {
        "@context": CONTEXTS,
        "id": one,
        "type": TYPES,
        "name": "Technical fluency for AI products",
        "issuer": {"id": jws.did(jwk), "type": ["Profile"], "name": ISSUER},
        "validFrom": _stamp(issued),
        "validUntil": _stamp(ends),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": name}],
            "achievement": achievement,
            "result": [{"type": ["Result"], "resultDescription": each.id, "value": f"{each.share * 100:.0f}"} for each in shown],
        },
        "evidence": [
            {
                "id": f"{each.id}-evidence",
                "type": ["Evidence"],
                "name": each.name,
                "genre": each.genre,
                "narrative": each.narrative,
                "description": f"{each.conditions} · fluencylab {version}",
            }
            for each in shown
        ],
    }
    claims = {"iss": jws.did(jwk), "sub": subject, "jti": one, "nbf": int(issued.timestamp()), "exp": int(ends.timestamp())}
    return found | claims


class _Shown(NamedTuple):
    """One result of a credential, with its evidence. `share`: from 0 to 1."""

    id: str
    name: str
    share: float
    genre: str
    narrative: str
    conditions: str


def _stamp(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


# What can be said of a file

Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """What of the standard's many fields is read here; others may stand beside them."""

    model_config = ConfigDict(frozen=True, strict=True)


class _Named(Part):
    id: Text
    name: Text


class _Criteria(Part):
    narrative: Text


class _Achievement(_Named):
    criteria: _Criteria
    resultDescription: list[_Named] = Field(min_length=1)


class _Identity(Part):
    identityHash: Text


class _Result(Part):
    resultDescription: Text
    value: Text


class _Subject(Part):
    id: Text
    identifier: list[_Identity] = Field(min_length=1)
    achievement: _Achievement
    result: list[_Result]


class _Evidence(_Named):
    narrative: Text
    description: Text


class Shape(_Named):
    """The credential with its claims."""

    context: list[str] = Field(alias="@context")
    type: list[str]
    issuer: _Named
    validFrom: Text
    validUntil: Text
    credentialSubject: _Subject
    evidence: list[_Evidence]
    iss: str
    sub: str
    jti: str
    nbf: int
    exp: int


class Check(NamedTuple):
    """`ok` is None where nothing can be said."""

    name: str
    ok: bool | None
    says: str


class Verified(NamedTuple):
    ok: bool
    """Nothing of what can be checked is wrong."""
    checks: tuple[Check, ...]
    fingerprint: str
    credential: dict[str, Any]


def verify(token: str, now: datetime, key: str = "") -> Verified:
    """`key`: the fingerprint the issuer gave on another way; without it nobody can say whose signature it is."""
    try:
        payload, jwk = jws.opened(token.strip())
    except ValueError as error:
        return Verified(False, (Check("signature", False, str(error)),), "", {})
    mark = jws.fingerprint(jwk)
    checks = (
        Check("signature", True, "Not one byte was changed since it was signed."),
        _shape(payload, jwk),
        _dates(payload, now),
        _issuer(mark, key.strip()),
    )
    return Verified(all(check.ok is not False for check in checks), checks, mark, payload)


def _shape(payload: dict[str, Any], jwk: dict[str, str]) -> Check:
    try:
        wrong = _misshapen(Shape.model_validate(payload), jws.did(jwk))
    except ValueError:  # pydantic's own is one
        wrong = "a part of it is missing or of the wrong kind"
    if wrong:
        return Check("shape", False, f"It is not a certificate of this kind: {wrong}.")
    return Check("shape", True, "It is an Open Badges 3.0 credential, and its parts agree with each other.")


def _misshapen(found: Shape, issuer: str) -> str:
    subject = found.credentialSubject
    described = {one.id for one in subject.achievement.resultDescription}
    agree = (
        (found.context[:2] == CONTEXTS and set(TYPES) <= set(found.type), "its context or type is another"),
        (found.iss == found.issuer.id == issuer, "its issuer is not the key that signed it"),
        (found.jti == found.id and found.sub == subject.id, "its names do not agree"),
        (found.nbf == _seconds(found.validFrom) and found.exp == _seconds(found.validUntil), "its dates do not agree"),
        ({one.resultDescription for one in subject.result} == described, "its results are not the ones it describes"),
        (len(found.evidence) == len(described), "some results have no evidence"),
    )
    return next((why for holds, why in agree if not holds), "")


def _seconds(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp())


def _dates(payload: dict[str, Any], now: datetime) -> Check:
    try:
        begins, ends = (datetime.fromisoformat(payload[name]) for name in ("validFrom", "validUntil"))
        early, late = now + SLACK < begins, now > ends
    except (KeyError, TypeError, ValueError):
        return Check("dates", False, "It does not say from when to when it holds.")
    if early:
        return Check("dates", False, f"It holds only from {day(begins)} on. Is one of the two clocks wrong?")
    if late:
        return Check("dates", False, f"It ended on {day(ends)}. Skills lapse: ask for a new one.")
    return Check("dates", True, f"It was issued on {day(begins)} and holds until {day(ends)}.")


def _issuer(mark: str, key: str) -> Check:
    if not key:
        return Check("issuer", None, "Who signed it cannot be said: ask the issuer for their key's fingerprint, and give it with --key.")
    if key != mark:
        return Check("issuer", False, "It was signed with another key than the one you expect.")
    return Check("issuer", True, "It was signed with the key you expect.")
