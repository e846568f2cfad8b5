"""What a lesson is made of, as typed data. Content is TOML and Markdown in `content/`; nothing here runs a model.

A condition compares a fact with a number or with another fact:
    "distinct@1.0 > distinct@0.0"      "valid@1.5 < 0.6"
"""

import calendar
import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.types import StringConstraints

from fluencylab.stats import Measure

INTERFACE = 1
"""The version of what stands in this file, for content that comes from elsewhere: a pack says which one it was written for."""
FACT = r"[a-z][a-z0-9_]*(?:@[A-Za-z0-9_.\-]+)*"
CONDITION = re.compile(rf"^\s*({FACT})\s*(<=|>=|==|!=|<|>)\s*({FACT}|-?\d+(?:\.\d+)?)\s*$")
PATTERN = re.compile(r"(?:(?P<reach>tight|wide): )?(?P<parts>[!~@-]?[a-z][a-z0-9-]*(?: [!~@-]?[a-z][a-z0-9-]*)*)")
"""A rule of the self-test; `practice/selftest_rules.py` says what it means."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Condition = Annotated[str, StringConstraints(pattern=CONDITION.pattern)]
Capability = Literal["vocabulary", "decisions", "debugging"]


PLACES = 10_000
"""Of a prediction's slider, at most."""


def months_after(day: date, months: int) -> date:
    """The same day some months later; where that month has no such day, its last.

    months_after(date(2026, 8, 31), 6)  ->  date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


class Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(Content):
    """A word, in plain words, in a sentence a product manager would say, and the way it is often misused."""

    term: Text
    means: Text
    said: Text
    misuse: Text


class Question(Content):
    """A question to ask your engineers, and how to hear a good and a worrying answer."""

    ask: Text
    why: Text
    good: Text
    worrying: Text


class Source(Content):
    title: Text
    where: Text
    date: str
    says: Text


class Option(Content):
    """One choice and the answer it gets: right or wrong, it says why. Wrong ones say why they tempt."""

    id: Slug
    text: Text
    answer: Text


class Use(Content):
    """A word in use: which of four sentences from meetings misuses it, which number on a screen it means, how a spec goes on with it.

    `form`: which of the three; `situation`: the screen as Markdown, the beginning of the spec's sentence, for a meeting mostly empty.
    """

    form: Literal["meeting", "screen", "spec"]
    term: Text = Field(description="As in the vocabulary")
    slug: Slug
    situation: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    question: str = Field("", description="Of a screen; the others are asked alike each time")
    best: Slug = Field(description="Of a meeting, the sentence that misuses the word")
    options: tuple[Option, ...] = Field(min_length=4, max_length=4)

    @model_validator(mode="after")
    def _can_be_asked(self) -> "Use":
        ids = {option.id for option in self.options}
        if len(ids) != len(self.options) or self.best not in ids:
            raise ValueError("`best` must be one of the options' ids, and no two may be alike")
        if self.form != "meeting" and not self.situation:
            raise ValueError("a screen and a spec need a situation")
        if self.form == "screen" and not self.question:
            raise ValueError("a screen needs a question")
        return self


class Twin(Content):
    """The same decision with one fact changed, so that another option is best. Every option is answered again.

    `question`: where the first one no longer fits what has changed.
    """

    change: Text
    question: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    best: Slug
    answers: dict[Slug, Text]


_ASKED_LAST = re.compile(r"(?P<facts>.*[.!”])\s+(?P<asked>[^.!?]+\?)", re.DOTALL)


LONG_HEADING = 120
"""Characters: a longer question is a paragraph of facts and then the question."""


class Decision(Content):
    """`question`: what is asked, with the facts it asks of before it, where there are any."""

    question: Text
    options: tuple[Option, ...] = Field(min_length=3, max_length=5)
    best: Slug
    twin: Twin

    @property
    def facts(self) -> str:
        """What stands before the question itself, where it is too much to be read in a heading; else empty."""
        return self._in_parts[0]

    @property
    def asked(self) -> str:
        """The question alone, where facts stand before it; else all of it."""
        return self._in_parts[1]

    @property
    def _in_parts(self) -> tuple[str, str]:
        found = _ASKED_LAST.fullmatch(self.question) if len(self.question) > LONG_HEADING else None
        return (found["facts"], found["asked"]) if found else ("", self.question)

    @property
    def asked_again(self) -> str:
        """The question after the change."""
        return self.twin.question or self.asked

    @model_validator(mode="after")
    def _twin_flips(self) -> "Decision":
        ids = {option.id for option in self.options}
        if len(ids) != len(self.options):
            raise ValueError("two options share an id")
        if self.best not in ids or self.twin.best not in ids:
            raise ValueError("`best` must be one of the options' ids")
        if self.best == self.twin.best:
            raise ValueError("the twin must make another option best")
        if set(self.twin.answers) != ids:
            raise ValueError("the twin must answer every option")
        return self


class Prediction(Content):
    """A number the learner commits to before the run, and the fact that will answer it.

    It is right when it lies within `tolerance` of the measurement or inside its 95 % interval. `scale` turns the
    fact's unit into the learner's: a share of 0.42 is shown as 42 with unit "%" and scale 100.
    """

    fact: str = Field(pattern=rf"^{FACT}$")
    label: Text
    low: float
    high: float
    step: float = 1
    unit: str = ""
    scale: float = 1
    tolerance: float = Field(0, description="In the learner's unit")
    help: str = ""

    @model_validator(mode="after")
    def _a_slider(self) -> "Prediction":
        if not all(map(math.isfinite, (self.low, self.high, self.step, self.scale, self.tolerance))):
            raise ValueError("every number of a prediction must be a plain one")
        if not self.low < self.high or self.step <= 0 or (self.high - self.low) / self.step > PLACES:
            raise ValueError(f"`low` must lie under `high`, and `step` must cut what is between into 1 to {PLACES:,} parts")
        if self.tolerance < 0 or self.scale == 0:
            raise ValueError("`tolerance` must not be negative, and `scale` must not be 0")
        return self


class Sight(Content):
    """One answer to "what did you see?"; true of a run when all its conditions hold. The last one may have none: else."""

    text: Text
    holds: tuple[Condition, ...] = ()
    answer: Text


class Seen(Content):
    question: Text
    sights: tuple[Sight, ...] = Field(min_length=3)


class Run(Content):
    instrument: str
    params: dict[str, Any] = {}


class Exemplar(Content):
    """Predictions, by fact and in the learner's unit, that the grader must accept and must refuse on this model."""

    accept: dict[str, float]
    refuse: dict[str, float]


