"""A pack as typed data: `pack.toml`, its concepts in the same shape as ours, and what its author proved.

    harbour/pack.toml                                    name, title, author, version, licence, interface; what it adds, in order
    harbour/concepts/limits/concept.toml  reading.md  vocabulary.toml  [use.toml]  questions.toml  missions/  cases/
    harbour/concepts/hallucination/missions/x.toml       a further mission for a concept of ours, named under [[further]]
    harbour/concepts/limits/variants.toml                its decisions in other forms, for reviews; there need be none
    harbour/verified.json                                what its author proved, and on which file of weights

Inside the lab each slug carries the pack's name: the mission `first-line` of `harbour` is `harbour.first-line`, in addresses and in the
evidence that is kept. So a pack's exercise is never taken for another's, whoever comes or goes; ours have no full stop.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic.types import StringConstraints

from fluencylab import clock
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import Book, Page
from fluencylab.curriculum.schema import INTERFACE, About, Case, Concept, Content, Mission, Question, Term, Use, Variant, pack_of, stray
from fluencylab.errors import ContentError
from fluencylab.packs.files import BRACKETS, SHAPE, UNSEEN, Files, shown

T = TypeVar("T", bound=BaseModel)
S = TypeVar("S", Mission, Case)
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""Names that no folder can have on Windows."""
IN_WORDS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field here; is it misspelt",
    "string_pattern_mismatch": "it is not written as it must be. A slug: small letters, digits, hyphens. A condition: distinct@0 <= 2",
    "string_too_short": "it is empty",
    "string_type": "it must be a text in quotes",
    "dict_type": "it must be a part of its own, with fields",
    "tuple_type": "it must be a list in square brackets",
}
"""What pydantic says for programmers."""
READING = 12_000
"""Letters. One screen has 2,500."""
VARIANTS = 200
"""Of one concept: more than three for each of its exercises."""

Short = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", min_length=2, max_length=40)]


def _line(most: int) -> Any:
    """A text of one line."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most, pattern=r"^[^\n]*$")


class Listed(Content):
    """A concept of the pack's own. Its folder is `concepts/<slug>`."""

    slug: Short
    title: Annotated[str, _line(80)]
    short: Annotated[str, _line(40)]
    labs: tuple[Short, ...] = Field(max_length=4, description="Labs its page leads to, the one to begin with first")
    missions: tuple[Short, ...] = Field((), max_length=30)
    cases: tuple[Short, ...] = Field((), max_length=30)


class Further(Content):
    """Further exercises for a concept of ours."""

    concept: Short
    missions: tuple[Short, ...] = Field((), max_length=30)
    cases: tuple[Short, ...] = Field((), max_length=30)


class Cover(Content):
    """`pack.toml`."""

    interface: int
    name: Name
    title: Annotated[str, _line(60)]
    author: Annotated[str, _line(80)]
    version: Annotated[str, _line(30)]
    licence: Annotated[str, _line(60)]
    says: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)] = ""
    concepts: tuple[Listed, ...] = Field((), max_length=10)
    further: tuple[Further, ...] = Field((), max_length=10)


class Pack(NamedTuple):
    """`proofs`: file of weights -> what the author proved on it. `digest`: of every byte that counts."""

    cover: Cover
    concepts: tuple[Concept, ...]
    proofs: Mapping[str, Page]
    digest: str

    @property
    def name(self) -> str:
        return self.cover.name

    @property
    def adds(self) -> str:
        """“1 concept, 3 missions and 2 cases”."""
        own = sum(not concept.adds_to for concept in self.concepts)
        counts = {"concept": own, "mission": len(self.missions), "case": len(self.cases)}
        told = [f"{n} {what}" if n == 1 else f"{n} {what}s" for what, n in counts.items() if n]
        return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)

    @property
    def missions(self) -> list[Mission]:
        return [mission for concept in self.concepts for mission in concept.missions]

    @property
    def cases(self) -> list[Case]:
        return [case for concept in self.concepts for case in concept.cases]


def checked_name(name: str) -> str:
    """The name, where a pack can have it; else empty."""
    try:
        return TypeAdapter(Name).validate_python(name)
    except ValidationError:
        return ""


