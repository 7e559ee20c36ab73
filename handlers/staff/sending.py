"""Answering a released text: in words, seen once more, to the council's member only."""

from handlers.language import N_
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.staff.home import old_button
from handlers.staff.released import SHOWN, title
from handlers.staff.room import LONGEST, Room, asked, back, noted, said
from handlers.staff.shapes import AnswerReleased, Decision, Heard

Decisions = tuple[Decision, ...]

BECAME = {
    "taken": N_("📨 Sent. The council's member reads your answer to text {number}."),
    "gone": N_("🙂 Text {number} was taken back. Your answer was not sent."),
}


def begin(room: Room, heard: Heard, number: str) -> Decisions:
    """They want to answer it."""
    shown = words(room, number)
    return asked(shown) if shown is not None else old_button(room)


def words(room: Room, number: str) -> Screen | None:
    """In which words?"""
    one, t = room.released(number), room.t
    if one is None or one.state not in SHOWN:
        return None
    return Screen(
        name="staff_answer",
        text=t(
            "<b>{title}</b>\n✍️ Write your answer. It goes to the council's member, not to the "
            "person. Please do not ask who wrote it.",
            title=title(room, one),
        ),
        zero=back(room, f"staff_text:{number}"),
        args={"number": number},
    )


def written(room: Room, heard: Heard, text: str) -> Decisions:
    """They wrote it: once more before it goes."""
    number = heard.args["number"]
    if len(text) > LONGEST:
        shown = words(room, number)
        return asked(noted(room, shown, "too_long")) if shown is not None else old_button(room)
    found = preview(room, number, text)
    return asked(found) if found is not None else old_button(room)


def preview(room: Room, number: str, text: str) -> Screen | None:
    """Exactly what the council's member reads; nothing has been sent yet."""
    one, t = room.released(number), room.t
    if one is None or one.state not in SHOWN:
        return None
    return Screen(
        name="staff_answer_preview",
        text=t(
            "👁 <b>This goes to the council's member, not to the person:</b>\n"
            "<b>{title}</b>\n<blockquote>{text}</blockquote>",
            title=title(room, one),
            text=t.written(text),
        ),
        choices=(
            Choice(t("📨 Send"), f"staff_answer_send:{number}", "success"),
            Choice(t("✏️ Change"), f"staff_answer:{number}"),
        ),
        zero=Choice(t("Cancel"), f"staff_text:{number}"),
        args={"number": number, "text": text},
    )


def send(room: Room, heard: Heard, number: str) -> Decisions:
    """The second step: only what was just shown is sent."""
    shown = heard.screen == "staff_answer_preview" and heard.args["number"] == number
    if not shown or preview(room, number, heard.args["text"]) is None:
        return old_button(room)
    return (AnswerReleased(int(number), heard.args["text"]),)


def became(room: Room, answer: AnswerReleased, how: str) -> Decisions:
    """What the council's side made of it."""
    return (said(room.t(BECAME.get(how, BECAME["gone"]), number=answer.number)),)