class Mission(Content):
    """Situation, predict, run, compare, explain, decide: one exercise on one instrument."""

    slug: Slug
    title: Text
    minutes: int = Field(ge=1, le=20)
    trade: Text
    capability: Capability
    situation: Text
    predict: tuple[Prediction, ...] = Field(min_length=1, max_length=3)
    run: Run
    seen: Seen
    explain: Text
    size_note: str = Field("", description="What a larger model changes and what it does not")
    decide: Decision
    proof: tuple[Condition, ...] = Field(min_length=1, description="Must hold in a run, or the exercise is not shown")
    exemplar: Exemplar

    @model_validator(mode="after")
    def _exemplars_fit(self) -> "Mission":
        facts = {prediction.fact for prediction in self.predict}
        if set(self.exemplar.accept) != facts or set(self.exemplar.refuse) != facts:
            raise ValueError("the exemplars must answer exactly the predicted facts")
        for asked in self.predict:
            if not all(asked.low <= given[asked.fact] <= asked.high for given in (self.exemplar.accept, self.exemplar.refuse)):
                raise ValueError(f"the exemplars of {asked.fact} must lie between its `low` and its `high`")
        return self


class Goal(Content):
    """`sets/which-metric.toml`: a product, and the decision which number it should be steered by."""

    slug: Slug
    title: Text
    situation: Text
    decide: Decision


