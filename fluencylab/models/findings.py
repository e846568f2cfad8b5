"""What was found of a model, a sentence for each thing that was tried: the page, the terminal and a test under way all say these. Pure.

Temperature               partly    Its lowest temperature is 0.01, not 0.
Probabilities of tokens   yes       It gives them, with up to 20 alternatives for each.
Tools                     unknown   Not tested yet.
"""

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from fluencylab.models.catalogue import Entry
from fluencylab.models.types import ModelCapabilities

Answer = Literal["yes", "partly", "no", "unknown"]
STAGES = {
    "answers": "whether it answers, and in which form",
    "temperature": "which temperatures it takes",
    "probabilities": "for the probabilities of its tokens",
    "schema": "for an answer in a given form",
    "filters": "to choose among a few words only",
    "seed": "the same thing twice, with one seed",
    "continues": "to go on from a beginning",
    "tools": "to call a tool",
    "embeddings": "for embeddings",
}
"""What a test asks, in its order: its name, and how the sentence “It is asked …” ends."""
UNTESTED = "Not tested yet."


class Finding(NamedTuple):
    """`about`: what was tried. `says`: a sentence of what came of it."""

    stage: str
    about: str
    answer: Answer
    says: str


def findings(can: ModelCapabilities, tested: Collection[str] = tuple(STAGES)) -> list[Finding]:
    """All that is asked, in the order in which it is; what is of a stage that was not tested says so. `tested`: of STAGES."""
    found = [*_of_answers(can), *_of_abilities(can)] if can.writes else [NO_WORDS, *list(_of_abilities(can))[-1:]]
    return [one if one.stage in tested else one._replace(answer="unknown", says=UNTESTED) for one in found]


OF_A_FILE = tuple(stage for stage in STAGES if stage not in ("tools", "embeddings"))
"""What is known of any file by the engine that runs it; the rest depends on the file, and is found by a test."""


def known(entry: Entry) -> list[Finding]:
    """What is known of a model of the list; what only a test can tell is said to be untested."""
    assumed = entry.kind in ("file", "hub") and entry.tested is None
    return findings(entry.abilities, OF_A_FILE if assumed else tuple(STAGES))


NO_WORDS = Finding("answers", "Answers", "no", "It writes no answers: it is there for embeddings alone.")


def _of_answers(can: ModelCapabilities) -> Iterator[Finding]:
    yield Finding("answers", "Answers", "yes", "It answers a plain call.")
    yield _found("answers", "Streaming", _streaming(can), "It sends its answer while it writes.", no=not can.streams)
    yield _found("answers", "System prompt", _system(can), "It takes a system prompt in a role of its own.", no=not can.system)
    yield _found("answers", "Length of answers", _length(can), "It takes a limit in tokens.", no=not can.length_field)
    yield _found("answers", "Stop texts", _stop(can), "It ends at a text it is given.", no=not can.stop)
    yield _found("answers", "Straight answers", _thinking(can), "It was not seen to think before it answers.", partly=can.reasoning)
    hot = _temperature(can)
    yield _found("temperature", "Temperature", hot, "It takes every temperature from 0 to 2.", no=can.temperature == "default")


def _found(stage: str, about: str, unusual: list[str], plain: str, *, no: bool = False, partly: bool = False) -> Finding:
    answer: Answer = "no" if no else "partly" if unusual or partly else "yes"
    return Finding(stage, about, answer, " ".join(unusual) or plain)


def _of_abilities(can: ModelCapabilities) -> Iterator[Finding]:
    def of(stage: str, about: str, able: bool, yes: str, no: str) -> Finding:
        return Finding(stage, about, "yes" if able else "no", yes if able else no)

    alternatives = f"It gives them, with up to {can.top_logprobs:,} alternatives for each."
    yield of("probabilities", "Probabilities of tokens", can.logprobs, alternatives, "It does not tell how likely its words are.")
    yield _schema(can)
    yield of("filters", "top_k and min_p", can.filters, "It heeds both.", "It does not heed them.")
    yield of("seed", "Seed", can.seed, "With the same seed it repeats itself.", "The same seed does not make it repeat itself.")
    yield of("continues", "Going on", can.continues, "It goes on from a beginning.", "It does not go on from a beginning.")
    yield of("tools", "Tools", can.tools, "It calls tools by itself.", "It has no tool calls of its own.")
    yield of("embeddings", "Embeddings", can.embeddings, "It turns texts into embeddings.", "It makes no embeddings.")


