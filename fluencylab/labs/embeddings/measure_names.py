"""What the measures of the embeddings lab are called wherever they are shown; `results/words.py` reads it."""

from fluencylab.labs.embeddings import distance

MEASURES = {
    "similarity@": "similarity of sentences {}",
    "lost_neighbours": "true neighbours that are not near on the map",
    "spread": "share of the differences that the map shows",
    "same_group": "nearest text is of the same group",
    "recall@@": "found among the first {} by {}",
    "recall@@@": "found among the first {} by {}, the question has {}",
    "mrr@": "mean reciprocal rank, {}",
    "only@": "found by {} alone",
    "neither": "found by neither",
    "gain@": "found more than by keywords, {}",
    "score@": "similarity of the best hit, {}",
    "empty@": "nothing is found where nothing answers, {}",
}
for kind, told in distance.CHANGED.items():
    MEASURES[f"{kind}_error"] = f"errors where {told} is changed"
    MEASURES[f"similarity@{kind}"] = f"similarity to another meaning, {told} changed"
    MEASURES[f"paraphrase@{kind}"] = f"similarity to the same in other words, beside {told} changed"
VARIANTS = {
    "keyword": "keyword search",
    "semantic": "semantic search",
    "hybrid": "hybrid search",
    "same-words": "the article’s own words",
    "reworded": "other words",
    "exact": "a name, number or code",
    "negation": "a “not” in it",
    "answerable": "where an article answers",
    "unanswerable": "where nothing answers",
}