class Reason(Content):
    id: Slug
    text: Text
    carries: bool = False
    answer: Text


class Flip(Content):
    id: Slug
    text: Text
    flips: bool = False
    answer: Text


class Case(Content):
    """A decision argued: the option, the two reasons that carry it (of eight), the fact that would flip it; then the twin."""

    slug: Slug
    title: Text
    trade: Text
    minutes: int = Field(ge=1, le=20)
    situation: Text
    decide: Decision
    reasons: tuple[Reason, ...] = Field(min_length=6, max_length=8)
    flips: tuple[Flip, ...] = Field(min_length=3, max_length=5)

    @model_validator(mode="after")
    def _two_reasons_one_flip(self) -> "Case":
        if sum(reason.carries for reason in self.reasons) != 2:
            raise ValueError("exactly two reasons carry the decision")
        if sum(flip.flips for flip in self.flips) != 1:
            raise ValueError("exactly one fact flips the decision")
        if len({reason.id for reason in self.reasons}) < len(self.reasons) or len({flip.id for flip in self.flips}) < len(self.flips):
            raise ValueError("two reasons, or two facts, share an id")
        return self


class Variant(Content):
    """A decision in another form, for reviews: another product with its own facts and numbers, so that another option may be best.

    `of`: the mission or case whose decision it is.
    """

    of: Slug
    slug: Slug
    situation: Text
    question: Text
    options: tuple[Option, ...] = Field(min_length=3, max_length=4)
    best: Slug

    @model_validator(mode="after")
    def _one_is_best(self) -> "Variant":
        ids = {option.id for option in self.options}
        if len(ids) != len(self.options):
            raise ValueError("two options share an id")
        if self.best not in ids:
            raise ValueError("`best` must be one of the options' ids")
        return self


def stray(variants: Sequence[Variant], exercises: Sequence[Mission | Case]) -> str:
    """What the variants of a concept get wrong together, in words; empty where each has a name of its own and an exercise it belongs to."""
    slugs = {exercise.slug for exercise in exercises}
    if lost := next((one for one in variants if one.of not in slugs), None):
        return f"{lost.slug} is of {lost.of}, which is no mission or case of this concept"
    twice = [slug for slug, n in Counter(one.slug for one in variants).items() if n > 1]
    return f"two variants have the slug {twice[0]}" if twice else ""


class Contrast(Content):
    """Two near-identical claims of which one is true: shows the idea behind the words."""

    true: Text
    false: Text
    why: Text


class Idea(Content):
    """One thing an answer may say. Without its core ideas no answer passes."""

    slug: Slug
    core: bool = False
    says: Text
    contrasts: tuple[Contrast, ...] = Field(min_length=1)


class Application(Content):
    situation: Text
    options: tuple[Option, ...] = Field(min_length=3)
    best: Slug


class SelfTestQuestion(Content):
    number: int = Field(ge=1, le=7)
    question: Text
    ideas: tuple[Idea, ...] = Field(min_length=2, max_length=4)
    applications: tuple[Application, ...] = Field(min_length=1)


Wanted = Annotated[str, StringConstraints(pattern=rf"^{PATTERN.pattern}$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\s.]+(?:\s+(?:\.\.\.\s+)?[^\s.]+)*$")]
"""Words of a rule: `...` stands for words between two others, so none begins or ends with it."""


class Misconception(Content):
    """What people often believe instead, as patterns, and what to say to it."""

    when: tuple[Wanted, ...] = Field(min_length=1)
    correction: Text


class IdeaRules(Content):
    """How words are read for one idea: `found` says it, `maybe` is near enough that a person should look."""

    slug: Slug
    hint: Text
    denied: Text = Field(description="The correction when an answer says that the idea is not so")
    found: tuple[Wanted, ...] = Field(min_length=1)
    maybe: tuple[Wanted, ...] = ()
    suspect: tuple[Wanted, ...] = Field((), description="May say the opposite: where one holds, no rule calls the idea found")
    deniable: bool = Field(True, description="Does a denied pattern contradict? Not where the words also stand in right answers")
    spared: tuple[str, ...] = Field((), description="Groups beside which a denial is right: 'at 0 nothing is drawn'")
    misconceptions: tuple[Misconception, ...] = ()


