"""Coming into the council by a one-time link that opens nothing until the inviter confirms."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.council import cards, hand_on, offices, rounds
from handlers.language import OWN_NAMES, Tongue
from handlers.rules.topics import TOPICS
from handlers.turn import Turn, scene_of
from storage import audit, members, people, recipients, secrecy
from storage.model import Invitation, Member, Person
from storage.outbox import Chat

LINK = "join_"
CHANNEL = "telegram"
"""Where the council works: its cards are edited in place and taken away."""
CODE_DIGITS = 6
ALIAS_LETTERS = 30


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
    by: Member | None = None,
) -> str:
    """Make a one-time invitation; returns the token for the link. Raises NotPossible."""
    if role not in members.ROLES:
        raise NotPossible(f"{role!r} is not a role; choose one of {', '.join(members.ROLES)}")
    if members.is_taken(session, alias):
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
            invited_by=by.id if by is not None else None,
        )
    )
    audit.note(session, "invited", now, by=by or audit.OPERATOR, role=role)
    return token


def check(alias: str, languages: list[str], topics: list[str]) -> None:
    """Raises NotPossible naming what is wrong with a seat as it is described."""
    if not is_alias(alias):
        raise NotPossible(f"an alias has 1 to {ALIAS_LETTERS} printable characters")
    if not languages:
        raise NotPossible("say at least one language, like --languages az,ru")
    for code in languages:
        if code not in OWN_NAMES:
            raise NotPossible(f"{code!r} is not a language this bot knows: {', '.join(OWN_NAMES)}")
    for topic in topics:
        if topic not in TOPICS:
            raise NotPossible(f"{topic!r} is not a topic: {', '.join(TOPICS)}")


def is_alias(text: str) -> bool:
    """Whether migrants could be shown this name."""
    alias = text.strip()
    return 1 <= len(alias) <= ALIAS_LETTERS and alias.isprintable() and "·" not in alias


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


def confirm(
    session: Session, charter: Charter, code: str, now: datetime, by: Member | None = None
) -> Member:
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
    audit.note(session, "seated", now, by=by or audit.OPERATOR, about=member, role=invitation.role)
    if invitation.role == "chair":
        offices.make_chair(session, charter, member, now)
    invitation.confirmed_at, invitation.code_hash = now, None
    invitation.claimed_address = None
    scene = scene_of(session, person, charter, now)
    scene.chat = Chat.of(person, member)
    cards.tell(scene, member, "seated")
    offices.settle(session, charter, now)
    return member


def _seat(session: Session, person: Person, invitation: Invitation, now: datetime) -> Member:
    if recipients.of_person(session, person) is not None:
        raise NotPossible("this chat is the Service's and can be nothing else")
    former = people.seat_of(session, person)
    if former is not None and former.left_at is None:
        raise NotPossible(f"this chat already belongs to {former.alias!r}")
    if members.is_taken(session, invitation.alias):
        raise NotPossible(f"somebody in the council is already called {invitation.alias!r}")
    member = former or Member(person_id=person.id)
    # there is one chair: whoever comes in as that becomes it in place of another
    role = "member" if invitation.role == "chair" else invitation.role
    member.alias, member.role = invitation.alias, role
    member.languages, member.topics = invitation.languages, invitation.topics
    member.joined_at, member.left_at, member.suspended_at = now, None, None
    member.away_since = member.away_until = member.substitute_id = member.cap = None
    member.is_focal = member.is_acting = False
    session.add(member)
    session.flush()
    return member


def leave(session: Session, charter: Charter, alias: str, now: datetime) -> tuple[int, int]:
    """An operator ends a seat; see `end_seat`. Raises NotPossible."""
    return end_seat(session, charter, seat_called(session, alias), now)


def seat_called(session: Session, alias: str) -> Member:
    """The member of this alias, suspended or not. Raises NotPossible."""
    member = members.by_alias(session, alias)
    if member is None:
        raise NotPossible(f"nobody in the council is called {alias!r}")
    return member


def end_seat(
    session: Session,
    charter: Charter,
    member: Member,
    now: datetime,
    by: Member | audit.Itself = audit.OPERATOR,
) -> tuple[int, int]:
    """A member leaves: all their requests go on with history, their chat is emptied.

    Returns how many requests were handed on, and how many nobody can read now.
    """
    scene = scene_of(session, members.person_of(session, member), charter, now)
    was_chair = member.role == "chair" and members.sits(member)
    member.left_at = now
    counts = hand_on.everything(session, charter, member, now)
    rounds.seat_lost(session, charter, member, now)
    offices.settle(session, charter, now)
    audit.note(
        *(session, "seat_ended", now),
        by=by,
        about=member,
        role=member.role,
        moved=counts[0],
        unread=counts[1],
    )
    alias, member.alias = member.alias, f"{member.alias}·{member.id}"[:40]
    member.is_acting, member.is_focal, member.substitute_id = False, False, None
    member.chair_since = None
    scene.say(scene.tongue("Your seat in the council has ended. Thank you for your work."))
    if was_chair:
        offices.without_chair(session, now, alias)
    return counts
