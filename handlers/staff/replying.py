"""Answering a proposal: how, in which words, and once more before the council reads it."""

from datetime import date, timedelta

from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.rules.days import last_day
from handlers.screens import Screen
from handlers.staff.home import old_button
from handlers.staff.proposals import ANSWERS, SAID, title
from handlers.staff.room import LONGEST, WAITS, Room, asked, back, day, noted, said
from handlers.staff.shapes import Decision, Heard, ReplyToProposal

Decisions = tuple[Decision, ...]

WORDS = {
    "accepted": N_("✍️ What will be done, and from when? A few words are enough."),
    "partly": N_("✍️ Which part will be done, and which not? Please say why."),
    "refused": N_("✍️ Why not? The council needs the reason."),
    "question": N_("✍️ What would you like to know?"),
}
"""What is asked for, by the kind of answer."""
WORDLESS = ("accepted",)
"""An answer that says enough without words."""
SPANS = ((N_("In two weeks"), 14), (N_("In a month"), 30))
BECAME = {
    "taken": N_("📨 Sent. The council reads your answer to {proposal}."),
    "added": N_(
        "📨 Sent. {proposal} was answered already: yours is added, and the first answer stands."
    ),
    "gone": N_("🙂 {proposal} was taken back. Your answer was not sent."),
}
"""What is said once the council's side has it, or not."""


def begin(room: Room, heard: Heard, number: str, kind: str) -> Decisions:
    """They chose how to answer."""
    shown = until(room, number) if kind == "more_time" else words(room, number, kind)
    return asked(shown) if shown is not None else old_button(room)


def words(room: Room, number: str, kind: str) -> Screen | None:
    """In which words?"""
    one, t = room.proposal(number), room.t
    if one is None or one.state not in WAITS or kind not in WORDS:
        return None
    form = "<b>{title}: {what}</b>\n{how}"
    wordless = (Choice(t("Without words"), f"staff_wordless:{number}:{kind}"),)
    return Screen(
        name="staff_words",
        text=t.fill(form, title=title(room, one), what=t(SAID[kind]), how=t(WORDS[kind])),
        choices=wordless if kind in WORDLESS else (),
        zero=back(room, f"staff_proposal:{number}"),
        args={"number": number, "kind": kind},
    )


def until(room: Room, number: str) -> Screen | None:
    """Until which day?"""
    one, t = room.proposal(number), room.t
    if one is None or one.state not in WAITS:
        return None
    today = t.day_of(room.now)
    return Screen(
        name="staff_until",
        text=t(
            "<b>{title}</b>\n⏳ By which day will you answer? "
            "Choose, or write a day, like {example}.",
            title=title(room, one),
            example=f"{today + timedelta(days=21):%d.%m.%Y}",
        ),
        choices=tuple(
            Choice(
                t.fill("{label} ({day})", label=t(label), day=day(room, by)),
                f"staff_by:{number}:{by}",
            )
            for label, days in SPANS
            for by in (today + timedelta(days=days),)
        ),
        zero=back(room, f"staff_proposal:{number}"),
        args={"number": number},
    )


def written(room: Room, heard: Heard, text: str) -> Decisions:
    """They wrote it: once more before it goes."""
    number, kind = heard.args["number"], heard.args["kind"]
    if len(text) > LONGEST:
        shown = words(room, number, kind)
        return asked(noted(room, shown, "too_long")) if shown is not None else old_button(room)
    return _before_it_goes(room, number, kind, text)


def without_words(room: Room, heard: Heard, number: str, kind: str) -> Decisions:
    """They say no more than that."""
    if kind not in WORDLESS:
        return old_button(room)
    return _before_it_goes(room, number, kind, "")


def day_written(room: Room, heard: Heard, text: str) -> Decisions:
    """They wrote a day."""
    number, today = heard.args["number"], room.t.day_of(room.now)
    by = last_day(text, room.t.code, today)
    if by is not None and by > today:
        return _before_it_goes(room, number, "more_time", "", str(by))
    shown = until(room, number)
    return asked(noted(room, shown, "which_day")) if shown is not None else old_button(room)


def choose_day(room: Room, heard: Heard, number: str, by: str) -> Decisions:
    """They chose a day."""
    return _before_it_goes(room, number, "more_time", "", by)


def _before_it_goes(room: Room, number: str, kind: str, text: str, by: str = "") -> Decisions:
    shown = preview(room, number, kind, text, by)
    return asked(shown) if shown is not None else old_button(room)


def preview(room: Room, number: str, kind: str, text: str, by: str = "") -> Screen | None:
    """Exactly what the council reads; nothing has been sent yet."""
    one, t = room.proposal(number), room.t
    by_day = _day(room, by)
    if one is None or one.state not in WAITS or kind not in ANSWERS:
        return None
    if (kind == "more_time") != (by_day is not None):
        return None
    lines = [
        t("👁 <b>This is what the council reads:</b>"),
        t.fill("<b>{title}: {what}</b>", title=title(room, one), what=t(SAID[kind])),
    ]
    if by_day is not None:
        lines.append(t("An answer comes by {day}.", day=day(room, by_day)))
    if text:
        lines.append(t.fill("<blockquote>{text}</blockquote>", text=t.written(text)))
    return Screen(
        name="staff_preview",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("📨 Send"), f"staff_send:{number}:{kind}", "success"),
            Choice(t("✏️ Change"), f"staff_again:{number}:{kind}"),
        ),
        zero=Choice(t("Cancel"), f"staff_proposal:{number}"),
        args={"number": number, "kind": kind, "text": text, "by": by},
    )


def again(room: Room, heard: Heard, number: str, kind: str) -> Decisions:
    """They want to say it differently."""
    return begin(room, heard, number, kind)


def send(room: Room, heard: Heard, number: str, kind: str) -> Decisions:
    """The second step: only what was just shown is sent."""
    args = heard.args
    shown = heard.screen == "staff_preview" and (args["number"], args["kind"]) == (number, kind)
    if not shown or preview(room, number, kind, args["text"], args.get("by", "")) is None:
        return old_button(room)
    by = _day(room, args.get("by", ""))
    return (ReplyToProposal(int(number), kind, args["text"], by),)


def became(room: Room, reply: ReplyToProposal, how: str) -> Decisions:
    """What the council's side made of it."""
    number = str(reply.number)
    if how == "until" and (shown := until(room, number)) is not None:
        return asked(noted(room, shown, "which_day"))
    if how in ("long", "words") and (shown := words(room, number, reply.kind)) is not None:
        return asked(noted(room, shown, "too_long" if how == "long" else "words_only"))
    called = room.t("Proposal {number}", number=reply.number)
    return (said(room.t(BECAME.get(how, BECAME["gone"]), proposal=called)),)


def _day(room: Room, written: str) -> date | None:
    """A day to come, as a button carries it."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    today = room.t.day_of(room.now)
    return found if today < found <= today + timedelta(days=366) else None