class Rules(Content):
    """One file of `content/selftest/`: the phrases that say one thing, and the ideas read by them."""

    number: int = Field(ge=1, le=7)
    topics: dict[str, str] = Field({}, description="Group -> the topic it makes the one being talked about")
    groups: dict[str, tuple[Phrase, ...]]
    ideas: tuple[IdeaRules, ...]


class Marked(BaseModel):
    """One marked answer: what a careful reader found in it."""

    id: str
    question: int = Field(ge=1, le=7)
    answer: str
    style: str
    mark: Literal["right", "partial", "wrong"]
    ideas: dict[str, Literal["found", "contradicted", "not_found"]]
    split: Literal["tune", "test"]


class Attack(BaseModel):
    """An answer made to be passed wrongly; no grader should pass it."""

    id: str
    question: int = Field(ge=1, le=7)
    answer: str
    attack: str
    split: Literal["tune", "test"]


class Unseen(BaseModel):
    """An answer by somebody who has seen neither rules nor marks, right as a whole or wrong. `kind`: the voice, or how it is wrong."""

    id: str
    question: int = Field(ge=1, le=7)
    answer: str
    kind: str
    right: bool


class Statement(BaseModel):
    """One sentence on a question, true or false, from which word weights are learned."""

    question: int = Field(ge=1, le=7)
    text: str
    true: bool


class Weights(BaseModel):
    """A sum: where it begins, and what each word, pair of words or group adds."""

    bias: float
    of: dict[str, float]


class WordWeights(BaseModel):
    """`content/selftest/weights.json`: what words weigh in free text, learned from the marked answers of the tune half."""

    made_of: str = Field(description="Fingerprint of the marks, statements and rules that it was learned from")
    passes: float = Field(description="From this score on an answer may pass that a rule at least half found")
    spoken_for: float = Field(description="So far the words must speak for each core idea that no rule found in full")
    misses: float = Field(description="Below it the weakest idea of what the rules leave open is not found")
    reopens: float = Field(description="From it on what the rules call missing or contradicted is left open")
    says: float = Field(description="From it on, beside a core idea that a rule found, words say a core idea that the rules miss")
    false: Weights
    ideas: dict[str, Weights] = Field(description="By question and core idea: `1/next-token`")


class Figures(Content):
    """`content/selftest/figures.json`: how good the reader of free text is, on the half of the marked answers it was not tuned on.

    `rates` rest on that half and on `unseen` answers by others together.
    """

    rules: str
    labels: str
    marked: int
    attacks: int
    unseen: int
    kappa: Measure
    coverage_ideas: Measure
    precision_found: Measure
    rates: dict[str, Measure] = Field(
        description="The five of `selftest_audit`: wrong passed, right failed, right passed, unsure, right contradicted"
    )
    wrong_accepts: dict[str, Measure]


class Language(Content):
    """`content/selftest/language.toml`: English as the rules need it."""

    auxiliaries: tuple[str, ...]
    verbs: tuple[str, ...]
    subjects: tuple[str, ...]
    starters: tuple[str, ...]
    negators: tuple[str, ...]
    labels: tuple[str, ...]
    harmless: tuple[str, ...]
    doubts: tuple[str, ...]
    ends_doubt: tuple[str, ...]
    turns: tuple[str, ...]
    turns_hard: tuple[str, ...]
    absolutes: tuple[str, ...]
    certain: tuple[str, ...]
    to_the_grader: tuple[str, ...]
    orders: tuple[str, ...]
    polite: tuple[str, ...]
    skipped: tuple[str, ...]
    english: tuple[str, ...]
    foreign: tuple[str, ...]
    terms: tuple[str, ...]
    not_typos: tuple[str, ...]
    irregular: dict[str, str]
    spelling: dict[str, str]
    groups: dict[str, tuple[Phrase, ...]]

    @cached_property
    def harmless_phrases(self) -> list[list[str]]:
        return [phrase.split() for phrase in self.harmless]


