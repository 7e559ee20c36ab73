"""Where people are written to, when that changes."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import inbox, outbox, people
from storage.database import Database
from storage.model import Newcomer, Outbox
from storage.outbox import Chat

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NUMBER, OTHER, ID = "+994500000001", "+994500000002", "AZ.1111AAAA"


def _newcomer(address: str) -> Newcomer:
    return Newcomer(
        channel="whatsapp",
        address_hash=people.chat_hash("whatsapp", address),
        held={"language": "en", "messages": []},
        expires_at=NOW + timedelta(hours=1),
    )


def test_what_waits_for_a_newcomer_goes_with_them(database: Database) -> None:
    """What was not sent yet to their number goes to their id; nobody else's does."""
    with database.begin() as session:
        farid = _newcomer(NUMBER)
        session.add(farid)
        for address in (NUMBER, OTHER):
            chat = Chat("whatsapp", people.chat_hash("whatsapp", address), address)
            outbox.add(session, chat, "said", NOW, body={"text": "Hello"})
        people.move_newcomer(session, farid, ID)
    with database.read() as session:
        rows = session.query(Outbox).order_by(Outbox.id).all()
        assert [row.address for row in rows] == [ID, OTHER]
        assert rows[0].chat == people.chat_hash("whatsapp", ID)


def test_a_number_goes_with_one_newcomer(database: Database) -> None:
    """Whoever told it last with their id, until their hour is over."""
    with database.begin() as session:
        farid, rana = _newcomer(ID), _newcomer("AZ.2222BBBB")
        session.add_all([farid, rana])
        session.flush()
        people.know_newcomer(session, rana, "AZ.2222BBBB", NUMBER)
        people.know_newcomer(session, farid, ID, NUMBER)
        assert people.newcomer_seen_with(session, "whatsapp", NUMBER, NOW) is farid
        late = NOW + timedelta(hours=1)
        assert people.newcomer_seen_with(session, "whatsapp", NUMBER, late) is None


@pytest.mark.parametrize("many", [0, 1, 10_000])
def test_which_of_many_events_are_new(database: Database, many: int) -> None:
    """However many are asked about at once, those not taken come back in their order."""
    keys = [f"m:SM{number}" for number in range(many)]
    with database.begin() as session:
        for key in keys[:1]:
            inbox.first_time(session, "whatsapp", key, NOW)
    with database.read() as session:
        assert inbox.not_taken(session, "whatsapp", keys) == keys[1:]