def read(files: Files) -> Pack:
    """The pack, whole. Raises ContentError with the file and the field for the first thing that is wrong."""
    cover = _cover(files)
    concepts = (
        *(_concept(files, cover, i, one) for i, one in enumerate(cover.concepts, 1)),
        *(_further(files, cover, o) for o in cover.further),
    )
    _clashes(cover, concepts)
    for problem in _too_long(concepts):
        raise ContentError(problem, "Shorten it and try again.")
    return Pack(cover, concepts, _proofs(files, cover.name), files.digest)


def _cover(files: Files) -> Cover:
    """The interface is looked at first: of a later one, other fields may be new as well."""
    data = files.toml("pack.toml")
    version = data.get("interface")
    if isinstance(version, bool) or not isinstance(version, int):
        raise ContentError(
            "pack.toml: interface: it is missing, or no whole number.", f"This lab speaks version {INTERFACE}: interface = {INTERFACE}"
        )
    if version != INTERFACE:
        newer = "Update the lab." if version > INTERFACE else "Ask its author for a newer version of the pack."
        raise ContentError(
            f"It was written for version {version} of the content's interface, and this lab speaks version {INTERFACE}.", newer
        )
    cover = _parse(Cover, data, "pack.toml")
    if not cover.concepts and not cover.further:
        raise ContentError("pack.toml names no concept and no further exercise.", f"A pack adds at least one. {SHAPE}")
    if cover.name in RESERVED or track().concept(cover.name):
        whose = "a concept of ours" if track().concept(cover.name) else "something of the system's"
        raise ContentError(f"A pack cannot be named {cover.name}: that is the name of {whose}.", "Choose another name in pack.toml.")
    for listed in cover.concepts:
        if ours := track().concept(listed.slug):
            said = f"pack.toml: the concept {listed.slug} of {cover.name} has the slug of ours, “{ours.title}”."
            raise ContentError(said, "Give it another slug; for more exercises in ours, write [[further]].")
    return cover


def _concept(files: Files, cover: Cover, number: int, listed: Listed) -> Concept:
    here = f"concepts/{listed.slug}"
    about = _parse(About, files.toml(f"{here}/concept.toml"), f"{here}/concept.toml")
    if about.true_as_of > clock.now().date() + timedelta(days=1):
        raise ContentError(f"{here}/concept.toml: true_as_of: this day has not come yet.", "Write the day you last checked the words.")
    words = _many(Term, files, f"{here}/vocabulary.toml", "terms", 3)
    return Concept(
        slug=listed.slug, number=number, title=listed.title, short=listed.short, labs=listed.labs, pack=cover.name,
        about=about, reading=_reading(files, f"{here}/reading.md"), vocabulary=words, use=_use(files, here, words),
        beyond=_reading(files, f"{here}/beyond.md") if f"{here}/beyond.md" in files else "",
        questions=_many(Question, files, f"{here}/questions.toml", "questions", 1),
        **_exercises(files, cover.name, listed.slug, listed.missions, listed.cases),
    ).model_copy(update={"slug": f"{cover.name}.{listed.slug}"})  # fmt: skip


def _use(files: Files, here: str, words: tuple[Term, ...]) -> tuple[Use, ...]:
    """Its words in use, where the pack has them."""
    file = f"{here}/use.toml"
    found = _many(Use, files, file, "use", 1) if file in files else ()
    known, names = {term.term for term in words}, Counter((one.form, one.slug) for one in found)
    for i, one in enumerate(found, start=1):
        if one.term not in known:
            raise ContentError(f"{file}, part {i}: term: {shown(one.term)} is not in vocabulary.toml.", "Write it as it stands there.")
        if names[one.form, one.slug] > 1:
            raise ContentError(f"{file}, part {i}: slug: another {one.form} has it as well.", "Give each one of its own.")
    return found


def _further(files: Files, cover: Cover, further: Further) -> Concept:
    """They stand on our concept's page. What they show is counted apart from ours, so they are a concept of their own inside."""
    ours = track().concept(further.concept)
    if ours is None:
        raise ContentError(f"pack.toml: further: there is no concept of ours called {further.concept}.", _ours())
    title, short = f"{ours.title}: further exercises", f"{ours.short}, further"
    made = _exercises(files, cover.name, further.concept, further.missions, further.cases)
    plain = Concept(slug=ours.slug, number=ours.number, title=title, short=short, pack=cover.name, adds_to=ours.slug, **made)
    return plain.model_copy(update={"slug": f"{cover.name}.{ours.slug}"})


