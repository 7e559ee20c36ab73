"""Telegram ill, the database away, the same thing twice: nothing is lost, nothing is doubled."""

import asyncio
import sqlite3
from typing import Any

import pytest
from aiohttp import ClientSession, web
from sqlalchemy import func, select, text
from town import Town, a_town

from bot import app as application
from bot.telegram_webhook import add_telegram
from bot.web import make_app, serve
from storage.database import Database
from storage.model import Case, Entry, Outbox, Stuck

ILL: list[dict[str, Any]] = [
    {"status": 500, "times": 2},
    {"status": 429, "times": 1, "retry_after": 1},
    {"status": "garbage", "times": 2},
    {"status": "reset", "times": 2},
    {"status": "accept_then_reset", "times": 1},
]


@pytest.mark.parametrize("fault", ILL, ids=lambda fault: str(fault["status"]))
async def test_an_answer_arrives_whatever_telegram_says(
    sqlite_in_use: Database, fault: dict[str, Any]
) -> None:
    """Refused, slowed down, garbled, cut off before or after: the answer is read in the end."""
    async with a_town(sqlite_in_use) as town:
        leyla, amara = await _asked(town)
        card = next(b for b in leyla.chat if "learn the language" in b.text)
        await leyla.write("There are free courses.", reply_to=card)
        await town.settled()
        town.telegram.faults.add("sendMessage", chat=amara.user_id, **fault)
        await leyla.press("Send")
        await town.telegram.wait(lambda: any("free courses" in b.text for b in amara.chat), 20)
        await town.settled()
        answers = [b for b in amara.chat if "free courses" in b.text]
        assert len(answers) == (2 if fault["status"] == "accept_then_reset" else 1)
        uncertain = town.work(
            lambda s: s.scalar(select(func.count()).where(Outbox.was_uncertain.is_(True)))
        )
        assert bool(uncertain) == (fault["status"] != 429)


async def _asked(town: Town) -> tuple[Any, Any]:
    leyla = await town.member("Leyla")
    amara = await town.consented("Amara")
    await amara.write("How can I learn the language?")
    await town.settled()
    await amara.press("Send")
    await town.settled()
    return leyla, amara


