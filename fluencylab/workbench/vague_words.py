"""Words of a spec that nobody can test, each with the question to answer instead.

vague("It answers quickly and is mostly right.")     "quickly": within how many seconds …; "mostly": in how many of 100 …
"""

import re
from typing import NamedTuple

QUESTIONS = {
    "accurate|accurately|accuracy|correct|correctly|right": "Right by whose answer, checked how, and in how many of 100 cases?",
    "fast|faster|quick|quickly|slow|slowly|responsive|snappy|timely|real-time": "Within how many seconds, for how many of 100 calls?",
    "cheap|cheaper|affordable|cost-effective|expensive": "At most how many cents a call, or how much a month at this volume?",
    "helpful|useful|good|great|high-quality|quality|satisfying": "What does a person see in an answer that passes, and in one that fails?",
    "relevant|on-topic|appropriate|appropriately|suitable": "What belongs into the answer, and what must not be in it?",
    "mostly|usually|often|generally|typically|normally|almost always|most of the time": "In how many of 100 cases, at least?",
    "rarely|seldom|sometimes|occasionally|hardly ever": "In how many of 100 cases, at most?",
    "always|never|every time": "On how many cases will that be shown, and which of them must not break?",
    "short|brief|concise|long|detailed|comprehensive": "How many words, at least or at most?",
    "friendly|polite|natural|human-like|on-brand|empathetic|professional": "Which words does it use, which never, and who decides?",
    "safe|safely|secure|harmless|responsible|responsibly": "Which harm, tried with which inputs, in how many of 100 tries?",
    "robust|reliable|reliably|stable|consistent|consistently": "Against which changes of the input, and how alike must the answers stay?",
    "hallucinate|hallucinates|hallucination|hallucinations|makes things up": "Which statements must stand in its sources, and who checks?",
    "understands|understand|knows|smart|intelligent|intuitive": "What does it answer when it does, and what when it does not?",
    "easy|easily|simple|seamless|user-friendly": "Who does what, in how many steps or seconds?",
    "state-of-the-art|best|better|improved|improve": "Better than which version, on which cases, by how many points?",
    "minimal|minimise|minimize|reduce|few|fewer|acceptable|reasonable|sufficient|enough": "How much is that, as a number?",
    "soon|asap|regularly|periodically": "On which day, or every how many days?",
    "etc|and so on|among others|as needed|if necessary|where possible": "What exactly belongs to it, and who says when?",
}
"""Words, and the question that takes their place."""
_FOUND = re.compile("|".join(rf"(?P<q{place}>(?<![\w-])(?:{words})(?![\w-]))" for place, words in enumerate(QUESTIONS)), re.IGNORECASE)
_ASKS = tuple(QUESTIONS.values())


class Vague(NamedTuple):
    start: int
    end: int
    question: str


def vague(text: str) -> list[Vague]:
    """Where each stands, in order."""
    return [Vague(*match.span(), _ASKS[int(str(match.lastgroup)[1:])]) for match in _FOUND.finditer(text)]
