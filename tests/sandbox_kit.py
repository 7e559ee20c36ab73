"""What the tests of the sandbox share."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Ask = Callable[..., Awaitable[dict[str, Any]]]


class Clock:
    """A clock that stands until it is told to jump."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def jump(self, **how: float) -> None:
        """Let so much time pass."""
        self.now += timedelta(**how)
