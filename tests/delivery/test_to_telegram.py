"""Delivery over the real transport, to a Telegram on this machine."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from delivery_world import World
from structlog.testing import capture_logs

from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from storage import outbox
from storage.database import Database
from storage.model import BLOCKED, LATER, SENT, WAITING


class Place(World):
    """A world whose people have phones."""

    telegram: TelegramSandbox
    phones: dict[str, Phone]

    async def phone(self, name: str, **more: Any) -> Phone:
        """Somebody who pressed Start."""
        phone = self.telegram.phone(name)
        await phone.start()
        self.person(name, address=str(phone.user_id), **more)
        self.phones[name] = phone
        return phone

    def said(self, name: str) -> list[str]:
        """What the bot's messages in somebody's chat say."""
        return [bubble.text for bubble in self.phones[name].chat if not bubble.mine]

    def refusals(self, *statuses: int) -> int:
        """How many calls Telegram answered like this."""
        return sum(call.status in statuses for call in self.telegram.calls)


@pytest.fixture
async def place(database: Database) -> AsyncIterator[Place]:
    """A world with a Telegram in it; its clock and its flood limits follow the world's time."""
    place: Place
    telegram = TelegramSandbox(
        clock=lambda: place.now(), flood_limits=True, pace=lambda: place.tempo.now()
    )
    await telegram.start()
    async with TelegramBot(
        telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url
    ) as bot:
        with capture_logs() as logs:
            place = Place(database, TelegramTransport(bot))
            place.logs, place.telegram, place.phones = logs, telegram, {}
            yield place
            await place.stop()
    await telegram.stop()
    assert not [log for log in logs if log["event"] in ("outbox not read", "not recorded")]


async def test_telegram_never_has_to_slow_us_down(place: Place) -> None:
    """Many chats, and one with much to say: all arrives, and never too fast for Telegram."""
    names = [f"p{number:02}" for number in range(40)]
    for name in names:
        await place.phone(name)
    texts = [f"n{number:02}" for number in range(12)]
    place.put_many({name: ["one", "two"] for name in names} | {"p07": texts})
    async with place.running():
        await place.advance(20)
    assert place.said("p07") == texts
    assert all(place.said(name) == ["one", "two"] for name in names if name != "p07")
    assert place.refusals(429) == 0


async def test_a_pause_named_by_telegram(place: Place) -> None:
    """Not a moment earlier than Telegram said."""
    await place.phone("alice")
    place.telegram.faults.add("sendMessage", 429, retry_after=7)
    row = place.put("alice", "salam")
    async with place.running():
        assert (place.the(row).state, place.the(row).error) == (LATER, "flood")
        await place.advance(6.9)
        assert len([c for c in place.telegram.calls if c.method == "sendMessage"]) == 1
        await place.advance(0.2)
        assert place.said("alice") == ["salam"]


@pytest.mark.parametrize("wrong", [500, 502, "reset", "accept_then_reset", "garbage"])
async def test_whatever_goes_wrong_it_arrives(place: Place, wrong: Any) -> None:
    """After a fault of Telegram or the network: sent again, and doubtful if it may have arrived."""
    await place.phone("alice")
    place.telegram.faults.add("sendMessage", wrong)
    row = place.put("alice", "salam")
    async with place.running():
        await place.advance(10)
        assert place.said("alice") == ["salam"] * (2 if wrong == "accept_then_reset" else 1)
        assert place.the(row).state == SENT
        if wrong == "accept_then_reset":
            assert place.the(row).was_uncertain


async def test_blocked_and_back(place: Place) -> None:
    """Blocked: kept. Unblocked: it arrives, in order."""
    alice = await place.phone("alice")
    await alice.block()
    row = place.put("alice", "one")
    place.put("alice", "two")
    async with place.running():
        await place.advance(3)
        assert place.the(row).state == BLOCKED
        assert place.person_of("alice").unreachable_since is not None
        await alice.unblock()
        with place.database.begin() as session:
            outbox.wake_person(session, "telegram", place.chats["alice"].chat, place.now())
        place.delivery.wake()
        await place.advance(3)
    assert place.said("alice") == ["one", "two"]


async def test_a_token_that_is_no_longer_good(place: Place) -> None:
    """The channel stops, and runs again once the token is good."""
    await place.phone("alice")
    place.telegram.faults.add("sendMessage", 401)
    row = place.put("alice", "salam")
    async with place.running():
        assert place.delivery.at_fault == {"telegram": "token"}
        assert place.the(row).state == WAITING
        await place.advance(200)
        assert place.delivery.at_fault == {}
        assert place.said("alice") == ["salam"]


async def test_a_screen_in_place_below_and_away(place: Place) -> None:
    """Edited where it stands, replaced from below, and at last deleted."""
    await place.phone("alice")
    async with place.running():
        for text, mode in (("one", "below"), ("two", "edit"), ("two", "edit"), ("three", "below")):
            place.put("alice", text, key="screen", mode=mode)
            await place.advance(5)
            assert place.said("alice") == [text]
        (standing,) = place.shown()
        place.put("alice", show="emptied", mode="delete", args={"shown": standing.id})
        await place.advance(5)
        assert place.said("alice") == []


async def test_what_is_too_old_to_delete_is_emptied(place: Place) -> None:
    """After two days Telegram deletes no message: it is emptied where it stands."""
    await place.phone("alice")
    async with place.running():
        place.put("alice", "private words", key="card:1:1")
        await place.advance(5)
        place.wound_forward = timedelta(hours=49)
        (standing,) = place.shown()
        place.put("alice", "MC 1", "emptied", mode="delete", args={"shown": standing.id})
        await place.advance(5)
        assert place.said("alice") == ["MC 1"]
        assert [one.state for one in place.shown()] == ["emptied"]


async def test_a_long_text_arrives_in_parts(place: Place) -> None:
    """What is longer than one message of Telegram's comes whole, in order."""
    await place.phone("alice")
    row = place.put("alice", " ".join(f"word{number}" for number in range(1500)))
    async with place.running():
        await place.rest()
        assert len(place.said("alice")) == 4
        assert place.the(row).state == SENT
    assert " ".join(place.said("alice")).split() == [f"word{number}" for number in range(1500)]