def _ours() -> str:
    return f"Ours are: {', '.join(concept.slug for concept in track().concepts)}."


def _exercises(files: Files, pack: str, concept: str, missions: tuple[str, ...], cases: tuple[str, ...]) -> dict[str, Any]:
    """Those listed, in their order; a file that is not listed is a slip of its author's."""
    here = f"concepts/{concept}"
    if not missions and not cases:
        raise ContentError(
            f"pack.toml: {concept} has neither a mission nor a case.", "List at least one: reading alone teaches nothing here."
        )
    for kind, listed in (("missions", missions), ("cases", cases)):
        for name in files.under(f"{here}/{kind}"):
            if name.removesuffix(".toml") not in listed:
                raise ContentError(
                    f"{here}/{kind}/{shown(name)} is not listed in pack.toml.", f"Add it to `{kind}` of {concept}, or take it out."
                )
    asked = tuple(_exercise(Mission, files, pack, f"{here}/missions", slug) for slug in missions)
    argued = tuple(_exercise(Case, files, pack, f"{here}/cases", slug) for slug in cases)
    return {"missions": asked, "cases": argued, "variants": _variants(files, pack, f"{here}/variants.toml", (*asked, *argued))}


def _variants(files: Files, pack: str, file: str, exercises: tuple[Mission | Case, ...]) -> tuple[Variant, ...]:
    """The decisions in other forms, where there are any."""
    written = _many(Variant, files, file, "variant", 1, VARIANTS) if file in files else ()
    found = tuple(one.model_copy(update={"of": f"{pack}.{one.of}", "slug": f"{pack}.{one.slug}"}) for one in written)
    if wrong := stray(found, exercises):
        raise ContentError(f"{file}: {wrong.replace(f'{pack}.', '')}.", "Mend that slug and try again.")
    return found


def _exercise(kind: type[S], files: Files, pack: str, folder: str, slug: str) -> S:
    file = f"{folder}/{slug}.toml"
    found = _parse(kind, files.toml(file), file)
    if found.slug != slug:
        raise ContentError(f"{file}: slug: it says “{found.slug[:60]}”, and the file is named {slug}.", "Give both the same name.")
    return found.model_copy(update={"slug": f"{pack}.{slug}"})


def _reading(files: Files, name: str) -> str:
    said = files.text(name)
    if not said.strip() or len(said) > READING:
        raise ContentError(f"{name} has {len(said):,} letters, and 1 to {READING:,} are allowed.", "A reading fits one screen.")
    if said.count("[") > BRACKETS:
        raise ContentError(f"{name} has more than {BRACKETS} opening brackets.", "Links only where somebody needs them.")
    return said


def _many(kind: type[T], files: Files, file: str, key: str, least: int, most: int = 40) -> tuple[T, ...]:
    whole = files.toml(file)
    rows = whole.get(key)
    if strange := [name for name in whole if name != key]:
        raise ContentError(f"{file} has a part called {shown(strange[0])}, and knows only [[{key}]].", "Is it misspelt?")
    if not isinstance(rows, list) or not least <= len(rows) <= most:
        raise ContentError(f"{file} must have {least} to {most} parts that begin with [[{key}]].", SHAPE)
    return tuple(_parse(kind, row, f"{file}, part {i}") for i, row in enumerate(rows, start=1))


def _parse(kind: type[T], data: Any, file: str) -> T:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = shown(".".join(str(part) for part in first["loc"])) or "the whole of it"
        said = IN_WORDS.get(first["type"]) or first["msg"].removeprefix("Value error, ")[:200]
        raise ContentError(f"{file}: {field}: {said}.", "Mend that field and try again.") from None


# What one file cannot know


