"""Who is it: somebody we know, somebody who is being asked for consent, or a stranger.

A provider may know a person by an id of its own, by a telephone number, or by both. The id decides
wherever one was ever known, because numbers are given to other people. A number alone is only ever
somebody of whom no id was known.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.messages import Incoming
from storage import outbox, people
from storage.model import Newcomer, Person


def person(session: Session, incoming: Incoming, now: datetime) -> Person | None:
    """The person who did this, their row locked until the transaction ends."""
    channel, address, phone = incoming.channel, incoming.address, incoming.phone
    found = people.find(session, channel, address)
    if incoming.listed:
        return found or _last_seen_with(session, channel, address)
    if not phone:
        return found
    by_number = people.find(session, channel, phone)
    if found is None and by_number is not None:  # their id is told for the first time
        people.move_address(session, by_number, address)
        found, by_number = by_number, None
    if by_number is not None:
        _number_is_taken(session, by_number, now)
    for former in people.seen_with(session, channel, phone):
        if former is not found:
            people.know_phone(former, "")
    if found is not None and found.phone != phone:
        people.know_phone(found, phone)
    return found


def newcomer(session: Session, incoming: Incoming, now: datetime) -> Newcomer | None:
    """Whoever is being asked for consent there."""
    channel, address, phone = incoming.channel, incoming.address, incoming.phone
    found = people.find_newcomer(session, channel, address, now)
    if found is None and incoming.listed:
        found = people.newcomer_seen_with(session, channel, address, now)
    if found is None and phone:
        found = people.find_newcomer(session, channel, phone, now)
        if found is not None:
            people.move_newcomer(session, found, address)
    if found is not None and phone:
        found.phone_hash = people.chat_hash(channel, phone)
    return found


def _last_seen_with(session: Session, channel: str, phone: str) -> Person | None:
    """A list names numbers only: it was whoever used this one with their id last.

    What we say goes to the id, so it reaches nobody else even if the number was given away since.
    """
    seen = people.seen_with(session, channel, phone)
    return seen[0] if len(seen) == 1 else None


def _number_is_taken(session: Session, former: Person, now: datetime) -> None:
    """Somebody else writes from the only address we had: nothing goes there any more.

    Their requests stay; whoever has number and secret opens them in another chat.
    """
    outbox.give_up(session, former, now)
    people.lose_address(former)