async def test_a_locked_database_is_waited_for(sqlite_in_use: Database) -> None:
    """Somebody else holds the file: what was written meanwhile is taken when it is free again."""
    async with a_town(sqlite_in_use) as town:
        amara = await town.consented("Amara")
        assert sqlite_in_use.path is not None
        other = sqlite3.connect(sqlite_in_use.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await amara.write("How can I learn the language?")
        await asyncio.sleep(0)
        await town.telegram.wait(lambda: town.telegram.pending() == 1)
        other.execute("ROLLBACK")
        other.close()
        await town.settled()
        assert town.work(lambda s: s.scalar(select(func.count()).select_from(Entry))) == 1


async def test_a_database_that_stays_away_leaves_the_message_at_telegram(
    sqlite_in_use: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patience ends, nothing is confirmed; when the database is back, the message is there, once."""
    monkeypatch.setattr(application, "PATIENCE", 0.3)
    async with a_town(sqlite_in_use) as town:
        amara = await town.consented("Amara")
        real, tries = sqlite_in_use.begin, 0

        def away() -> Any:
            nonlocal tries
            tries += 1
            raise sqlite3.OperationalError("unable to open database file")

        with monkeypatch.context() as gone:
            gone.setattr(sqlite_in_use, "begin", away)
            gone.setattr(application, "fault", lambda error: "unavailable")
            await amara.write("How can I learn the language?")
            await town.telegram.wait(lambda: tries > 4)
            assert town.telegram.pending() == 1
        assert sqlite_in_use.begin == real
        await town.settled()
        texts = town.work(lambda s: list(s.scalars(select(Entry))))
        assert [entry.text for entry in texts] == ["How can I learn the language?"]


async def test_connections_killed_under_way(
    postgresql_in_use: Database,
) -> None:
    """PostgreSQL drops every connection while people write: all of it arrives once."""
    async with a_town(postgresql_in_use) as town:
        amara = await town.consented("Amara")
        for number in range(6):
            await amara.write(f"Part {number} of what I want to ask.")
            with postgresql_in_use.alone() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
        await town.settled()
        entries = town.work(lambda s: [e.text for e in s.scalars(select(Entry).order_by(Entry.id))])
        assert entries == [f"Part {number} of what I want to ask." for number in range(6)]


async def test_the_same_update_at_once_from_two_connections(database: Database) -> None:
    """A webhook called twice at the same moment with one update takes it once."""
    async with a_town(database) as town:
        amara = await town.consented("Amara")
        await town.stop_intake()
        site: web.Application = make_app({})
        take = town.channel.take(town.app)
        add_telegram(site, secret="s" * 20, take=take, keep=town.app.keep)
        runner, port = await serve(site, "127.0.0.1", 0)
        update = {
            "update_id": 5,
            "message": {
                "message_id": 999_999_999,
                "date": int(town.clock.now().timestamp()),
                "chat": {"id": amara.user_id, "type": "private"},
                "from": {"id": amara.user_id, "is_bot": False, "first_name": "A"},
                "text": "Once is enough.",
            },
        }
        headers = {"X-Telegram-Bot-Api-Secret-Token": "s" * 20}
        async with ClientSession(headers=headers) as client:
            address = f"http://127.0.0.1:{port}/telegram"
            answers = await asyncio.gather(*(client.post(address, json=update) for _ in range(8)))
            assert {answer.status for answer in answers} == {200}
            refused = await client.post(
                address, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": "wrong"}
            )
            assert refused.status == 403
        await runner.cleanup()
        assert town.work(lambda s: s.scalar(select(func.count()).select_from(Entry))) == 1


async def test_numbers_of_updates_start_again(database: Database) -> None:
    """After an idle week Telegram counts updates from anywhere: a smaller number is no repetition."""
    async with a_town(database) as town:
        amara = await town.consented("Amara")
        for update_id, message_id in ((900_000_000, 501_000_001), (3, 501_000_002)):
            await town.stop_intake()
            await town.telegram.update(
                {
                    "update_id": update_id,
                    "message": {
                        "message_id": message_id,
                        "date": int(town.clock.now().timestamp()),
                        "chat": {"id": amara.user_id, "type": "private"},
                        "from": {"id": amara.user_id, "is_bot": False, "first_name": "A"},
                        "text": f"Number {update_id}",
                    },
                }
            )
            town.start_intake()
            await town.settled()
        assert town.work(lambda s: s.scalar(select(func.count()).select_from(Entry))) == 2


async def test_an_update_of_next_year_and_a_broken_one(sqlite_in_use: Database) -> None:
    """What is unknown is passed over; what cannot be understood is kept; people go on."""
    async with a_town(sqlite_in_use) as town:
        watch = await town.member("Watch", role="operator")
        amara = await town.consented("Amara")
        await town.telegram.update({"hologram": {"chat": {"id": amara.user_id}}})
        broken = {"message": {"message_id": "seven", "chat": {"id": amara.user_id, "type": 3}}}
        await town.telegram.update(broken)
        await amara.write("Do you hear me?")
        await town.settled()
        assert any("It is not sent yet" in bubble.text for bubble in amara.chat)
        assert town.work(lambda s: s.scalar(select(func.count()).select_from(Stuck))) == 1
        assert any("stuck" in bubble.text for bubble in watch.chat)


async def test_a_message_in_a_group_is_left_alone(sqlite_in_use: Database) -> None:
    """The bot is for private chats: in a group it hears nothing and says nothing."""
    async with a_town(sqlite_in_use) as town:
        amara = await town.consented("Amara")
        calls = len([c for c in town.telegram.calls if c.method.startswith("send")])
        await town.telegram.update(
            {
                "message": {
                    "message_id": 7,
                    "date": int(town.clock.now().timestamp()),
                    "chat": {"id": -100_123, "type": "supergroup", "title": "Friends"},
                    "from": {"id": amara.user_id, "is_bot": False, "first_name": "A"},
                    "text": "How can I learn the language?",
                }
            }
        )
        await town.settled()
        assert len([c for c in town.telegram.calls if c.method.startswith("send")]) == calls
        assert town.work(lambda s: s.scalar(select(func.count()).select_from(Case))) == 0


@pytest.mark.parametrize(
    "words",
    [
        "👩‍👩‍👧‍👦" * 370,
        "<b>bold</b> & <script>alert(1)</script> </blockquote> &amp; {text} {0} %s",
        "\u202eright to left override\u202c \u2067isolate",
        "z\u0300\u0301\u0302\u0303" * 300,
        "a\u200b\u200d\ufeffb",
        "/" * 50 + " not a command",
        "\x00\x07 control",
    ],
    ids=["emoji", "markup", "bidi", "combining", "unseen", "slashes", "control"],
)
async def test_hostile_words_arrive_as_they_are(sqlite_in_use: Database, words: str) -> None:
    """Whatever somebody writes, its reader sees it, and it breaks nothing."""
    async with a_town(sqlite_in_use) as town:
        leyla = await town.member("Leyla")
        amara = await town.consented("Amara")
        await amara.write(f"Please help. {words}")
        await town.settled()
        await amara.press("Send")
        await town.settled()
        if any("date on your paper" in b.text for b in amara.chat):
            await amara.press("No, or I do not know")
            await town.settled()
        assert any("Please help." in bubble.text for bubble in leyla.chat)
        assert not town.work(lambda s: s.scalar(select(func.count()).select_from(Stuck)))
        assert not any(call.error for call in town.telegram.calls if call.method == "sendMessage")