def _clashes(cover: Cover, concepts: tuple[Concept, ...]) -> None:
    """Within the pack. With other packs there is nothing to clash but the name."""
    for slug, n in Counter(one.slug for one in concepts).items():
        if n > 1:
            raise ContentError(f"pack.toml names the concept {slug.partition('.')[2]} twice.", "Give each concept a slug of its own.")
    places: dict[str, str] = {}
    for concept in concepts:
        folders = [("missions", one.slug) for one in concept.missions] + [("cases", one.slug) for one in concept.cases]
        for folder, named in folders:
            place, slug = f"{concept.slug.partition('.')[2]}/{folder}", named.partition(".")[2]
            if slug in places:
                raise ContentError(f"{slug} is there twice: in {places[slug]} and in {place}.", "Give one of them another slug.")
            places[slug] = place
    for concept in concepts:
        if twice := [word for word, n in Counter(_bare(term.term) for term in concept.vocabulary).items() if n > 1 or not word]:
            said = f"vocabulary.toml of {concept.slug.partition('.')[2]}: two terms are alike, or one has no letters: “{twice[0]}”."
            raise ContentError(said, "Give each word once.")


def _bare(text: str) -> str:
    return "-".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in text.lower()).split())


def _too_long(concepts: tuple[Concept, ...]) -> Iterator[str]:
    """What would break a line, a form or a page."""
    for concept in concepts:
        told = [(f"{concept.slug}, a term", term.term, 60) for term in concept.vocabulary]
        told += [(f"{concept.slug}, the use or misuse of {term.term}", f"{term.said}{term.misuse}", 800) for term in concept.vocabulary]
        told += [(f"{concept.slug}, a question", question.ask, 300) for question in concept.questions]
        told += [(f"{concept.slug}, the use {one.slug[:40]}", f"{one.situation}{one.question}", 2000) for one in concept.use]
        told += [(f"{concept.slug}, the use {one.slug[:40]}", option.text, 400) for one in concept.use for option in one.options]
        told += [(f"{concept.slug}, the id of a use", text, 40) for one in concept.use for text in (one.slug, *(o.id for o in one.options))]
        for mission in concept.missions:
            told += [(f"{mission.slug}, a label", asked.label, 140) for asked in mission.predict]
            told += [(f"{mission.slug}, a unit", asked.unit, 20) for asked in mission.predict]
            told += [(f"{mission.slug}, what was seen", sight.text, 300) for sight in mission.seen.sights]
            if len(mission.seen.sights) > 6:
                yield f"{mission.slug} has more than six answers to what was seen."
        for exercise in concept.exercises:
            told += [(f"{exercise.slug}, its title", exercise.title, 80), (f"{exercise.slug}, its trade", exercise.trade, 40)]
            told += [(f"{exercise.slug}, its question", exercise.decide.question, 300)]
            told += [(f"{exercise.slug}, its question after the change", exercise.decide.twin.question, 300)]
            told += [(f"{exercise.slug}, the option {option.id[:40]}", option.text, 400) for option in exercise.decide.options]
            told += [(f"{exercise.slug}, an option's id", option.id, 40) for option in exercise.decide.options]
        for other in concept.variants:
            told += [(f"{other.slug}, its question", other.question, 300)]
            told += [(f"{other.slug}, the option {option.id[:40]}", option.text, 400) for option in other.options]
            told += [(f"{other.slug}, an option's id", option.id, 40) for option in other.options]
        for case in concept.cases:
            argued = [(one.id, one.text) for one in case.reasons] + [(one.id, one.text) for one in case.flips]
            told += [(f"{case.slug}, a reason or a fact", text, 400) for _, text in argued]
            told += [(f"{case.slug}, an id", name, 40) for name, _ in argued]
        yield from (f"{where} has {len(text):,} letters, and {most} are the most." for where, text, most in told if len(text) > most)


def _proofs(files: Files, pack: str) -> dict[str, Page]:
    """What the author proved, of this pack's exercises and no other."""
    if "verified.json" not in files:
        return {}
    try:
        book = Book.validate_json(files.contents["verified.json"])
    except (ValidationError, RecursionError):
        raise ContentError(
            "verified.json is no list of proofs.", "Delete it; `fluency check --live --pack FOLDER --write` makes it anew."
        ) from None
    for page in book.values():
        for slug, proved in page.missions.items():
            sane = pack_of(slug) == pack and proved.mission == slug and 0 <= proved.passed <= proved.trials <= 1000
            if not sane or len(proved.why) > 300 or UNSEEN.search(f"{proved.why}{page.model}"):
                raise ContentError(f"verified.json says of {shown(slug)} what cannot be.", "Delete it, and prove the missions anew.")
    return {sha256: Page(model=page.model[:80], missions=page.missions) for sha256, page in book.items()}
