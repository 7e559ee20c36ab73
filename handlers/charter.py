"""What `council.toml` says: the council, its service, its calendar and its promises.

Another country runs the same program by writing another file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal

CLASSES = ("P1", "P2", "P3", "P4", "P5")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of working time: whole working days, or hours counted inside working time."""

    days: int = 0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Promise:
    """By when a request of one class is read by a person, answered, and closed at the latest."""

    read: Span
    answer: Span
    close: Span


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A telephone number that the bot may name.

    `state` is `dialled` (somebody called and listened, on `checked_on`), `sourced` (a public
    source names it) or `unverified` (never shown to anyone).
    """

    id: str
    number: str
    use: Mapping[str, str]
    state: Literal["dialled", "sourced", "unverified"]
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When the council works: `weekend` holds ISO weekday numbers (6 Saturday, 7 Sunday)."""

    zone: str
    opens: time
    closes: time
    weekend: frozenset[int]
    holidays: str
    extra_holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """When the Service's digest is drafted and sent, by the council's clock, and in what languages.

    Days are ISO weekdays. The draft is of the week that ends before the day of sending.
    """

    day: int = 1
    at: time = time(9)
    draft_day: int = 5
    draft_at: time = time(10)
    languages: tuple[str, ...] = ("en",)
    """Those that its recipients read; the council words its lines in them."""


@dataclass(frozen=True, slots=True)
class RecipientRule:
    """A place at the Service that the digest goes to: who may sit there, joins by invitation.

    `channel` is telegram or email; `address` is the e-mail address.
    """

    name: str
    channel: Literal["telegram", "email"]
    language: str
    unit: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Charter:
    """Everything a country's council decides about its own bot.

    Names are by language, English always among them. `languages` are offered in this order.
    """

    council: Mapping[str, str]
    service: Mapping[str, str]
    controller: Mapping[str, str]
    """Who is responsible for the data, as the privacy text names them."""
    official_complaint: str
    """Where an official complaint is filed: an address that people can type."""
    prefix: str
    languages: tuple[str, ...]
    working_time: WorkingTime
    promises: Mapping[str, Promise]
    numbers: tuple[EmergencyNumber, ...]
    members: int
    open_cap: int = 15
    close_after_days: int = 5
    reopen_days: int = 30
    keep_months: int = 12
    second_reader: tuple[str, ...] = ()
    """Topics of which an answer is read by a second member before it is sent."""
    template_days: int = 90
    """How long a template may be used after the day on which its source was checked."""
    chair_term_months: int = 12
    nomination_days: int = 3
    ballot_days: int = 3
    """Working days for proposing a chair, and for each round of voting."""
    flood_messages: int = 20
    flood: timedelta = timedelta(minutes=10)
    """More messages than that in so long are collected, without an answer to each."""
    draft_reminder: timedelta = timedelta(minutes=15)
    draft_handed_in: timedelta = timedelta(hours=24)
    consent_held: timedelta = timedelta(hours=1)
    invitation_valid: timedelta = timedelta(hours=48)
    card_idle: timedelta = timedelta(minutes=15)
    media_kept: timedelta = timedelta(hours=20)
    undo: timedelta = timedelta(seconds=10)
    """How long an answer can be taken back before it goes; nothing: it goes at once."""
    settle: timedelta = timedelta(seconds=1.5)
    """How long a draft's screen waits for the next message of a burst or an album."""
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Languages whose speakers half understand another: {"tr": ("az",)}."""
    digest: DigestPlan = DigestPlan()
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Units of the Service that proposals and released texts go to: names by language."""
    recipients: tuple[RecipientRule, ...] = ()
    spoken: tuple[str, ...] = ()
    """Languages that migrants in the country speak, as far as is known; whatever of them the bot is
    not offered in, the digest says."""
