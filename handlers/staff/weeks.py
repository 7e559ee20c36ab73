"""The digests that were sent: the latest, one of a named week, and the list of them."""

import re

from handlers.messages import Choice
from handlers.rules.digits import western
from handlers.screens import Screen
from handlers.staff.lists import paged
from handlers.staff.room import Room, asked, noted
from handlers.staff.shapes import Decision, Heard, ShowDigest

_NAMED = re.compile(
    r"(?:/?digest(?:@\w+)?\s+)?([0-9]{4})[\s-]?w([0-9]{1,2})", re.ASCII | re.IGNORECASE
)


def named(text: str) -> str | None:
    """The week that these words name and nothing besides: "digest 2026-W48"."""
    found = _NAMED.fullmatch(western(text).strip())
    return f"{found[1]}-W{int(found[2]):02}" if found else None


def show(room: Room, heard: Heard, week: str = "") -> tuple[Decision, ...]:
    """The digest of that week, or the latest with the way to earlier ones."""
    weeks = room.view.weeks
    if week and week not in weeks:
        return asked(noted(room, screen(room), "no_such_week"))
    if not weeks:
        return asked(screen(room))
    return (ShowDigest(week or weeks[0]), *(asked(screen(room)) if len(weeks) > 1 else ()))


def turn_page(room: Room, heard: Heard, page: str = "0") -> tuple[Decision, ...]:
    """Another page of the list."""
    return asked(screen(room, page))


def screen(room: Room, page: str = "0") -> Screen:
    """Every week of which a digest was sent, newest first."""
    t, weeks = room.t, room.view.weeks
    head = t("📊 Every digest that was sent:") if weeks else t("📊 No digest was sent yet.")
    return paged(
        *(room, "staff_weeks", page, weeks, head),
        button=lambda week: Choice(week, f"staff_digest:{week}"),
    )
