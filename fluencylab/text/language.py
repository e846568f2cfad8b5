"""Which language is a text in? Told only where it is sure: a word alone, a number or a code is in none.

    language("Ihre Bestellung kommt am Montag.")     "de"
    language("OK"), language('{"total": 12}')        None, None

By `py3langid`, which counts letter groups (Lui and Baldwin 2012), among the languages that products are made in.
"""

import importlib
from functools import cache
from typing import Any

SURE = 0.8
"""Least probability at which a language is told. Short sentences of one language reach it, single words do not."""
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "mr": "Marathi", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""The languages that can be told, by their ISO 639 code."""
_NO_LANGUAGE = "zxx"


def language(text: str) -> str | None:
    """One of `NAMES`; None where the text is too short, mixed, or no language at all."""
    code, probability = _identifier().classify(text)
    return code if code in NAMES and probability >= SURE else None


@cache
def _identifier() -> Any:
    """Slow to load: not before the first text."""
    langid = importlib.import_module("py3langid.langid")
    found = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    found.set_languages([*NAMES, _NO_LANGUAGE])
    return found
