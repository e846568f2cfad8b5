"""Learn what words weigh in free text, from the marked answers of the tune half and from sentences marked true or false.

python tools/selftest_weights.py            after the rules, the marks or the statements changed; then tools/selftest_figures.py
python tools/selftest_weights.py --folds    also: how each of five parts is read by weights learned from the other four

Two kinds of logistic regression on the features of `selftest_weights`: for each core idea, is it said; for a sentence, is it
false.
Which sentence of a wrong answer is the false one nobody marked: it begins as each by its share, and is then laid on those that read worst.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from fluencylab.curriculum import loader  # noqa: E402
from fluencylab.curriculum.schema import Weights, WordWeights  # noqa: E402
from fluencylab.practice import selftest, selftest_weights  # noqa: E402
from fluencylab.practice.selftest_weights import Sentence  # noqa: E402

FILE = loader.CONTENT / "selftest" / "weights.json"
IDEA_PENALTY, FALSE_PENALTY = 0.1, 0.2
"""On the squares of the weights; chosen on parts that were left out."""
ROUNDS = 3
"""So often the blame within a wrong answer is laid anew."""
SHARPLY = 1.5
RARE = 2
"""A feature is kept that stands in so many texts."""
SLIGHT = 0.12
"""Smaller weights are left out: they change no verdict to speak of, and make the file twice as long."""
EVERY = 2
"""Of the right answers to other questions this many are taken as wrong answers to this one: each second."""
TURNED = ("turn", "misconception", "negation")
"""Attacks that say something false"""
FOLDS = 5
PASSES, SPOKEN_FOR, MISSES, REOPENS, SAYS = 1.8, 0.0, -2.0, 2.2, 3.8
"""Scores, chosen on parts that were left out: see `--folds`."""


class Text(NamedTuple):
    question: int
    sentences: list[Sentence]
    mark: str
    """right, partial, wrong; true or false of one sentence"""
    ideas: dict[str, bool]
    contradicts: bool
    ruled: str
    against: str


def texts() -> list[Text]:
    """Everything that may be learned from. An attack says no idea; only those that turn against an idea hold a false sentence."""
    found = []
    for marked in (*loader.marked(), *loader.lessons()):
        if marked.split == "tune":
            ideas = {idea: said == "found" for idea, said in marked.ideas.items()}
            contradicts = marked.style in TURNED or "contradicted" in marked.ideas.values()
            found.append(_text(marked.question, marked.answer, marked.mark, ideas, contradicts))
    for attack in loader.attacks():
        if attack.split == "tune":
            found.append(_text(attack.question, attack.answer, "wrong", {}, attack.attack in TURNED))
    for statement in loader.statements():
        found.append(_text(statement.question, statement.text, "true" if statement.true else "false", {}, not statement.true))
    for number, question in selftest.questions().items():
        for idea in question.asked.ideas:
            found.append(_text(number, idea.says, "true", {}, False))
            for contrast in idea.contrasts:
                found += [_text(number, contrast.true, "true", {}, False), _text(number, contrast.false, "false", {}, True)]
    return found


def _text(number: int, text: str, mark: str, ideas: dict[str, bool], contradicts: bool) -> Text:
    read = selftest.ruled(number, text)
    return Text(
        number, selftest_weights.sentences(read.matcher.read, read.hits), mark, ideas, contradicts, read.graded.verdict, read.against
    )


class Features:
    """Texts as rows of numbers, as `selftest_weights.sum_of` counts them."""

    def __init__(self, rows: Sequence[frozenset[str]]) -> None:
        counted = Counter(feature for row in rows for feature in row)
        self.names = sorted(feature for feature, times in counted.items() if times >= RARE)
        places = {name: n for n, name in enumerate(self.names)}
        known = [[places[feature] for feature in sorted(row) if feature in places] for row in rows]
        starts = np.cumsum([0, *map(len, known)])
        values = np.concatenate([np.full(len(row), max(1, len(row)) ** -0.5) for row in known] or [np.zeros(0)])
        columns = np.array([place for row in known for place in row], dtype=np.int64)
        self.matrix = csr_matrix((values, columns, starts), shape=(len(rows), len(self.names)))

    def fit(self, held: Any, share: Any, penalty: float) -> Any:
        """Logistic regression; the last number is where the sum begins."""

        def loss(at: Any) -> tuple[float, Any]:
            sums = self.matrix @ at[:-1] + at[-1]
            off = share * (1 / (1 + np.exp(-sums)) - held)
            value = (share * (np.logaddexp(0, sums) - held * sums)).sum() + penalty / 2 * (at[:-1] ** 2).sum()
            return float(value), np.append(self.matrix.T @ off + penalty * at[:-1], off.sum())

        begin = np.zeros(len(self.names) + 1)
        return minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x

    def weights(self, at: Any) -> Weights:
        of = {name: round(float(weight), 2) for name, weight in zip(self.names, at, strict=False) if abs(weight) >= SLIGHT}
        return Weights(bias=round(float(at[-1]), 2), of=of)


def false_sentences(learned: list[Text]) -> Weights:
    rows: list[frozenset[str]] = []
    held: list[float] = []
    share: list[float] = []
    blamed: list[slice] = []
    for text in learned:
        known = [selftest_weights.stated(text.question, sentence) for sentence in text.sentences]
        if not known or text.mark == "partial" or (text.mark == "wrong" and not text.contradicts):
            continue
        if text.mark == "wrong":
            blamed.append(slice(len(rows), len(rows) + len(known)))
        rows += known
        held += [float(text.mark in ("wrong", "false"))] * len(known)
        share += [1 / len(known) if text.mark == "wrong" else len(known) ** -0.3] * len(known)
    features, true_or_not, parts = Features(rows), np.array(held), np.array(share)
    at = features.fit(true_or_not, parts, FALSE_PENALTY)
    for _ in range(ROUNDS - 1):
        sums = features.matrix @ at[:-1] + at[-1]
        for answer in blamed:
            worst = np.exp(SHARPLY * (sums[answer] - sums[answer].max()))
            parts[answer] = worst / worst.sum()
        at = features.fit(true_or_not, parts, FALSE_PENALTY)
    return features.weights(at)


def core_ideas(learned: list[Text]) -> dict[str, Weights]:
    found = {}
    for number, question in selftest.questions().items():
        elsewhere = [text for text in learned if text.question != number and text.mark == "right" and text.sentences][::EVERY]
        asked = [text for text in learned if text.question == number and text.mark != "true" and text.sentences]
        asked += [text._replace(ideas={}) for text in elsewhere]
        features = Features([frozenset().union(*text.sentences) for text in asked])
        for idea in question.ideas:
            if idea.core:
                held = np.array([float(text.ideas.get(idea.rules.slug, False)) for text in asked])
                found[f"{number}/{idea.rules.slug}"] = features.weights(features.fit(held, np.ones(len(asked)), IDEA_PENALTY))
    return found


def made_of() -> str:
    """Fingerprint of what is learned from: marks, statements, and the rules that give the features."""
    folder = loader.CONTENT / "selftest"
    files = [folder / "lessons.jsonl", folder / "statements.jsonl", *sorted(folder.glob("*.toml"))]
    read: list[Any] = [*loader.marked(), *loader.attacks()]
    lines = [case.model_dump_json() for case in read if case.split == "tune"]
    return hashlib.sha256(b"".join([*(file.read_bytes() for file in files), *map(str.encode, lines)])).hexdigest()[:12]


def learn(learned: list[Text]) -> WordWeights:
    bars = {"passes": PASSES, "spoken_for": SPOKEN_FOR, "misses": MISSES, "reopens": REOPENS, "says": SAYS}
    return WordWeights(made_of=made_of(), **bars, false=false_sentences(learned), ideas=core_ideas(learned))


def folds(everything: list[Text]) -> None:
    """For bars of the score: the shares of right and of wrong answers above them, where the rules pass or leave open."""
    scores: dict[str, list[float]] = {"right": [], "wrong": []}
    total: Counter[str] = Counter()
    for fold in range(FOLDS):
        weights = learn([text for n, text in enumerate(everything) if n % FOLDS != fold])
        for n, text in enumerate(everything):
            if n % FOLDS == fold and text.mark in scores and text.sentences:
                total[text.mark] += 1
                if text.ruled in ("pass", "unsure"):
                    scores[text.mark].append(selftest_weights.weighed(weights, text.question, text.sentences).score(text.against))
    for bar in np.arange(-3, 4.1, 0.5):
        shares = "  ".join(f"{mark} {sum(score >= bar for score in found) / total[mark]:.3f}" for mark, found in scores.items())
        print(f"score >= {bar:4.1f}:  {shares}")


def main() -> None:
    everything = texts()
    if "--folds" in sys.argv[1:]:
        folds(everything)
    weights = learn(everything)
    FILE.write_text(json.dumps(weights.model_dump(), ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    count = len(weights.false.of) + sum(len(of.of) for of in weights.ideas.values())
    print(f"{FILE.relative_to(ROOT)}: {count:,} weights from {len(everything):,} texts, {weights.made_of}")


if __name__ == "__main__":
    main()
