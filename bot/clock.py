"""What time it is: the one place where the program looks at a clock on the wall."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, as an aware instant in UTC; may be called like a function."""

    def now(self) -> datetime:
        """This instant."""

    def __call__(self) -> datetime:
        """This instant."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    __call__ = now


class JumpingClock:
    """A clock that goes on from any instant, and can be moved forward."""

    def __init__(
        self, start: datetime | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        start = start or datetime.now(UTC)
        if start.utcoffset() is None:
            raise ValueError("a moment needs its time zone")
        self._start = start.astimezone(UTC)
        self._monotonic = monotonic
        self._began = monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._monotonic() - self._began)

    __call__ = now

    def jump(self, span: timedelta) -> datetime:
        """Let this much time pass at once; gives the new instant. Time never goes back."""
        if span < timedelta(0):
            raise ValueError("time never goes back")
        self._start += span
        return self.now()
