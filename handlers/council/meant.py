"""What a member looks for: a number, a day or days, a topic; as they say it in their language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from handlers.council import lists
from handlers.language import N_, SOURCE, babel_locale
from handlers.rules import references
from handlers.rules.digits import western
from handlers.rules.folding import fold
from handlers.rules.topics import OTHER, TOPICS, suggest
from handlers.turn import Scene

RELATIVE = {
    "today": N_("today"),
    "yesterday": N_("yesterday"),
    "this_week": N_("this week"),
    "last_week": N_("last week"),
}
_YEAR_FIRST = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})(?:[./-]([0-9]{4}))?\.?", re.ASCII)
_NAMED = re.compile(r"([0-9]{1,2})\.? ?([^\W\d_]{3,})\.?(?: ([0-9]{4}))?")
SHORTEST = 3
"""Letters that a word must have to stand for a longer one."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What was understood: a reference, a topic by its name, or days "2026-11-23_2026-11-29"."""

    by: Literal["reference", "topic", "days"]
    value: str


def meant(scene: Scene, text: str) -> Meant | None:
    """What these words look for; None if that is not clear."""
    named = references.found_in(text, scene.charter.prefix)
    if named:
        return Meant("reference", named[0])
    if (days := _days(scene, text)) is not None:
        return Meant("days", f"{days[0].isoformat()}_{days[1].isoformat()}")
    topic = _topic(scene, text)
    return Meant("topic", topic) if topic else None


def days_of(value: str) -> tuple[date, date] | None:
    """The first and the last day that a button names; None if it is forged."""
    try:
        first, last = (date.fromisoformat(day) for day in value.split("_"))
    except ValueError:
        return None
    # a calendar ends, and so does a list of days
    return (first, last) if date(2000, 1, 1) <= first <= last <= date(2100, 1, 1) else None


def _days(scene: Scene, text: str) -> tuple[date, date] | None:
    today, said = lists.today(scene), fold(text)
    monday = today - timedelta(days=today.weekday())
    spans = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "this_week": (monday, today),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
    }
    for name, words in RELATIVE.items():
        if said in (fold(words), fold(scene.tongue(words))):
            return spans[name]
    day = _day(scene, western(text).strip(), today)
    return (day, day) if day is not None and day <= today else None


def _day(scene: Scene, text: str, today: date) -> date | None:
    """One day, as numbers or with the month's name; without a year the last one that was."""
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[2]), found[3]
    elif found := _NAMED.fullmatch(text):
        day, month, year = int(found[1]), _month(scene, found[2]), found[3]
    else:
        return None
    if year:
        return _date(int(year), month, day)
    here = _date(today.year, month, day)
    return here if here is not None and here <= today else _date(today.year - 1, month, day)


def _month(scene: Scene, word: str) -> int:
    """The number of a month by its name or the beginning of it; 0 if it is none."""
    said = fold(word)
    for number, name in _month_names(scene):
        if name.startswith(said) or said.startswith(name):
            return number
    return 0


def _month_names(scene: Scene) -> Iterator[tuple[int, str]]:
    for language in (scene.tongue.code, SOURCE):
        months = babel_locale(language).months
        for kind in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months.get(kind, {}).get(width, {}).items():
                    if len(folded := fold(name)) >= SHORTEST:
                        yield number, folded


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _topic(scene: Scene, text: str) -> str:
    """The topic of this label, or of a word of it, or what such words are usually about."""
    said = fold(text)
    if len(said) >= SHORTEST:
        for name, topic in TOPICS.items():
            for label in (fold(scene.tongue(topic.label)), fold(topic.label)):
                if label == said or any(word.startswith(said) for word in label.split()):
                    return name
    suggested = suggest(text, scene.tongue.code)
    return "" if suggested == OTHER else suggested