def _schema(can: ModelCapabilities) -> Finding:
    if can.json_schema:
        return Finding("schema", "JSON schema", "yes", "Its answers keep to a JSON schema.")
    if can.json_object:
        return Finding("schema", "JSON schema", "partly", _JSON)
    return Finding("schema", "JSON schema", "no", "It keeps to no JSON schema.")


def abilities(can: ModelCapabilities) -> str:
    """What a model can do and what it cannot, in two sentences."""
    words = {
        f"give the probabilities of its tokens (up to {can.top_logprobs:,} alternatives)": can.logprobs,
        "keep to a JSON schema": can.json_schema,
        "call tools": can.tools,
        "go on from a beginning": can.continues,
        "repeat itself with the same seed": can.seed,
        "turn texts into embeddings": can.embeddings,
    }
    does, does_not = [word for word, yes in words.items() if yes], [word.partition(" (")[0] for word, yes in words.items() if not yes]
    return " ".join(
        f"It {verb} {_listed(words, last)}." for verb, words, last in (("can", does, "and"), ("cannot", does_not, "or")) if words
    )


def _listed(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]


def habits(can: ModelCapabilities) -> list[str]:
    """What is different from most models, a sentence each; nothing of a model that takes what most take."""
    if not can.writes:
        return []
    json = [_JSON] if can.json_object and not can.json_schema else []
    return [*_thinking(can), *_streaming(can), *_temperature(can), *_system(can), *_length(can), *_stop(can), *json]


_JSON = "It writes JSON when asked, and keeps to no given form."


def _thinking(can: ModelCapabilities) -> list[str]:
    little = f", and it is asked to think little (reasoning_effort {can.reasoning_effort})" if can.reasoning_effort else ""
    says = f"It thinks before it answers: every limit leaves room for that{little}. Its thinking is billed like its answer."
    return [says] if can.reasoning else []


def _streaming(can: ModelCapabilities) -> list[str]:
    return [] if can.streams else ["It does not stream: an answer comes in one piece, so waits cannot be taken apart."]


def _temperature(can: ModelCapabilities) -> list[str]:
    told = []
    if can.temperature == "default":
        told.append("Its temperature cannot be set: it takes only its default, and none is sent.")
    if can.temperature == "alone":
        told.append("It takes a temperature or a top_p, not both: only the one that says something is sent.")
    if can.temperature != "default" and can.most_temperature > 0:
        told.append(f"It takes temperatures up to {can.most_temperature:g}.")
    if can.temperature != "default" and can.least_temperature > 0:
        told.append(f"Its lowest temperature is {can.least_temperature:g}, not 0.")
    return told if can.top_p else [*told, "It takes no top_p."]


def _system(can: ModelCapabilities) -> list[str]:
    if not can.system:
        return ["It has no system role: a system prompt is put before the first message, and has no more weight than that."]
    return ["Its system prompt is called “developer”."] if can.system == "developer" else []


def _length(can: ModelCapabilities) -> list[str]:
    found = [
        (can.length_field == "max_completion_tokens", "The length of its answers is given as max_completion_tokens."),
        (not can.length_field, "The length of its answers cannot be limited."),
        (can.least_tokens > 1, f"It takes no limit under {can.least_tokens} tokens."),
        (can.most_tokens > 0, f"It takes no limit over {can.most_tokens:,} tokens."),
    ]
    return [sentence for is_so, sentence in found if is_so]


def _stop(can: ModelCapabilities) -> list[str]:
    return [] if can.stop else ["It cannot be told where to stop: what is written after that place is cut off here, and is paid for."]
