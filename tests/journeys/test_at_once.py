"""The same update at once from two connections, and many from many: taken once, in order."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from seats import agreed, cases, seated
from sqlalchemy import select
from town import Town, a_town

from bot.sandbox.wire import chat_json, message_json, user_json
from bot.telegram_intake import intake
from bot.telegram_webhook import add_telegram
from bot.web import make_app, serve
from storage.database import Database
from storage.model import Entry, Outbox

SECRET = "a-secret-of-this-test-alone"


@dataclass
class Door:
    """The bot's webhook, and whoever posts to it."""

    town: Town
    address: str
    session: aiohttp.ClientSession

    async def post(self, update: dict[str, Any]) -> int:
        """Bring an update; gives the status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with self.session.post(self.address, json=update, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    """A town whose bot also listens to posts, as a proxy in front of two processes would bring them."""
    async with a_town(database) as town, aiohttp.ClientSession() as session:
        seated(town, "Leyla")
        agreed(town, "Farid")
        site = make_app({})
        add_telegram(
            site, secret=SECRET, take=intake(42, town.app.take, town.app.keep), keep=town.app.keep
        )
        runner, port = await serve(site, "127.0.0.1", 0)
        yield Door(town, f"http://127.0.0.1:{port}/telegram", session)
        await runner.cleanup()


def _message(town: Town, name: str, text: str, number: int) -> dict[str, Any]:
    phone = town.people[name]
    written = {
        "message_id": number,
        "from": user_json(phone),
        "chat": chat_json(phone),
        "date": int(town.clock.now().timestamp()),
        "text": text,
    }
    return {"update_id": number, "message": written}


def _press(town: Town, name: str, data: str, query: str) -> dict[str, Any]:
    phone = town.people[name]
    return {
        "update_id": 5,
        "callback_query": {
            "id": query,
            "from": user_json(phone),
            "message": message_json(town.telegram, phone, phone.last()),
            "chat_instance": "1",
            "data": data,
        },
    }


def _texts(town: Town) -> Counter[str]:
    with town.database.read() as session:
        return Counter(entry.text for entry in session.scalars(select(Entry)))


async def test_the_same_message_on_many_connections(door: Door) -> None:
    """Eight connections bring one message at the same moment: all are thanked, one is taken."""
    for number in range(1, 6):
        update = _message(door.town, "Farid", f"message {number}", number)
        statuses = await asyncio.gather(*(door.post(update) for _ in range(8)))
        assert statuses == [200] * 8
    await door.town.settled()
    assert _texts(door.town) == {f"message {number}": 1 for number in range(1, 6)}
    assert "5 parts" in door.town.people["Farid"].last().text


async def test_the_same_press_on_many_connections(door: Door) -> None:
    """Send, brought eight times at once: one request, one number, one secret."""
    await door.post(_message(door.town, "Farid", "How can I learn the language?", 1))
    await door.town.settled()
    does = f"send:{cases(door.town)[0].reference}"
    update = _press(door.town, "Farid", does, "77")
    others = [_press(door.town, "Farid", does, str(number)) for number in range(8)]
    await asyncio.gather(*(door.post(update) for _ in range(8)))
    await asyncio.gather(*map(door.post, others))
    await door.town.settled()
    with door.town.database.read() as session:
        said = [row.show for row in session.scalars(select(Outbox))]
    assert said.count("card") == 1
    shown = [bubble.text for bubble in door.town.people["Farid"].chat if not bubble.mine]
    assert sum("Secret code" in text for text in shown) == 1


async def test_strangers_at_once(door: Door) -> None:
    """The first words of somebody new, twice at once and with more behind: one consent dialogue."""
    rana = door.town.person("Rana")
    rana.started = True
    for number in range(10, 13):
        update = _message(door.town, "Rana", f"message {number}", number)
        assert await asyncio.gather(*(door.post(update) for _ in range(4))) == [200] * 4
    await door.town.settled()
    await asyncio.gather(
        *(door.post(_press_of_new(door.town, "consent:yes", str(n))) for n in range(4))
    )
    await door.town.settled()
    await asyncio.gather(*(door.post(_press_of_new(door.town, "lang:en", str(n))) for n in (5, 6)))
    await asyncio.gather(
        *(door.post(_press_of_new(door.town, "consent:yes", str(n))) for n in range(7, 11))
    )
    await door.town.settled()
    assert _texts(door.town) == {f"message {number}": 1 for number in range(10, 13)}
    assert len(cases(door.town)) == 1


def _press_of_new(town: Town, data: str, query: str) -> dict[str, Any]:
    return _press(town, "Rana", data, query)


async def test_many_people_on_many_connections(door: Door) -> None:
    """Twelve people, each with their messages in order, all side by side: nothing lost or twice."""
    crowd = [f"Person {number}" for number in range(12)]
    for name in crowd:
        agreed(door.town, name)

    async def writes(name: str, first: int) -> None:
        for number in range(4):
            update = _message(door.town, name, f"{name} says {number}", first + number)
            assert await asyncio.gather(door.post(update), door.post(update)) == [200, 200]

    await asyncio.gather(*(writes(name, 100 * n) for n, name in enumerate(crowd, start=1)))
    await door.town.settled()
    assert _texts(door.town) == {f"{name} says {n}": 1 for name in crowd for n in range(4)}
    with door.town.database.read() as session:
        for case in cases(door.town):
            chosen = select(Entry.text).where(Entry.case_id == case.id).order_by(Entry.id)
            words = [text.rpartition(" ")[2] for text in session.scalars(chosen).all()]
            assert words == ["0", "1", "2", "3"]
