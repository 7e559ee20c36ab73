"""The one way in: seen before? who? which button, command, digit or word?"""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import discretion, refusals, steps, stranger, typed, who, written
from handlers.charter import Charter
from handlers.council import blocked, membership, suspend
from handlers.language import Rich, Tongue
from handlers.messages import Incoming
from handlers.migrant import banned, notice, stop
from handlers.service import gate, joining
from handlers.turn import Turn
from storage import inbox, people
from storage.model import BLOCKED, HELD
from storage.outbox import Chat


def receive(session: Session, incoming: Incoming, now: datetime, charter: Charter) -> str:
    """Take one event, once; returns what to show on the button that was pressed, if anything."""
    if not inbox.first_time(session, incoming.channel, incoming.key, now):
        return ""
    if incoming.refused in ("group", "reaction"):  # nobody waits for an answer
        return ""
    turn = turn_of(session, incoming, now, charter)
    if gate.receive(turn):
        return turn.toast
    if incoming.happened == "blocked":
        if turn.person is not None:
            blocked.is_gone(session, charter, turn.person, now)
        return ""
    _is_back(turn)
    if incoming.happened == "unblocked":
        return ""
    stop.remind(turn)
    if not notice.answered(turn) and not notice.called(turn):
        _dispatch(turn)
    if turn.toast and not incoming.press_id:
        turn.say(Rich(turn.toast))  # there is no button to show it on
    if turn.newcomer is not None:
        who.remember(session, turn.newcomer, incoming)
    return turn.toast


def _is_back(turn: Turn) -> None:
    """They are there: what waited for them goes out, unless they wanted no messages.

    Then what could not reach them goes out, or waits for START: it stands before our answers.
    """
    person, incoming = turn.person, turn.incoming
    if person is None:
        return
    if incoming.happened in ("message", "press"):
        heard_at = min(incoming.sent_at or turn.now, turn.now)
        person.heard_at = max(heard_at, person.heard_at or heard_at)
    was_gone = person.unreachable_since is not None
    states = (BLOCKED, HELD) if person.stopped_at is None else (BLOCKED,)
    discretion.wake(turn, *states)
    if was_gone:
        blocked.is_back(turn.session, turn.charter, person, turn.now)


def turn_of(session: Session, incoming: Incoming, now: datetime, charter: Charter) -> Turn:
    """Who this is, and in which language we speak."""
    person = who.person(session, incoming, now, charter)
    newcomer = who.newcomer(session, incoming, now) if person is None else None
    if person is None and newcomer is None:  # they may have agreed while we waited for them
        person = who.person(session, incoming, now, charter)
    if person is not None:
        member = people.membership(session, person)
        return Turn(
            session=session,
            charter=charter,
            now=now,
            tongue=Tongue(person.language, charter),
            chat=Chat.of(person, member),
            person=person,
            member=member,
            incoming=incoming,
            direct=True,
        )
    incoming = who.as_known(incoming, newcomer)
    language = newcomer.held["language"] if newcomer else charter.languages[0]
    chat = people.chat_hash(incoming.channel, incoming.address)
    return Turn(
        session=session,
        charter=charter,
        now=now,
        tongue=Tongue(language, charter),
        chat=Chat(incoming.channel, chat, incoming.address),
        newcomer=newcomer,
        incoming=incoming,
        direct=True,
    )


def _dispatch(turn: Turn) -> None:
    token = _start_payload(turn.incoming.text)
    if token and turn.incoming.channel == membership.CHANNEL and membership.claim(turn, token):
        return
    if token and turn.incoming.channel == joining.CHANNEL and joining.claim(turn, token):
        return
    if suspend.is_told(turn, steps.COUNCIL.keys() - steps.MIGRANT.keys()):
        return
    if turn.person is None:
        stranger.answer(turn)
    elif turn.incoming.opted == "out" and turn.member is None:
        stop.stop(turn)
    elif turn.incoming.opted == "in" and turn.someone.stopped_at is not None:
        stop.start(turn)
        steps.act(turn, "start", [])
    elif turn.incoming.refused:
        refusals.refuse(turn)
    elif turn.incoming.happened == "press":
        _press(turn)
    elif turn.incoming.happened == "edit":
        if not banned.holds_back(turn):
            written.edited(turn)
    elif not _answers_us(turn) and not banned.holds_back(turn):
        written.words(turn)


def _answers_us(turn: Turn) -> bool:
    """Whether it was a command, or answered the open question."""
    return typed.command(turn) or typed.digit(turn) or typed.label(turn)


def _start_payload(text: str) -> str:
    command, _, payload = text.partition(" ")
    return payload.strip() if command.split("@")[0] == "/start" else ""


def _press(turn: Turn) -> None:
    verb, *arguments = turn.incoming.press.split(":")
    steps.act(turn, verb, arguments)
