"""Who is it: somebody we know, somebody who is being asked for consent, or a stranger.

A provider may know a person by an id of its own, by a telephone number, or by both. The id decides
wherever one was ever known, because numbers are given to other people. A number alone is only ever
somebody of whom no id was known.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import delivered
from handlers.charter import Charter
from handlers.messages import Incoming
from storage import outbox, people
from storage.model import Newcomer, Person


def person(session: Session, incoming: Incoming, now: datetime, charter: Charter) -> Person | None:
    """The person who did this, their row locked until the transaction ends."""
    channel, address, phone = incoming.channel, incoming.address, incoming.phone
    # the number first: whoever waits here for another message of theirs finds them by id afterwards
    by_number = people.find(session, channel, phone) if phone else None
    found = people.find(session, channel, address)
    if incoming.listed:
        return found or _last_seen_with(session, channel, address)
    if not phone:
        return found
    if by_number is not None:
        if found is None and people.find_newcomer(session, channel, address, now) is None:
            people.move_address(session, by_number, address)  # their id is told for the first time
            found = by_number
        else:
            _number_is_taken(session, by_number, now, charter)
    for former in people.seen_with(session, channel, phone):
        if former is not found:
            people.know_phone(former, "")
    if found is not None:
        people.forget_number(session, channel, phone)
        if found.phone != phone:
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
    return found


def as_known(incoming: Incoming, newcomer: Newcomer | None) -> Incoming:
    """The same, from the id that went with a listed number, where somebody told both."""
    address = newcomer.held.get("address", "") if newcomer is not None else ""
    if not incoming.listed or address in ("", incoming.address):
        return incoming
    return replace(incoming, address=address, phone=incoming.address)


def remember(session: Session, newcomer: Newcomer, incoming: Incoming) -> None:
    """Keep for the hour which number goes with their id: a list names the number alone."""
    if incoming.phone and not incoming.listed:
        people.know_newcomer(session, newcomer, incoming.address, incoming.phone)


def _last_seen_with(session: Session, channel: str, phone: str) -> Person | None:
    """A list names numbers only: it was whoever used this one with their id last.

    What we say goes to the id, so it reaches nobody else even if the number was given away since.
    """
    seen = people.seen_with(session, channel, phone)
    return seen[0] if len(seen) == 1 else None


def _number_is_taken(session: Session, former: Person, now: datetime, charter: Charter) -> None:
    """Somebody else writes from the only address we had: nothing goes there any more.

    Their requests stay; whoever has number and secret opens them in another chat. Members who
    wrote something that has not arrived hear that it waits.
    """
    for row in outbox.on_its_way(session, former):
        if row.member_id is None:
            delivered.unreachable(session, row, "number_taken", now, charter)
    outbox.give_up(session, former, now)
    people.give_address_away(session, former)
