"""Questions with numbered answers: at most one is open in a chat, and a digit answers only that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.language import Rich, Tongue
from handlers.messages import Choice, Outgoing

RESTING = (
    *("", "menu", "requests", "status", "answered", "banned"),
    *("desk", "desk_views", "desk_filters", "desk_values", "found", "record", "election"),
)
"""Questions that give way to whatever arrives."""


def fits(does: Callable[..., Any], *words: Any) -> bool:
    """Whether what a button does takes so many words: a forged one may carry any."""
    function = getattr(does, "__func__", does)
    given = len(words) + (function is not does)  # a method is given what it is of, too
    taken = function.__code__.co_argcount
    return taken - len(function.__defaults__ or ()) <= given <= taken


@dataclass(frozen=True, slots=True)
class Screen:
    """One question. `choices` are numbered from 1; `zero` is number 0.

    `args` are what is needed to draw it again. A `resting` screen gives way to whatever arrives;
    any other stays open until it is answered or left.
    """

    name: str
    text: Rich
    choices: tuple[Choice, ...] = ()
    zero: Choice | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    resting: bool = False
    columns: int = 1
    last_row: int = 0
    """So many of the last choices begin a row of their own: they turn pages, and the like."""
    protect: bool = False
    stays: bool = False
    """Worth reading again: it is not taken away when the next question comes."""
    case_id: int | None = None
    """The request whose reader alone may see it, looked up again when it is sent."""
    key: str = ""
    """What stands in the chat under this key gives way to it, instead of the last question."""
    view: str = ""
    """The view that draws it from what is open, so that no row on its way holds its words."""

    def action(self, number: int) -> str | None:
        """What a typed number does, or None where the number is not offered."""
        if number == 0:
            return self.zero.does if self.zero else None
        return self.choices[number - 1].does if number <= len(self.choices) else None

    def outgoing(self, tongue: Tongue, *, numbers: bool = True) -> Outgoing:
        """The message that asks it; without numbers where another question is open."""
        labelled = [
            Choice(f"{tongue.isolated(str(n))} {c.label}" if numbers else c.label, c.does, c.style)
            for n, c in enumerate(self.choices, start=1)
        ]
        own = len(labelled) - self.last_row
        rows = [
            tuple(part[start : start + self.columns])
            for part in (labelled[:own], labelled[own:])
            for start in range(0, len(part), self.columns)
        ]
        if self.zero:
            label = f"{tongue.isolated('0')} {self.zero.label}" if numbers else self.zero.label
            rows.append((Choice(label, self.zero.does, self.zero.style),))
        return Outgoing(text=self.text, choices=tuple(rows), protect=self.protect)
