"""Search among 100,000 chunks: how long a question takes by each method, and whether hybrid finds what the better one alone finds.

    python bench/retrieval.py [--chunks 100000] [--rounds 1] [--json]

The help centre's articles lie among made-up ones: sentences of the same articles, their words drawn anew, so that every word of a question
occurs thousands of times. Asked are the labelled questions that have an answer. Promised: p95 of hybrid at most 50 ms, and its recall@10
not below the better of the two alone.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence

from fluencylab.instruments import helpcentre
from fluencylab.instruments.search import Document, Index, hybrid, keyword, semantic
from fluencylab.models import embedder
from fluencylab.stats import percentile

P95_MS = 50.0


def noise(n: int) -> list[Document]:
    """Documents of about 40 words, drawn from the articles' own words in their own frequency; the same each time."""
    words = [word for article in helpcentre.articles() for word in f"{article.title} {article.body}".split()]
    rng = random.Random(1)
    return [Document(f"made-up-{i}", " ".join(rng.choices(words, k=rng.randint(20, 60)))) for i in range(n)]


def measure(index: Index, rounds: int) -> dict[str, float]:
    """recall@10 and milliseconds a question, after a first look that nobody counts."""
    asked = [question for question in helpcentre.questions() if question.articles]
    index.search(asked[0].text)
    found, waits = 0, []
    for _ in range(rounds):
        for question in asked:
            began = time.perf_counter()
            hits = index.search(question.text, 10)
            waits.append(1000 * (time.perf_counter() - began))
            found += bool({hit.id for hit in hits} & set(question.articles))
    return {"recall@10": found / len(waits), "p50_ms": percentile(waits, 0.5), "p95_ms": percentile(waits, 0.95)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    ours = helpcentre.documents()
    documents = [*ours, *noise(max(0, given.chunks - len(ours)))]
    began = time.perf_counter()
    by_words = keyword(documents)
    words_s = time.perf_counter() - began
    by_vectors = semantic(documents, embedder.encode, "whole")
    vectors_s = time.perf_counter() - began - words_s
    both = {"keyword": by_words, "semantic": by_vectors, "hybrid": hybrid(by_words, by_vectors)}
    found = {name: measure(index, given.rounds) for name, index in both.items()}
    better = max(found["keyword"]["recall@10"], found["semantic"]["recall@10"])
    kept = found["hybrid"]["p95_ms"] <= P95_MS and found["hybrid"]["recall@10"] >= better
    if given.json:
        print(json.dumps({"chunks": len(documents), "build_s": {"keyword": words_s, "semantic": vectors_s}, **found, "kept": kept}))
    else:
        print(f"{len(documents):,} chunks; built in {words_s:.1f} s (keyword) and {vectors_s:.1f} s (semantic)")
        for name, one in found.items():
            print(f"{name:>9}  recall@10 {one['recall@10']:.3f}   p50 {one['p50_ms']:5.1f} ms   p95 {one['p95_ms']:5.1f} ms")
        print("Both promises are kept." if kept else "A promise is broken.")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
