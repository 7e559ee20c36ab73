"""The process that delivers is killed again and again; Telegram stands outside and sees all."""

import asyncio
import random
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.sandbox.telegram import Phone, TelegramSandbox
from storage import outbox, people
from storage.database import Database
from storage.model import SENT, Outbox
from storage.outbox import Chat

ROOT = Path(__file__).parents[2]
TESTS = Path(__file__).parents[1]
TIMES = 5
EACH = 24
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@asynccontextmanager
async def delivering(database: Database, telegram: TelegramSandbox) -> AsyncIterator[Process]:
    """A process that delivers, killed at the end without a word."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(TESTS / "delivery_child.py"),
        database.url.render_as_string(hide_password=False),
        telegram.base_url,
        telegram.base_file_url,
        telegram.token,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{TESTS}", "PATH": "", "PTB_TIMEDELTA": "true"},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
        assert process.returncode is None, "it died by itself"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_killed_again_and_again(database: Database) -> None:
    """Nothing is lost, nobody's order is broken, and what came twice is recorded as doubtful."""
    telegram = TelegramSandbox()
    await telegram.start()
    try:
        phones = [telegram.phone(name) for name in ("Alice", "Bob", "Carol")]
        for phone in phones:
            await phone.start()
        with database.begin() as session:
            chats = [
                Chat.of(people.add(session, "telegram", str(phone.user_id), "az", NOW))
                for phone in phones
            ]
            for number in range(EACH):
                for chat in chats:
                    body = {"text": f"n{number:02}"}
                    outbox.add(session, chat, "said", NOW, body=body)
        for turn in range(1, TIMES + 1):
            enough = turn * EACH * len(phones) // (TIMES + 1) + random.randint(-3, 3)
            async with delivering(database, telegram) as child:
                await telegram.wait(
                    lambda e=enough, c=child: arrived(phones) >= e or c.returncode is not None,  # type: ignore[misc]
                    30,
                )
        async with delivering(database, telegram):
            await until_all_sent(database)
    finally:
        await telegram.stop()

    expected = [f"n{number:02}" for number in range(EACH)]
    twice = 0
    for phone in phones:
        said = [bubble.text for bubble in phone.chat if not bubble.mine]
        assert list(dict.fromkeys(said)) == expected  # in order of first arrival, none lost
        assert said == sorted(said)  # what came twice came at once
        twice += sum(Counter(said).values()) - EACH
    with database.read() as session:
        doubtful = session.scalar(select(func.count()).where(Outbox.was_uncertain)) or 0
    assert twice <= doubtful <= TIMES * len(phones)


def arrived(phones: list[Phone]) -> int:
    """How many messages of the bot stand in all chats."""
    return sum(not bubble.mine for phone in phones for bubble in phone.chat)


async def until_all_sent(database: Database) -> None:
    """Wait until every row is recorded as sent."""
    async with asyncio.timeout(30):
        while True:
            with database.read() as session:
                if not session.scalar(select(func.count()).where(Outbox.state != SENT)):
                    return
            await asyncio.sleep(0.05)
