"""The kinds of values that council.toml holds: names, lengths of time, days, numbers to call."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

from bot.faults import Section, suggestion
from handlers.charter import Span

WEEKDAYS = {
    name: number
    for number, name in enumerate(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), start=1
    )
}
LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)")
SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
LANGUAGE = re.compile(r"[a-z]{2,3}")
PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
TELEPHONE = re.compile(r"\+?\d[\d ]{1,18}")


def text(section: Section, key: str, *, empty: bool = False) -> str:
    """A text that says something."""
    said = section.value(key, str, "-", "a text in quotes").strip()
    if not said and not empty:
        section.fault(key, "is empty")
    return said


def whole(section: Section, key: str, default: int, low: int, high: int) -> int:
    """A whole number between two bounds."""
    if not section.has(key):
        return default
    number = section.value(key, int, default, f"a whole number from {low} to {high}")
    if not low <= number <= high:
        section.fault(key, f"{number} is not a whole number from {low} to {high}")
    return number


def names(section: Section, key: str) -> Mapping[str, str]:
    """One text for each language, English always among them."""
    return by_language(section.section(key))


def by_language(table: Section) -> Mapping[str, str]:
    """Every key of this table is a language, every value a text; English among them."""
    found = {}
    for language in table.keys():  # noqa: SIM118 a section is no mapping
        if LANGUAGE.fullmatch(language):
            found[language] = text(table, language)
    if "en" not in found:
        table.fault("en", "is missing; English stands in wherever a language has no text")
    table.close()
    return found


def working_span(section: Section, key: str) -> Span:
    """A length of working time: 30m, 4h, 2d."""
    said = section.value(key, str, "1d", "a length of working time like 4h or 2d")
    found = LENGTH.fullmatch(said.strip())
    if found is None or found[2] == "s" or (found[2] == "d" and "." in found[1]):
        section.fault(key, f"{said!r} is not a length of working time; write 4h or 2d")
        return Span(days=1)
    if not float(found[1]):
        section.fault(key, f"{said!r} is no time at all; a promise needs some")
        return Span(days=1)
    if found[2] == "d":
        return Span(days=int(found[1]))
    return Span(hours=float(found[1]) * SECONDS[found[2]] / 3600)


def length(section: Section, key: str, default: timedelta, longest: timedelta) -> timedelta:
    """A length of time on the clock: 1.5s, 15m, 24h, 2d."""
    if not section.has(key):
        return default
    said = section.value(key, str, "15m", "a length of time like 15m, 24h or 2d")
    found = LENGTH.fullmatch(said.strip())
    if found is None:
        section.fault(key, f"{said!r} is not a length of time; write 15m, 24h or 2d")
        return default
    span = timedelta(seconds=min(float(found[1]) * SECONDS[found[2]], 1e9))
    if not timedelta(0) < span <= longest:
        section.fault(key, f"{said!r} must be longer than nothing and at most {longest}")
    return span


def hour(section: Section, key: str) -> time:
    """A time of day: 09:00."""
    if not section.has(key):
        section.fault(key, "is missing; write a time of day like 09:00:00")
        return time(9)
    said = section.value(key, object, time(9), "")
    if isinstance(said, time):
        return said
    try:
        return time.fromisoformat(str(said))
    except ValueError:
        section.fault(key, f"{said!r} is not a time of day; write 09:00:00")
        return time(9)


def days(section: Section, key: str) -> frozenset[date]:
    """A list of dates: [2027-03-09]."""
    return frozenset(
        each
        for position, each in _listed(section, key)
        if _is(section, f"{key}[{position}]", type(each) is date, each, "a date; write 2027-03-09")
    )


def weekdays(section: Section, key: str) -> frozenset[int]:
    """A list of days of the week, by English name."""
    found = set()
    for position, each in _listed(section, key):
        hint = f"a day of the week{suggestion(str(each), WEEKDAYS)}"
        if _is(section, f"{key}[{position}]", each in WEEKDAYS, each, hint):
            found.add(WEEKDAYS[each])
    return frozenset(found)


def languages(section: Section, key: str) -> tuple[str, ...]:
    """A list of language codes, each once."""
    found: list[str] = []
    for position, each in _listed(section, key):
        is_code = isinstance(each, str) and LANGUAGE.fullmatch(each) is not None
        if _is(section, f"{key}[{position}]", is_code, each, "a language; write a code like ru"):
            if each in found:
                section.fault(f"{key}[{position}]", f"{each!r} stands there twice")
            found.append(each)
    return tuple(found)


def telephone(section: Section, key: str) -> str:
    """A number that can be dialled."""
    number = text(section, key)
    if not TELEPHONE.fullmatch(number):
        section.fault(key, f"{number!r} is not a telephone number")
    return number


def plain_name(section: Section, key: str) -> str:
    """A name that commands can say: small letters, digits and _."""
    name = text(section, key)
    if not PLAIN_NAME.fullmatch(name):
        section.fault(key, f"{name!r} is not a name of small letters, digits and _")
    return name


def email(section: Section, key: str) -> str:
    """An e-mail address."""
    address = text(section, key)
    if not EMAIL.fullmatch(address):
        section.fault(key, f"{address!r} is not an e-mail address")
    return address


def _listed(section: Section, key: str) -> Iterable[tuple[int, Any]]:
    if not section.has(key):
        return ()
    return enumerate(section.value(key, list, [], "a list in square brackets"), start=1)


def _is(section: Section, key: str, right: bool, value: Any, meant: str) -> bool:
    if not right:
        section.fault(key, f"{value!r} is not {meant}")
    return right
