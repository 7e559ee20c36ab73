"""Moments of the week that the page's clock can jump to."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = 7


@dataclass(frozen=True, slots=True)
class Weekly:
    """A moment of every week by the council's clock: `day` is an ISO weekday.

    `label` stands on its button; `words` say where it leads.
    """

    name: str
    label: str
    words: str
    day: int
    at: time

    def after(self, now: datetime, zone: str) -> datetime:
        """The next such moment after this instant; where a clock skips it, as soon as it may be."""
        here = ZoneInfo(zone)
        today = now.astimezone(here).date()
        for ahead in range(WEEK + 1):
            on = today + timedelta(days=ahead)
            if on.isoweekday() != self.day:
                continue
            at = datetime.combine(on, self.at, here).astimezone(now.tzinfo)
            if at > now:
                return at
        raise AssertionError("every weekday comes within a week")


MONDAY = Weekly("monday", "Monday", "next Monday, 9 in the morning", 1, time(9))
