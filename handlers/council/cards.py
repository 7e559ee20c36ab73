"""Cards in members' chats: what to show is queued here and drawn when it is sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.council import access
from handlers.turn import Scene, Turn
from storage import cases, members, outbox
from storage.model import Case, Member, Review, Shown
from storage.outbox import Chat


def card_key(case_id: int, member_id: int) -> str:
    """One card a case and member."""
    return f"card:{case_id}:{member_id}"


def chat_of(scene: Scene, member: Member) -> Chat:
    """A member's private chat."""
    return Chat.of(members.person_of(scene.session, member), member)


def responsible(scene: Scene, case: Case) -> Member | None:
    """Who is responsible now, if they still sit in the council."""
    member = scene.session.get(Member, case.responsible_id) if case.responsible_id else None
    return member if members.sits(member) else None


def fresh(scene: Scene, case: Case, news: str = "") -> None:
    """Show the card as a new message, because something is to be done; the former one goes."""
    _card(scene, case, "below", {"news": news})


def refresh(scene: Scene, case: Case, due_at: datetime | None = None) -> None:
    """Bring the card up to date where it stands, without a sound; at once, or once until then."""
    _card(scene, case, "edit", {}, due_at)


def unfold(scene: Scene, case: Case) -> None:
    """Show on the card what is done more rarely, until it is touched again."""
    _card(scene, case, "edit", {"more": True})


def _card(
    scene: Scene, case: Case, mode: Any, args: dict[str, Any], due_at: datetime | None = None
) -> None:
    member = responsible(scene, case)
    if member is not None:
        show(scene, case, member, mode, args, due_at)


def show(
    scene: Scene,
    case: Case,
    member: Member,
    mode: Any,
    args: dict[str, Any],
    due_at: datetime | None = None,
) -> None:
    """The card in this member's chat, in some form."""
    outbox.add(
        scene.session,
        chat_of(scene, member),
        "card",
        scene.now,
        args=args,
        case_id=case.id,
        mode=mode,
        key=card_key(case.id, member.id),
        due_at=due_at,
    )


def tell(
    scene: Scene,
    member: Member,
    show: str,
    case: Case | None = None,
    *,
    key: str = "",
    due_at: datetime | None = None,
    **args: Any,
) -> None:
    """A notice in a member's chat, drawn when it is sent; of those under a key the newest one."""
    outbox.add(
        scene.session,
        chat_of(scene, member),
        show,
        scene.now,
        args=args,
        case_id=case.id if case else None,
        mode="below" if key else "new",
        key=key,
        due_at=due_at,
    )


def alert(scene: Scene, what: str, **ids: Any) -> None:
    """Tell every operator: kinds and row numbers only."""
    alert_operators(scene.session, scene.now, what, **ids)


def alert_operators(session: Session, now: datetime, what: str, **ids: Any) -> None:
    """The same, where no person's chat is the scene."""
    for operator in members.seated(session, "operator"):
        chat = Chat.of(members.person_of(session, operator), operator)
        outbox.add(session, chat, "alert", now, args={"what": what, **ids})


def lose_sight(scene: Scene, case: Case, member: Member) -> None:
    """This member may not see the case any more: empty every message of it in their chat."""
    chat = chat_of(scene, member)
    cases.hold(scene.session, case.id)
    for shown in cases.shown_to_member(scene.session, case.id, member.id):
        outbox.add(
            scene.session,
            chat,
            "emptied",
            scene.now,
            args={"shown": shown.id},
            case_id=case.id,
            mode="delete",
        )
    person = members.person_of(scene.session, member)
    if (person.screen_args or {}).get("reference") == case.reference:
        person.screen, person.screen_args, person.screen_row = "", None, None
    _end_second_readings(scene, case, member)


def keep_second_readers_apart(scene: Scene, case: Case) -> None:
    """Whoever reads an answer to it before it goes, and may not see the request now, does no more."""
    asked = select(Review.reader_id).where(Review.case_id == case.id, Review.state == "asked")
    for reader_id in scene.session.scalars(asked).all():
        reader = scene.session.get_one(Member, reader_id)
        if not access.allowed(scene.session, reader, case):
            lose_sight(scene, case, reader)


def _end_second_readings(scene: Scene, case: Case, member: Member) -> None:
    """Whoever was to read their answer before it went sees the request no longer than they do.

    Where they were the second reader, its author hears that they cannot read it.
    """
    asked = select(Review).where(Review.case_id == case.id, Review.state == "asked")
    for review in scene.session.scalars(asked).all():
        reader = scene.session.get_one(Member, review.reader_id)
        author = scene.session.get_one(Member, review.author_id)
        if member.id == author.id:
            review.state, review.ended_at, review.held = "withdrawn", scene.now, {}
            scene.session.flush()
            lose_sight(scene, case, reader)
        elif member.id == reader.id:
            review.state, review.ended_at = "declined", scene.now
            key = f"reviewed:{case.id}"
            tell(scene, author, "reviewed", case, key=key, review=review.id)


def own_words(turn: Turn, case: Case) -> None:
    """The member's own message belongs to the case: it is taken away with it."""
    turn.session.add(
        Shown(
            channel=turn.chat.channel,
            chat=turn.chat.chat,
            person_id=turn.someone.id,
            member_id=turn.desk.id,
            case_id=case.id,
            message_id=turn.incoming.message_id,
            show="own",
            has_media=bool(turn.incoming.attachments),
            at=turn.now,
            touched_at=turn.now,
        )
    )
