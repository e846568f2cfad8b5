"""Read `content/` into a Track. Errors name the file and the field.

A concept's folder:
    concept.toml  reading.md  [beyond.md]  vocabulary.toml  questions.toml  selftest.toml  missions/<slug>.toml  cases/<slug>.toml
    [use.toml]: the words in use, and [variants.toml]: the decisions in other forms, as reviews ask them
`selftest.toml` is read even where the rest is not written yet. How free text is read for it: selftest/language.toml, selftest/<slug>.toml
`track.toml` lists the concepts, and for each its labs, its missions and cases in order. Words without a lab are read, so that their faults
are found, and kept back until the lab is there.
"""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from fluencylab.curriculum.schema import (
    About,
    Article,
    Attack,
    Case,
    Coming,
    Concept,
    Content,
    Figures,
    Goal,
    HelpQuestion,
    Language,
    Marked,
    Mission,
    Product,
    Question,
    Rules,
    SelfTestQuestion,
    Slug,
    Statement,
    Term,
    Track,
    Triple,
    Tuning,
    Unseen,
    Use,
    Variant,
    WordWeights,
    stray,
)
from fluencylab.errors import ContentError

T = TypeVar("T", bound=BaseModel)

CONTENT = Path(__file__).resolve().parents[1] / "content"


@cache
def track(folder: Path = CONTENT) -> Track:
    """The whole track, as it is offered; read once a process."""
    return Track(concepts=tuple(concept if concept.labs else concept.closed() for concept in written(folder)))


@cache
def written(folder: Path = CONTENT) -> tuple[Concept, ...]:
    """Every concept with all its words, offered or not."""
    listing = _toml(folder / "track.toml").get("concepts", [])
    return tuple(_concept(folder / "concepts" / entry["slug"], number, entry) for number, entry in enumerate(listing, start=1))


@cache
def products(folder: Path = CONTENT) -> tuple[Product, ...]:
    """The kinds of product a learner may lead; each says of every concept how much it matters there."""
    file = folder / "products.toml"
    found = _many(Product, file, "products")
    wanted = {concept.slug for concept in (track() if folder == CONTENT else track(folder)).concepts}
    for product in found:
        if set(product.concepts) != wanted:
            raise ContentError(f"{file}: {product.slug} does not speak of every concept.", "Give it one entry for each in track.toml.")
    return found


@cache
def coming(folder: Path = CONTENT) -> tuple[Coming, ...]:
    """Concepts to come; a new one is an entry in `coming.toml`."""
    return _many(Coming, folder / "coming.toml", "coming")


@cache
def metric_goals(folder: Path = CONTENT) -> tuple[Goal, ...]:
    """Products and the number each should be steered by: the metrics lab's exercise."""
    return _many(Goal, folder / "sets" / "which-metric.toml", "goals")


@cache
def articles(folder: Path = CONTENT) -> tuple[Article, ...]:
    """Quillby's help centre, section by section in the order of the files' names."""
    files = sorted((folder / "sets" / "help-centre" / "articles").glob("*.toml"))
    found = tuple(one.model_copy(update={"section": _toml(file)["section"]}) for file in files for one in _many(Article, file, "articles"))
    if len({one.id for one in found}) < len(found):
        raise ContentError(f"{folder}: two articles of the help centre share an id.", "Give each one of its own.")
    return found


@cache
def help_questions(folder: Path = CONTENT) -> tuple[HelpQuestion, ...]:
    """Questions of Quillby's customers, each with the articles that answer it."""
    file = folder / "sets" / "help-centre" / "questions.toml"
    found = _many(HelpQuestion, file, "questions")
    known = {one.id for one in articles(folder)}
    for question in found:
        if missing := set(question.articles) - known:
            raise ContentError(f"{file}: “{question.text}” names {', '.join(missing)}, which is no article.", "Mend that id.")
    return found


@cache
def tuning(folder: Path = CONTENT) -> Tuning:
    """What the bundled adapter is trained on, and the questions it is tested with; every fact is one of the help centre's."""
    file = folder / "sets" / "tuning.toml"
    found = _one(Tuning, file)
    bodies = {one.id: " ".join(one.body.split()) for one in articles(folder)}
    for fact in found.facts:
        if fact.changed.was not in bodies.get(fact.article, ""):
            raise ContentError(f"{file}: the article {fact.article} does not say “{fact.changed.was}”.", "Mend the words that change.")
    if missing := {one.article for one in found.news} - set(bodies):
        raise ContentError(f"{file} names {', '.join(missing)}, which is no article.", "Mend that id.")
    return found


@cache
def triples(folder: Path = CONTENT) -> tuple[Triple, ...]:
    """Sentences, each with one that says the same and one that does not: what embeddings get right and wrong."""
    return _many(Triple, folder / "sets" / "similarity.toml", "triples")


