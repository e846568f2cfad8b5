"""What code says of one answer: does it pass? For each kind of check one function; promptfoo, Inspect and pytest all ask these.

    verdict({"kind": "contains", "values": ["45 days"], "how": "all"}, {"text": "Within 45 days."})    (True, "It holds all of them.")
    python checks.py                     judges every recorded answer again, and says where that differs from what was recorded

The verdict is True, False, or None where code cannot tell. Only the standard library is needed. Some checks read more with a package of
requirements.txt (`regex`, `icu4py`, `py3langid`, `jsonschema-rs`); where one is wanted and not there, the answer is None, with its name.
"""

import importlib
import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
MARKS = " \t\n\"'“”‘’`*.!,;:"
NUMBER = re.compile(r"(?:(?<![^\s(\[{\"'“‘„=:<>$€£¥])[-−])?\d+(?:[.,]\d+)*")
SOURCE = re.compile(r"[\[【]\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*(?:†[^】\]]*)?[\]】]")
QUOTED = re.compile(r"“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|\"([^\"\n]+)\"")
FIGURE = re.compile(r"\d+(?:[:.,]\d+)*")
NAME = re.compile(r"[^\W\d_][\w’'-]*")
PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
SURE = 0.8
QUOTE = 5
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー々〆〇\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
UNSPACED_NAMES = (
    "CJK ", "IDEOGRAPHIC ", "KANGXI ", "HANGZHOU ", "HIRAGANA ", "KATAKANA", "HALFWIDTH KATAKANA", "THAI ", "LAO ", "KHMER ", "MYANMAR ",
)  # fmt: skip
Said = tuple[bool | None, str]


class Lacking(Exception):
    """A package that this check needs is not here."""


def verdict(rule: Mapping[str, Any], output: Mapping[str, Any], case: Mapping[str, Any] | None = None) -> Said:
    """`rule`: as in checks.json. `output`: text, and what was measured of it. `case`: as in cases.jsonl, for {{variables}} of a rule."""
    if output.get("error"):
        return None, f"There is no answer: {output['error']}"
    try:
        told = for_case(rule, case or {})
        if told is None:
            return None, "The case lacks what the check asks for."
        if told["kind"] in MEASURED:
            return MEASURED[told["kind"]](told, output)
        text = str(output.get("text") or "")
        if not text.strip():
            return False, "The answer is empty."
        return OF_TEXT[told["kind"]](told, text, output)
    except Lacking as lacking:
        return None, f"It cannot be told without the package {lacking}: pip install -r requirements.txt."
    except KeyError as unknown:
        return None, f"These files do not know a check of the kind {unknown}."


