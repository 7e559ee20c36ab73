"""One week's digest in one language, as values: what is drawn into a message, a page or a letter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from handlers.rules.published import Band, Published

SECTIONS = ("topic", "gap", "signal", "decision", "change", "date")
"""Lines in the council's words, in the order in which the page shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line in the council's words, approved by its chair.

    `language` is the one it stands in, where there is none in the reader's.
    """

    section: str
    text: str
    topic: str = ""
    on: date | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An action asked of the Service: one proposal, in the reader's language as far as it is."""

    number: int
    unit: str
    """The name of the unit, in the reader's language."""
    concerns: str
    problem: str
    asked: str
    evidence: Band
    wished_on: date | None
    state: str
    sent_on: date
    age: int
    """Working days since it was sent."""
    is_new: bool = False
    """Whether this digest is the first that shows it."""
    language: str = ""
    """The one its texts stand in, where they are not in the reader's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An answer that the Service owes, and for how many working days."""

    what: str
    """proposal or released."""
    number: int
    unit: str
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an earlier proposal, in the week of this digest."""

    number: int
    state: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All of it. `approved` is false where nobody of the council looked at it before it was sent."""

    week: str
    language: str
    council: str
    service: str
    begins_on: date
    ends_on: date
    published: Published
    lines: tuple[Line, ...] = ()
    asked: tuple[Asked, ...] = ()
    owed: tuple[Owed, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    holidays: tuple[date, ...] = ()
    """Days off in the weeks ahead."""
    missing_languages: tuple[str, ...] = ()
    """Languages spoken by migrants that the bot is not offered in, as ids."""
    approved: bool = False
    correction: str = ""
    """What the council says about an earlier version of this digest; then no figure is new."""
    sent_on: date | None = None
    """The day on which it was sent, where it was."""


def as_json(digest: Digest) -> dict[str, object]:
    """As it is kept; the figures are kept by themselves."""
    return {
        one.name: _kept(getattr(digest, one.name))
        for one in fields(digest)
        if one.name != "published"
    }


def from_json(kept: Mapping[str, object], published: Published) -> Digest:
    """As it was kept. What an older program did not keep is as if there were none."""
    known = {one.name for one in fields(Digest)}
    values: dict[str, Any] = {name: value for name, value in kept.items() if name in known}
    values |= {name: read(values[name]) for name, read in READ.items() if name in values}
    return Digest(**values, published=published)


def _kept(value: object) -> object:
    """A value in the shapes that JSON has."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Line | Asked | Owed | Outcome):
        return {one.name: _kept(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_kept(one) for one in value]
    return value


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept is not None else None


def _lines(kept: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(**{**one, "on": _day(one.get("on"))}) for one in kept)


def _asked(kept: Sequence[Mapping[str, Any]]) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            **{
                **one,
                "evidence": Band(*one["evidence"]),
                "wished_on": _day(one.get("wished_on")),
                "sent_on": date.fromisoformat(one["sent_on"]),
            }
        )
        for one in kept
    )


READ: Mapping[str, Callable[[Any], Any]] = {
    "begins_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
    "sent_on": _day,
    "lines": _lines,
    "asked": _asked,
    "owed": lambda kept: tuple(Owed(**one) for one in kept),
    "outcomes": lambda kept: tuple(Outcome(**one) for one in kept),
    "holidays": lambda kept: tuple(date.fromisoformat(one) for one in kept),
    "missing_languages": tuple,
}
"""How what JSON has no shape for is read back."""
