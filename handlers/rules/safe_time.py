"""When somebody may be written to, whose phone may be watched."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.rules.digits import western
from handlers.rules.folding import fold

BLOCKS: Mapping[str, tuple[time, time]] = {
    "morning": (time(8), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(21)),
}
"""Times of the day that can be chosen with one tap."""
WORD_LENGTH = range(4, 31)

_HOUR = r"(?P<{0}>[01]?[0-9]|2[0-4])(?:[:.](?P<{0}_minute>[0-5][0-9]))?"
_HOURS = re.compile(rf"\s*{_HOUR.format('since')}\s*[-–—−~]\s*{_HOUR.format('until')}\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Safe:
    """What a person chose: `since` and `until` on every day, never first, or a word of theirs."""

    since: time | None = None
    until: time | None = None
    never: bool = False
    word: str = ""
    """The keyed hash of the word without which nothing private is shown."""


ANY_TIME = Safe()


def chosen(kept: Any) -> Safe:
    """What was kept of a person's choice; whoever chose nothing may be written to at any time."""
    if not kept:
        return ANY_TIME
    hours = [time.fromisoformat(kept[name]) if kept.get(name) else None for name in ("from", "to")]
    return Safe(hours[0], hours[1], bool(kept.get("never")), str(kept.get("word", "")))


def kept(safe: Safe) -> dict[str, Any] | None:
    """The same as it is kept; None where nothing was chosen."""
    what: dict[str, Any] = {}
    if safe.never:
        what["never"] = True
    elif safe.since is not None and safe.until is not None:
        what |= {"from": safe.since.isoformat("minutes"), "to": safe.until.isoformat("minutes")}
    if safe.word:
        what["word"] = safe.word
    return what or None


def next_moment(safe: Safe, now: datetime, zone: str) -> datetime | None:
    """The first moment from `now` on at which we may write first; None: never.

    A time may span midnight. What ends at a minute ends before it.
    """
    if safe.never:
        return None
    if safe.since is None or safe.until is None:
        return now
    here = now.astimezone(ZoneInfo(zone))
    if _within(here.time(), safe.since, safe.until):
        return now
    days = (here.date(), here.date() + timedelta(days=1))
    starts = (datetime.combine(day, safe.since, here.tzinfo) for day in days)
    return next(start for start in starts if start > here).astimezone(now.tzinfo)


def _within(at: time, since: time, until: time) -> bool:
    if since < until:
        return since <= at < until
    return at >= since or at < until


def hours_in(text: str) -> tuple[time, time] | None:
    """The hours that somebody typed: "18-20", "18:30 – 20", in any digits; None for anything else."""
    found = _HOURS.fullmatch(western(text))
    if found is None:
        return None
    since, until = (_time(found[name], found[f"{name}_minute"]) for name in ("since", "until"))
    return (since, until) if since is not None and until is not None and since != until else None


def _time(hour: str, minute: str | None) -> time | None:
    if hour == "24" and int(minute or 0):
        return None
    return time(int(hour) % 24, int(minute or 0))


def as_word(text: str) -> str:
    """A safe word as it is compared: however it is typed on a small keyboard, it is the same."""
    return " ".join(fold(text).split())


def may_be_word(text: str) -> bool:
    """Whether this can be a safe word: four to thirty signs, and not a number alone."""
    word = as_word(text)
    return len(text.strip()) in WORD_LENGTH and len(word) >= 3 and not word.isdecimal()