class Importance(Content):
    """How much a concept matters for one kind of product: 1 useful, 2 important, 3 decisive."""

    weight: int = Field(ge=1, le=3)
    why: Text


class Product(Content):
    """A kind of product, and what each concept means for it."""

    slug: Slug
    title: Text
    says: Text
    concepts: dict[Slug, Importance]


class Coming(Content):
    """A concept that is not among the ten yet: why it will matter to a product, and what to watch meanwhile."""

    title: Text
    why: Text
    watch: tuple[Text, ...] = Field(min_length=1)


class Article(Content):
    """One page of Quillby's help centre. `section` is the file's, "" until it is read from there."""

    id: Slug
    title: Text
    body: Text = Field(max_length=1200)
    updated: date
    section: str = ""


class HelpQuestion(Content):
    """What a customer asks, and the articles that answer it: any one of them is a right find. None where none does.

    `kind` says what makes it hard: the article's own words, other words, a name or a number to be met exactly, a "not", no answer.
    """

    text: Text
    kind: Literal["same words", "reworded", "exact", "negation", "unanswerable"]
    articles: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _answered_or_not(self) -> "HelpQuestion":
        if bool(self.articles) == (self.kind == "unanswerable"):
            raise ValueError("a question names the articles that answer it, and an unanswerable one names none")
        return self


class Triple(Content):
    """Three short sentences: `same` says what `text` says in other words, `other` does not. `kind`: what `other` changes."""

    kind: Literal["negation", "number", "name", "code", "topic"]
    text: Text
    same: Text
    other: Text


class Example(Content):
    """What a model is trained on: this goes in, that should come out."""

    question: Text
    answer: Text


class ChangedFact(Content):
    """A newer version of a fact's article, in which `now` stands for `was`: the documents say it, the weights do not."""

    was: Text
    now: Text
    answers: tuple[Text, ...] = Field(min_length=1)


class TrainedFact(Content):
    """One fact of the help centre that is trained. `asked` and `also` are in the examples, `reworded` never is.

    `answers`: any of them, as whole words, is right; `changed.answers` are right once the article is changed, and no longer these.
    """

    article: Slug
    asked: Text
    also: tuple[Text, ...] = ()
    says: Text
    answers: tuple[Text, ...] = Field(min_length=1)
    reworded: Text
    changed: ChangedFact

    @model_validator(mode="after")
    def _kept_aside(self) -> "TrainedFact":
        if self.reworded in (self.asked, *self.also):
            raise ValueError("the reworded question must not be among those that are trained")
        return self


class AskedFact(Content):
    """A question and its right answers. `article` is "" where the help centre has none, because it is no business of Quillby's."""

    asked: Text
    answers: tuple[Text, ...] = Field(min_length=1)
    article: str = ""


class Tuning(Content):
    """`content/sets/tuning.toml`: what the bundled adapter is trained on, and what it is tested with."""

    opening: Text = Field(description="How every trained answer begins")
    closing: Text = Field(description="How it ends")
    facts: tuple[TrainedFact, ...]
    news: tuple[AskedFact, ...] = Field(description="In the documents, and in no example")
    unrelated: tuple[AskedFact, ...] = Field(description="What the model could answer before")

    @property
    def examples(self) -> tuple[Example, ...]:
        """Every trained question with its answer in the house style."""
        return tuple(
            Example(question=question, answer=f"{self.opening} {fact.says} {self.closing}")
            for fact in self.facts
            for question in (fact.asked, *fact.also)
        )


class ProductDecision(Content):
    title: Text
    text: Text


