"""Who may read, propose and approve ready answers, and how they are told that something waits."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.council import cards
from handlers.turn import Scene, scene_of
from storage import members, outbox, templates
from storage.model import Member, Template
from storage.outbox import Chat

WAIT, EXPIRE = "answers_wait", "answers_expire"
"""Notices, which are their own keys: one of each stands in a chat."""


def seat(scene: Scene) -> Member | None:
    """The member whose chat this is, if ready answers are shown there."""
    member = scene.seat
    if member is None or not members.sits(member):
        return None
    return member if member.role in (*members.COUNCIL, "outside") else None


def proposer(scene: Scene) -> Member | None:
    """The same, if they sit in the council itself and may propose and stop ready answers."""
    member = seat(scene)
    return member if member is not None and member.role in members.COUNCIL else None


def deciders(session: Session, template: Template, now: datetime) -> list[Member]:
    """Who may approve it: the chair or whoever stands in, never whoever proposed it."""
    besides = [template.proposed_by] if template.proposed_by else []
    return members.chairs(session, now, besides)


def to_decide(scene: Scene) -> list[Template]:
    """What waits for this member's approval."""
    member = proposer(scene)
    if member is None:
        return []
    return [
        one
        for one in templates.proposed(scene.session)
        if member.id in [each.id for each in deciders(scene.session, one, scene.now)]
    ]


def their_scene(scene: Scene, member_id: int | None) -> Scene | None:
    """A member's own chat, to say something there; none if they hold no seat any more."""
    member = scene.session.get(Member, member_id) if member_id else None
    if member is None or not members.sits(member):
        return None
    person = members.person_of(scene.session, member)
    there = scene_of(scene.session, person, scene.charter, scene.now)
    return replace(there, chat=cards.chat_of(scene, member))


def notify(session: Session, member: Member, view: str, now: datetime) -> None:
    """One notice of this kind in a member's chat, however many things it is about."""
    chat = Chat.of(members.person_of(session, member), member)
    outbox.add(session, chat, view, now, mode="below", key=view)


def notify_about(
    session: Session, member: Member, view: str, number: int, now: datetime, **args: int
) -> None:
    """One notice of this kind about one thing in a member's chat: the newest."""
    chat = Chat.of(members.person_of(session, member), member)
    named = {"number": number, **args}
    outbox.add(session, chat, view, now, args=named, mode="below", key=f"{view}:{number}")


def tell_deciders(scene: Scene, template: Template) -> bool:
    """Everyone who may approve it hears that something waits; false if there is nobody now."""
    found = deciders(scene.session, template, scene.now)
    for member in found:
        notify(scene.session, member, WAIT, scene.now)
    return bool(found)
