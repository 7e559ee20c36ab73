"""How much delivery costs: messages a second through outbox and database, against none of that.

`python -m benchmarks.delivery [MESSAGES] [postgresql://…]`

The same messages go to the same Telegram on this machine, in a process of its own: first by the
bare transport, then out of the outbox of a fresh SQLite database, or of the PostgreSQL one named.
"""

import asyncio
import logging
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.delivery import Delivery
from bot.pacing import Pace, Rate
from bot.sandbox.telegram import TelegramSandbox
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from handlers.charter import Charter
from handlers.messages import Outgoing
from storage import data_keys, migrate, outbox, people, secrecy
from storage.database import Database, open_database
from storage.model import SENT, Outbox
from storage.outbox import Chat

CHATS = 50
AT_ONCE = 30
NO_PAUSES = {"telegram": Pace(overall=Rate(1e6, 10**6), chat=Rate(1e6, 10**6))}
TEXT = "Your request has a new answer. " * 5


async def telegram() -> None:
    """A Telegram for the other process: says where it is, and who has a phone."""
    sandbox = TelegramSandbox()
    await sandbox.start()
    people = [sandbox.phone(f"p{number}") for number in range(CHATS)]
    for phone in people:
        await phone.start()
    print(sandbox.base_url, sandbox.token, *(phone.user_id for phone in people), flush=True)
    await asyncio.sleep(3600)


@asynccontextmanager
async def far_telegram() -> AsyncIterator[tuple[TelegramTransport, list[str]]]:
    """The way to a Telegram in another process, and the addresses of its people."""
    command = (sys.executable, "-m", "benchmarks.delivery", "telegram")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        assert process.stdout is not None
        base_url, token, *addresses = (await process.stdout.readline()).decode().split()
        async with TelegramBot(token, base_url=base_url) as bot:
            yield TelegramTransport(bot), addresses
    finally:
        process.kill()
        await process.wait()


async def bare(transport: TelegramTransport, addresses: list[str], messages: int) -> float:
    """Messages a second by the transport alone, as many at once as delivery sends."""
    room = asyncio.Semaphore(AT_ONCE)

    async def send(number: int) -> None:
        async with room:
            await transport.send(addresses[number % CHATS], Outgoing(text=TEXT))

    began = time.perf_counter()
    await asyncio.gather(*(send(number) for number in range(messages)))
    return messages / (time.perf_counter() - began)


async def delivered(
    transport: TelegramTransport, addresses: list[str], messages: int, database: Database
) -> float:
    """Messages a second out of the outbox."""
    fill(database, addresses, messages)
    charter: Any = None  # nothing here asks for it
    delivery = Delivery(
        database,
        {"telegram": transport},
        charter,
        lambda: datetime.now(UTC),
        draw,
        paces=NO_PAUSES,
        chats_at_once=AT_ONCE,
    )
    began = time.perf_counter()
    running = asyncio.create_task(delivery.run())
    await delivery.settled(600)
    seconds = time.perf_counter() - began
    running.cancel()
    await asyncio.wait({running})
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Outbox.state == SENT)) == messages
    return messages / seconds


def fill(database: Database, addresses: list[str], messages: int) -> None:
    """So many rows for so many people."""
    now = datetime.now(UTC)
    with database.begin() as session:
        chats = [Chat.of(people.add(session, "telegram", one, "en", now)) for one in addresses]
        for number in range(messages):
            chat = chats[number % CHATS]
            outbox.add(session, chat, "said", now, body={"text": TEXT})


def draw(session: Session, row: Outbox, charter: Charter, now: datetime) -> Outgoing | None:
    """The row's own words."""
    return Outgoing(text=row.body["text"]) if row.body else None


@asynccontextmanager
async def fresh(address: str) -> AsyncIterator[Database]:
    """A database with tables and keys."""
    with tempfile.TemporaryDirectory() as place:
        database = open_database(address or f"sqlite:///{place}/council.db")
        migrate.upgrade(database)
        masters = secrecy.parse_masters(secrecy.generate_master())
        secrecy.use(data_keys.open_ring(database, masters, datetime.now(UTC)))
        try:
            yield database
        finally:
            database.close()


async def compare(messages: int, address: str) -> None:
    """Print both rates and how they compare."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    async with far_telegram() as (transport, addresses), fresh(address) as database:
        await bare(transport, addresses, 100)  # connections and caches are warm
        alone = await bare(transport, addresses, messages)
        whole = await delivered(transport, addresses, messages, database)
    print(f"bare transport   {alone:7.0f} messages a second")
    print(f"delivery         {whole:7.0f} messages a second, {database.dialect}")
    print(f"ratio            {whole / alone:7.2f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["telegram"]:
        asyncio.run(telegram())
    else:
        numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
        addresses = [one for one in sys.argv[1:] if not one.isdigit()]
        asyncio.run(compare((numbers or [2000])[0], (addresses or [""])[0]))