def for_case(rule: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The rule with what the case says in its {{places}}; None where the case has nothing for one. In a pattern, letter by letter."""
    inputs = {**case.get("inputs", {}), "reference": case.get("reference", "")}
    told = dict(rule)
    for name in ("value", "values"):
        texts = told.get(name)
        if rule["kind"] not in ("equals", "contains", "pattern", "mentions") or texts is None:
            continue
        if any("{{" in PLACE.sub("", text) for text in ([texts] if name == "value" else texts)):
            return None
        if any(not inputs.get(one.strip()) for text in ([texts] if name == "value" else texts) for one in PLACE.findall(text)):
            return None
        told[name] = _filled(texts, inputs, rule["kind"]) if name == "value" else [_filled(one, inputs, "") for one in texts]
    return told


def _filled(text: str, inputs: Mapping[str, str], kind: str) -> str:
    return PLACE.sub(lambda place: re.escape(inputs[place[1].strip()]) if kind == "pattern" else str(inputs[place[1].strip()]), text)


# What is written


def equals(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    same = bare(text) == bare(rule["value"])
    return same, "It is the same." if same else "It is something else."


def contains(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    read = plain(text)
    there = [value for value in rule["values"] if plain(value) in read]
    how = rule.get("how", "all")
    if how == "all":
        return len(there) == len(rule["values"]), f"It holds {len(there)} of {len(rule['values'])}."
    return bool(there) is (how == "any"), f"It holds {len(there)} of {len(rule['values'])}."


def pattern(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    """By `regex` where that is here, which can be stopped; else by `re`."""
    library = _optional("regex")
    try:
        if library is not None:
            there = library.search(rule["value"], text, library.IGNORECASE, timeout=0.25) is not None
        else:
            there = re.search(rule["value"], text, re.IGNORECASE) is not None
    except TimeoutError:
        return None, "The pattern does not come to an end on this answer."
    except re.error:
        return None, "It cannot be told without the package regex: pip install -r requirements.txt."
    return there is not rule.get("absent", False), f"The pattern is {'found' if there else 'not found'}."


def schema(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    if text.strip().startswith("```"):
        return False, "It stands in a code fence."
    try:
        value = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return False, "It is not JSON, or something stands around the JSON."
    matches = _validator(json.dumps(rule["value"])).is_valid(value)
    return matches, "It matches the schema." if matches else "It does not match the schema."


def number(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    found = numbers(text)
    if not found:
        return False, "It holds no number."
    if rule.get("which", "only") == "only" and len(set(found)) > 1:
        return None, "It holds several numbers: which one is meant?"
    meant = found[-1 if rule.get("which") == "last" else 0]
    low, high = rule.get("low"), rule.get("high")
    fits = (-math.inf if low is None else low) <= meant <= (math.inf if high is None else high)
    return fits, f"Its number is {meant:g}."


def length(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    stripped = text.strip()
    count = count_characters(stripped) if rule.get("unit") == "characters" else count_words(stripped)
    most = rule.get("most")
    return rule.get("least", 0) <= count and (most is None or count <= most), f"It has {count}."


def language(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    code = spoken(text)
    return (None, "It is too short or too mixed to tell its language.") if code is None else (code == rule["code"], f"It is in {code}.")


def cites(rule: Mapping[str, Any], text: str, output: Mapping[str, Any]) -> Said:
    passages: Sequence[Mapping[str, str]] = output.get("passages") or ()
    if not passages:
        return None, "It was given no passages, so there is nothing to name."
    named_numbers = [each for mark in SOURCE.findall(text) for each in _numbered(mark)]
    if any(not 1 <= each <= len(passages) for each in named_numbers):
        return False, "It names a passage that it was not given."
    named = {passages[each - 1]["name"] for each in named_numbers} | {each["name"] for each in passages if says(text, each["name"])}
    if not named:
        return False, "It names no source."
    if rule.get("quotes") and _invented(text, passages):
        return False, "It quotes what stands in no passage."
    return True, f"It names {len(named)} of {len(passages)}."


def declines(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    """The phrases stand in checks.json. In another language than English only set phrases are known, so a no is no answer there."""
    phrases = data()["phrases"]
    read = words_of(text)
    wanted = rule.get("wanted", True)
    if re.search(phrases["declines"], read) or any(f" {phrase} " in f" {read} " for phrase in phrases["elsewhere"]):
        return wanted, "It says that it does not know."
    if text.isascii() and spoken(text) in (None, "en"):
        return not wanted, "It does not say that it does not know."
    return None, "It is in a language of which only set phrases are known, and holds none of them."


def mentions(rule: Mapping[str, Any], text: str, _: Mapping[str, Any]) -> Said:
    """The figures of a right answer, and the words in it that are written large where no sentence begins."""
    library, right = _needed("regex"), rule["value"]
    begins = {match.start() for match in library.compile(data()["phrases"]["sentence"], library.DOTALL).finditer(right)}
    large = (match for match in NAME.finditer(right) if match[0][0].isupper() and match.start() not in begins and len(match[0]) > 2)
    wanted = _figures(right) | {match[0].casefold() for match in large}
    there = wanted & (_figures(text) | {word.casefold() for word in NAME.findall(text)})
    if not wanted:
        return None, "The right answer names no figure, no hour and no name."
    return len(there) >= min(rule.get("least", 1), len(wanted)), f"It names {len(there)} of {len(wanted)}."


def _figures(text: str) -> set[str]:
    """As they are compared: 09:40 is 9:40."""
    return {figure.lstrip("0") or "0" for figure in FIGURE.findall(text)}


# What was measured


def latency(rule: Mapping[str, Any], output: Mapping[str, Any]) -> Said:
    seconds = output.get("seconds")
    return (None, "Its time was not measured.") if seconds is None else (seconds <= rule["most"], f"It took {seconds:.3g} s.")


def cost(rule: Mapping[str, Any], output: Mapping[str, Any]) -> Said:
    """At the prices of product.json, in dollars for a million tokens."""
    prices = data()["prices"]
    taken = output.get("tokens_in"), output.get("tokens_out")
    if None in taken or not (prices["in"] or prices["out"]):
        return None, "What it cost is not known."
    money = ((taken[0] or 0) * prices["in"] + (taken[1] or 0) * prices["out"]) / 1e6
    return money <= rule["most"], f"It cost ${money:.2g}."


OF_TEXT = {
    "equals": equals, "contains": contains, "pattern": pattern, "schema": schema, "number": number, "length": length,
    "language": language, "cites": cites, "declines": declines, "mentions": mentions,
}  # fmt: skip
MEASURED = {"latency": latency, "cost": cost}


# Reading a text


def plain(text: str) -> str:
    """Without capitals, double spaces and differences that nobody sees."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def bare(text: str) -> str:
    """`plain`, without quotes and full stops around it."""
    return plain(text).strip(MARKS)


def numbers(text: str) -> list[float]:
    return [_value(each) for each in NUMBER.findall(unicodedata.normalize("NFKC", text))]


def _value(written: str) -> float:
    """1,250 and 1.250 are thousands; 12,5 and 12.5 are not, nor is 0.125."""
    digits = written.lstrip("-−")
    below = -1 if digits != written else 1
    if re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", digits):
        return below * float(re.sub(r"[.,]", "", digits))
    whole, _, rest = digits.replace(",", ".").rpartition(".")
    return below * (float(f"{whole.replace('.', '')}.{rest}") if whole else float(rest))


def count_words(text: str) -> int:
    """Stretches between spaces; where a script puts no spaces between words, the words of ICU's dictionary."""
    return sum(max(1, _dictionary_words(part)) if unspaced(part) else 1 for part in text.split())


def count_characters(text: str) -> int:
    """What a reader sees as one: a letter with its marks, an emoji of several parts."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return len(list(_needed("icu4py.breakers").CharacterBreaker(text, "und")))


def unspaced(text: str) -> bool:
    """Does it hold letters of a script that puts no space between words?"""
    if text.isascii():
        return False
    library = _optional("regex")
    if library is not None:
        return library.search(f"[{UNSPACED}]", text) is not None
    return any(unicodedata.name(letter, "").startswith(UNSPACED_NAMES) for letter in text)


def _dictionary_words(part: str) -> int:
    library = _needed("regex")
    inside = r"\w\p{M}\u200c\u200d€%"
    runs = library.compile(rf"[{inside}]+(?:[.,'’\-][{inside}]+)*").findall(part)
    return sum(_within(run) for run in runs)


def _within(run: str) -> int:
    if not unspaced(run):
        return 1
    return sum(any(map(str.isalnum, word)) for word in _needed("icu4py.breakers").WordBreaker(run, "und"))


def spoken(text: str) -> str | None:
    """Its language, where that is sure; None for a text that is too short, mixed, or none at all."""
    code, probability = _identifier().classify(text)
    return code if code in data()["languages"] and probability >= SURE else None


def words_of(text: str) -> str:
    """Small letters and digits with single spaces. Where a script puts no spaces between words, each character stands alone."""
    simple = "".join(_simple(letter) for letter in text)
    if simple.isascii():
        return " ".join("".join(letter if letter.isalnum() else " " for letter in simple.lower()).split())
    library = _needed("regex")
    folded = _folded(text, library)
    spaced = library.sub(r"[^\p{L}\p{M}\p{N}]+|(?<![\p{L}\p{M}])\p{M}+", " ", folded)
    return " ".join(_tokens(spaced, library))


def says(text: str, answer: str) -> bool:
    """Does the answer stand in the text, as whole words?"""
    return bool(words_of(answer)) and f" {words_of(answer)} " in f" {words_of(text)} "


def _simple(letter: str) -> str:
    """Typographic marks are blanks, as other marks are, and what is not seen is nothing: most texts are ASCII then."""
    kind = unicodedata.category(letter)
    return letter if letter.isascii() else "" if kind == "Cf" else " " if kind[0] in "PZ" else letter


def _tokens(spaced: str, library: Any) -> Iterator[str]:
    unspaced_runs = rf"(?P<together>[{UNSPACED}\p{{M}}]*[{UNSPACED}][{UNSPACED}\p{{M}}]*)|[^{UNSPACED}]+"
    numerals = "〇零一二三四五六七八九十百千万萬亿億两兩"
    for match in library.compile(unspaced_runs, library.DOTALL).finditer(spaced):
        if match.group("together") is None:
            yield from match.group().split()
            continue
        for piece in re.findall(f"[{numerals}]+|[^{numerals}]+", match.group()):
            yield from [piece] if piece[0] in numerals else _characters(piece)


def _characters(text: str) -> list[str]:
    return list(map(str, _needed("icu4py.breakers").CharacterBreaker(text, "und")))


def _folded(text: str, library: Any) -> str:
    """Capitals, full width, ligatures and accents do not count; a sign that makes another letter does."""
    raised = library.sub(r"(?<=\p{Nd})(?=[⁰¹²³⁴-⁹₀-₉])", " ", text)
    seen = library.sub(r"[\p{Cf}ـ]", "", unicodedata.normalize("NFKC", raised).casefold())
    same = str.maketrans({"ı": "i", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ё": "е", "ँ": "ं", "़": None})
    voweled = _recomposed(seen, r"(?<=[\p{Arabic}\p{Hebrew}][\p{Mn}]*)\p{Mn}", library).translate(same)
    return _recomposed(voweled, r"(?<=[\p{Latin}\p{Greek}\p{Arabic}\p{Hebrew}][\p{Mn}]*)\p{Mn}", library)


def _recomposed(text: str, without: str, library: Any) -> str:
    apart = library.sub(without, "", unicodedata.normalize("NFD", text).replace("i̇", "i"))
    return unicodedata.normalize("NFC", "".join(str(unicodedata.decimal(sign, sign)) for sign in apart))


def _numbered(mark: str) -> list[int]:
    """1-3 is 1, 2, 3."""
    found: list[int] = []
    for part in re.split(r"\s*[,;]\s*", mark):
        ends = [int(end) for end in re.split(r"\s*[–-]\s*", part)]
        found += range(ends[0], ends[-1] + 1) if len(ends) == 2 and ends[0] <= ends[1] else ends
    return found


def _invented(text: str, passages: Sequence[Mapping[str, str]]) -> bool:
    told = [plain(passage["text"]) for passage in passages]
    quoted = ("".join(found) for found in QUOTED.findall(text))
    return any(count_words(one) >= QUOTE and not any(bare(one) in each for each in told) for one in quoted)


# Files and packages


@cache
def data() -> dict[str, Any]:
    """checks.json, with the prices of product.json."""
    told: dict[str, Any] = json.loads((HERE / "checks.json").read_text(encoding="utf-8"))
    return {**told, "prices": json.loads((HERE / "product.json").read_text(encoding="utf-8"))["prices"]}


@cache
def cases() -> dict[int, dict[str, Any]]:
    return {one["case"]: one for one in lines(HERE / "cases.jsonl")}


@cache
def passages() -> dict[tuple[int, int], dict[str, Any]]:
    """(version, case) -> what that version gave the case to answer from, where it looks something up."""
    file = HERE / "passages.jsonl"
    return {(one["version"], one["case"]): one for one in lines(file)} if file.exists() else {}


def passages_of(case: int, version: int | None = None) -> list[dict[str, str]]:
    """Where it is not known which version answered: those of the only one that looks something up; none where there are several."""
    found = [one["passages"] for (by, number), one in passages().items() if number == case and version in (None, by)]
    return found[0] if len(found) == 1 else []


def lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file. Only a line feed ends a line: an answer may hold other signs that end one elsewhere."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def recorded() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name of the file, an answer) of every evaluation in results/."""
    for file in sorted((HERE / "results").glob("*.jsonl")):
        for answer in lines(file):
            yield file.stem, answer


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _needed(name: str) -> Any:
    found = _optional(name)
    if found is None:
        raise Lacking(name.partition(".")[0])
    return found


@cache
def _identifier() -> Any:
    langid = _needed("py3langid.langid")
    found = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    found.set_languages([*data()["languages"], "zxx"])
    return found


@cache
def _validator(told: str) -> Any:
    library = _needed("jsonschema_rs")
    return library.validator_for(json.loads(told), offline=True, pattern_options=library.FancyRegexOptions(backtrack_limit=100_000))


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def get_assert(output: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """What promptfoo asks of a file in Python: one answer and one check, by its key."""
    number = int(context["vars"]["case"])
    check = next(one for one in data()["checks"] if one["key"] == context["config"]["check"])
    version = ((context.get("providerResponse") or {}).get("metadata") or {}).get("version")
    passed, why = verdict(check["rule"], {"text": output, "passages": passages_of(number, version)}, cases().get(number))
    return {"pass_": passed is True, "score": float(passed is True), "reason": why if passed is not None else f"Cannot be told: {why}"}


def main() -> int:
    """Judge every recorded answer again."""
    names = {None: "cannot be told", True: "passes", False: "fails"}
    judged, apart = 0, 0
    for name, answer in recorded():
        for check in data()["checks"]:
            told = answer["verdicts"].get(check["key"])
            passed, why = verdict(check["rule"], answer, cases().get(answer["case"]))
            judged += 1
            if passed != told:
                apart += 1
                print(f"{name}, case {answer['case']}, {check['name']}: recorded {names[told]}, here it {names[passed]}. {why}")
    print(f"{judged} verdicts, {apart} of them other than recorded.")
    return int(apart > 0)


if __name__ == "__main__":
    sys.exit(main())
