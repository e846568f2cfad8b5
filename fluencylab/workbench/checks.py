"""A check: code that says of one output whether it passes, and why. Each kind is a class, and the class is its form.

    judged(Contains(values=("45 days",)), Output(text="Within 45 days."))    Judged(passed=True, why="It holds “45 days”.")
    said(Length(most=50))                                                    "It has at most 50 words."

`passed` is None where it cannot be told, and then it counts neither way.
A judge (`judge.py`) is a check that a model is asked. `for_case` puts a case's own `{{reference}}` into a check.
"""

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError, field_validator, model_validator

from fluencylab.errors import BadInput
from fluencylab.text import patterns, surface
from fluencylab.text.language import NAMES, language
from fluencylab.text.segmentation import characters, count_words
from fluencylab.workbench import template
from fluencylab.workbench.check_base import CheckBase
from fluencylab.workbench.check_base import Judged as Judged
from fluencylab.workbench.citations import cited
from fluencylab.workbench.declining import declines
from fluencylab.workbench.judge import Judge
from fluencylab.workbench.mentions import mentions
from fluencylab.workbench.output import Output
from fluencylab.workbench.schemas import schema_error, schema_faults

REFERENCE = "reference"
"""The variable of a check that stands for what the case says is right."""
_EXCERPT = 60


class _OfText(CheckBase):
    """A check of what is written: an empty answer never passes, and one that was cut off is judged by what there is."""

    def judge(self, output: Output) -> Judged:
        if not output.text.strip():
            return Judged(False, "The answer is empty.")
        found = self.read(output)
        return found._replace(why=f"{found.why} It was cut off at the output limit.") if output.cut_off else found

    def read(self, output: Output) -> Judged:
        raise NotImplementedError


class Equals(_OfText):
    kind: Literal["equals"] = "equals"
    value: str = Field(description="What the answer has to be; capitals, double spaces and quotes around it do not count", min_length=1)

    def read(self, output: Output) -> Judged:
        same = surface.bare(output.text) == surface.bare(self.value)
        return Judged(same, f"It {'is' if same else 'is not'} {_quoted(self.value)}.")

    @property
    def said(self) -> str:
        return f"It is {_quoted(self.value)}, whatever the capitals."


class Contains(_OfText):
    kind: Literal["contains"] = "contains"
    values: tuple[Annotated[str, Field(min_length=1)], ...] = Field(description="Words to look for, whatever the capitals", min_length=1)
    how: Literal["all", "any", "none"] = Field("all", description="All of them must be there, any one of them, or none")

    def read(self, output: Output) -> Judged:
        text = surface.plain(output.text)
        there = [value for value in self.values if surface.plain(value) in text]
        missing = [value for value in self.values if value not in there]
        match self.how:
            case "all":
                return Judged(not missing, f"It does not hold {_listed(missing, 'or')}." if missing else f"It holds {_listed(there)}.")
            case "any":
                return Judged(bool(there), f"It holds {_listed(there)}." if there else f"It holds none of {_listed(missing)}.")
            case "none":
                return Judged(not there, f"It holds {_listed(there)}." if there else f"It does not hold {_listed(missing, 'or')}.")

    @property
    def said(self) -> str:
        if self.how == "none":
            return f"It does not hold {_listed(self.values, 'or')}."
        return f"It holds {_listed(self.values, 'or' if self.how == 'any' else 'and')}."


class Pattern(_OfText):
    kind: Literal["pattern"] = "pattern"
    value: str = Field(description="A regular expression, whatever the capitals", min_length=1, max_length=1000)
    absent: bool = Field(False, description="It must not be found")

    _checked = field_validator("value")(patterns.checked)

    def read(self, output: Output) -> Judged:
        try:
            there = patterns.found(self.value, output.text)
        except BadInput as never_ends:
            return Judged(None, str(never_ends))
        return Judged(there is not self.absent, f"The pattern {_cut(self.value)} is {'found' if there else 'not found'}.")

    @property
    def said(self) -> str:
        return f"The pattern {_cut(self.value)} is {'not ' if self.absent else ''}found in it."


