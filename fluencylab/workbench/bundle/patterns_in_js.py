"""A pattern of a check as JavaScript reads it, for promptfoo; None where JavaScript has no words for it, and Python judges it there.

    in_javascript(r"order \\d{4}$")      "[…]order \\p{Nd}{4}(?=\\n?(?![\\s\\S]))", to be compiled with the flags "iu"

What differs between the two is said anew: `.` and `$` at the ends of lines, what is a digit, a word or a blank, the Turkish i.
"""

import re

FLAGS = "iu"
WORD = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d"
BLANK = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIGIT = r"\p{Nd}"
CLASSES = {"d": DIGIT, "w": WORD, "s": BLANK}
_END = r"(?![\s\S])"
_EDGE = rf"(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))"
_NO_EDGE = rf"(?:(?<=[{WORD}])(?=[{WORD}])|(?<![{WORD}])(?![{WORD}]))"
_STANDING = {"A": r"(?<![\s\S])", "Z": _END, "b": _EDGE, "B": _NO_EDGE}
_SIGNS = {"n": r"\n", "t": r"\t", "r": r"\r", "f": r"\f", "v": r"\v", "a": r"\x07"}
_LINE_SIGNS = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\f": "\f", r"\v": "\v"}
_CATEGORY = re.compile(r"p\{(L|M|N|Nd|P|S|Z|Zs)\}")
_CODE = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})")
_REPEATS = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")
_GROUP = re.compile(r"\((?:\?(?::|=|!|<=|<!|P?<(?P<name>[A-Za-z_]\w*)>|(?P<comment>#[^)]*\)))|(?!\?|\*))")
_I = "iIıİ"
"""Letters that are one to Python, whatever the capitals."""


class _Cannot(Exception):
    pass


def in_javascript(pattern: str) -> str | None:
    try:
        return "".join(_Reader(pattern).parts())
    except _Cannot:
        return None


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.text = re.sub(r"\A\(\?i\)", "", pattern)
        self.at = 0
        self.names = set[str]()
        self.groups: list[bool] = []
        """Of each that is open: does it only look?"""

    def parts(self) -> list[str]:
        found: list[str] = []
        while self.at < len(self.text):
            found.append(self._one())
        if self.groups:
            raise _Cannot
        return found

    def _one(self) -> str:
        match letter := self.text[self.at]:
            case "\\":
                return self._escape()
            case "[":
                return self._repeated(self._set())
            case "(":
                return self._opened()
            case ")":
                return self._closed()
            case "|":
                return self._next("|")
            case ".":
                return self._repeated(self._next(r"[^\n]"))
            case "^":
                return self._looking(self._next(r"(?<![\s\S])"))
            case "$":
                return self._looking(self._next(rf"(?=\n?{_END})"))
            case "{" if _REPEATS.match(self.text, self.at) or re.match(r"\{\w*[<=>]", self.text[self.at :]):
                raise _Cannot
            case "*" | "+" | "?":
                raise _Cannot
        return self._repeated(self._next(_literal(letter)))

    def _next(self, said: str, by: int = 1) -> str:
        self.at += by
        return said

    def _looking(self, said: str) -> str:
        """What only looks cannot be repeated there."""
        if _REPEATS.match(self.text, self.at):
            raise _Cannot
        return said

    def _repeated(self, said: str) -> str:
        repeats = _REPEATS.match(self.text, self.at)
        if repeats is None:
            return said
        self.at = repeats.end()
        how = repeats[0]
        if how.startswith("{"):
            if not (repeats[1] or repeats[3]):
                raise _Cannot
            how = f"{{{repeats[1] or 0}{repeats[2]}{repeats[3]}}}"
        if self.text[self.at : self.at + 1] == "?":
            how += self._next("?")
        elif _REPEATS.match(self.text, self.at):
            raise _Cannot
        return said + how

    def _opened(self) -> str:
        group = _GROUP.match(self.text, self.at)
        if group is None:
            raise _Cannot
        self.at = group.end()
        if group["comment"]:
            return self._looking("")
        self.groups.append(group[0] in ("(?=", "(?!", "(?<=", "(?<!"))
        if group["name"]:
            if group["name"] in self.names:
                raise _Cannot
            self.names.add(group["name"])
            return f"(?<{group['name']}>"
        return group[0]

    def _closed(self) -> str:
        if not self.groups:
            raise _Cannot
        looks = self.groups.pop()
        self.at += 1
        return self._looking(")") if looks else self._repeated(")")

    def _escape(self) -> str:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in _STANDING:
            return self._looking(self._next(_STANDING[letter], 2))
        if letter and letter in "DWS":
            return self._repeated(self._next(f"[^{CLASSES[letter.lower()]}]", 2))
        inside = self._inside()
        return self._repeated(inside if len(inside) == 1 else f"[{inside}]" if inside[0] != "[" else inside)

    def _inside(self) -> str:
        """What an escape stands for, as it is written within brackets."""
        rest = self.text[self.at + 1 :]
        letter = rest[:1]
        if letter in CLASSES and letter:
            return self._next(CLASSES[letter], 2)
        if category := _CATEGORY.match(rest):
            return self._next(f"\\{category[0]}", 1 + category.end())
        if code := _CODE.match(rest):
            return self._next(_member(chr(int(code[1] or code[2] or code[3], 16))), 1 + code.end())
        if letter in _SIGNS and letter:
            return self._next(_SIGNS[letter], 2)
        if not letter or letter.isalnum():
            raise _Cannot
        return self._next(_member(letter), 2)

    def _set(self) -> str:
        self.at += 1
        said = "["
        if self.text[self.at : self.at + 1] == "^":
            said += self._next("^")
        first = True
        while first or self.text[self.at : self.at + 1] != "]":
            said += self._of_set()
            first = False
        return said + self._next("]")

    def _of_set(self) -> str:
        """A member of a set, or a range of them."""
        begins, low = self.at, self._member()
        range_ = re.match(r"-(?!\])", self.text[self.at :])
        if range_ is None or len(self.text[begins : self.at]) == 0:
            return low
        self.at += 1
        start, end = _letter(low), _letter(self._member())
        if start is None or end is None or start > end:
            raise _Cannot
        more = "".join(one for one in _I if any(start <= each <= end for each in _I))
        return f"{_code(start)}-{_code(end)}{more}"

    def _member(self) -> str:
        letter = self.text[self.at : self.at + 1]
        if not letter or (letter == "[" and self.text[self.at + 1 : self.at + 2] in (":", ".", "=")):
            raise _Cannot
        if letter == "\\":
            return self._inside()
        if letter in "&~|-" and self.text[self.at + 1 : self.at + 2] == letter:
            raise _Cannot
        return self._next(_member(letter))


def _literal(letter: str) -> str:
    return f"[{_I}]" if letter in _I else letter if letter.isalnum() else _code(letter)


def _member(letter: str) -> str:
    return _I if letter in _I else letter if letter.isalnum() else _code(letter)


def _code(letter: str) -> str:
    return letter if letter.isalnum() else f"\\u{{{ord(letter):x}}}"


def _letter(member: str) -> str | None:
    """The one letter that a member is; None for a class."""
    if member == _I:
        return "i"  # of a range that begins or ends there, both capitals are meant
    if code := re.fullmatch(r"\\u\{([0-9a-f]+)\}", member):
        return chr(int(code[1], 16))
    return _LINE_SIGNS.get(member, member if len(member) == 1 else None)
