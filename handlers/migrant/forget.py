"""Delete everything: two steps, at once, and the truth about what remains."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, func, or_, select

from handlers import announcing
from handlers.council import cards, release_send
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import banned
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, bundles, copies, members, outbox, people, receipts, released
from storage.model import (
    TAKEN,
    UNSENT,
    Case,
    Entry,
    Invitation,
    Newcomer,
    Outbox,
    Person,
    Shown,
    Stuck,
    Tally,
)
from storage.outbox import Chat

DELETABLE = timedelta(hours=47)
"""Telegram lets a bot take messages away for 48 hours; an hour is left for the way."""
DELETED_AT_MOST = 100


def first_step(scene: Scene) -> Screen:
    """What deleting means."""
    t = scene.tongue
    return Screen(
        name="forget",
        text=t(
            "🗑️ <b>Delete everything?</b>\n"
            "We delete your messages, files, numbers and this chat's address. "
            "You will get no answer any more."
        ),
        choices=(
            Choice(t("No, keep it"), "start"),
            Choice(t("Yes, delete"), "forget:sure", "danger"),
        ),
    )


def second_step(scene: Scene) -> Screen:
    """The last question; it stands the other way round, so that one digit typed twice deletes
    nothing."""
    t = scene.tongue
    return Screen(
        name="forget_sure",
        text=t("Are you sure? Nobody can bring it back."),
        choices=(
            Choice(t("Delete everything now"), "forget:now", "danger"),
            Choice(t("No, keep it"), "start"),
        ),
    )


def ask(turn: Turn) -> None:
    """First step."""
    turn.ask(first_step(turn))


def forget(turn: Turn, step: str) -> None:
    """Second step, then the deed."""
    if step == "sure":
        turn.ask(second_step(turn))
    elif step == "now" and turn.someone.screen == "forget_sure":
        erase(turn)
    else:
        ask(turn)


def erase(scene: Scene) -> None:
    """Delete all this person wrote, here and in members' chats, and say what remains."""
    person = scene.someone
    service_has = bool(released.sent_of_person(scene.session, person.id))
    written = list(scene.session.scalars(select(Case).where(Case.person_id == person.id)))
    _take_away_here(scene, [case.id for case in written])
    for case in written:
        erase_case(scene, case)
    scene.session.execute(delete(Stuck).where(Stuck.chat == scene.chat.chat))
    scene.session.execute(delete(Newcomer).where(Newcomer.address_hash == scene.chat.chat))
    banned.forget(scene, person)
    seat = people.kept_seat(scene.session, person)
    is_carried = copies.any_of(scene.session, scene.chat.chat)
    scene.chat = Chat(scene.chat.channel, scene.chat.chat, scene.chat.address)
    scene.close()
    if seat is None:  # a member's chat also holds cards of others, which stay
        _leave_no_address(scene)
    if seat is not None:
        person.consent_version = person.consented_at = None
    elif members.ever_seated(scene.session, person):
        people.lose_address(person)  # the answers they gave keep their author
    else:
        audit.forget(scene.session, "person", person.id)
        scene.session.delete(person)
    scene.person = None
    scene.session.flush()
    t = scene.tongue
    lines = [
        t(
            "🗑️ <b>Deleted on our side:</b> your messages, files, numbers and this chat's address.\n"
            "We keep only a count without a person: one message, its month and its topic.\n"
            "For some days we keep an encrypted mark, so that a message that comes "
            "twice is not taken twice.\n"
            "<b>Not deleted:</b> what a council member already knows, backup copies until they "
            "expire, and the older messages on your phone. Please clear this chat yourself."
        )
    ]
    if is_carried:
        lines.append(
            t(
                "📨 WhatsApp lets us take nothing off your phone. Twilio, which carries the "
                "messages, is asked to delete its copies too."
            )
        )
    if service_has:
        lines.append(
            t(
                "🏛 The {service} keeps what you let us send there. We take it out of their chat "
                "with this bot as far as we can."
            )
        )
    if seat is not None:
        lines.append(
            t(
                "🪑 You sit in the council: your seat and this chat's address stay until your "
                "seat ends."
            )
        )
    scene.say(Rich("\n".join(lines)))


