"""Nothing about a person is kept before they agree, but one encrypted row, for one hour."""

from typing import Any

import pytest
from remains import bytes_of, places_of, rows, values
from talk import CHANNEL, Talk

from handlers import inbound, stuck
from handlers.messages import Attachment, Incoming
from handlers.migrant import welcome
from storage import people
from storage.database import Database

WORDS = "My landlord Mirvari keeps our deposit"
VOICE = Attachment(kind="voice", file_id="AwACAgIAAxkBMirvariVoice", mime="audio/ogg", seconds=7)
ALLOWED = {"newcomer": 1}


@pytest.fixture
def talk(database: Database) -> Talk:
    """A council, and somebody who never wrote."""
    talk = Talk(database)
    talk.seat("Leyla")
    talk.somebody("Farid")
    return talk


@pytest.fixture
def before(talk: Talk) -> dict[str, int]:
    """What is there without them."""
    talk.deliver()
    return rows(talk.database)


def _says_all(talk: Talk) -> None:
    """Everything short of agreeing."""
    talk.write("Farid", WORDS)
    talk.deliver()
    talk.write("Farid", attachments=(VOICE,))
    talk.press("Farid", "lang:ru")
    talk.write("Farid", "1 and some more")
    talk.edit("Farid", talk.mine["Farid"][0], f"{WORDS}!")
    talk.press("Farid", "consent:more")
    talk.press("Farid", "menu")
    talk.press("Farid", "send:123456789")
    talk.write("Farid", "/private")
    talk.deliver()


def _address(talk: Talk) -> tuple[str, str]:
    address = talk.addresses["Farid"]
    return address, people.chat_hash(CHANNEL, address)


def test_one_row_holds_it(talk: Talk, before: dict[str, int]) -> None:
    """What they typed stands in one row, which nobody can read without the key."""
    _says_all(talk)
    assert rows(talk.database) == before | ALLOWED
    assert places_of(talk.database, "Mirvari") == {"newcomer.held"}
    address, chat = _address(talk)
    assert places_of(talk.database, address) == set()
    assert places_of(talk.database, chat) == {"newcomer.address_hash"}
    for word in ("Mirvari", "landlord", address):
        assert word.encode() not in bytes_of(talk.database)


@pytest.mark.parametrize("how", ["refused", "an hour later", "blocked"])
def test_nothing_stays(talk: Talk, before: dict[str, int], how: str) -> None:
    """After a refusal, or an hour without an answer, there is nothing left."""
    _says_all(talk)
    if how == "refused":
        talk.press("Farid", "lang:en")
        talk.press("Farid", "consent:no")
        talk.deliver()
    else:
        talk.later(minutes=61)
    assert rows(talk.database) == before
    address, chat = _address(talk)
    assert places_of(talk.database, "Mirvari", address, chat) == set()
    assert "Mirvari" not in talk.ever_said("Leyla")


def test_the_hour_ends_for_who_writes_again(talk: Talk, before: dict[str, int]) -> None:
    """Somebody who comes back after the hour is a stranger: what they wrote first is gone."""
    _says_all(talk)
    talk.now = talk.now.replace(hour=talk.now.hour + 2)
    talk.write("Farid", "hello again")
    talk.deliver()
    assert rows(talk.database) == before | ALLOWED
    assert places_of(talk.database, "Mirvari") == set()


def test_agreeing_hands_over_what_was_typed(talk: Talk) -> None:
    """What was typed within the hour becomes their draft, edited as they edited it."""
    _says_all(talk)
    talk.press("Farid", "lang:en")
    talk.press("Farid", "consent:yes")
    talk.deliver()
    assert places_of(talk.database, f"{WORDS}!") == {"entry.text"}
    assert places_of(talk.database, VOICE.file_id) == {"entry.attachment"}
    assert "newcomer" not in rows(talk.database)


def test_a_fault_keeps_no_words(
    talk: Talk, before: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What we failed to handle is kept only of people who agreed; others are told to try again."""

    def broken(*_: Any) -> None:
        raise RuntimeError(WORDS)

    monkeypatch.setattr(welcome, "first_contact", broken)
    address, _ = _address(talk)
    incoming = Incoming(CHANNEL, f"m:{address}:1", address, text=WORDS, message_id="1")
    with pytest.raises(RuntimeError):
        talk.work(lambda s: inbound.receive(s, incoming, talk.now, talk.charter))
    talk.work(lambda s: stuck.set_aside(s, incoming, "RuntimeError", WORDS, talk.now, talk.charter))
    talk.deliver()
    assert rows(talk.database) == before | {"stuck": 1}
    assert places_of(talk.database, "Mirvari", address) == set()
    assert talk.screen("Farid").count("\n") == 0  # one line: something went wrong, try again
    assert talk.screen("Farid")


def test_names_are_never_kept(talk: Talk) -> None:
    """No table has a place for a name or a handle of a person; a number is kept only where it is
    the address they write from."""
    _says_all(talk)
    columns = {place.split(".")[1] for place, _ in values(talk.database)}
    assert not columns & {"name", "first_name", "username", "handle"}
    numbers = {value for place, value in values(talk.database) if ".phone" in place}
    assert numbers <= {"", "None"}