@cache
def original_similarities(folder: Path = CONTENT) -> tuple[tuple[float, float], ...]:
    """How alike the model that our embedder was distilled from finds each triple's two pairs; `tools/embedder.py` writes it."""
    file = folder / "sets" / "similarity-original.json"
    try:
        return tuple((same, other) for same, other in json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        raise ContentError(f"{file} is missing or damaged.", "Make it: tools/embedder.py says how.") from None


@cache
def language(folder: Path = CONTENT) -> Language:
    return _one(Language, folder / "selftest" / "language.toml")


@cache
def rules(slug: str, folder: Path = CONTENT) -> Rules:
    """How free text is read for the question of one concept."""
    return _one(Rules, folder / "selftest" / f"{slug}.toml")


@cache
def marked(folder: Path = CONTENT) -> tuple[Marked, ...]:
    """Answers with marks, by which the grader of free text is judged."""
    return _lines(Marked, folder / "selftest" / "marked.jsonl")


@cache
def attacks(folder: Path = CONTENT) -> tuple[Attack, ...]:
    return _lines(Attack, folder / "selftest" / "attacks.jsonl")


@cache
def unseen(folder: Path = CONTENT) -> tuple[Unseen, ...]:
    """Answers by others, whose totals alone are ever looked at."""
    return _lines(Unseen, folder / "selftest" / "unseen.jsonl")


@cache
def lessons(folder: Path = CONTENT) -> tuple[Marked, ...]:
    """Answers from which word weights are learned, and by which nobody is judged."""
    return _lines(Marked, folder / "selftest" / "lessons.jsonl")


@cache
def statements(folder: Path = CONTENT) -> tuple[Statement, ...]:
    """Sentences marked true or false, from which word weights are learned."""
    return _lines(Statement, folder / "selftest" / "statements.jsonl")


@cache
def word_weights(folder: Path = CONTENT) -> WordWeights:
    """What words weigh in free text; `tools/selftest_weights.py` learns it, and a test holds it to what it was learned from."""
    file = folder / "selftest" / "weights.json"
    try:
        return _parse(WordWeights, json.loads(file.read_text(encoding="utf-8")), file)
    except (FileNotFoundError, json.JSONDecodeError):
        raise ContentError(f"{file} is missing or damaged.", "Make it: python tools/selftest_weights.py") from None


@cache
def figures(folder: Path = CONTENT) -> Figures:
    """How good the grader of free text is; `tools/selftest_figures.py` writes it, and a test holds it to the audit."""
    file = folder / "selftest" / "figures.json"
    try:
        return _parse(Figures, json.loads(file.read_text(encoding="utf-8")), file)
    except (FileNotFoundError, json.JSONDecodeError):
        raise ContentError(f"{file} is missing or damaged.", "Make it: python tools/selftest_figures.py") from None


def _lines(kind: type[T], file: Path) -> tuple[T, ...]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return tuple(_parse(kind, json.loads(line), file) for line in lines if line.strip())
    except FileNotFoundError:
        raise ContentError(f"{file} is missing.", "Restore it: without it nobody knows how good the grader is.") from None
    except json.JSONDecodeError as error:
        raise ContentError(f"{file} is not valid JSON: {error}.", "Mend that line and start again.") from None


def _concept(folder: Path, number: int, entry: dict[str, Any]) -> Concept:
    plain: dict[str, Any] = {key: entry[key] for key in ("slug", "title", "short", "labs") if key in entry} | {"number": number}
    if (folder / "selftest.toml").exists():
        plain["selftest"] = _one(SelfTestQuestion, folder / "selftest.toml")
    if not (folder / "concept.toml").exists():
        return _parse(Concept, plain, folder.parent.parent / "track.toml")
    whole = plain | {
        "about": _one(About, folder / "concept.toml"),
        "reading": (folder / "reading.md").read_text(encoding="utf-8"),
        "beyond": _maybe(folder / "beyond.md"),
        "vocabulary": _many(Term, folder / "vocabulary.toml", "terms"),
        "use": _use(folder / "use.toml"),
        "questions": _many(Question, folder / "questions.toml", "questions"),
        "missions": tuple(_one(Mission, folder / "missions" / f"{slug}.toml") for slug in entry.get("missions", [])),
        "cases": tuple(_one(Case, folder / "cases" / f"{slug}.toml") for slug in entry.get("cases", [])),
    }
    found = _parse(Concept, whole, folder)
    return found.model_copy(update={"variants": _variants(folder / "variants.toml", found)})


def _variants(file: Path, concept: Concept) -> tuple[Variant, ...]:
    found = _many(Variant, file, "variant") if file.exists() else ()
    if wrong := stray(found, concept.exercises):
        raise ContentError(f"{file}: {wrong}.", "Mend that slug and start again.")
    return found


def _use(file: Path) -> tuple[Use, ...]:
    return _many(Use, file, "use") if file.exists() else ()


def _maybe(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _one(kind: type[T], file: Path) -> T:
    return _parse(kind, _toml(file), file)


def _many(kind: type[T], file: Path, key: str) -> tuple[T, ...]:
    return tuple(_parse(kind, item, file) for item in _toml(file).get(key, []))


class _Listed(Content):
    slug: Slug


def _in_order(kind: type[T], place: Path, key: str, called: str) -> tuple[T, ...]:
    """The files of a folder that its index.toml lists under this key, in that order. `called`: what one of them is, “A meeting”."""
    order = tuple(one.slug for one in _many(_Listed, place / "index.toml", key))
    found = tuple(_one(kind, place / f"{slug}.toml") for slug in order)
    for one, slug in zip(found, order, strict=True):
        if (own := getattr(one, "slug", "")) != slug:
            raise ContentError(f"{place.name}/{slug}.toml calls itself {own}.", f"{called}'s file has its name.")
    return found


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{file} is missing.", "Restore it, or take its line out of track.toml.") from None
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file} is not valid TOML: {error}.", "Mend that line and start again.") from None


def _parse(kind: type[T], data: dict[str, Any], file: Path) -> T:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ContentError(f"{file}: {field}: {first['msg']}.", "Mend that field and start again.") from None