def _leave_no_address(scene: Scene) -> None:
    """Whatever was queued, is under way (and is taken back) or was said, and open invitations.

    What is still to be taken out of the chat is done for nobody: then nothing of it remains.
    """
    chat, session = scene.chat.chat, scene.session
    session.flush()
    session.execute(
        delete(Outbox).where(
            Outbox.chat == chat, or_(Outbox.mode != "delete", Outbox.ended_at.is_not(None))
        )
    )
    taken_away = session.scalars(select(Outbox).where(Outbox.chat == chat)).all()
    ids = [row.args.get("shown", 0) for row in taken_away]
    session.execute(delete(Shown).where(Shown.chat == chat, Shown.id.not_in(ids)))
    for row in (*taken_away, *session.scalars(select(Shown).where(Shown.chat == chat))):
        row.person_id = row.member_id = row.case_id = None
    copies.forget_chat(session, chat, scene.now)
    receipts.forget_chat(session, chat)
    session.execute(
        delete(Invitation).where(Invitation.claimed_hash == chat, Invitation.confirmed_at.is_(None))
    )


def erase_case(scene: Scene, case: Case) -> None:
    """Delete one case everywhere; a count without a person remains if it was handed in."""
    reader = cards.responsible(scene, case)
    bundles.leave(scene.session, case)
    release_send.take_away(scene.session, case, scene.now)
    for member in {*members.who_saw(scene.session, case.id), *([reader] if reader else ())}:
        cards.lose_sight(scene, case, member)
    scene.session.execute(
        delete(Shown).where(
            Shown.case_id == case.id,
            or_(Shown.member_id.is_(None), Shown.state.in_(("left", "emptied", "kept"))),
        )
    )
    if case.handed_in_at is not None:
        month = case.handed_in_at.strftime("%Y-%m")
        scene.session.add(Tally(month=month, kind=case.kind, topic=case.topic))
    scene.session.execute(
        delete(Outbox).where(
            Outbox.case_id == case.id, Outbox.state.in_((*UNSENT, TAKEN)), Outbox.mode != "delete"
        )
    )
    files = select(Entry.source).where(Entry.case_id == case.id, Entry.source != "")
    copies.unwanted(scene.session, scene.session.scalars(files).all(), scene.now)
    scene.session.execute(delete(Entry).where(Entry.case_id == case.id))
    audit.note(scene.session, "erased", scene.now, about=case)
    audit.forget(scene.session, "case", case.id)
    scene.session.delete(case)
    scene.session.flush()
    writer = scene.session.get(Person, case.person_id)
    if writer is not None:
        announcing.reconsider(scene.session, writer, scene.now)


def _take_away_here(scene: Scene, case_ids: Iterable[int]) -> None:
    """Take what is younger than two days out of the person's own chat, theirs and ours."""
    since, ids = scene.now - DELETABLE, list(case_ids)
    here = Chat(scene.chat.channel, scene.chat.chat, scene.chat.address)
    theirs = scene.session.scalars(
        select(Entry.message_id)
        .where(
            Entry.case_id.in_(ids),
            Entry.kind == "message",
            Entry.at > since,
            Entry.message_id != "",
        )
        .group_by(Entry.message_id)
        .order_by(func.max(Entry.id).desc())
        .limit(DELETED_AT_MOST)
    )
    for message_id in theirs:
        scene.session.add(
            Shown(
                channel=here.channel,
                chat=here.chat,
                message_id=message_id,
                show="own",
                at=scene.now,
                touched_at=scene.now,
            )
        )
    scene.session.flush()
    standing = scene.session.scalars(
        select(Shown)
        .where(
            Shown.chat == here.chat,
            Shown.member_id.is_(None),
            Shown.at > since,
            Shown.state == "full",
        )
        .order_by(Shown.id.desc())
        .limit(DELETED_AT_MOST)
    )
    for shown in standing:
        shown.person_id = shown.case_id = None
        args = {"shown": shown.id}
        outbox.add(scene.session, here, "emptied", scene.now, args=args, mode="delete")
