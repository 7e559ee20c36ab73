"""What people let this unit read: the list, and one of the texts with what was answered."""

from collections.abc import Mapping
from functools import partial

from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.staff.home import old_button
from handlers.staff.lists import paged
from handlers.staff.room import Room, asked, back, day
from handlers.staff.shapes import Decision, Heard, ReleasedSeen, ReplySeen

STATES: Mapping[str, str] = {
    "sent": N_("⏳ waits for your answer"),
    "answered": N_("✅ answered"),
    "withdrawn": N_("↩️ taken back by its writer"),
}
SHOWN = ("sent", "answered")
"""States in which it may be read and answered."""


def show(room: Room, heard: Heard, page: str = "0") -> tuple[Decision, ...]:
    """The list."""
    return asked(listing(room, page))


def listing(room: Room, page: str = "0") -> Screen:
    """What waits for this unit first, then the newest."""
    t, found = room.t, room.texts()
    head = (
        t("📨 <b>What people let your unit read</b>")
        if found
        else t("📨 Nobody has let your unit read a text yet.")
    )
    return paged(
        *(room, "staff_texts", page, found, head),
        button=lambda one: Choice(title(room, one), f"staff_text:{one.number}"),
        line=partial(_line, room),
    )


def _line(room: Room, number: int, one: ReleasedSeen) -> Rich:
    t = room.t
    return t.fill(
        "{number}. <b>{title}</b> {day} · {state}",
        number=number,
        title=title(room, one),
        day=day(room, t.day_of(one.sent_at)),
        state=t(STATES.get(one.state, one.state)),
    )


def title(room: Room, one: ReleasedSeen) -> Rich:
    """What a released text is called."""
    return room.t("Text {number}", number=one.number)


def show_one(room: Room, heard: Heard, number: str) -> tuple[Decision, ...]:
    """One of them, whole."""
    found = whole(room, number)
    return asked(found) if found is not None else old_button(room)


def whole(room: Room, number: str) -> Screen | None:
    """The text, what was answered, and the way to answer."""
    one = room.released(number)
    if one is None:
        return None
    label = room.t("✍️ Answer") if one.state == "sent" else room.t("✍️ Answer once more")
    may = one.state in SHOWN
    return Screen(
        name="staff_text",
        text=text(room, one),
        choices=(Choice(label, f"staff_answer:{one.number}"),) if may else (),
        zero=back(room, "staff_texts"),
        args={"number": number},
        resting=True,
        protect=True,
    )


def text(room: Room, one: ReleasedSeen) -> Rich:
    """A released text in full; one that was taken back shows no word any more."""
    t = room.t
    head = t.fill(
        "📨 <b>{title}</b> · {day}\n{state}",
        title=title(room, one),
        day=day(room, t.day_of(one.sent_at)),
        state=t(STATES.get(one.state, one.state)),
    )
    if one.state not in SHOWN:
        return Rich("\n".join((head, t("Please do not use it any more."))))
    body = t.fill("<blockquote>{text}</blockquote>", text=t.written(one.text))
    rule = t(
        "The writer let your unit read exactly this. Your answer goes to the member of the council "
        "who looks after it, not to the writer."
    )
    return Rich("\n".join([head, body, *(_answered(room, one) for one in one.replies), rule]))


def _answered(room: Room, reply: ReplySeen) -> Rich:
    t = room.t
    return t(
        "<b>Answered on {day}:</b>\n<blockquote>{text}</blockquote>",
        day=day(room, t.day_of(reply.at)),
        text=t.written(reply.text),
    )
