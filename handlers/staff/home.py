"""What the Service's chat can do, and how somebody leaves it."""

from handlers.language import Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.staff.room import Room, asked, noted, way_home
from handlers.staff.shapes import Decision, Heard, Leave


def screen(room: Room) -> Screen:
    """All that can be done here; it gives way to whatever is asked next."""
    t = room.t
    text = t(
        "🏛 This chat is for the {service}. Here you can:\n"
        "/digest – see the weekly digest of the {council}\n"
        "/proposals – see and answer what the council proposes to your unit\n"
        "/released – see and answer what people let your unit read\n"
        "/leave – receive nothing here any more\n\n"
        "The council never tells here who wrote to it. Questions about one person are not answered "
        "in this chat."
    )
    return Screen(
        name="staff_home",
        text=text,
        choices=(
            Choice(t("📊 Latest digest"), "staff_digest"),
            Choice(_with(t("📋 Proposals"), _open_proposals(room)), "staff_proposals"),
            Choice(_with(t("📨 Released texts"), _open_texts(room)), "staff_texts"),
        ),
        resting=True,
    )


def _with(label: Rich, waiting: int) -> str:
    return f"{label} ({waiting})" if waiting else label


def _open_proposals(room: Room) -> int:
    return sum(one.state in ("sent", "more_time") for one in room.proposals())


def _open_texts(room: Room) -> int:
    return sum(one.state == "sent" for one in room.texts())


def show(room: Room, heard: Heard) -> tuple[Decision, ...]:
    """The same, asked for."""
    return asked(screen(room))


def old_button(room: Room) -> tuple[Decision, ...]:
    """What was pressed leads nowhere any more."""
    return asked(noted(room, screen(room), "old_button"))


def leaving(room: Room) -> Screen:
    """Are they sure?"""
    t = room.t
    return Screen(
        name="staff_leaving",
        text=t(
            "🚪 Leave? Then this chat receives no digest, no proposals and no released texts any "
            "more, and you cannot answer here. To come back you need a new invitation."
        ),
        choices=(Choice(t("Yes, leave"), "staff_gone", "danger"),),
        zero=way_home(room),
    )


def ask_leave(room: Room, heard: Heard) -> tuple[Decision, ...]:
    """The first step."""
    return asked(leaving(room))


def leave(room: Room, heard: Heard) -> tuple[Decision, ...]:
    """The second step, from the first one only."""
    return (Leave(),) if heard.screen == "staff_leaving" else old_button(room)
