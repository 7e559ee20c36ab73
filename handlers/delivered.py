"""What follows from the end of a message's way: who is told that it did not arrive, and by what."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handlers import announcing
from handlers.charter import Charter
from handlers.council import blocked, undo
from handlers.council.cards import card_key
from storage import members, milestones, outbox, receipts, sending
from storage.model import (
    BLOCKED,
    HELD,
    PARKED,
    UNSENT,
    Case,
    Entry,
    Member,
    Outbox,
    Person,
    Shown,
)
from storage.outbox import Chat

TOLD_BY_PERSON = ("answer", "question", "answer_file")
"""Entries that somebody waits for: their writer is told what became of them."""
ARRIVED = ("sent", *receipts.ARRIVED)
"""What is said of an entry that is there: of a provider that tells later, only its own word."""
TEMPLATE_AGAIN, STOPPED_AGAIN = timedelta(days=1), timedelta(hours=1)
"""After so long the operators are told once more of what is still the same."""


def sent(session: Session, row: Outbox, at: datetime | None, now: datetime) -> None:
    """It arrived: an answer or a question counts as delivered."""
    _note(session, row, "sent", now)
    _is_there(session, row, now)
    if row.show == "notice":
        _note_waiting(session, row, "waiting", now)


def unreachable(session: Session, row: Outbox, code: str, now: datetime, charter: Charter) -> None:
    """They blocked us: everything for them waits until they are back, and somebody hears of it.

    Of newcomers, who cannot come back to anything, nothing is kept.
    """
    if row.person_id is None:
        _forget_newcomer(session, row)
        return
    person = session.get(Person, row.person_id)
    if person is not None:
        blocked.is_gone(session, charter, person, now)
    row.state, row.error = BLOCKED, code[:80]
    _note(session, row, "unreachable", now)
    _did_not_reach(session, row, now)
    _uncalled(row)
    if row.show == "notice":
        _note_waiting(session, row, "unreachable", now)
    if row.member_id is None:
        _tell_responsible(session, row, "blocked", now)
    if row.member_id is not None or "recipient" in row.args:
        _alert(session, row, code, now)


def held(session: Session, row: Outbox, why: str, now: datetime) -> None:
    """It waits until its reader writes: they are told that something waits, if they may be."""
    person = session.get(Person, row.person_id) if row.person_id else None
    _uncalled(row)
    if why in announcing.WRITES and person is not None:
        announcing.announce(session, row, now)
        why = announcing.standing(session, person)
    _note(session, row, why, now)


def _uncalled(row: Outbox) -> None:
    """Whoever called for it is not known to be there any more."""
    row.args = {name: value for name, value in row.args.items() if name != outbox.CALLED}


def no_template(session: Session, row: Outbox, code: str, now: datetime) -> None:
    """The notice itself may not go: the operators see to it, whoever wrote sees why it waits."""
    if not row.args.get("hindered"):  # it is tried again and again
        _did_not_reach(session, row, now)
        for one in _waiting(session, row):
            _did_not_reach(session, one, now)
    row.args = {**row.args, "hindered": True}
    _note_waiting(session, row, "no_template", now)
    args = {"what": "template", "code": code[:80]}
    _to_operators(session, args, now, key=f"template:{code[:60]}", again_after=TEMPLATE_AGAIN)


def arrived(session: Session, row: Outbox, standing: str, now: datetime) -> None:
    """The provider tells how far it came: sent, delivered or read."""
    _note(session, row, "carried" if standing == "sent" else standing, now)
    if standing in receipts.ARRIVED:
        _is_there(session, row, now)
    if row.show == "notice":
        row.args = {}
        _note_waiting(session, row, "waiting", now)


def goes_again(session: Session, row: Outbox, now: datetime) -> None:
    """The provider took it and could not bring it: it is on its way from us once more."""
    _note(session, row, "queued", now)


def refused(session: Session, row: Outbox, code: str, now: datetime, charter: Charter) -> None:
    """It will never go: it is parked, and the operators and whoever is responsible hear of it."""
    _note(session, row, "failed", now)
    _did_not_reach(session, row, now)
    if row.show == "notice":
        _note_waiting(session, row, "no_template", now)
    if row.member_id is None:
        _tell_responsible(session, row, "refused", now)
    elif row.show == "files":
        _tell_of_file(session, row, now)
    _alert(session, row, code, now)
    sending.end(session, row, PARKED, now, code)


def stopped(session: Session, channel: str, code: str, now: datetime) -> None:
    """A whole channel is at a stand: the operators hear of it where they can still be reached."""
    args = {"code": code, "channel": channel}
    _to_operators(session, args, now, key=f"stopped:{channel}", again_after=STOPPED_AGAIN)


def window_shut(session: Session, now: datetime) -> None:
    """Nothing can be shown to the Service: the operators hear of it."""
    args = {"code": "window_shut"}
    _to_operators(session, args, now, key="window_shut", again_after=STOPPED_AGAIN)


def _note(session: Session, row: Outbox, delivery: str, now: datetime) -> None:
    """Only the migrant's own first copy counts: members are shown entries too, and so is who asks."""
    if row.entry_id is None or row.member_id is not None or row.args.get("again"):
        return
    entry = session.get(Entry, row.entry_id)
    if entry is not None:
        undo.is_over(session, entry, now)
    if entry is not None and entry.kind in TOLD_BY_PERSON and entry.delivery != delivery:
        if entry.kind == "answer" and delivery in ARRIVED and entry.delivery not in ARRIVED:
            milestones.note(session, entry.case_id, "answered", now)
        entry.delivery = delivery
        _show_responsible(session, row, now)


