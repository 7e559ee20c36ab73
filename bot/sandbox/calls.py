"""One call of the Bot API, from the wire to the record of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along with a call."""

    name: str
    mime: str
    content: bytes


@dataclass(eq=False, slots=True)
class Call:
    """A call as the bot made it and how it ended; status 0 means that no answer was given."""

    method: str
    params: dict[str, Any]
    at: datetime
    uploads: dict[str, Upload] = field(default_factory=dict)
    status: int = 0
    error: str = ""
    result: Any = None
    fault: str = ""

    def __str__(self) -> str:
        ended = self.error or ("ok" if self.status == 200 else "no answer")
        given = ", ".join(f"{name}={_short(value)}" for name, value in self.params.items())
        return f"{self.method}({given}) → {self.status} {ended}"


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
