"""How somebody of the Service comes to be sent the digest, and how they are sent it no more.

A link or a mail alone opens nothing: the operator confirms the code that somebody tells by voice.
One joins under each entry of council.toml; another one only after they have left.
"""

import difflib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handlers.charter import Charter, RecipientRule
from handlers.language import Tongue
from handlers.turn import Turn
from storage import audit, outbox, people, recipients, secrecy
from storage.model import Case, Newcomer, Outbox, Person, Recipient, Shown, Stuck
from storage.outbox import Chat

LINK = "service_"
CHANNEL = "telegram"
CODE_DIGITS = 6
TRIES, TRIES_WITHIN = 5, timedelta(hours=1)
"""So many wrong codes are heard in so long; then none is, not even a right one."""
TRIED = "recipient codes"


class NotPossible(Exception):
    """What the operator is told when something cannot be done; it names entries and nobody."""


# Coming in


def invite(session: Session, charter: Charter, name: str, now: datetime) -> str | None:
    """Invite whoever is to sit at this entry; an invitation before this one opens nothing more.

    Returns the token for a link on Telegram; None where a code is on its way by e-mail. Raises
    NotPossible.
    """
    rule = rule_of(charter, name)
    if rule is None:
        names = [one.name for one in charter.recipients]
        alike = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean {alike[0]}?" if alike else ""
        raise NotPossible(f"{name!r} is no entry of [[recipients]] in council.toml{hint}")
    if recipients.of_name(session, name) is not None:
        raise NotPossible(
            f"somebody joined as {name!r}: `council-bot recipients leave {name}` first"
        )
    for former in recipients.invited(session, now, name):
        _take_back(session, former)
    invited = Recipient(
        name=name,
        channel=rule.channel,
        invited_at=now,
        expires_at=now + charter.invitation_valid,
    )
    token = None
    if rule.channel == CHANNEL:
        token = LINK + secrets.token_urlsafe(24)
        invited.token_hash = secrecy.ring().lookup("recipient", token)
        session.add(invited)
    else:
        invited.claimed_hash = recipients.hash_of(rule.address)
        invited.claimed_address = rule.address
        session.add(invited)
        session.flush()
        args = {"recipient": invited.id, "language": rule.language}
        outbox.add(
            session,
            Chat(rule.channel, invited.claimed_hash, rule.address),
            "service_code",
            now,
            args=args,
            body={"code": _new_code(session, invited)},
        )
    audit.note(session, "service_invited", now, by=audit.OPERATOR, entry=name, channel=rule.channel)
    session.flush()
    return token


def claim(turn: Turn, token: str) -> bool:
    """Somebody opened a link: show them the code that the operator must confirm, and nothing else.

    False for anything that is no link of ours. A link that is used, expired or wrong, and any link
    in a chat that is used for something else, say one and the same thing.
    """
    if not token.startswith(LINK):
        return False
    invited = recipients.by_token(turn.session, token)
    rule = rule_of(turn.charter, invited.name) if invited is not None else None
    if (
        invited is None
        or rule is None
        or rule.channel != CHANNEL
        or not _waits(invited, turn.now)
        or invited.claimed_hash is not None
        or _is_used_otherwise(turn.session, turn.person)
    ):
        turn.say(turn.tongue("This link does not work. Please ask for a new one."))
        return True
    invited.claimed_hash, invited.claimed_address = turn.chat.chat, turn.chat.address
    speaks = Tongue(rule.language, turn.charter)
    turn.say(
        speaks(
            "🔑 Your code: <b>{code}</b>\n"
            "Tell it by telephone or face to face to the person who sent you the link. "
            "Nothing else is shown here until they confirm it.",
            code=_new_code(turn.session, invited),
        )
    )
    return True


def confirm(session: Session, charter: Charter, code: str, now: datetime) -> Recipient:
    """The operator heard the code: from now on they are sent the digest. Raises NotPossible.

    A wrong code is counted: let the transaction stand.
    """
    if people.tries(session, TRIED, now - TRIES_WITHIN) >= TRIES:
        raise NotPossible("too many wrong codes: wait an hour, or invite anew")
    invited = recipients.by_code(session, "".join(str(int(c)) for c in code if c.isdecimal()))
    if invited is None or not _waits(invited, now):
        people.count_try(session, TRIED, now, TRIES_WITHIN)
        raise NotPossible("nobody was shown this code, or it has expired")
    rule = rule_of(charter, invited.name)
    if rule is None or rule.channel != invited.channel:
        raise NotPossible(f"{invited.name!r} is not as it was in council.toml: invite anew")
    if recipients.of_name(session, invited.name) is not None:
        raise NotPossible(f"somebody joined as {invited.name!r} already")
    assert invited.claimed_address is not None
    if invited.channel == CHANNEL:
        invited.person_id = _person(session, invited.claimed_address, rule, now).id
    elif invited.claimed_address != rule.address:
        raise NotPossible(f"{invited.name!r} has another address in council.toml now: invite anew")
    else:
        invited.address = invited.claimed_address
    _close(invited)
    invited.joined_at = now
    session.flush()
    outbox.add(
        session,
        recipients.chat_of(session, invited),
        "service_joined",
        now,
        args={"recipient": invited.id, "language": rule.language},
    )
    audit.note(
        *(session, "service_joined", now),
        by=audit.OPERATOR,
        entry=invited.name,
        channel=invited.channel,
    )
    return invited