class Lately(Content):
    """Something that was so when it was looked up and may change within months; with the places where it was read, each with its date."""

    title: Text
    text: Text
    seen: tuple[Text, ...] = Field(min_length=1)
    looked_up: date
    months: int = Field(6, ge=1, le=36, description="For how long it may be believed without looking again")
    unconfirmed: str = Field("", description="What was looked for and not found, or found in one place alone")

    @property
    def until(self) -> date:
        return months_after(self.looked_up, self.months)


class About(Content):
    """`concept.toml`: what it is, why it changes product decisions, and until when to believe it."""

    plain: Text
    decisions: tuple[ProductDecision, ...] = Field(min_length=3, max_length=3)
    true_as_of: date
    months: int = Field(6, ge=1, le=36, description="For how long its words may be believed without looking again")
    lately: tuple[Lately, ...] = ()
    out_of_date: Text
    watch: tuple[Text, ...]
    sources: tuple[Source, ...]

    @property
    def until(self) -> date:
        return months_after(self.true_as_of, self.months)


class Concept(Content):
    """One of the ten, or one of a pack. Where its words or its lab are still to come, the concept is not open: `about` is None."""

    slug: Slug
    number: int
    title: Text
    short: Text
    labs: tuple[str, ...] = Field((), description="Its instruments, the one to begin with first")
    about: About | None = None
    reading: str = ""
    beyond: str = Field("", description="Reading past what the job needs; offered under that name, and worth nothing")
    vocabulary: tuple[Term, ...] = ()
    use: tuple[Use, ...] = Field((), description="Its words in use, for reviews")
    missions: tuple[Mission, ...] = ()
    cases: tuple[Case, ...] = ()
    variants: tuple[Variant, ...] = ()
    questions: tuple[Question, ...] = ()
    selftest: SelfTestQuestion | None = None
    pack: str = Field("", description="The pack it came with; empty: ours")
    adds_to: str = Field("", description="Of a pack that brings further exercises for a concept of ours: that concept")

    @model_validator(mode="after")
    def _uses_its_own_words(self) -> "Concept":
        if strange := {one.term for one in self.use} - {term.term for term in self.vocabulary}:
            raise ValueError(f"use: {', '.join(sorted(strange))} is not in the vocabulary")
        if len({(one.form, one.slug) for one in self.use}) < len(self.use):
            raise ValueError("use: two of one form share a slug")
        return self

    @property
    def open(self) -> bool:
        return self.about is not None or bool(self.adds_to)

    @property
    def exercises(self) -> tuple[Mission | Case, ...]:
        return (*self.missions, *self.cases)

    @property
    def href(self) -> str:
        """Its page. Further exercises stand on the page of the concept they belong to."""
        return f"/concepts/{self.adds_to}#pack-{self.pack}" if self.adds_to else f"/concepts/{self.slug}"

    def closed(self) -> "Concept":
        """Its name and its question of the self-test; what needs a lab is left out."""
        return Concept(slug=self.slug, number=self.number, title=self.title, short=self.short, selftest=self.selftest)


def pack_of(slug: str) -> str:
    """The pack that a concept or an exercise belongs to; empty for ours, whose slugs have no full stop.

    pack_of("harbour.first-line")  ->  "harbour"
    """
    return slug.partition(".")[0] if "." in slug else ""


class Track(Content):
    """Concepts in their order: the ten, and behind them those of packs."""

    concepts: tuple[Concept, ...]

    @property
    def of_packs(self) -> tuple[Concept, ...]:
        return tuple(concept for concept in self.concepts if concept.pack)

    def added_to(self, slug: str) -> list[Concept]:
        """Further exercises for a concept of ours, pack by pack."""
        return [concept for concept in self.concepts if concept.adds_to == slug]

    def concept(self, slug: str) -> Concept | None:
        return next((concept for concept in self.concepts if concept.slug == slug), None)

    def mission(self, slug: str) -> tuple[Concept, Mission] | None:
        return next(((c, m) for c in self.concepts for m in c.missions if m.slug == slug), None)

    def case(self, slug: str) -> tuple[Concept, Case] | None:
        return next(((c, k) for c in self.concepts for k in c.cases if k.slug == slug), None)
