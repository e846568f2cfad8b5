"""What the measures of the context lab are called wherever they are shown; `results/words.py` reads it."""

MEASURES = {
    "tokens": "tokens of the whole call",
    "tokens@": "tokens, {}",
    "o200k@": "tokens in the vocabulary o200k, {}",
    "cl100k@": "tokens in the vocabulary cl100k, {}",
    "ratio@": "tokens against English, {}",
    "ratio@@": "tokens against English in the vocabulary {1}, {0}",
    "fits": "the call fits the window",
    "dropped_tokens": "tokens that do not fit",
    "dropped_tokens@": "tokens left out when {}",
    "resent_tokens": "tokens read again in later calls",
    "kept@@": "share kept of the {}, when {}",
    "recall_before": "right while its message is in the call",
    "recall_after@": "right after its message went, when {}",
    "first_turn_lost@": "turn at which the first message is gone, when {}",
    "invented": "another number named, where it could not be known",
    "recall": "found, over all places",
    "recall@": "found at {} per cent of the text",
    "recall@@": "found in a text of {} tokens, at {} per cent of it",
    "ttft_per_1000_tokens": "seconds to the first word for each 1,000 tokens",
}
VARIANTS = {
    "system": "system prompt", "history": "earlier turns", "error": "what is too long is refused", "drop": "the oldest go",
    "keep": "system and latest stay", "summary": "a summary stands in", "table": "a table", "capitals": "English in capitals",
}  # fmt: skip
