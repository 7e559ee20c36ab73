"""A notice that something waits: all that may be said to somebody who has not written for long."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.language import N_
from handlers.messages import Outgoing
from handlers.rules.digits import typed_number
from handlers.screens import RESTING
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import outbox
from storage.model import HELD, SENT, TAKEN, UNSENT, Case, Outbox, Person
from storage.outbox import Chat

TEMPLATE = "update"
"""The name under which its text is approved beforehand."""
TEXT = N_("There is an update for {reference}. Reply 1 to read it.")
ANNOUNCED = ("late",)
"""Besides what a member wrote, what is worth a notice; anything else waits without one."""


def announce(session: Session, row: Outbox, now: datetime) -> None:
    """Something waits for a closed window: say so, once until they write again."""
    person = session.get(Person, row.person_id) if row.person_id else None
    if person is None or (row.entry_id is None and row.show not in ANNOUNCED):
        return
    if not _stands(session, person):
        chat = Chat(row.channel, row.chat, row.address, row.person_id)
        outbox.add(session, chat, "notice", now, case_id=row.case_id, key="notice")


def _stands(session: Session, person: Person) -> bool:
    """Whether they were told since they wrote last, or are about to be."""
    told = select(Outbox.id).where(
        Outbox.person_id == person.id,
        Outbox.show == "notice",
        Outbox.state.in_((*UNSENT, TAKEN, SENT)),
    )
    if person.heard_at is not None:
        told = told.where(Outbox.created_at > person.heard_at)
    return session.scalar(told.limit(1)) is not None


def draw(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The notice, as long as something waits; it becomes the open question."""
    person = scene.someone
    if case is None or not _waits(scene.session, person):
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

    True where the number they wrote meant the notice and nothing else.
    """
    person, incoming = turn.person, turn.incoming
    if person is None or person.screen != "notice":
        return False
    name, args = _before(person)
    if name in RESTING:
        name, args = "", {}
    turn.open(name, args)
    bare = incoming.happened == "message" and not incoming.attachments
    return bare and typed_number(incoming.text) is not None


def _before(person: Person) -> tuple[str, dict[str, Any]]:
    name, args = (person.screen_args or {}).get("before", ["", {}])
    return name, args
