"""What the measures of the sampling lab are called wherever they are shown; `results/words.py` reads it."""

MEASURES = {
    "entropy": "uncertainty of the next token, in bits",
    "p_top1": "probability of the likeliest next token",
    "distinct@": "different answers at temperature {}",
    "top_share@": "share of the commonest answer at temperature {}",
    "tokens@": "tokens of an answer at temperature {}",
    "valid@": "valid answers at temperature {}",
}
VARIANTS: dict[str, str] = {}