def expired(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Invitations that nobody confirmed in time."""
    unused = (Recipient.joined_at.is_(None), Recipient.expires_at <= upto)
    for one in session.scalars(select(Recipient).where(*unused)).all():
        _take_back(session, one)


# Going


def called(session: Session, name: str, now: datetime) -> Recipient:
    """Whoever joined or is invited under this entry. Raises NotPossible."""
    found = recipients.of_name(session, name) or next(
        iter(recipients.invited(session, now, name)), None
    )
    if found is None:
        raise NotPossible(f"nobody joined as {name!r}, and nobody is invited")
    return found


def leave(
    session: Session,
    charter: Charter,
    recipient: Recipient,
    now: datetime,
    by: audit.Itself = audit.SYSTEM,
) -> None:
    """They are sent nothing more, and are strangers again: chat or address is kept nowhere.

    What people let them read leaves their chat, and that they left is said to them once. Of somebody who only was invited the invitation ends.
    """
    if recipient.joined_at is None:
        audit.note(session, "service_invitation_revoked", now, by=by, entry=recipient.name)
        _take_back(session, recipient)
        return
    if recipient.left_at is not None:
        return
    chat = recipients.chat_of(session, recipient)
    person = session.get(Person, recipient.person_id) if recipient.person_id else None
    recipient.left_at, recipient.address, recipient.person_id = now, None, None
    _close(recipient)
    session.flush()
    session.execute(delete(Outbox).where(Outbox.channel == chat.channel, Outbox.chat == chat.chat))
    _take_texts_away(session, chat, now)
    session.execute(delete(Stuck).where(Stuck.channel == chat.channel, Stuck.chat == chat.chat))
    if person is not None:
        audit.forget(session, "person", person.id)
        session.delete(person)
        session.flush()
    audit.note(session, "service_left", now, by=by, entry=recipient.name, channel=recipient.channel)
    rule = rule_of(charter, recipient.name)
    language = rule.language if rule else charter.digest.languages[0]
    outbox.add(
        session,
        Chat(chat.channel, chat.chat, chat.address),
        "service_left",
        now,
        args={"recipient": recipient.id, "language": language},
    )


def _take_texts_away(session: Session, chat: Chat, now: datetime) -> None:
    """Later nobody could: of what stands in their chat only what is taken away now is still known."""
    theirs = (Shown.channel == chat.channel, Shown.chat == chat.chat)
    texts = Shown.show.in_(("released", "staff")) & (Shown.state == "full")
    if chat.channel != CHANNEL:  # no letter can be taken back
        session.execute(delete(Shown).where(*theirs))
        return
    session.execute(delete(Shown).where(*theirs, ~texts))
    to = Chat(chat.channel, chat.chat, chat.address)
    for one in session.scalars(select(Shown).where(*theirs)):
        one.person_id = None
        outbox.add(session, to, "emptied", now, args={"shown": one.id}, mode="delete")


# What both need


def rule_of(charter: Charter, name: str) -> RecipientRule | None:
    """The entry of council.toml; none where it was taken out."""
    return next((one for one in charter.recipients if one.name == name), None)


def _waits(invited: Recipient, now: datetime) -> bool:
    """Whether an invitation may still be taken."""
    return invited.joined_at is None and invited.expires_at is not None and invited.expires_at > now


def _is_used_otherwise(session: Session, person: Person | None) -> bool:
    """Whether a chat is a member's, a migrant's or a recipient's already: then it stays that."""
    if person is None:
        return False
    wrote = select(Case.id).where(Case.person_id == person.id).limit(1)
    return (
        person.consented_at is not None
        or people.seat_of(session, person) is not None
        or recipients.of_person(session, person) is not None
        or session.scalar(wrote) is not None
    )


def _person(session: Session, address: str, rule: RecipientRule, now: datetime) -> Person:
    """Whose chat it is from now on; what they were asked as a stranger is forgotten."""
    person = people.find(session, CHANNEL, address)
    if _is_used_otherwise(session, person):
        raise NotPossible("this chat is used for something else: ask for another account")
    if person is None:
        person = people.add(session, CHANNEL, address, rule.language, now)
    person.language = rule.language
    person.screen, person.screen_args, person.screen_row = "", None, None
    session.execute(delete(Newcomer).where(Newcomer.address_hash == person.address_hash))
    return person


def _new_code(session: Session, invited: Recipient) -> str:
    """A code that no other invitation has now."""
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        if recipients.by_code(session, code) is None:
            invited.code_hash = secrecy.ring().lookup("recipient code", code)
            session.flush()
            return code


def _take_back(session: Session, invited: Recipient) -> None:
    """An invitation opens nothing any more; a code that is on its way does not go."""
    if invited.channel != CHANNEL and invited.claimed_hash is not None:
        session.execute(
            delete(Outbox).where(
                Outbox.channel == invited.channel,
                Outbox.chat == invited.claimed_hash,
                Outbox.show == "service_code",
            )
        )
    session.delete(invited)
    session.flush()


def _close(recipient: Recipient) -> None:
    recipient.token_hash = recipient.code_hash = None
    recipient.claimed_hash = recipient.claimed_address = None
    recipient.expires_at = None
