"""Keys in texts: what looks like a key to a service is taken out of a bundle, wherever it stands, and counted.

taken_out("Use sk-proj-Ab3…")     ("Use [a key was here]", 1)

By the forms in which the services give them out. A password in plain words has no form, and is not found.
"""

import re
from typing import Any

from fluencylab.workbench.bundle.contents import BundleCheck, Contents
from fluencylab.workbench.checks import CHECK
from fluencylab.workbench.version import Version

IN_ITS_PLACE = "[a key was here]"
_FORMS = re.compile(
    "|".join(
        (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            r"\b(?:sk|pk|rk)[-_](?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{20,}",
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
            r"\bAIza[0-9A-Za-z_-]{35}",
            r"\bya29\.[0-9A-Za-z_-]{20,}",
            r"\bgh[pousr]_[0-9A-Za-z]{30,}|\bgithub_pat_[0-9A-Za-z_]{30,}",
            r"\bglpat-[0-9A-Za-z_-]{20,}",
            r"\bhf_[0-9A-Za-z]{30,}",
            r"\bgsk_[0-9A-Za-z]{30,}",
            r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
            r"\bnpm_[0-9A-Za-z]{30,}",
            r"\bpypi-[0-9A-Za-z_-]{50,}",
            r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}",
            r"(?<=[Bb]earer )[0-9A-Za-z._~+/-]{20,}=*",
            r"(?<=://)[^\s/:@]{1,100}:[^\s/@]{1,200}(?=@)",
        )
    )
)


def taken_out(text: str) -> tuple[str, int]:
    """The text without what looks like a key, and how many there were."""
    return _FORMS.subn(IN_ITS_PLACE, text)


def without_keys(contents: Contents) -> tuple[Contents, int]:
    """The same without any key in its texts, and how many were taken out."""
    counted: list[int] = []
    told: Contents = _of(contents, counted)
    return told, sum(counted)


def _of(value: Any, counted: list[int]) -> Any:
    match value:
        case str():
            text, n = taken_out(value)
            counted.append(n)
            return text
        case BundleCheck():
            rule = CHECK.validate_python(_of(value.check.model_dump(mode="json"), counted))
            return BundleCheck(value.key, *_of((value.name, rule), counted), *_of(tuple(value[3:]), counted))
        case Version():
            return Version.model_validate(_of(value.model_dump(mode="json"), counted))
        case dict():
            return {_of(name, counted): _of(one, counted) for name, one in value.items()}
        case list():
            return [_of(one, counted) for one in value]
        case tuple():
            made = [_of(one, counted) for one in value]
            return type(value)(*made) if hasattr(value, "_fields") else tuple(made)
    return value
