"""A day as somebody types it: 27.11.2026, 27/11, 2026-11-27, in any script's digits."""

import re
from datetime import date

from handlers.rules.digits import INVISIBLE, western

_UNSEEN = re.compile(f"[{INVISIBLE}\\s]")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})(?:[./-]([0-9]{4}))?\.?", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})", re.ASCII)


def past_day(text: str, today: date) -> date | None:
    """The day that is meant; without a year the last one that is not in the future."""
    seen = _UNSEEN.sub("", western(text))
    if found := _YEAR_FIRST.fullmatch(seen):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _DAY_FIRST.fullmatch(seen)):
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _day(int(found[3]), month, day)
    this_year = _day(today.year, month, day)
    if this_year is not None and this_year <= today:
        return this_year
    return _day(today.year - 1, month, day)


def coming_day(text: str, today: date) -> date | None:
    """The day that is meant; without a year the next one that is not in the past."""
    seen = _UNSEEN.sub("", western(text))
    found = _DAY_FIRST.fullmatch(seen)
    if found is None or found[3]:
        return past_day(text, today)
    day, month = int(found[1]), int(found[2])
    this_year = _day(today.year, month, day)
    if this_year is not None and this_year >= today:
        return this_year
    return _day(today.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