def _note_waiting(session: Session, row: Outbox, delivery: str, now: datetime) -> None:
    """The same of all that waits behind a notice."""
    for one in _waiting(session, row):
        _note(session, one, delivery, now)


def _waiting(session: Session, row: Outbox) -> list[Outbox]:
    waiting = select(Outbox).where(
        Outbox.person_id == row.person_id,
        Outbox.state == HELD,
        Outbox.error.in_(announcing.WRITES),
    )
    return list(session.scalars(waiting.order_by(Outbox.id)))


def _is_there(session: Session, row: Outbox, now: datetime) -> None:
    """What is reached with its arrival is noted, once."""
    what = row.args.get(outbox.NOTED)
    if what is not None and (case := _of_writer(session, row)) is not None:
        milestones.note(session, case.id, what, now)
        row.args = {name: value for name, value in row.args.items() if name != outbox.NOTED}


def _did_not_reach(session: Session, row: Outbox, now: datetime) -> None:
    if (case := _of_writer(session, row)) is not None:
        milestones.note(session, case.id, "unreachable", now)


def _of_writer(session: Session, row: Outbox) -> Case | None:
    """The request that a row is about, where it is for whoever wrote it."""
    case = session.get(Case, row.case_id) if row.case_id is not None else None
    is_theirs = case is not None and row.member_id is None and case.person_id == row.person_id
    return case if is_theirs else None


def _show_responsible(session: Session, row: Outbox, now: datetime) -> None:
    """Their card says where the answer stands, if it is open before them."""
    case = session.get(Case, row.case_id) if row.case_id is not None else None
    member = session.get(Member, case.responsible_id) if case and case.responsible_id else None
    if case is None or member is None or not members.sits(member):
        return
    chat, key = Chat.of(members.person_of(session, member), member), card_key(case.id, member.id)
    if outbox.has_been_drawn(session, chat, key):
        outbox.add(session, chat, "card", now, case_id=case.id, mode="edit", key=key)


def _tell_responsible(session: Session, row: Outbox, why: str, now: datetime) -> None:
    if row.args.get("again"):
        return  # its writer knows what became of the first one
    case = session.get(Case, row.case_id) if row.case_id is not None else None
    if case is None or case.person_id != row.person_id or case.responsible_id is None:
        return
    is_written = row.entry_id is not None or row.show in ("referral", "may_release")
    if not is_written and (why == "refused" or not _words_wait(session, row)):
        return  # nothing that a member wrote
    member = session.get(Member, case.responsible_id)
    if member is None or not members.sits(member):
        return
    to, key = Chat.of(members.person_of(session, member), member), f"failed:{case.id}:{member.id}"
    away = session.scalar(select(Person.unreachable_since).where(Person.id == row.person_id))
    if why == "blocked" and away is not None and _was_told(session, to, key, away):
        return
    outbox.add(session, to, "delivery_failed", now, args={"why": why}, case_id=case.id, key=key)


def _tell_of_file(session: Session, row: Outbox, now: datetime) -> None:
    """Whoever wanted to see a file does not wait for it in vain."""
    outbox.add(
        session,
        Chat(row.channel, row.chat, row.address, row.person_id, row.member_id),
        "delivery_failed",
        now,
        args={"why": "file"},
        case_id=row.case_id,
        key=f"no_file:{row.case_id}:{row.member_id}",
    )


def _words_wait(session: Session, row: Outbox) -> bool:
    """Whether something that a member wrote waits behind this row."""
    waiting = select(Outbox.id).where(
        Outbox.case_id == row.case_id,
        Outbox.person_id == row.person_id,
        Outbox.entry_id.is_not(None),
        Outbox.state.in_(UNSENT),
    )
    return session.scalar(waiting.limit(1)) is not None


def _alert(session: Session, row: Outbox, code: str, now: datetime) -> None:
    """Tell the operators by ids and the kind of fault; never of a message that was itself an alert."""
    if row.show == "alert":
        return
    args = {"code": code[:80], "row": row.id, "show": row.show}
    if "recipient" in row.args:  # of the Service: which one says `council-bot recipients list`
        args["recipient"] = row.args["recipient"]
    _to_operators(session, args, now, besides=row.member_id)


def _to_operators(
    session: Session,
    args: Mapping[str, Any],
    now: datetime,
    *,
    key: str = "",
    again_after: timedelta | None = None,
    besides: int | None = None,
) -> None:
    for operator in members.seated(session, "operator"):
        to = Chat.of(members.person_of(session, operator), operator)
        known = again_after is not None and _was_told(session, to, key, now - again_after)
        if operator.id != besides and not known:
            outbox.add(session, to, "alert", now, args=args, key=key)


def _was_told(session: Session, to: Chat, key: str, since: datetime) -> bool:
    told = select(Outbox.id).where(
        Outbox.channel == to.channel,
        Outbox.chat == to.chat,
        Outbox.key == key,
        Outbox.created_at >= since,
    )
    return session.scalar(told.limit(1)) is not None


def _forget_newcomer(session: Session, row: Outbox) -> None:
    session.execute(
        delete(Outbox).where(
            Outbox.channel == row.channel,
            Outbox.chat == row.chat,
            Outbox.person_id.is_(None),
            Outbox.state.in_(UNSENT),
        )
    )
    session.execute(
        delete(Shown).where(
            Shown.channel == row.channel, Shown.chat == row.chat, Shown.person_id.is_(None)
        )
    )
    session.delete(row)