class Schema(_OfText):
    kind: Literal["schema"] = "schema"
    value: dict[str, JsonValue] = Field(description="A JSON schema")

    @field_validator("value")
    @classmethod
    def _is_a_schema(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if wrong := schema_error(value):
            raise ValueError(wrong)
        return value

    def read(self, output: Output) -> Judged:
        faults = schema_faults(self.value, output.text)
        return Judged(not faults, faults or "It is JSON, and matches the schema.")

    @property
    def said(self) -> str:
        properties = self.value.get("properties")
        names = f" of {', '.join(properties)}" if isinstance(properties, dict) and properties else ""
        return f"It is JSON that matches the schema{names}, and nothing else stands around it."


class Number(_OfText):
    kind: Literal["number"] = "number"
    low: float | None = Field(None, description="Smallest that passes", allow_inf_nan=False)
    high: float | None = Field(None, description="Largest that passes", allow_inf_nan=False)
    which: Literal["only", "first", "last"] = Field("only", description="Which number of the answer is meant, where it holds several")

    @model_validator(mode="after")
    def _bounded(self) -> "Number":
        if self.low is None and self.high is None:
            raise ValueError("say the smallest number that passes, the largest, or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("the smallest number is larger than the largest")
        return self

    def read(self, output: Output) -> Judged:
        numbers = surface.numbers(output.text)
        if not numbers:
            return Judged(False, "It holds no number.")
        if self.which == "only" and len(set(numbers)) > 1:
            return Judged(None, f"It holds {len(set(numbers))} numbers: say which one is meant.")
        meant = numbers[-1 if self.which == "last" else 0]
        low, high = -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high
        return Judged(low <= meant <= high, f"Its number is {meant:,.6g}.")

    @property
    def said(self) -> str:
        return f"Its {'' if self.which == 'only' else f'{self.which} '}number is {_bounds(self.low, self.high)}."


class Length(_OfText):
    kind: Literal["length"] = "length"
    least: int = Field(0, ge=0, description="Fewest that pass")
    most: int | None = Field(None, ge=1, description="Most that pass")
    unit: Literal["words", "characters"] = "words"

    @model_validator(mode="after")
    def _bounded(self) -> "Length":
        if not self.least and self.most is None:
            raise ValueError("say the fewest that pass, the most, or both")
        if self.most is not None and self.least > self.most:
            raise ValueError("the fewest are more than the most")
        return self

    def read(self, output: Output) -> Judged:
        text = output.text.strip()
        count = count_words(text) if self.unit == "words" else len(characters(text))
        fits = self.least <= count and (self.most is None or count <= self.most)
        return Judged(fits, f"It has {count:,} {self.unit[:-1] if count == 1 else self.unit}.")

    @property
    def said(self) -> str:
        return f"It has {_bounds(self.least or None, self.most)} {self.unit[:-1] if self.most == 1 else self.unit}."


class Language(_OfText):
    kind: Literal["language"] = "language"
    code: str = Field(description="The language it must be in", json_schema_extra={"enum": [*NAMES]})

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in NAMES:
            raise ValueError(f"“{_cut(code)}” is no language that can be told; these can: {', '.join(sorted(NAMES))}")
        return code

    def read(self, output: Output) -> Judged:
        found = language(output.text)
        if found is None:
            return Judged(None, "It is too short or too mixed to tell its language.")
        return Judged(found == self.code, f"It is in {NAMES[found]}.")

    @property
    def said(self) -> str:
        return f"It is in {NAMES[self.code]}."


class Cites(_OfText):
    kind: Literal["cites"] = "cites"
    quotes: bool = Field(False, description="What it puts in quotation marks (five words or more) must stand in a passage, too")

    def read(self, output: Output) -> Judged:
        return Judged(*cited(output.text, output.passages, self.quotes))

    @property
    def said(self) -> str:
        also = " and quotes nothing else" if self.quotes else ""
        return f"It names a passage that it was given, and none that it was not{also}."


class Declines(_OfText):
    kind: Literal["declines"] = "declines"
    wanted: bool = Field(True, description="It should say that it does not know; without this, it should not")

    def read(self, output: Output) -> Judged:
        if declines(output.text):
            return Judged(self.wanted, "It says that it does not know.")
        spoken = language(output.text)
        if spoken in (None, "en") and output.text.isascii():
            return Judged(not self.wanted, "It does not say that it does not know.")
        called = NAMES[spoken] if spoken else "another language"
        return Judged(None, f"It is in {called}, where only set phrases of declining are known, and holds none of them.")

    @property
    def said(self) -> str:
        return "It says that it does not know." if self.wanted else "It does not say that it does not know."


class Mentions(_OfText):
    kind: Literal["mentions"] = "mentions"
    value: str = Field("{{reference}}", description="A right answer; its figures, hours and names are looked for", min_length=1)
    least: int = Field(1, ge=1, le=20, description="How many of them must be there; all, where there are fewer")

    def read(self, output: Output) -> Judged:
        there, of = mentions(output.text, self.value)
        if not of:
            return Judged(None, "The right answer names no figure, no hour and no name.")
        return Judged(there >= min(self.least, of), f"It names {there} of the {of} figures and names of the right answer.")

    @property
    def said(self) -> str:
        few = "one" if self.least == 1 else f"{self.least}"
        return f"It names at least {few} of the figures, hours and names of {_quoted(self.value)}."


class Latency(CheckBase):
    kind: Literal["latency"] = "latency"
    most: float = Field(gt=0, description="Most seconds from the call to the last token", allow_inf_nan=False)

    def judge(self, output: Output) -> Judged:
        if output.seconds is None:
            return Judged(None, "Its time was not measured.")
        return Judged(output.seconds <= self.most, f"It took {output.seconds:.3g} s.")

    @property
    def said(self) -> str:
        return f"It takes at most {self.most:g} s."


class Cost(CheckBase):
    kind: Literal["cost"] = "cost"
    most: float = Field(gt=0, description="Most US dollars for one answer", allow_inf_nan=False)

    def judge(self, output: Output) -> Judged:
        if output.money is None:
            return Judged(None, "What it cost is not known: this model has no price here.")
        return Judged(output.money <= self.most, f"It cost ${_money(output.money)}.")

    @property
    def said(self) -> str:
        return f"It costs at most ${_money(self.most)}."


Check = Annotated[
    Equals | Contains | Pattern | Schema | Number | Length | Language | Cites | Declines | Mentions | Latency | Cost | Judge,
    Field(discriminator="kind"),
]
CHECK: TypeAdapter[Check] = TypeAdapter(Check)


def read_check(data: Any) -> Check:
    """A check out of a form or a file. Raises BadInput with what is wrong in it."""
    try:
        return CHECK.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = _cut(".".join(str(part) for part in first["loc"][1:]))
        what = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise BadInput(f"This check cannot be used: {place + ': ' if place else ''}{what}.", "Mend it, and save it again.") from None


def judged(check: Check, output: Output) -> Judged:
    if output.error:
        return Judged(None, f"There is no answer: {output.error}")
    return check.judge(output)


def said(check: Check) -> str:
    """What it asks for, in a sentence."""
    return check.said


def asks_for(check: Check) -> tuple[str, ...]:
    """The variables of a case that a check asks for, `reference` among them."""
    return tuple(dict.fromkeys(name for text in _texts(check) for name in template.names(text)))


def for_case(check: Check, inputs: Mapping[str, str]) -> Check:
    """The check with what one case says in its places, in a pattern letter by letter. Raises BadInput where the case lacks it."""
    wanted = asks_for(check)
    if not wanted:
        return check
    if missing := [name for name in wanted if not inputs.get(name)]:
        raise BadInput(f"The check asks for {{{{{missing[0]}}}}}, and this case has none.", "Fill it in, or leave this case out.")
    if isinstance(check, Contains):
        return Contains(values=tuple(template.fill(value, inputs) for value in check.values), how=check.how)
    assert isinstance(check, Equals | Pattern | Mentions)
    plain = inputs if not isinstance(check, Pattern) else {name: re.escape(inputs[name]) for name in wanted}
    return check.model_copy(update={"value": template.fill(check.value, plain)})


def _texts(check: Check) -> tuple[str, ...]:
    return check.values if isinstance(check, Contains) else (check.value,) if isinstance(check, Equals | Pattern | Mentions) else ()


def _quoted(text: str) -> str:
    return f"“{_cut(text)}”"


def _cut(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"


def _listed(some: tuple[str, ...] | list[str], joined: str = "and") -> str:
    quoted = [_quoted(one) for one in some]
    return f" {joined} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"exactly {low:,g}" if low == high else f"between {low:,g} and {high:,g}"
    return f"at least {low:,g}" if low is not None else f"at most {high:,g}"


def _money(dollars: float) -> str:
    return f"{dollars:.2f}" if dollars >= 0.1 or not dollars else f"{dollars:.2g}"
