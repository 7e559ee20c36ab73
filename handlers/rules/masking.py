"""Numbers that identify people are hidden before anyone reads them.

What looks like a number of a passport, card, account, phone or identity is replaced whole, so that
nothing of it can be guessed. What a request lives by stays: dates, times, sums, years, laws, house
numbers, emergency numbers and our own references. In doubt a number is hidden.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from handlers.rules.digits import INVISIBLE, western
from handlers.rules.harmless import DASH, SPACE, taken_out

HIDDEN = "•••"
"""Always as long, whatever was there."""

SHORT_PUBLIC = frozenset(
    {"101", "102", "103", "104", "108", "112", "142", "152", "161", "860", "916", "919"}
    | {"012", "1542", "116111"}
)
"""Numbers of help, which people write in rows."""

HARMLESS_DIGITS = 6
"""A number of more digits is hidden, unless it is one that stays."""

MOST_LETTERS = 4
"""A code of digits has few letters; a word with a number behind it has more."""

LONGEST_LOCAL_PART = 64
KEYCAP = ("\ufe0f", "\u20e3")

_UNSEEN = re.compile(f"[{INVISIBLE}\u20e3]")
_GAP = rf"(?:{SPACE}{{1,3}}|{SPACE}?(?:{DASH}|/){SPACE}?|[.,_·]|{SPACE}?[()]{SPACE}?-?)"
_CHAIN = re.compile(rf"(?:\+{SPACE}?)?(?:\((?=[0-9]{{1,5}}\)))?[0-9](?:{_GAP}?[0-9])*+")
_SERIES = re.compile(rf"(?<![^\W_])([^\W\d_]{{1,3}})({SPACE}?[-–№#:.]?{SPACE}?)\Z")
_SIX = re.compile(rf"(?<![^\W_])([^\W\d_]{{2,3}}){SPACE}?[-№]?{SPACE}?[0-9]{{6}}(?![0-9])")
_WORD = re.compile(r"[^\W_]++")
_ACCOUNT = re.compile(
    rf"(?<![^\W_])[A-Za-z]{{2}}[0-9]{{2}}(?:{SPACE}?[A-Za-z0-9]{{4}}){{2,7}}"
    rf"(?:{SPACE}?[A-Za-z0-9]{{1,3}})?(?![^\W_])"
)
_NAMED_CODE = re.compile(
    rf"(?<![^\W_])(?:f[iı]n|p[iı]n|фин|пин|فین)[^\W\d_]{{0,4}}{SPACE}?"
    rf"(?:(?:kod|code|код|کد)[^\W\d_]{{0,6}})?{SPACE}?[-:=–]?{SPACE}?([^\W_]{{5,9}})(?![^\W_])",
    re.IGNORECASE,
)
_NAMED_CARD = re.compile(
    rf"(?<![^\W_])(?:my[iı]|dy[iı]|мйи|aze|aa){SPACE}?[-–№#:]?{SPACE}?[0-9]{{5,}}", re.IGNORECASE
)
_NAME_OF_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_IN_LOCAL_PART = re.compile(r"[\w.+-]").match


def mask(text: str, prefix: str = "MC", public: Collection[str] = ()) -> str:
    """The text with every number that may identify somebody hidden, e-mail addresses too.

    `prefix` is that of the council's references, which stay; `public` are further telephone
    numbers (digits alone) that everybody may see.
    """
    seen, places = _without_marks(text)
    shown, at = [], 0
    for start, end in _joined([*_numbers(seen, prefix, public), *_addresses(seen)]):
        shown += [text[at : places[start]], HIDDEN]
        at = _behind(text, places[end - 1] + 1)
    return "".join(shown) + text[at:]


def holds_numbers(text: str, prefix: str = "MC", public: Collection[str] = ()) -> bool:
    """Whether the text holds a number that is hidden; an e-mail address is none."""
    seen, _ = _without_marks(text)
    return any(True for _ in _numbers(seen, prefix, public))


def _behind(text: str, at: int) -> int:
    """The place behind what makes a keycap of the digit before it."""
    while text[at : at + 1] in KEYCAP:
        at += 1
    return at


def _without_marks(text: str) -> tuple[str, Sequence[int]]:
    """The visible letters with western digits, and where each of them stands in the text."""
    plain = western(text)
    if not _UNSEEN.search(plain):
        return plain, range(len(plain))
    places = [at for at, sign in enumerate(plain) if not _UNSEEN.match(sign)]
    return "".join(plain[at] for at in places), places


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places in order, each once."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _numbers(seen: str, prefix: str, public: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where the numbers stand that are to be hidden; places may overlap."""
    left = taken_out(seen, prefix)
    for found in _ACCOUNT.finditer(left):
        if _digits(found[0]) > HARMLESS_DIGITS:
            yield found.span()
    for found in _NAMED_CODE.finditer(left):
        if _digits(found[1]):
            yield found.span(1)
    for found in _NAMED_CARD.finditer(left):
        yield found.span()
    for found in _SIX.finditer(left):
        if found[1].isupper():
            yield found.span()
    yield from _long_numbers(left, public)
    for found in _WORD.finditer(left):
        if _is_code(found[0]):
            yield found.span()


def _long_numbers(left: str, public: Collection[str]) -> Iterator[tuple[int, int]]:
    """Numbers of many digits, however they are broken up, with the letters of their series."""
    for chain in _CHAIN.finditer(left):
        groups = re.findall("[0-9]+", chain[0])
        if sum(map(len, groups)) <= HARMLESS_DIGITS or _stays(groups, public):
            continue
        start = chain.start()
        series = _SERIES.search(left, max(0, start - 8), start)
        if series and (series[1].isupper() or not series[2]):
            start = series.start()
        yield start, chain.end()


def _stays(groups: Sequence[str], public: Collection[str]) -> bool:
    """Whether these are years, numbers of help, or a number that everybody may see."""
    if "".join(groups) in public:
        return True
    if len(groups) <= 3 and all(len(group) == 4 and group[:2] in {"19", "20"} for group in groups):
        return True
    return all(group in SHORT_PUBLIC for group in groups)


def _is_code(word: str) -> bool:
    """Whether letters and digits are mixed as in a passport, a card or a FIN, not as in a word."""
    digits = _digits(word)
    letters = len(word) - digits
    if not digits or not letters:
        return False
    if digits > MOST_LETTERS and letters <= MOST_LETTERS:
        return True
    if len(word) == 7 and word.isascii() and word.isupper():
        return word != "COVID19"
    return 7 <= len(word) <= 12 and digits >= 2 and _changes(word) >= 2


def _digits(text: str) -> int:
    return sum(sign in "0123456789" for sign in text)


def _changes(word: str) -> int:
    """How often the word goes over from letters to digits or back."""
    kinds = [sign in "0123456789" for sign in word]
    return sum(one != other for one, other in pairwise(kinds))


def _addresses(seen: str) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses stand, those of public offices aside."""
    at = seen.find("@")
    while at != -1:
        start = at
        while start > 0 and at - start < LONGEST_LOCAL_PART and _IN_LOCAL_PART(seen[start - 1]):
            start -= 1
        host = _NAME_OF_HOST.match(seen, at + 1) if start < at else None
        if host and ".gov." not in f".{host[0]}.":
            yield start, host.end()
        at = seen.find("@", at + 1)
