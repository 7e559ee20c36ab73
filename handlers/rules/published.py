"""What may be said of the figures: bands, never small numbers, and never twice of the same weeks."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

STEP = 5
"""Counts of people are shown in steps of so many."""
BASE = 10
"""A percentage stands on so many people at least."""


class Band(NamedTuple):
    """So many people: from `low` to `high`, both counted in; where five are too few, ten wide."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}–{self.high}"


def band(people: int) -> Band:
    """The band that a number of people lies in: 0–4, 5–9, 10–14 …"""
    low = people - people % STEP
    return Band(low, low + STEP - 1)


class Share(NamedTuple):
    """A percentage and the band of the people it stands on.

    `percent` is rounded to steps of five, from 5 to 95. "nearly_all" and "hardly_any" say that five
    people or fewer stand on one side: then there is no percentage. Neither is there of fewer than
    ten people, nor where so few stand on one side of fewer than twenty.
    """

    of: Band
    percent: int | None = None
    word: str = ""
    """nearly_all, hardly_any, or empty."""


Counts = Mapping[str, Band]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Weeks that a table stands for, both counted in: "2026-W45" to "2026-W48"."""

    first: str
    last: str
    weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What is shown of a span of weeks that no digest showed before.

    `tables` lists what five people or more stand behind, most first; a table that would tell too
    much is not there. `times` are in hours of working time.
    """

    span: Span
    tables: Mapping[str, tuple[tuple[str, Band], ...]] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    shares: Mapping[str, Share] = field(default_factory=dict)
    """told, helped, referral_answered."""
    counts: Mapping[str, Band] = field(default_factory=dict)
    """reopened, unreachable, rated, referred."""
    times: Mapping[str, tuple[float, float | None]] = field(default_factory=dict)
    """read, answered, closed: the median, and the 90th percentile where fifty people stand behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The figures of one week's digest, as they stay for ever."""

    week: str
    counts: Mapping[str, Band]
    """received, answered, closed, overdue."""
    shares: Mapping[str, Share] = field(default_factory=dict)
    """in_time."""
    means: Mapping[str, float] = field(default_factory=dict)
    """The mean of the four digests before, of the middles of their bands: received, answered,
    overdue; and in_time, in per cent, of those of them that show a percentage."""
    trends: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The lower ends of the bands of up to twelve weeks, this one last: received, answered."""
    tables: Tables | None = None
    safeguarding: Mapping[str, Any] | None = None
    """In the first digest of a quarter: {"quarter": "2026-Q3", "people": Band, "in_time": Share}."""
    is_empty: bool = False
    """Whether nobody wrote: said as such only as the band of it says it, 0–4."""


def as_json(published: Published) -> dict[str, Any]:
    """As it is kept."""
    return dict(_plain(asdict(published)))


def from_json(kept: Mapping[str, Any]) -> Published:
    """As it was kept."""
    tables, private = kept["tables"], kept["safeguarding"]
    return Published(
        week=kept["week"],
        counts=_bands(kept["counts"]),
        shares=_shares(kept["shares"]),
        means=kept["means"],
        trends={name: tuple(lows) for name, lows in kept["trends"].items()},
        tables=tables and _tables(tables),
        safeguarding=private
        and {
            "quarter": private["quarter"],
            "people": Band(*private["people"]),
            "in_time": _share(private["in_time"]),
        },
        is_empty=kept["is_empty"],
    )


def _plain(value: Any) -> Any:
    """Mappings and lists as JSON knows them."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (tuple, list)) else value


def _tables(kept: Mapping[str, Any]) -> Tables:
    return Tables(
        span=Span(**kept["span"]),
        tables={
            name: tuple((category, Band(*people)) for category, people in rows)
            for name, rows in kept["tables"].items()
        },
        withheld=tuple(kept["withheld"]),
        shares=_shares(kept["shares"]),
        counts=_bands(kept["counts"]),
        times={name: (median, late) for name, (median, late) in kept["times"].items()},
    )


def _bands(kept: Mapping[str, Any]) -> dict[str, Band]:
    return {name: Band(*people) for name, people in kept.items()}


def _shares(kept: Mapping[str, Any]) -> dict[str, Share]:
    return {name: _share(each) for name, each in kept.items()}


def _share(kept: Any) -> Share:
    of, percent, word = kept
    return Share(Band(*of), percent, word)
