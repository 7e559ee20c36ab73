"""What reaches the Service's chat unasked: a proposal, an answer of the council's, a released text."""

from handlers.language import N_, Rich
from handlers.messages import Choice, Outgoing
from handlers.staff import proposals, released
from handlers.staff.room import WAITS, Room

HEADS = {
    "new": N_("📋 The {council} proposes this to your unit:"),
    "reminder": N_("⏰ A reminder: this waits for your answer."),
    "reply": N_("💬 The council has answered your question."),
    "released": N_(
        "📨 Somebody lets your unit read this. The council's member asks for an answer."
    ),
}


def proposal(room: Room, number: str, head: str) -> Outgoing | None:
    """A proposal as it stands, with the way to answer it; no number that could be typed by mistake."""
    one = room.proposal(number)
    if one is None:
        return None
    text = proposals.text(room, one)
    if one.state not in WAITS:
        return Outgoing(text=text, language=room.t.code)
    choices = ((Choice(room.t("✍️ Answer"), f"staff_proposal:{one.number}"),),)
    text = Rich(f"{room.t(HEADS[head])}\n\n{text}")
    return Outgoing(text=text, choices=choices, language=room.t.code)


def released_text(room: Room, number: str) -> Outgoing | None:
    """A released text with the way to answer it; none that was taken back meanwhile."""
    one = room.released(number)
    if one is None or one.state not in released.SHOWN:
        return None
    text = Rich(f"{room.t(HEADS['released'])}\n\n{released.text(room, one)}")
    choices = ((Choice(room.t("✍️ Answer"), f"staff_answer:{one.number}"),),)
    return Outgoing(text=text, choices=choices, protect=True, language=room.t.code)
