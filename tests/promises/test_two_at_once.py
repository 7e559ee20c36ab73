"""Two messages of one person that are taken at the same moment, by two hands."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from two_hands import until_waiting

from bot.charter_file import read_charter
from handlers import inbound
from handlers.messages import Incoming
from storage.database import Database
from storage.model import Entry, Newcomer, Person

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CHARTER = read_charter(Path(__file__).parents[2] / "council.toml")
NUMBER, ID = "+994500000001", "AZ.1111AAAA"


def _came(
    number: int, words: str = "", *, press: str = "", address: str = NUMBER, phone: str = ""
) -> Incoming:
    return Incoming(
        "whatsapp",
        f"m:SM{number}",
        address,
        happened="press" if press else "message",
        press=press,
        text=words,
        message_id=f"SM{number}",
        phone=phone,
    )


def _take(database: Database, came: Incoming) -> None:
    with database.begin() as session:
        inbound.receive(session, came, NOW + timedelta(seconds=1), CHARTER)


def _side_by_side(database: Database, first: Incoming, second: Incoming) -> None:
    """The second is begun while the first has done everything but to commit."""
    go_on = threading.Event()

    def take_first() -> None:
        with database.begin() as session:
            inbound.receive(session, first, NOW, CHARTER)
            session.flush()
            done.set()
            assert go_on.wait(10)

    done = threading.Event()
    with ThreadPoolExecutor(2) as hands:
        one = hands.submit(take_first)
        assert done.wait(10)
        other = hands.submit(_take, database, second)
        try:
            until_waiting(database, other)
        finally:
            go_on.set()
        for hand in (one, other):
            hand.result(10)


def test_words_written_while_they_agree(postgresql_in_use: Database) -> None:
    """What is written in the moment of agreeing is part of the request, and asks for nothing anew."""
    database = postgresql_in_use
    _take(database, _came(1, "How can I learn?"))
    _take(database, _came(2, press="lang:en"))
    _side_by_side(database, _came(3, press="consent:yes"), _came(9, "In the evening?"))
    with database.read() as session:
        assert session.scalars(select(Newcomer)).all() == []
        assert session.scalars(select(Entry.text)).all() == ["How can I learn?", "In the evening?"]


def test_an_id_told_twice(postgresql_in_use: Database) -> None:
    """Two messages tell somebody's id for the first time: they stay one person, and known."""
    database = postgresql_in_use
    _take(database, _came(1, "How can I learn?"))
    for number, press in enumerate(("lang:en", "consent:yes"), start=2):
        _take(database, _came(number, press=press))
    told = {"address": ID, "phone": NUMBER}
    _side_by_side(database, _came(8, "One.", **told), _came(9, "Two.", **told))
    with database.read() as session:
        known = [(p.address, p.phone) for p in session.scalars(select(Person))]
        assert known == [(ID, NUMBER)]
        assert session.scalars(select(Newcomer)).all() == []
        texts = session.scalars(select(Entry.text).order_by(Entry.id)).all()
    assert texts == ["How can I learn?", "One.", "Two."]
