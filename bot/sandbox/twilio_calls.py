"""One call of Twilio's REST API, from the wire to the record of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Values = dict[str, Any]


@dataclass(eq=False, slots=True)
class RestCall:
    """A call as the bot made it and how it ended; status 0 means that no answer was given.

    `form` holds the fields of the body, `query` those of the address; a field given several times
    is a list. `code` is Twilio's number for what was wrong.
    """

    method: str
    path: str
    at: datetime
    operation: str = ""
    form: Values = field(default_factory=dict)
    query: Values = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    status: int = 0
    answer: Any = None
    code: int = 0
    fault: str = ""
    authorised: bool = False

    def __str__(self) -> str:
        given = ", ".join(f"{name}={_short(value)}" for name, value in self.form.items())
        ended = f"{self.status or 'no answer'}{f' ({self.code})' if self.code else ''}"
        return f"{self.method} {self.operation or self.path}({given}) → {ended}"


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
