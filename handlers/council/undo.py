"""Taking back what was just sent, as long as nothing of it has left."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handlers import dates
from handlers.council import cards, desk, preview, second_reader
from handlers.turn import Turn
from storage import audit, cases, members, outbox
from storage.model import SENDING, WAITING, Case, Entry, Member, Outbox, Shown, Told
from storage.outbox import UNSEEN, Chat

STANDS = (
    *("state", "stage", "stage_at", "close_reason"),
    *("answered_at", "paused_at", "closes_at", "closed_at"),
    *("taken_at", "routed_at", "read_by_at", "answer_by_at"),
)
"""What of a request an answer or a question changes."""
WAITS_WITH = ("state", "answered_at", "paused_at")
"""What says which answer or question a request waits with."""


def picture(session: Session, case: Case) -> dict[str, Any]:
    """How a request stands, and which dates its writer was told and still waits for."""
    waiting = select(Told.id).where(Told.case_id == case.id, Told.ended_at.is_(None))
    return {
        **{name: _plain(getattr(case, name)) for name in STANDS},
        "told": list(session.scalars(waiting.order_by(Told.id))),
    }


def keep(
    session: Session,
    case: Case,
    entry: Entry,
    files: list[Entry],
    args: Mapping[str, Any],
    before: Mapping[str, Any],
) -> None:
    """Remember what was on the screen and how the request stood, until the answer has left."""
    session.flush()
    entry.undo = {
        "args": dict(args),
        "files": [file.id for file in files],
        "before": dict(before),
        "after": picture(session, case),
    }


def take_back(turn: Turn, reference: str, entry_id: str) -> None:
    """The button under what was sent: it does not go, and its preview is open again."""
    t = turn.tongue
    case = desk.mine(turn, reference, "answer")
    if case is None:
        return
    entry = _sent_by(turn, case, entry_id)
    if entry is None:
        turn.toast = t("There is nothing to take back any more.")
        return
    cases.writer(turn.session, case)  # locked before their outbox, as whoever sends does it
    kept: dict[str, Any] = entry.undo or {}
    sent = [*kept.get("files", ()), entry.id]
    rows = _unsent(turn.session, sent) if kept else []
    if not rows:
        turn.toast = t("Too late: it is on its way already.")
        return
    audit.note(turn.session, "taken_back", turn.now, by=turn.desk, about=case, kind=entry.kind)
    _as_before(turn, case, entry, kept)
    entries = [one for one in cases.entries(turn.session, case) if one.id in sent]
    for one in (*rows, *entries):
        turn.session.delete(one)
    turn.session.flush()
    second_reader.unsent(turn.session, kept["args"])
    turn.toast = t("Taken back. Nothing was sent.")
    preview.show(turn, kept["args"])
    cards.refresh(turn, case)


def _as_before(turn: Turn, case: Case, entry: Entry, kept: Mapping[str, Any]) -> None:
    """As if it had never been sent; what anybody did to the request meanwhile stays done."""
    session, now = turn.session, picture(turn.session, case)
    _restore(session, case, _without(kept, now))
    dates.unsent(case, entry.kind, entry.at)
    if entry.kind == "question":
        case.asked_count = max(0, case.asked_count - 1)
    if now != kept["after"]:  # its dates may be others now
        case.stage = ""
        dates.next_stage(case, turn.charter)
    for later in cases.entries(session, case, "answer", "question"):
        if later.id != entry.id and later.undo:  # taken back as well, it leaves nothing of this one
            later.undo = {**later.undo, "before": _without(kept, later.undo["before"])}


def _without(kept: Mapping[str, Any], stood: Mapping[str, Any]) -> dict[str, Any]:
    """How a request that stood so would stand if this had not been sent."""
    before, after = kept["before"], kept["after"]
    if any(stood[name] != after[name] for name in WAITS_WITH):
        return dict(stood)
    changed = {name: before[name] for name in STANDS if stood[name] == after[name]}
    ended = [one for one in before["told"] if one not in after["told"]]
    return {**stood, **changed, "told": [*ended, *stood["told"]]}


def is_over(session: Session, entry: Entry, now: datetime) -> None:
    """It has left, or waits outside for its reader: what was kept goes, and the button too."""
    if entry.undo is None:
        return
    entry.undo = None
    member = session.get(Member, entry.member_id)
    case = session.get(Case, entry.case_id)
    if member is None or case is None:
        return
    chat, key = Chat.of(members.person_of(session, member), member), preview.key(case, member)
    if _note_stands(session, chat, key):
        args = {"kind": entry.kind, "entry": entry.id}
        outbox.add(
            session, chat, "sent_note", now, args=args, case_id=case.id, mode="edit", key=key
        )


def _sent_by(turn: Turn, case: Case, entry_id: str) -> Entry | None:
    """What this member sent in this request, by the number on the button."""
    sent = cases.entries(turn.session, case, "answer", "question")
    return next(
        (one for one in sent if str(one.id) == entry_id and one.member_id == turn.desk.id), None
    )


def _unsent(session: Session, entry_ids: list[int]) -> list[Outbox]:
    """The rows that carry these, locked; none if anything of them may have been seen."""
    carried = select(Outbox).where(Outbox.entry_id.in_(entry_ids)).order_by(Outbox.id)
    rows = list(
        session.scalars(carried.with_for_update().execution_options(populate_existing=True))
    )
    waits = all(
        row.state == WAITING and not (row.attempts or row.parts_sent or row.was_uncertain)
        for row in rows
    )
    return rows if waits and {row.entry_id for row in rows} == set(entry_ids) else []


def _note_stands(session: Session, to: Chat, key: str) -> bool:
    """Whether the note is what stands there, and no other preview has taken its place."""
    here = (Outbox.channel == to.channel, Outbox.chat == to.chat, Outbox.key == key)
    on_the_way = list(
        session.scalars(select(Outbox.show).where(*here, Outbox.state.in_((*UNSEEN, SENDING))))
    )
    if on_the_way:
        return set(on_the_way) == {"sent_note"}
    standing = select(Shown.show).where(
        Shown.channel == to.channel,
        Shown.chat == to.chat,
        Shown.key == key,
        Shown.state == "full",
    )
    return session.scalar(standing.order_by(Shown.id.desc()).limit(1)) == "sent_note"


def _restore(session: Session, case: Case, before: Mapping[str, Any]) -> None:
    for name in STANDS:
        value = before[name]
        setattr(case, name, datetime.fromisoformat(value) if value and _is_moment(name) else value)
    session.execute(
        update(Told)
        .where(Told.case_id == case.id, Told.id.in_(before["told"]))
        .values(ended_at=None, outcome="")
    )


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _is_moment(name: str) -> bool:
    return name.endswith("_at")
