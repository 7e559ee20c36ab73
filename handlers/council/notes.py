"""Notes between members: whoever is responsible reads them, the writer never."""

from typing import Any

from sqlalchemy import select

from handlers.council import access, cards, desk
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit
from storage.model import Case, Entry


def begin(turn: Turn, reference: str) -> None:
    """The card's button: let them write it."""
    case = desk.mine(turn, reference, "note")
    if case is not None and (asked := screen(turn, reference)):
        turn.ask(asked)


def screen(scene: Scene, reference: str) -> Screen | None:
    """The invitation to write; the next words are the note."""
    t = scene.tongue
    case = desk.readable(scene, reference, "note")
    if case is None:
        return None
    return Screen(
        name="note",
        text=t(
            "📝 Your note on {reference}. Please write it in words.\n"
            "Whoever is responsible reads it. The writer never does.",
            reference=shown(scene, case),
        ),
        zero=Choice(t("Cancel"), f"drop:{reference}"),
        args={"reference": reference},
        protect=True,
        case_id=case.id,
    )


def words(turn: Turn) -> None:
    """The note was written."""
    args: dict[str, Any] = turn.someone.screen_args or {}
    case = desk.readable(turn, args["reference"], "note")
    if case is None:
        turn.close()
        turn.say(turn.tongue("This request is not with you any more. Nothing was kept."))
        return
    if turn.incoming.attachments or not turn.incoming.text:
        turn.say(turn.tongue("Please write it in words, without files."))
        return
    turn.close()
    cards.own_words(turn, case)
    turn.session.add(
        Entry(
            case_id=case.id,
            kind="note",
            member_id=turn.desk.id,
            text=turn.incoming.text,
            message_id=turn.incoming.message_id,
            at=turn.now,
        )
    )
    turn.session.flush()
    audit.note(turn.session, "note", turn.now, by=turn.desk, about=case)
    turn.say(turn.tongue("📝 Noted on {reference}.", reference=shown(turn, case)), case_id=case.id)
    cards.refresh(turn, case)


def edited(turn: Turn) -> bool:
    """Its author changed the message: the note changes; false if it is none of theirs."""
    chosen = select(Entry).where(
        Entry.kind == "note",
        Entry.member_id == turn.desk.id,
        Entry.message_id == turn.incoming.message_id,
    )
    entry = turn.session.scalar(chosen.limit(1))
    case = turn.session.get(Case, entry.case_id) if entry is not None else None
    if entry is None or case is None:
        return False
    if access.may(turn.session, turn.desk, case, "note") and turn.incoming.text:
        entry.text, entry.edited_at = turn.incoming.text, turn.now
        cards.refresh(turn, case)
    return True
