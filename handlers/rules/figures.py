"""What is counted for the council's digest, and how. docs/figures.md says the same in words.

Everything here is exact and seen by nobody: what may be published of it, `handlers.rules.published`
decides. People are counted, not messages: somebody who wrote five times counts once in each figure.
Private requests are in none of these figures; they are counted by themselves, each quarter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS_OF_TABLE = ("topic", "kind", "urgency", "language", "channel")


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds of working time: of how many people, and the quantiles.

    A person's own time is the longest of theirs in the span. `median` and `late` (the 90th
    percentile, nearest rank) are None of nobody.
    """

    people: int = 0
    median: float | None = None
    late: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """The exact figures of one span of time, each a number of distinct people."""

    received: int = 0
    """Who handed in a request."""
    answered: int = 0
    """Whom a first useful answer reached."""
    closed: int = 0
    """Whose request was closed."""
    told: int = 0
    """Of those: who was told that it is closed."""
    reopened: int = 0
    """Whose closed request was opened again."""
    unreachable: int = 0
    """Whom something we sent could not reach."""
    overdue: int = 0
    """Who, at the end of the span, waits for something whose told date has passed."""
    promised: int = 0
    """To whom a date was told that was kept, missed or apologised for in the span."""
    in_time: int = 0
    """Of those: who had every such date kept."""
    rated: int = 0
    """Who said what they thought of an answer."""
    helped: int = 0
    """Of those: whose last word was that it helped."""
    referred: int = 0
    """Of whom a released text was sent to the Service."""
    referral_answered: int = 0
    """Of those: whose the Service has answered by the end of the span."""
    read_after: Times = field(default_factory=Times)
    """From being received to the first reading by a person, of what was first read in the span."""
    answered_after: Times = field(default_factory=Times)
    closed_after: Times = field(default_factory=Times)
    tables: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Who was received, by each of KINDS_OF_TABLE: {"topic": {"labour": 12, …}, …}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguarding:
    """Private requests of one quarter: how many people, and of how many each was read in time."""

    people: int = 0
    in_time: int = 0
