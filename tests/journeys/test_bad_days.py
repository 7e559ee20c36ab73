"""Bad days: the database or Telegram is away, and nothing that was thanked for is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from furnished import ring_of
from outage import away
from seats import agreed, cases, seated, shows, was_sent
from sqlalchemy import select
from town import Town, a_town

import bot.app
import bot.outcomes
import storage.database
from bot.polling import Pauses
from storage import secrecy
from storage.database import Database, open_database
from storage.model import Entry, Outbox

QUESTION = "How can I learn the language?"
ANSWER = "There are courses in the evening."


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A town with Leyla in its council and Farid, who agreed; the bot is not patient."""
    monkeypatch.setattr(bot.app, "PATIENCE", 0.3)
    monkeypatch.setattr(storage.database, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    monkeypatch.setattr(Pauses.__init__, "__defaults__", (0.05, 0.2))
    if database.path is not None:  # opened anew, so that its connections wait no longer than that
        database = open_database(database.url)
        secrecy.use(ring_of(database))
    async with a_town(database) as town:
        seated(town, "Leyla")
        agreed(town, "Farid")
        yield town
    database.close()


async def _writes(town: Town, name: str, words: str) -> None:
    await town.people[name].write(words)
    await town.settled()


async def test_the_database_is_away(town: Town) -> None:
    """What is written meanwhile is not confirmed to Telegram, and taken once when it is back."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await _writes(town, "Farid", "before")
    with away(town.database):
        await farid.write("meanwhile one")
        await leyla.write("/desk")
        await farid.write("meanwhile two")
        await asyncio.sleep(1.0)  # longer than the bot's patience
        assert town.telegram.pending() == 3
    await town.settled()
    with town.database.read() as session:
        texts = [entry.text for entry in session.scalars(select(Entry).order_by(Entry.id))]
    assert texts == ["before", "meanwhile one", "meanwhile two"]
    assert "3 parts" in shows(farid)
    assert "Your desk" in shows(leyla)


async def test_the_database_goes_while_messages_are_on_their_way(town: Town) -> None:
    """Messages that left while nobody could write that down are neither lost nor doubled for good."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await _writes(town, "Farid", QUESTION)
    town.telegram.faults.add("sendMessage", 429, retry_after=1, chat=leyla.user_id)
    await farid.press("Send")
    await town.telegram.wait(lambda: cases(town)[0].state == "open")
    with away(town.database):
        await asyncio.sleep(0.5)
    await town.settled()
    assert QUESTION in shows(leyla)
    assert "We have your message" in shows(farid)
    with town.database.read() as session:
        left = [row.state for row in session.scalars(select(Outbox))]
    assert set(left) <= {"sent", "dropped"}


WRONG: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 502},
    {"status": 429, "retry_after": 0},
    {"status": "reset"},
    {"status": "garbage"},
    {"status": "accept_then_reset"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong["status"]))
async def test_telegram_has_a_bad_day(town: Town, wrong: dict[str, Any]) -> None:
    """Whatever it answers to the first try of every message, all arrive, in order, and say so."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await _writes(town, "Farid", QUESTION)
    for phone in (farid, leyla):
        town.telegram.faults.add("sendMessage", **wrong, chat=phone.user_id)
    await farid.press("Send")
    await town.settled()
    shown = shows(farid)
    assert shown.index("We have your message") < shown.index("Secret code")
    assert QUESTION in shows(leyla)
    town.telegram.faults.add("sendMessage", **wrong, chat=leyla.user_id)
    await leyla.write(ANSWER, reply_to=leyla.last())
    await town.settled()
    town.telegram.faults.add("sendMessage", **wrong, chat=farid.user_id)
    await leyla.press("Send")
    await town.settled()
    assert ANSWER in shows(farid)
    doubled = wrong["status"] == "accept_then_reset"
    assert shows(farid).count(ANSWER) == (2 if doubled else 1)
    with town.database.read() as session:
        rows = list(session.scalars(select(Outbox)))
    assert {row.state for row in rows} <= {"sent", "dropped"}
    assert not doubled or sum(row.was_uncertain for row in rows) == 4


async def test_polling_has_a_bad_day(town: Town) -> None:
    """Telegram stumbles while it is asked for news; nothing of the news is lost."""
    farid = town.people["Farid"]
    for status in (500, "garbage", "reset", 502):
        town.telegram.faults.add("getUpdates", status)
        await farid.write(f"during {status}")
    await town.settled()
    assert "4 parts" in shows(farid)


async def test_an_answer_waits_for_who_blocked_us(town: Town) -> None:
    """Blocked and back: the member hears that it waits, and it arrives when they are back."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await _writes(town, "Farid", QUESTION)
    await farid.press("Send")
    await town.settled()
    await farid.block()
    await town.settled()
    await leyla.write(ANSWER, reply_to=leyla.last())
    await town.settled()
    await leyla.press("Send")
    await town.settled()
    assert "cannot be reached now" in shows(leyla)
    assert ANSWER not in shows(farid)
    await town.later(days=20)
    await farid.unblock()
    await town.settled()
    assert ANSWER in shows(farid)
    assert was_sent(town, farid).count("Did the answer help") <= 1


async def test_an_answer_waits_for_the_network(town: Town) -> None:
    """The line to Telegram is down for a day: what was answered arrives when it is back."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await _writes(town, "Farid", QUESTION)
    await farid.press("Send")
    await town.settled()
    await leyla.write(ANSWER, reply_to=leyla.last())
    await town.settled()
    town.telegram.faults.add("sendMessage", "reset", times=None, chat=farid.user_id)
    await leyla.press("Send")
    await town.telegram.wait(lambda: _tried(town), 10)
    town.clock.jump(timedelta(days=1))
    town.telegram.faults.clear()
    await town.settled()
    assert shows(farid).count(ANSWER) == 1


def _tried(town: Town) -> bool:
    with town.database.read() as session:
        return any(row.state in ("later", "uncertain") for row in session.scalars(select(Outbox)))
