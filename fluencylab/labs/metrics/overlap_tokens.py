"""Into which tokens are two texts cut before BLEU and ROUGE-L compare them? Chosen by their script, and named beside each score.

    script of the texts                                BLEU (sacrebleu)     ROUGE-L
    letters a to z                                     13a                  a-z0-9: rouge-score's own
    other Latin letters                                13a                  words
    Cyrillic, Arabic, Devanagari, Hangul, …            intl                 words
    Chinese                                            zh                   characters
    Japanese, Thai, Lao, Khmer, Burmese                char                 characters

A tokenizer that knows fewer letters than the texts have compares what is left of them: of a Japanese sentence often one figure.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from fluencylab.text.folding import fold
from fluencylab.text.segmentation import pattern, pieces, runs, words

WITHOUT_BORDERS = r"\p{Tibetan}\p{Javanese}\p{Balinese}\p{Tai_Tham}\p{New_Tai_Lue}\p{Cham}"
"""Scripts without spaces for which neither library has a tokenizer."""


class Tokenizers(NamedTuple):
    """Names as they stand in a signature; "" where none fits. `why`: the reason, in words that end a sentence."""

    bleu: str
    rouge_l: str
    why: str = ""


def chosen(reference: str, text: str) -> Tokenizers:
    both = f"{reference}\n{text}"
    if not words(reference):
        return Tokenizers("", "", "the reference holds no word")
    if pattern(f"[{WITHOUT_BORDERS}]").search(both):
        return Tokenizers("", "", "no tokenizer here knows where a word of this script ends")
    if pattern(r"[\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]").search(both):
        return Tokenizers("char", "characters")
    if pattern(r"\p{Han}").search(both):
        return Tokenizers("zh", "characters")
    if pattern(r"(?=\p{L})\P{Latin}").search(both):
        return Tokenizers("intl", "words")
    return Tokenizers("13a", "words" if pattern(r"(?=\p{L})[^a-zA-Z]").search(both) else "a-z0-9")


@cache
def bleu(tokenizer: str) -> Any:
    """sacrebleu's scorer; it takes a second to import."""
    return import_module("sacrebleu.metrics").BLEU(effective_order=True, tokenize=tokenizer)


@cache
def rouge(tokenizer: str) -> Any:
    """rouge-score's scorer, which asks its tokenizer for the tokens of a text."""
    own = None if tokenizer == "a-z0-9" else _Tokens(tokenizer == "characters")
    return import_module("rouge_score.rouge_scorer").RougeScorer(["rougeL"], use_stemmer=False, tokenizer=own)


class _Tokens:
    def __init__(self, characters: bool) -> None:
        self._characters = characters

    def tokenize(self, text: str) -> Sequence[str]:
        folded = fold(text)
        if not self._characters:
            return words(folded)
        return [token for run, together in runs(folded) for token in (pieces(run) if together else words(run))]
