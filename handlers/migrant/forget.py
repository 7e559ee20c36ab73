"""Delete everything: two steps, at once, and the truth about what remains."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from handlers.council import cards
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import members, outbox, people
from storage.model import UNSENT, Case, Entry, Invitation, Outbox, Shown, Stuck, Tally
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
            Choice(t("No, keep it"), "menu"),
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
            Choice(t("No, keep it"), "menu"),
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
    written = list(scene.session.scalars(select(Case).where(Case.person_id == person.id)))
    _take_away_here(scene, [case.id for case in written])
    for case in written:
        erase_case(scene, case)
    scene.session.execute(delete(Stuck).where(Stuck.chat == scene.chat.chat))
    seat = people.membership(scene.session, person)
    scene.chat = Chat(scene.chat.channel, scene.chat.chat, scene.chat.address)
    scene.close()
    if seat is None:  # a member's chat also holds cards of others, which stay
        _leave_no_address(scene)
    if seat is None and not members.ever_seated(scene.session, person):
        scene.session.delete(person)
    else:
        person.consent_version = person.consented_at = None
    scene.person = None
    scene.session.flush()
    t = scene.tongue
    scene.say(
        t(
            "🗑️ <b>Deleted on our side:</b> your messages, files, numbers and this chat's address.\n"
            "We keep only a count without a person: one message, its month and its topic.\n"
            "For up to 3 days we keep an encrypted mark, so that a message that Telegram "
            "repeats is not taken twice.\n"
            "<b>Not deleted:</b> what a council member already knows, backup copies until they "
            "expire, and the older messages on your phone. Please clear this chat yourself."
        )
    )


def _leave_no_address(scene: Scene) -> None:
    """Whatever was queued, is under way (and is taken back) or was said, and open invitations."""
    chat = scene.chat.chat
    scene.session.execute(delete(Outbox).where(Outbox.chat == chat, Outbox.mode != "delete"))
    scene.session.execute(
        delete(Shown).where(
            Shown.chat == chat, Shown.person_id.is_not(None), Shown.member_id.is_(None)
        )
    )
    scene.session.execute(
        delete(Invitation).where(Invitation.claimed_hash == chat, Invitation.confirmed_at.is_(None))
    )


def erase_case(scene: Scene, case: Case) -> None:
    """Delete one case everywhere; a count without a person remains if it was handed in."""
    for member in members.who_saw(scene.session, case.id):
        cards.lose_sight(scene, case, member)
    if case.handed_in_at is not None:
        month = case.handed_in_at.strftime("%Y-%m")
        scene.session.add(Tally(month=month, kind=case.kind, topic=case.topic))
    scene.session.execute(
        delete(Outbox).where(
            Outbox.case_id == case.id, Outbox.state.in_(UNSENT), Outbox.mode != "delete"
        )
    )
    scene.session.execute(delete(Entry).where(Entry.case_id == case.id))
    scene.session.delete(case)
    scene.session.flush()


def _take_away_here(scene: Scene, case_ids: Iterable[int]) -> None:
    """Take what is younger than two days out of the person's own chat, theirs and ours."""
    since, ids = scene.now - DELETABLE, list(case_ids)
    here = Chat(scene.chat.channel, scene.chat.chat, scene.chat.address)
    theirs = scene.session.scalars(
        select(Entry.message_id)
        .where(Entry.case_id.in_(ids), Entry.kind == "message", Entry.at > since)
        .distinct()
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
        .limit(DELETED_AT_MOST)
    )
    for shown in standing:
        shown.person_id = shown.case_id = None
        args = {"shown": shown.id}
        outbox.add(scene.session, here, "emptied", scene.now, args=args, mode="delete")
