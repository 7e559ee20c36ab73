"""Numbers that identify nobody: dates, times, sums, and the council's own references.

They are found first and taken out, so that what is left can be judged without them.
"""

import re
from collections.abc import Iterator
from functools import partial

from handlers.rules.references import places_in

SPACE = "[ \\t\u00a0\u2007\u2009\u202f]"
DASH = "[-\u2010-\u2015\u2212]"
TAKEN_OUT = "\x00"
"""Stands for a letter that is judged already; part of no number and no word."""

_NOT_INSIDE = r"(?<![0-9])(?<![0-9][.,/:\-])"
_ENDS = r"(?![0-9])(?![.,/:\-][0-9])"

# years of the Iranian calendar too
_DAY, _MONTH, _YEAR = (
    r"(?:0?[1-9]|[12][0-9]|3[01])",
    r"(?:0?[1-9]|1[0-2])",
    r"(?:13|14|19|20)[0-9]{2}",
)
_DATE_FORMS = (
    rf"(?:(?:{_DAY}{DASH})?{_DAY}([.\-/]){_MONTH}\1(?:{_YEAR}|[0-9]{{2}})"
    rf"|{_YEAR}([.\-/]){_MONTH}\2{_DAY}"
    rf"|{_MONTH}[./]{_YEAR})(?![0-9])"
)
_ONE_DATE = re.compile(_DATE_FORMS)
_DATE = re.compile(_NOT_INSIDE + _DATE_FORMS)
_GOES_ON = re.compile(r"[.,/:\-]?[0-9]")
_AFTER_DATE = re.compile(rf"(?:{SPACE}?{DASH}{SPACE}?|{SPACE}|[.,])?")

_ONE_TIME = r"(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9]"
_TIMES = re.compile(
    rf"{_NOT_INSIDE}{_ONE_TIME}{SPACE}?{DASH}{SPACE}?{_ONE_TIME}{_ENDS}"
    r"|(?<![0-9])(?<![0-9][.,/\-])(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?![0-9])"
)

_SUM = (
    r"(?>(?:[0-9]{1,3}(?:[ \u00a0\u202f.,][0-9]{3}){1,2}(?![0-9])|[0-9]{1,9})"
    r"(?:[.,][0-9]{1,2}(?![0-9]))?)"
)
_SUMS = rf"{_SUM}(?:{SPACE}?[-–/]{SPACE}?{_SUM}){{0,3}}"
_CURRENCY = (
    r"(?:azn|usd|eur|rub|uah|irr|pkr|inr|bdt|gbp|man[ae]t|dollar|dolar|euro|ruble|rubl|lira|lari"
    r"|rupee|taka|манат|руб|долл|евро|лари|лир|гривен|тенге|منات|دلار|یورو|تومان|تومن|ریال|لیر"
    r"|روپیه|روپے|[$€₼₽₺£₹₴]|(?:tl|ман|сум|so'm)(?![^\W\d_]))"
)
_MONEY = re.compile(
    rf"(?<![0-9])(?<![0-9][ \u00a0\u202f.,/\-+])(?<!\+){_SUMS}{SPACE}?{_CURRENCY}"
    rf"|(?<![^\W_])(?:azn|usd|eur|rub|tl|[$€₼₽₺£₹]){SPACE}?{_SUMS}(?![0-9])"
    r"(?![ \u00a0\u202f.,/\-][0-9])",
    re.IGNORECASE,
)


def taken_out(text: str, prefix: str) -> str:
    """The text, letter for letter, without the numbers that may stay."""
    for find in (partial(_references, prefix=prefix), _dates, _times, _money):
        left, at = [], 0
        for start, end in find(text):
            left += [text[at:start], TAKEN_OUT * (end - start)]
            at = end
        text = "".join(left) + text[at:]
    return text


def _references(text: str, prefix: str) -> Iterator[tuple[int, int]]:
    for _, start, end in places_in(text, prefix, named_only=True):
        yield start, end


def _dates(text: str) -> Iterator[tuple[int, int]]:
    """Dates, and rows and ranges of them, that are not a part of a longer number."""
    at = 0
    while found := _DATE.search(text, at):
        start, at = found.span()
        while more := _ONE_DATE.match(text, _end_of_gap(text, at)):
            at = more.end()
        if not _GOES_ON.match(text, at):
            yield start, at


def _end_of_gap(text: str, at: int) -> int:
    gap = _AFTER_DATE.match(text, at)
    return gap.end() if gap else at


def _times(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _TIMES.finditer(text))


def _money(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _MONEY.finditer(text))
