"""A notice that something waits: all that may be said to somebody who has not written for long, or
of what is private."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import discretion, questions
from handlers.language import N_
from handlers.messages import Outgoing
from handlers.migrant import menu
from handlers.rules.digits import typed_number
from handlers.screens import RESTING
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage.model import HELD, UNSENT, WAITING, Case, Outbox, Person

TEMPLATE = "update"
"""The name under which its text is approved beforehand."""
TEXT = N_("There is an update for {reference}. Reply 1 to read it.")


def draw(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The notice, as long as something waits; it becomes the open question."""
    person = scene.someone
    if case is None or discretion.of(person).never or not _waits(scene.session, person):
        return None
    if person.screen != "notice":
        args = {"before": [person.screen, person.screen_args or {}]}
        scene.open("notice", args, row)
    else:
        person.screen_row = row.id
    reference = shown(scene, case)
    return Outgoing(
        text=scene.tongue(TEXT, reference=reference),
        template=TEMPLATE,
        values=(reference,),
        language=scene.tongue.code,
    )


def _waits(session: Session, person: Person) -> bool:
    held = select(Outbox.id).where(Outbox.person_id == person.id, Outbox.state == HELD)
    return session.scalar(held.limit(1)) is not None


def answered(turn: Turn) -> bool:
    """They wrote after a notice: what was open before is open again.

    True where the number they wrote meant the notice and nothing else; then what was open is asked
    again, below what waited.
    """
    person, incoming = turn.person, turn.incoming
    if person is None or person.screen != "notice":
        return False
    name, args = _before(person)
    if not _was_seen(turn, person):
        turn.open(name, args)
        return False
    if name in RESTING:
        name, args = "", {}
    turn.open(name, args)
    bare = incoming.happened == "message" and not incoming.attachments
    if not bare or typed_number(incoming.text) is None:
        return False
    go_on(turn, person)
    return True


def called(turn: Turn) -> bool:
    """They wrote their safe word, which is said to nobody: what waited for it comes."""
    if not discretion.said_word(turn):
        return False
    person = turn.someone
    if person.screen in RESTING:
        turn.open("", {})
    go_on(turn, person)
    return True


def _before(person: Person) -> tuple[str, dict[str, Any]]:
    name, args = (person.screen_args or {}).get("before", ["", {}])
    return name, args


def _was_seen(turn: Turn, person: Person) -> bool:
    """Whether the notice may be on their phone; until WhatsApp approves its text it is not."""
    row = turn.session.get(Outbox, person.screen_row) if person.screen_row else None
    return row is None or row.state not in UNSENT or row.was_uncertain


def go_on(turn: Turn, person: Person) -> None:
    """Ask what was open once more, below what waited; where nothing was, and nothing comes: the menu."""
    there = replace(turn, direct=False)  # not before what waited
    screen = questions.still_open(there)
    if screen is not None:
        questions.repeat(there, screen, person.screen_args or {})
    elif not person.screen and not _comes(turn, person):
        menu.show(turn)


def _comes(turn: Turn, person: Person) -> bool:
    """Whether anything waited after all."""
    if person.stopped_at is not None:
        return True  # they are told why it does not come
    waited = select(Outbox.id).where(
        Outbox.person_id == person.id,
        Outbox.state == WAITING,
        Outbox.due_at <= turn.now,
        Outbox.show != "notice",
    )
    return turn.session.scalar(waited.limit(1)) is not None
