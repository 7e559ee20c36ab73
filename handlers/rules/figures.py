"""What is counted for the council's digest, and how: each figure is defined here, once.

docs/figures.md repeats these words, with the formula of each, what is not in it, and why. Everything
here is exact and seen by nobody: what may be published of it, `handlers.rules.published` decides.

People are counted, not messages: somebody who wrote five times counts once in each figure, and of
somebody with several requests a good thing is said only where it is so of all of them. Private
requests are in none of these figures; they are counted by themselves, each quarter. A span of time
begins at its start and ends before its end; what happened later is not known to it, so that its
figures are the same whenever they are asked for, except of people who deleted everything and of
requests that were made private: nobody counts these any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.rules.spread import Spread

KINDS_OF_TABLE = ("topic", "kind", "urgency", "language", "channel")
MEDIAN, LATE = 50, 90


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in whole seconds of working time.

    A person's own time is the longest of theirs in the span. `median` and `late` are of the people
    in the span: the shortest time that at least 50, or 90, of a hundred of them did not exceed
    (nearest rank); None of nobody.
    """

    people: int = 0
    median: float | None = None
    late: float | None = None


def times(spread: Spread) -> Times:
    """What is said of how long something took each person."""
    return Times(spread.count, spread.nearest(MEDIAN), spread.nearest(LATE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """The exact figures of one span of time, each a number of distinct people."""

    received: int = 0
    """Who handed in a request."""
    answered: int = 0
    """Whom the first answer to a request of theirs reached."""
    closed: int = 0
    """Whose request was closed, by whomever."""
    told: int = 0
    """Of those: who by the end of the span was told of every one of them that it is closed."""
    reopened: int = 0
    """Whose closed request was opened again."""
    unreachable: int = 0
    """Whom something we sent about a request of theirs could not reach."""
    overdue: int = 0
    """Who, at the end of the span, waits to be read or answered though a date told for it has
    passed."""
    promised: int = 0
    """Of whom a date that was told, of reading or of an answer, was kept or missed in the span."""
    in_time: int = 0
    """Of those: who had every such date kept."""
    rated: int = 0
    """Who said what they thought of an answer."""
    helped: int = 0
    """Of those: whose last word was that it helped."""
    referred: int = 0
    """Of whom a released text was sent to the Service."""
    referral_answered: int = 0
    """Of those: to all of whose texts the Service has answered by the end of the span."""
    read_after: Times = field(default_factory=Times)
    """From the handing in to the first reading by a person, of what was first read in the span."""
    answered_after: Times = field(default_factory=Times)
    """From the handing in to the arrival of the first answer, of what was first answered in the
    span."""
    closed_after: Times = field(default_factory=Times)
    """From the handing in to the first closing, of what was first closed in the span."""
    tables: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Who handed in a request, by topic, kind, class, language and channel of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguarding:
    """Private requests that were handed in within a quarter."""

    people: int = 0
    """Who handed in a private request."""
    in_time: int = 0
    """Of those: of whom no date told for the reading of such a request was missed by the end of the
    quarter."""
