"""How long each thing is kept, and when it must be gone. The privacy text says the same."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.charter import Charter


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how long something is kept, from which moment, and why.

    `months` and `length` add up; a name instead of a length is a field of the charter.
    """

    since: str
    why: str
    months: int | str = 0
    length: timedelta | str = timedelta()


KEPT: Mapping[str, Keeping] = {
    "newcomer": Keeping(
        "the person's first message",
        "nothing is kept before consent, except so that nobody has to type twice",
        length="consent_held",
    ),
    "draft": Keeping(
        "the last change of the draft",
        "then it is handed in with the narrowest sharing: somebody reads it",
        length="draft_handed_in",
    ),
    "invitation": Keeping("when it was made", "a link lies about", length="invitation_valid"),
    "media_in_member_chat": Keeping(
        "when it was shown",
        "Telegram lets a bot delete for 48 hours; half of it is for trying again",
        length="media_kept",
    ),
    "attempts": Keeping(
        "the first wrong try", "slows down guessing, then is nobody's", length=timedelta(hours=24)
    ),
    "received": Keeping(
        "when the event came",
        "the platforms repeat an event for a day at most",
        length=timedelta(days=3),
    ),
    "stuck": Keeping(
        "when it came", "time to mend a fault and replay what it hit", length=timedelta(days=30)
    ),
    "outbox": Keeping(
        "when it was sent or given up",
        "a receipt may come late; holds no text by then",
        length=timedelta(days=30),
    ),
    "person": Keeping(
        "their last message or the end of their last request",
        "somebody without a request needs no file",
        months="keep_months",
    ),
    "case": Keeping(
        "when the request was closed",
        "the person may come back, and the council learns from it",
        months="keep_months",
    ),
    "former_member": Keeping(
        "when the member left",
        "what was shown to them is taken away; the alias stands in answers they gave",
        months="keep_months",
    ),
    "audit": Keeping(
        "when it was written",
        "who did what, by random numbers without a person; outlives the requests it speaks of",
        months=36,
    ),
}
"""Everything that ends. Counts without a person (tallies, weekly figures) stay."""


def expires_at(what: str, since: datetime, charter: Charter) -> datetime:
    """When this thing must be gone; `since` is the moment that its row of the table names."""
    keeping = KEPT[what]
    months = keeping.months if isinstance(keeping.months, int) else _of(charter, keeping.months)
    length = keeping.length
    if isinstance(length, str):
        length = getattr(charter, length)
    return _months_after(since.astimezone(UTC), months) + length


def gone_before(what: str, charter: Charter, now: datetime) -> datetime:
    """Of before which moment nothing of this may be left now."""
    keeping = KEPT[what]
    months = keeping.months if isinstance(keeping.months, int) else _of(charter, keeping.months)
    length = keeping.length
    if isinstance(length, str):
        length = getattr(charter, length)
    return _months_after(now.astimezone(UTC), -months) - length


def has_expired(what: str, since: datetime, charter: Charter, now: datetime) -> bool:
    """Whether this thing should be gone by now."""
    return expires_at(what, since, charter) <= now


def _of(charter: Charter, field: str) -> int:
    return int(getattr(charter, field))


def _months_after(at: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
