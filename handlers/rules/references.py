"""References and secrets: numbers that people read aloud, copy and mistype.

A reference is eight random digits and a check digit by Damm's algorithm (H. M. Damm, 2004), which
catches every single wrong digit and every swap of neighbours. It tells nothing of date or order.
"""

import re
import secrets
from collections.abc import Callable, Iterator

from handlers.rules.digits import INVISIBLE, western

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_GAP = rf"(?:[ \t\u00a0\u2007\u2009\u202f_\-\u2010-\u2015\u2212{INVISIBLE}]{{1,4}})"
_CHAIN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_LEAD = re.compile(rf"([^\W\d_]*)[ \t\u00a0\u202f_\-\u2010-\u2015:.#№{INVISIBLE}]{{0,6}}\Z")
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


def new_reference(below: Callable[[int], int] = secrets.randbelow) -> str:
    """Nine digits, the last of which checks the others; `below(n)` draws from 0 to n - 1."""
    drawn = f"{below(10**8):08d}"
    return drawn + str(_damm(drawn))


def new_secret(below: Callable[[int], int] = secrets.randbelow) -> str:
    """Six digits that open a request together with its reference."""
    return f"{below(10**6):06d}"


def is_reference(nine: str) -> bool:
    """Whether these are nine digits of which the last is the right one."""
    return len(nine) == 9 and nine.isascii() and nine.isdigit() and _damm(nine) == 0


def shown(reference: str, prefix: str) -> str:
    """A reference as people read it: MC 4827 1935 6."""
    return f"{prefix} {reference[:4]} {reference[4:8]} {reference[8:]}"


def found_in(text: str, prefix: str = "MC") -> list[str]:
    """Every right reference in the text, in order, each once.

    The prefix may be missing or typed with Cyrillic letters of the same look; the digits may be of
    any script, with spaces, hyphens or unseen marks between. Part of a longer number is none.
    """
    return list(dict.fromkeys(nine for nine, _, _ in places_in(text, prefix)))


def places_in(
    text: str, prefix: str = "MC", *, named_only: bool = False
) -> Iterator[tuple[str, int, int]]:
    """Every right reference with the place of its digits: (nine digits, start, end).

    With `named_only`, those alone that follow the prefix: others might be somebody's phone.
    """
    plain = western(text)
    for chain in _CHAIN.finditer(plain):
        if len(chain[0]) < 9:
            continue
        named = _is_named(plain, chain.start(), prefix)
        glued = named_only or _touches_letters(plain, chain.start(), chain.end())
        yield from _in_chain(chain, named, glued)


def _in_chain(chain: re.Match[str], named: bool, glued: bool) -> Iterator[tuple[str, int, int]]:
    groups = [(m[0], chain.start() + m.start(), chain.start() + m.end()) for m in _split(chain[0])]
    at = 0
    while at < len(groups):
        # what follows the prefix may be broken up anyhow; elsewhere only as we write it
        whole = named and at == 0
        used = _nine_from(groups, at, whole or _is_all(groups)) if whole or not glued else 0
        if used:
            nine = "".join(digits for digits, _, _ in groups[at : at + used])
            yield nine, groups[at][1], groups[at + used - 1][2]
        at += used or 1


def _split(chain: str) -> Iterator[re.Match[str]]:
    return _GROUP.finditer(chain)


def _is_all(groups: list[tuple[str, int, int]]) -> bool:
    return sum(len(digits) for digits, _, _ in groups) == 9


def _nine_from(groups: list[tuple[str, int, int]], at: int, anyhow: bool) -> int:
    """How many groups from `at` make a right reference, or 0."""
    lengths: list[int] = []
    nine = ""
    for digits, _, _ in groups[at : at + 9]:
        lengths.append(len(digits))
        nine += digits
        if len(nine) >= 9:
            break
    as_we_write = lengths in ([9], [4, 4, 1], [8, 1], [4, 5])
    return len(lengths) if (anyhow or as_we_write) and is_reference(nine) else 0


def _is_named(plain: str, start: int, prefix: str) -> bool:
    before = _LEAD.search(plain[max(0, start - len(prefix) - 8) : start])
    if before is None:
        return False
    return before[1].upper().translate(_LOOK_ALIKE) == prefix.upper()


def _touches_letters(plain: str, start: int, end: int) -> bool:
    """Whether a letter or a plus stands directly before, or a letter directly behind."""
    before, behind = plain[start - 1 : start], plain[end : end + 1]
    return before.isalpha() or before == "+" or behind.isalpha()


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim
