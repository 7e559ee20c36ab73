"""The council's proposals to this unit: the list, and one of them with all that was said to it."""

from collections.abc import Iterator, Mapping
from functools import partial

from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.staff.home import old_button
from handlers.staff.lists import paged
from handlers.staff.room import WAITS, Room, asked, back, day, of
from handlers.staff.shapes import Decision, Heard, ProposalSeen, ReplySeen

STATES: Mapping[str, str] = {
    "sent": N_("⏳ waits for your answer"),
    "more_time": N_("⏳ you need more time"),
    "question": N_("💬 you asked the council"),
    "accepted": N_("✅ accepted"),
    "partly": N_("☑️ accepted in part"),
    "refused": N_("❌ refused"),
    "withdrawn": N_("↩️ taken back by the council"),
}
SAID: Mapping[str, str] = {
    "accepted": N_("Accepted"),
    "partly": N_("Accepted in part"),
    "refused": N_("Refused"),
    "more_time": N_("More time is needed"),
    "question": N_("A question to the council"),
    "answer": N_("The council answers"),
    "withdrawn": STATES["withdrawn"],
}
ANSWERS: Mapping[str, str] = {
    "accepted": N_("✅ Accept"),
    "partly": N_("☑️ Accept in part"),
    "refused": N_("❌ Refuse"),
    "more_time": N_("⏳ We need more time"),
    "question": N_("💬 Ask the council"),
}
"""How a unit can answer, in the order of the buttons."""


def show(room: Room, heard: Heard, page: str = "0") -> tuple[Decision, ...]:
    """The list."""
    return asked(listing(room, page))


def listing(room: Room, page: str = "0") -> Screen:
    """What waits for this unit first, then the newest."""
    t, found = room.t, room.proposals()
    head = (
        t("📋 <b>What the {council} proposes to your unit</b>")
        if found
        else t("📋 The {council} has proposed nothing to your unit yet.")
    )
    return paged(
        *(room, "staff_proposals", page, found, head),
        button=lambda one: Choice(title(room, one), f"staff_proposal:{one.number}"),
        line=partial(_line, room),
    )


def _line(room: Room, number: int, one: ProposalSeen) -> Rich:
    t = room.t
    return t.fill(
        "{number}. <b>{title}</b> {concerns}\n{state}",
        number=number,
        title=title(room, one),
        concerns=_short(of(room, one.concerns)),
        state=t(STATES.get(one.state, one.state)),
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def title(room: Room, one: ProposalSeen) -> Rich:
    """What a proposal is called."""
    return room.t("Proposal {number}", number=one.number)


def show_one(room: Room, heard: Heard, number: str) -> tuple[Decision, ...]:
    """One of them, whole."""
    found = whole(room, number)
    return asked(found) if found is not None else old_button(room)


def whole(room: Room, number: str) -> Screen | None:
    """What is proposed and why, what was said to it, and how it can be answered."""
    one = room.proposal(number)
    if one is None:
        return None
    t = room.t
    answers = ANSWERS if one.state in WAITS else {}
    return Screen(
        name="staff_proposal",
        text=text(room, one),
        choices=tuple(
            Choice(t(label), f"staff_reply:{one.number}:{kind}") for kind, label in answers.items()
        ),
        zero=back(room, "staff_proposals"),
        args={"number": number},
        resting=True,
    )


def text(room: Room, one: ProposalSeen) -> Rich:
    """A proposal in full, with its history."""
    return Rich("\n".join(_lines(room, one)))


def _lines(room: Room, one: ProposalSeen) -> Iterator[Rich]:
    t = room.t
    low, high = one.evidence
    yield t.fill("📋 <b>{title}</b>", title=title(room, one))
    yield t(STATES.get(one.state, one.state))
    yield t("<b>Concerns:</b> {text}", text=t.written(of(room, one.concerns)))
    yield t("<b>What goes wrong:</b> {text}", text=t.written(of(room, one.problem)))
    yield t("<b>What the council proposes:</b> {text}", text=t.written(of(room, one.asked)))
    yield t("<b>How many people it rests on:</b> {low} to {high}", low=low, high=high)
    if one.wished_on is not None:
        yield t("<b>Wished by:</b> {day}", day=day(room, one.wished_on))
    yield t("<b>Sent:</b> {day}", day=day(room, t.day_of(one.sent_at)))
    for reply in one.replies:
        yield said(room, reply)


def said(room: Room, reply: ReplySeen) -> Rich:
    """One thing that was said to it, and by which side."""
    t = room.t
    until = (
        t("until {day}", day=day(room, reply.until_on)) if reply.until_on is not None else Rich("")
    )
    head = t.fill(
        "\n<b>{day}: {what}</b> {until}",
        day=day(room, t.day_of(reply.at)),
        what=t(SAID.get(reply.kind, reply.kind)),
        until=until,
    )
    if not reply.text:
        return head
    return t.fill("{head}\n<blockquote>{text}</blockquote>", head=head, text=t.written(reply.text))
