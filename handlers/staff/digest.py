"""One week's digest in one language, as values: what is drawn into a message, a page or a letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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


def as_json(digest: Digest) -> dict[str, object]:
    """As it is kept; the figures are kept by themselves."""
    raise NotImplementedError


def from_json(kept: Mapping[str, object], published: Published) -> Digest:
    """As it was kept."""
    raise NotImplementedError
