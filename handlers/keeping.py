"""What must go after its time: from members' chats, and from the database."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.migrant import forget
from handlers.rules.retention import gone_before
from handlers.turn import scene_of
from storage import audit, cases, copies, inbox, members, outbox, people, receipts, sending
from storage.model import CLOSED, Case, Invitation, Member, Outbox, Person, Recipient, Shown
from storage.outbox import Chat

BATCH = 100
RECEIPTS_KEPT = timedelta(days=4)
"""How long a provider is given to tell what became of a message."""
SHRINKING = timedelta(days=1)
"""How long a card that is to shrink is left alone, should its edit not get out."""
FULL_CARDS = (Shown.show == "card", Shown.state == "full", Shown.member_id.is_not(None))
PASSING = (
    Shown.show.in_(
        (
            "files",
            "whole",
            "own",
            "said",
            "sent_note",
            "review_files",
            "reviewed",
            "pass_on",
            "service_answer",
        )
    ),
    Shown.case_id.is_not(None),
    Shown.member_id.is_not(None),
    Shown.state == "full",
)
"""What does not stay in a member's chat: files, whole texts, previews, their own words."""
REVEALED = (Shown.show == "revealed", Shown.member_id.is_not(None), Shown.state == "full")
"""Hidden numbers that a member was shown for some minutes."""
OF_NOTHING = (Shown.case_id.is_(None), Shown.key == "")
"""What was said about no request: remembered as long as it can be taken out of the chat."""
CLOSED_CASES = (Case.state == CLOSED,)
WITHOUT_REQUEST = (
    ~select(Case.id).where(Case.person_id == Person.id).exists(),
    ~select(Member.id).where(Member.person_id == Person.id).exists(),
    ~select(Recipient.id).where(Recipient.person_id == Person.id).exists(),
)
STILL_ASKED = exists().where(Person.screen_row == Outbox.id, Person.screen == "notice")
"""A notice that somebody has not answered yet: whether they were told is seen on its row."""
FORMER = (
    Member.left_at.is_not(None),
    select(Person.id)
    .where(Person.id == Member.person_id, ~Person.address_hash.startswith(people.NOWHERE))
    .exists(),
    ~select(Case.id).where(Case.person_id == Member.person_id).exists(),
)
"""Members who left, can still be reached, and have no request of their own."""


def idle_cards(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """A card nobody touched shrinks to its number."""
    idle = select(Shown).where(*FULL_CARDS, Shown.touched_at <= upto).limit(BATCH)
    for shown in session.scalars(idle):
        shown.touched_at = now + SHRINKING
        chat = _chat(session, shown)
        if chat is None:
            shown.state = "left"
            continue
        outbox.add(
            session,
            chat,
            "card",
            now,
            args={"shrunk": True, "leaves": "shrunk"},
            case_id=shown.case_id,
            mode="edit",
            key=shown.key,
        )


def _chat(session: Session, shown: Shown) -> Chat | None:
    member = session.get(Member, shown.member_id)
    if member is None:
        return None
    return Chat.of(members.person_of(session, member), member)


def files_in_chats(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Voice, files, whole texts and the member's own words leave a member's chat."""
    _leave(session, now, *PASSING, Shown.at <= upto)


def revealed(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Hidden numbers that were shown are hidden again."""
    _leave(session, now, *REVEALED, Shown.at <= upto)


def _leave(session: Session, now: datetime, *where: ColumnElement[bool]) -> None:
    for shown in session.scalars(select(Shown).where(*where).limit(BATCH)):
        case = session.get(Case, shown.case_id)
        if case is not None and case.person_id == shown.person_id:
            shown.state = "kept"  # a member's own request, which they wrote as a migrant
            continue
        chat = _chat(session, shown)
        shown.state = "leaving" if chat else "left"
        if chat:
            args = {"shown": shown.id}
            outbox.add(
                session, chat, "emptied", now, args=args, case_id=shown.case_id, mode="delete"
            )


def note_what_is_left(session: Session, row: Outbox, now: datetime) -> None:
    """The last message that a member was to lose is done with: how many could not be taken away
    is written into the record, once."""
    if row.member_id is None or row.case_id is None or row.show != "emptied":
        return
    theirs = (Outbox.member_id == row.member_id, Outbox.case_id == row.case_id)
    under_way = select(Outbox.id).where(
        *theirs, Outbox.mode == "delete", Outbox.id != row.id, Outbox.ended_at.is_(None)
    )
    if session.scalar(under_way.limit(1)) is not None:
        return
    left = select(func.count()).where(
        Shown.member_id == row.member_id,
        Shown.case_id == row.case_id,
        Shown.state == "left",
        Shown.touched_at >= row.created_at,
    )
    session.flush()
    member, case = session.get(Member, row.member_id), session.get(Case, row.case_id)
    if member is not None and (count := session.scalar(left)):
        of = audit.number(session, member)
        audit.note(session, "left_in_chat", now, about=case or member, member=of, count=count)


def old_requests(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Closed long enough ago: erased, a count remains."""
    old = select(Case).where(*CLOSED_CASES, Case.closed_at <= upto).order_by(Case.id).limit(BATCH)
    for case in session.scalars(old.with_for_update()).all():
        scene = scene_of(session, cases.writer(session, case), charter, now)
        forget.erase_case(scene, case)


def old_people(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Somebody without a request needs no row: they are strangers again."""
    ids = list(
        session.scalars(select(Person.id).where(*WITHOUT_REQUEST, Person.created_at <= upto))
    )
    session.execute(delete(Shown).where(Shown.person_id.in_(ids)))
    session.execute(delete(Outbox).where(Outbox.person_id.in_(ids)))
    for person in session.scalars(select(Person).where(Person.id.in_(ids))):
        copies.forget_chat(session, person.address_hash, now)
        receipts.forget_chat(session, person.address_hash)
    session.execute(delete(Person).where(Person.id.in_(ids)))


def former_members(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Of somebody who left, an alias stands in the answers they gave, and no address anywhere."""
    for member in session.scalars(select(Member).where(*FORMER, Member.left_at <= upto)).all():
        person = members.person_of(session, member)
        session.execute(delete(Shown).where(Shown.person_id == person.id))
        session.execute(delete(Outbox).where(Outbox.person_id == person.id))
        people.lose_address(person)


def newcomers(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Unfinished consent dialogues whose hour is over."""
    people.forget_newcomers(session, now)


def invitations(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Links that nobody confirmed in time."""
    session.execute(delete(Invitation).where(Invitation.expires_at <= upto))


def ended_rows(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Outbox rows that ended; their texts went when they did."""
    session.execute(delete(Outbox).where(Outbox.ended_at <= upto, ~STILL_ASKED))
    receipts.forget_old(session, upto - RECEIPTS_KEPT)


def forget_old(session: Session, charter: Charter, now: datetime) -> None:
    """Once an hour: marks of events, stuck messages and wrong tries past their time."""
    inbox.forget_old(session, now)
    audit.let_go(session, gone_before("audit", charter, now))
    sending.settle_old(session, now - RECEIPTS_KEPT, now)
    people.forget_tries(session, now - timedelta(days=2))
    out_of_reach = Shown.at <= now - forget.DELETABLE
    session.execute(delete(Shown).where(*OF_NOTHING, out_of_reach))
