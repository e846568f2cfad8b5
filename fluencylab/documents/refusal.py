"""Why a file is not read: raised in the reading process, told by the parent."""

SMALLER = "Split it, or save it as plain text, and choose that."
TOO_MUCH = "needs more memory than one document is given here."
BROKE = "broke the process that was reading it."
AS_TEXT = "Save it again or as plain text, and choose that."
DEEP = "is nested too deeply to be read."


class Refused(Exception):
    """`message` begins with what follows the file's name ("is empty."); `fix` is the next step. Both for a person."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


def damaged(kind: str) -> Refused:
    article = "an" if kind[0] in "AEOX" else "a"
    said = f"is damaged: it begins like {article} {kind} and cannot be read as one."
    return Refused(said, "Save it again in the program it comes from, and choose it anew.")


def bomb(what: str) -> Refused:
    """A few bytes that stand for very many."""
    said = f"unpacks to far more than its size: {what}."
    return Refused(said, "Nothing was read. Ask where it comes from, or paste the words themselves.")


def too_long(letters: int) -> Refused:
    if letters < 1:
        return Refused("does not fit: what was read before it fills the box.", "Choose it by itself.")
    return Refused(f"holds more than {letters:,} characters of text.", "Split it, and choose the part you need.")
