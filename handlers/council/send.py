"""The second step of an answer: it goes, once, and for some seconds it can be taken back."""

from collections.abc import Sequence
from typing import Any

from handlers import dates
from handlers.council import cards, desk, preview, second_reader, undo
from handlers.turn import Turn
from storage import audit, cases, outbox, templates
from storage.model import Case, Entry
from storage.outbox import Chat


def send(turn: Turn, reference: str) -> None:
    """The second step: it goes, once."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    if person.screen != "preview" or args.get("reference") != reference:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    case = desk.mine(turn, reference, "ask" if args["kind"] == "question" else "answer")
    if case is None:
        if desk.readable(turn, reference) is None:
            turn.close()
        return
    if second_reader.is_needed(turn, case, args):
        turn.toast = turn.tongue("A second member must read it first.")
        preview.show(turn, args)
        return
    turn.close()
    if _still_offered(turn, args.get("template_id")):
        _go_out(turn, case, args)


def _still_offered(turn: Turn, template_id: int | None) -> bool:
    """Whether the ready answer in this preview may still be sent; true where there is none."""
    if template_id is None:
        return True
    template = templates.find(turn.session, template_id)
    if template is None or not templates.is_offered(template, turn.now):
        turn.say(turn.tongue("This ready answer is not offered any more. Nothing was sent."))
        return False
    audit.note(turn.session, "answer_used", turn.now, by=turn.desk, template=template.id)
    return True


def _go_out(turn: Turn, case: Case, args: dict[str, Any]) -> None:
    """It leaves now, or after the time in which it can be taken back."""
    session, kind = turn.session, args["kind"]
    before = undo.picture(session, case)
    entry, files = deliver(turn, case, kind, args["text"], args["attachments"])
    entry.template_id = args.get("template_id")
    second_reader.sent(turn, case, args)
    if turn.charter.undo:
        undo.keep(session, case, entry, files, args, before)
    outbox.add(
        session,
        turn.chat,
        "sent_note",
        turn.now,
        args={"kind": kind, "entry": entry.id},
        case_id=case.id,
        mode="edit",
        key=preview.key(case, turn.desk),
        urgent=True,
    )
    cards.refresh(turn, case)


def deliver(
    turn: Turn, case: Case, kind: str, text: str, attachments: Sequence[dict[str, Any]] = ()
) -> tuple[Entry, list[Entry]]:
    """Put an answer or a question on its way to the writer; the request and its dates follow."""
    files = [_queue(turn, case, "answer_file", "", file) for file in attachments]
    entry = _queue(turn, case, kind, text, None)
    if kind == "answer":
        case.closed_at = case.close_reason = None
        dates.answered(case, turn.charter, turn.now)
    else:
        case.asked_count += 1
        dates.pause(case, turn.charter, turn.now)
    audit.note(
        turn.session,
        "answered" if kind == "answer" else "asked",
        turn.now,
        by=turn.desk,
        about=case,
        files=len(files),
    )
    return entry, files


def _queue(
    turn: Turn, case: Case, kind: str, text: str, attachment: dict[str, Any] | None
) -> Entry:
    writer = cases.writer(turn.session, case)
    entry = Entry(
        case_id=case.id,
        kind=kind,
        member_id=turn.desk.id,
        text=text,
        attachment=attachment,
        delivery="unreachable" if writer.unreachable_since else "queued",
        at=turn.now,
    )
    turn.session.add(entry)
    turn.session.flush()
    outbox.add(
        turn.session,
        Chat.of(writer),
        kind,
        turn.now,
        case_id=case.id,
        entry_id=entry.id,
        due_at=turn.now + turn.charter.undo,
    )
    return entry
