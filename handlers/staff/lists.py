"""Lists of the Service's side, a page at a time."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from handlers.language import Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.staff.room import Room, way_home

PAGE = 8
One = TypeVar("One")


def paged(
    room: Room,
    name: str,
    page: str,
    found: Sequence[One],
    head: Rich,
    button: Callable[[One], Choice],
    line: Callable[[int, One], Rich] | None = None,
) -> Screen:
    """A page of a list: a button for each, and a numbered line for each where lines are said.

    `name` is the screen and also the button that turns its pages.
    """
    first = first_of(page, len(found))
    here = found[first : first + PAGE]
    turned = turning(room, name, first, len(found))
    lines = [line(n, one) for n, one in enumerate(here, 1)] if line is not None else []
    return Screen(
        name=name,
        text=Rich("\n".join([head, *lines])),
        choices=(*(button(one) for one in here), *turned),
        zero=way_home(room),
        args={"page": str(first)},
        resting=True,
        columns=2,
        last_row=len(turned),
    )


def first_of(page: str, total: int) -> int:
    """Where a page begins; a forged one is the first."""
    known = page.isascii() and page.isdecimal() and len(page) < 6
    return int(page) if known and int(page) < total else 0


def turning(room: Room, verb: str, first: int, total: int) -> tuple[Choice, ...]:
    """Ways to the pages before and behind."""
    t = room.t
    ways = []
    if first > 0:
        ways.append(Choice(t("◀️ Newer"), f"{verb}:{max(first - PAGE, 0)}"))
    if first + PAGE < total:
        ways.append(Choice(t("▶️ Older"), f"{verb}:{first + PAGE}"))
    return tuple(ways)
