"""Coming into the council by a one-time link that opens nothing until the inviter confirms."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import assign
from handlers.charter import Charter
from handlers.council import cards, rounds
from handlers.language import Tongue
from handlers.migrant import hand_in
from handlers.turn import Turn, scene_of
from storage import cases, members, people, secrecy
from storage.model import Invitation, Member, Person
from storage.outbox import Chat

LINK = "join_"
CHANNEL = "telegram"
"""Where the council works: its cards are edited in place and taken away."""
CODE_DIGITS = 6


class NotPossible(Exception):
    """What the inviter is told when something cannot be done; it names no one but aliases."""


def invite(
    session: Session,
    charter: Charter,
    now: datetime,
    *,
    alias: str,
    role: str,
    languages: list[str],
    topics: list[str],
) -> str:
    """Make a one-time invitation; returns the token for the link. Raises NotPossible."""
    if role not in members.ROLES:
        raise NotPossible(f"{role!r} is not a role; choose one of {', '.join(members.ROLES)}")
    if members.by_alias(session, alias) is not None:
        raise NotPossible(f"somebody in the council is already called {alias!r}")
    token = LINK + secrets.token_urlsafe(24)
    session.add(
        Invitation(
            token_hash=secrecy.ring().lookup("invitation", token),
            alias=alias,
            role=role,
            languages=languages,
            topics=topics,
            created_at=now,
            expires_at=now + charter.invitation_valid,
        )
    )
    return token


def claim(turn: Turn, token: str) -> bool:
    """Somebody opened a link: show them the code that their inviter must confirm.

    False for anything that is no link of ours. A link that is used, expired or wrong says one and
    the same thing.
    """
    if not token.startswith(LINK):
        return False
    invitation = members.invitation_by_token(turn.session, token)
    t = turn.tongue
    used = invitation is None or invitation.expires_at <= turn.now or invitation.claimed_at
    if used or turn.member is not None:
        turn.say(t("This link does not work. Please ask for a new one."))
        return True
    assert invitation is not None
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    invitation.code_hash = secrecy.ring().lookup("invitation code", code)
    invitation.claimed_at, invitation.claimed_channel = turn.now, turn.chat.channel
    invitation.claimed_hash, invitation.claimed_address = turn.chat.chat, turn.chat.address
    speaks = Tongue(_spoken(invitation, turn.charter), turn.charter)
    turn.say(
        speaks(
            "🔑 Your code: <b>{code}</b>\n"
            "Tell it to the person who invited you, by voice or face to face. "
            "When they confirm it, your desk opens here.",
            code=code,
        )
    )
    return True


def _spoken(invitation: Invitation, charter: Charter) -> str:
    return next((code for code in invitation.languages if code in charter.languages), "en")


def confirm(session: Session, charter: Charter, code: str, now: datetime) -> Member:
    """The inviter heard the code: seat the newcomer, who is given what waited. Raises NotPossible."""
    invitation = members.invitation_by_code(session, code)
    if (
        invitation is None
        or invitation.confirmed_at is not None
        or invitation.expires_at <= now
        or invitation.claimed_address is None
        or invitation.claimed_channel is None
    ):
        raise NotPossible("no newcomer was shown this code, or it has expired")
    person = people.find(session, invitation.claimed_channel, invitation.claimed_address)
    if person is None:
        person = people.add(
            session,
            invitation.claimed_channel,
            invitation.claimed_address,
            _spoken(invitation, charter),
            now,
        )
    member = _seat(session, person, invitation, now)
    invitation.confirmed_at, invitation.code_hash = now, None
    invitation.claimed_address = None
    scene = scene_of(session, person, charter, now)
    scene.chat = Chat.of(person, member)
    cards.tell(scene, member, "seated")
    if member.role in members.READERS:
        hand_in.find_readers(session, charter, now)
    return member


def _seat(session: Session, person: Person, invitation: Invitation, now: datetime) -> Member:
    former = people.seat_of(session, person)
    if former is not None and former.left_at is None:
        raise NotPossible(f"this chat already belongs to {former.alias!r}")
    member = former or Member(person_id=person.id)
    member.alias, member.role = invitation.alias, invitation.role
    member.languages, member.topics = invitation.languages, invitation.topics
    member.joined_at, member.left_at, member.away_until = now, None, None
    session.add(member)
    session.flush()
    return member


def leave(session: Session, charter: Charter, alias: str, now: datetime) -> tuple[int, int]:
    """A member leaves: all their requests go on with history, their chat is emptied.

    Returns how many requests were handed on, and how many nobody can read now. Raises NotPossible.
    """
    member = members.by_alias(session, alias)
    if member is None:
        raise NotPossible(f"nobody in the council is called {alias!r}")
    person = members.person_of(session, member)
    scene = scene_of(session, person, charter, now)
    member.left_at = now
    session.flush()
    moved = unread = 0
    for case in cases.of_member(session, member.id):
        there = scene_of(session, cases.writer(session, case), charter, now)
        state = case.state
        cards.lose_sight(scene, case, member)
        reader = assign.move_on(there, case, state)
        if state in ("open", "asked", "answered"):
            moved += reader is not None
            unread += reader is None
    person.screen, person.screen_args, person.screen_row = "", None, None
    member.alias = f"{member.alias}·{member.id}"[:40]
    rounds.seat_lost(session, charter, member, now)
    scene.say(scene.tongue("Your seat in the council has ended. Thank you for your work."))
    return moved, unread
