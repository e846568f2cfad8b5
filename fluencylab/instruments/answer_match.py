"""Does an answer say what it should? Words compared, never meanings: capitals, accents, signs and the s of a plural do not count.

says("Refunds take 30 days.", "30 days")                        it stands in the text, as whole words
alike("It has nine gates.", "There are 9 gates", "How many?")   two answers say the same, as far as words tell
declines("I'm not sure about that.")                            it says that it does not know
"""

from fluencylab.text.phrases import declines as declines
from fluencylab.text.phrases import plain as plain
from fluencylab.text.phrases import says as says
from fluencylab.text.phrases import tokens
from fluencylab.text.segmentation import pattern, unspaced
from fluencylab.text.segmentation import words as segmented

EMPTY = frozenset(
    word
    for line in (
        "a an and are as at be been but by did do does for from had has have he her his i in is it its not of often on only or",
        "one s she so that the their there they this to used was were what when where which who whose why with you answer",
        "question text according also known",
    )
    for word in line.split()
)
LIST_MARK = r"(?m)^[ \t]*(?:[\[(]?\d{1,2}[\].)]|[-*•])(?=[ \t]|$)"
"""“1.” at the beginning of a line numbers the answer, and is no number that it claims."""
BARE = frozenset(("yes", "no"))
"""Of these no words tell whether a passage says so."""
COUNTED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: str(i) for i, word in enumerate(COUNTED)}


def words(text: str) -> frozenset[str]:
    """Without the s of a plural or of a verb, and with small numbers as digits: that is not what two answers differ in."""
    told = [NUMBERS.get(word, word) for word in tokens(text, segmented) if word not in EMPTY]
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in told)


def content(text: str, question: str = "") -> frozenset[str]:
    """The words of an answer that carry something, less those of the question."""
    return words(text) - words(question)


def alike(one: str, other: str, question: str) -> bool:
    """Do two answers say the same, as far as words tell? They share a number, if both name one, and half of what either adds."""
    if declines(one) or declines(other):
        return declines(one) and declines(other)
    first, second = content(one, question), content(other, question)
    numbers = [{word for word in some if word.isdigit()} for some in (first, second)]
    if all(numbers) and not numbers[0] & numbers[1]:
        return False
    return 2 * len(first & second) >= min(len(first), len(second)) if first and second else first == second


def backed(text: str, passage: str, question: str) -> bool:
    """The check step: every name and number that the answer adds must stand in the passage; where it adds none, half of its words."""
    text = pattern(LIST_MARK).sub("", text)
    known, added = words(passage), content(text, question) - BARE
    claims = content(
        " ".join(
            word
            for word in (segmented(text) if unspaced(text) else text.split())
            if any(letter.isupper() or letter.isdigit() for letter in word)
        ),
        question,
    )
    claims -= BARE
    return claims <= known if claims else 2 * len(added & known) > len(added)
