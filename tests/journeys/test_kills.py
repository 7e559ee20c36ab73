"""Killed at any moment: what was acknowledged arrives, and what may be there twice says so."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from seats import agreed, seated, shows
from sqlalchemy import select
from wreck import Nursery, Village

from bot.sandbox.bubbles import Bubble, Event
from bot.sandbox.phones import Phone
from storage.database import Database
from storage.model import Case, Entry, Member, Outbox

PATIENCE = 30.0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Where processes begin."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
async def village(database: Database, tmp_path: Path, nursery: Nursery) -> AsyncIterator[Village]:
    """Two members and three migrants; no bot runs yet."""
    village: Any = Village(database, tmp_path, nursery)
    await village.open()
    for name in ("Leyla", "Samir"):
        seated(village, name)
    for name in ("Farid", "Rana", "Sara"):
        agreed(village, name)
    yield village
    await village.close()


async def _until(phone: Phone, condition: Any) -> Any:
    return await phone.world.wait(condition, PATIENCE)  # type: ignore[attr-defined]


async def _asks(village: Village, name: str, text: str) -> None:
    """A migrant who writes, waits for the screen, sends, and waits until somebody has it."""
    phone = village.people[name]
    await phone.write(text)
    await _until(phone, lambda: _case(village, text).state == "draft")
    send = f"data=send:{_case(village, text).reference}"
    await _until(phone, lambda: any(bubble.button(send) for bubble in phone.chat))
    await phone.press(send)
    await _until(phone, lambda: _case(village, text).state == "open")
    await _until(phone, lambda: "Secret code" in shows(phone))


async def _answers(member: Phone, writer: Phone, text: str) -> None:
    """A member who answers a card by replying to it, once it is there."""
    card = await _until(member, lambda: _card(member, text))
    await member.write(f"Answer: {text}", reply_to=card)
    await _until(member, lambda: _previews(member, text))
    await member.press("Send", on=_previews(member, text)[-1])
    await _until(writer, lambda: f"Answer: {text}" in shows(writer))


def _previews(member: Phone, text: str) -> list[Bubble]:
    return [
        bubble
        for bubble in member.chat
        if "what the writer will see" in bubble.text and f"Answer: {text}" in bubble.text
    ]


def _card(member: Phone, text: str) -> Bubble | None:
    return next((b for b in member.chat if not b.mine and text in b.text), None)


def _case(village: Village, text: str) -> Case:
    """The request with this text; IndexError where there is none yet."""
    with village.database.read() as session:
        found = [e.case_id for e in session.scalars(select(Entry)) if e.text == text]
        return session.get_one(Case, found[0])


def _reader(village: Village, text: str) -> Phone:
    """Whoever is responsible for the request with this text."""
    with village.database.read() as session:
        seat = session.get_one(Member, _case(village, text).responsible_id)
        return village.people[seat.alias]


def _nothing_lost(village: Village, written: dict[str, list[str]]) -> None:
    """Each text is kept once, its card is with its reader alone, and its answer with its writer."""
    with village.database.read() as session:
        kept = Counter(e.text for e in session.scalars(select(Entry)) if e.kind == "message")
        rows = list(session.scalars(select(Outbox)))
    assert kept == Counter(text for texts in written.values() for text in texts)
    assert {row.state for row in rows} <= {"sent", "dropped"}
    in_doubt = sum(row.was_uncertain for row in rows)
    twice = 0
    for name, texts in written.items():
        phone = village.people[name]
        assert shows(phone).count("We have your message") >= len(texts)
        for text in texts:
            reader = _reader(village, text)
            cards = [b for b in reader.chat if not b.mine and f"{text}\n" in f"{b.text}\n"]
            assert cards, text
            others = [p for p in village.people.values() if p not in (reader, phone)]
            assert not any(text in shows(other) for other in others), text
            answers = shows(phone).count(f"Answer: {text}")
            assert answers >= 1, text
            twice += answers - 1
    assert twice <= in_doubt


async def test_killed_a_dozen_times(village: Village) -> None:
    """While three people ask and two answer, the process dies again and again in mid-sentence."""
    chance = random.Random(7)
    left = chance.randint(1, 6)
    written = {
        name: [f"{name} asks about the school, {n}." for n in (1, 2)]
        for name in ("Farid", "Rana", "Sara")
    }

    def strike(event: Event) -> None:
        """Die while Telegram shows, changes or takes away something, before it says so."""
        nonlocal left
        if event.change in ("shown", "edited", "deleted") and village.deaths < 12:
            left -= bool(village.pid)
            if left <= 0 and village.pid:
                left = chance.randint(1, 6)
                village.kill()

    async def asks_all(name: str) -> None:
        for text in written[name]:
            await _asks(village, name, text)

    async def everything() -> None:
        await asyncio.gather(*map(asks_all, written))
        for name, texts in written.items():
            for text in texts:
                await _answers(_reader(village, text), village.people[name], text)
        await village.settled()

    village.telegram.listen(strike)
    await village.immortal(everything())
    assert village.deaths >= 10
    _nothing_lost(village, written)


async def test_killed_while_taking(village: Village) -> None:
    """Dead a few milliseconds after news was fetched: Telegram still has it, it is taken once."""
    chance = random.Random(11)
    poll = village.telegram.updates.poll

    async def deadly(*args: Any) -> Any:
        found = await poll(*args)
        if found and village.deaths < 8:
            asyncio.get_running_loop().call_later(chance.uniform(0.002, 0.06), village.kill)
        return found

    village.telegram.updates.poll = deadly  # type: ignore[method-assign]
    texts = [f"Farid asks about the school, {number}." for number in range(6)]

    async def everything() -> None:
        for text in texts:
            await village.people["Farid"].write(text)
            await asyncio.sleep(0.1)
        await _until(village.people["Farid"], lambda: "6 parts" in shows(village.people["Farid"]))
        await village.settled()

    await village.immortal(everything())
    with village.database.read() as session:
        assert [e.text for e in session.scalars(select(Entry).order_by(Entry.id))] == texts


async def test_killed_between_number_and_secret(village: Village) -> None:
    """Dead as the number is shown: the secret follows, and the doubt about the number is kept."""
    farid = village.people["Farid"]

    def strike(event: Event) -> None:
        if event.bubble is not None and "We have your message" in event.bubble.text:
            stop()
            village.kill()

    stop = village.telegram.listen(strike)
    await village.immortal(_asks(village, "Farid", "Farid asks about the school."))
    await village.settled()
    assert village.deaths == 1
    assert shows(farid).count("Secret code") == 1
    assert shows(farid).count("We have your message") == 2
    with village.database.read() as session:
        doubts = {row.show for row in session.scalars(select(Outbox)) if row.was_uncertain}
    assert {"said"} <= doubts <= {"said", "card"}


async def test_a_card_nobody_knows_of(village: Village) -> None:
    """Dead as the card is shown, so that its number is stored nowhere: presses and replies on it
    find their request, and everything of it goes when it is handed over."""
    farid, text = village.people["Farid"], "Farid asks about the school."

    def strike(event: Event) -> None:
        if event.bubble is not None and event.phone is not farid and text in event.bubble.text:
            stop()
            village.kill()

    stop = village.telegram.listen(strike)
    await village.immortal(_asks(village, "Farid", text))
    await village.settled()
    reader = _reader(village, text)
    unknown = next(bubble for bubble in reader.chat if text in bubble.text)
    await reader.press("Take", on=unknown)
    await village.settled()
    assert _case(village, text).taken_at is not None
    known = next(bubble for bubble in reversed(reader.chat) if text in bubble.text)
    await reader.write("There are courses.", reply_to=known)
    await _until(reader, lambda: "what the writer will see" in reader.last().text)
    await reader.press("Send")
    await _until(farid, lambda: "There are courses." in shows(farid))
