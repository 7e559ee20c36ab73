"""Somebody whose words are not taken for a while: told so plainly, and how to appeal."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers import numbers
from handlers.council import cards
from handlers.language import N_
from handlers.messages import Choice
from handlers.migrant import draft, follow
from handlers.rules.safety import look
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from handlers.words import meaning_of
from storage import audit, bans, cases, members, people
from storage.model import ORDINARY, Ban, Member, Person

LASTS = timedelta(days=30)
TOLD_AGAIN = timedelta(days=1)
KEY = "bans"
"""Under which one notice stands for all that waits for a decision."""
WHYS = {
    "insults": N_("insults or threats to members"),
    "advertising": N_("advertising"),
    "repeats": N_("the same again and again"),
}


def in_force(scene: Scene) -> Ban | None:
    """What holds this person's words back now."""
    return bans.of_person(scene.session, scene.someone.id, scene.now - LASTS)


def holds_back(turn: Turn) -> bool:
    """Whether these words are not taken; then they were told why, or their appeal was.

    Words of danger always pass, and what is private, and the answer to a question of ours.
    """
    if turn.person is None or turn.member is not None:
        return False
    ban = in_force(turn)
    text = turn.incoming.text
    if ban is None or look(text, turn.tongue.code).level or _is_awaited(turn):
        return False
    if turn.someone.screen == "appeal" and turn.incoming.happened == "message":
        _take_appeal(turn, ban, text)
    elif meaning_of(text, turn.tongue.code) == "appeal":
        ask_appeal(turn)
    else:
        _tell(turn, ban)
    return True


def _is_awaited(turn: Turn) -> bool:
    """What they write is private, goes on with danger, or answers a question of the council."""
    person = turn.someone
    waiting = cases.draft_of(turn.session, person)
    theirs = [*cases.live_of_person(turn.session, person), *([waiting] if waiting else [])]
    danger = any(case.track != ORDINARY for case in theirs)
    return danger or person.screen == "asked" or draft.is_apart(turn)


def _tell(turn: Turn, ban: Ban) -> None:
    """Why, until when, where help is, how to appeal: once a day."""
    mark = f"ban:{ban.id}"
    if people.tries(turn.session, mark, turn.now - TOLD_AGAIN):
        return
    people.count_try(turn.session, mark, turn.now, TOLD_AGAIN)
    asked = screen(turn)
    if asked is not None:
        turn.ask(asked)


def screen(scene: Scene) -> Screen | None:
    """Why their words are not taken, until when, and how to appeal."""
    ban = in_force(scene)
    if ban is None or ban.decided_at is None:
        return None
    t = scene.tongue
    text = t(
        "🚫 The council does not take your messages until {day}.\n"
        "Why: {why}.\n"
        "If you are in danger, write it: that is always read. Or call: {numbers}\n"
        "/private and {delete_word} work as before.",
        day=t.day(ban.decided_at + LASTS),
        why=t(WHYS[ban.why]),
        numbers=numbers.line(scene.charter, t, "emergency", "police", "ambulance"),
    )
    can = t("Do you think this is wrong? Press the button, or write {appeal_word}.")
    may = ban.state == bans.IN_FORCE
    return Screen(
        name="banned",
        text=t.fill("{text}\n{can}", text=text, can=can) if may else text,
        choices=(Choice(t("📨 Appeal"), "appeal"),) if may else (),
    )


def ask_appeal(turn: Turn) -> None:
    """One message in which they say why it is wrong."""
    ban = in_force(turn)
    t = turn.tongue
    if ban is None:
        turn.toast = follow.stale(turn)
    elif ban.state != bans.IN_FORCE:
        turn.say(t("📨 You have appealed already. Each stop is looked at once more."))
    else:
        turn.say(
            t(
                "📨 Write one message: why is it wrong? "
                "Somebody who did not decide it reads it, if there is anybody."
            )
        )
        turn.open("appeal", {})


def _take_appeal(turn: Turn, ban: Ban, text: str) -> None:
    """It goes to somebody who did not decide, if there is anybody."""
    t = turn.tongue
    if ban.state != bans.IN_FORCE:
        turn.close()
        return
    if not text.strip():
        turn.say(t("Please write it in words."))
        return
    ban.appeal, ban.state = text, bans.APPEALED
    turn.session.flush()
    audit.note(turn.session, "ban_appealed", turn.now, by=turn.someone)
    turn.close()
    turn.say(t("📨 Your appeal is sent. You hear here what becomes of it."))
    tell(turn, ban)


def tell(scene: Scene, ban: Ban) -> None:
    """Whoever decides is told that something waits, in one message for all of it."""
    for seat in deciders(scene.session, ban, scene.now):
        cards.tell(scene, seat, "bans_wait", key=KEY)


def deciders(session: Session, ban: Ban, now: datetime) -> list[Member]:
    """The chair, or who stands in: not who wished it or decided before, if there is another."""
    itself = {seat.id for seat in members.seated(session) if seat.person_id == ban.person_id}
    wished = {ban.wished_by} if ban.wished_by else set()
    decided = {ban.decided_by} if ban.decided_by else set()
    for besides in (wished | decided, decided, set[int]()):
        if found := members.chairs(session, now, besides | itself):
            return found
    return []


def forget(scene: Scene, person: Person) -> None:
    """Of somebody who erased everything nothing is known any more, and no record leads to them."""
    bans.forget(scene.session, person.id)
    audit.forget(scene.session, "person", person.id)
