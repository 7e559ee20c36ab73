"""A process of its own that delivers what stands in a database, until it is killed.

`python delivery_child.py DATABASE TELEGRAM FILES TOKEN`
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any

from furnished import ring_of
from sqlalchemy.orm import Session

from bot.delivery import Delivery
from bot.pacing import Pace, Rate
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from handlers.charter import Charter
from handlers.messages import Outgoing
from storage import secrecy
from storage.database import open_database
from storage.model import Outbox

FAST = Pace(overall=Rate(1000, 1000), chat=Rate(1000, 1000))


def draw(session: Session, row: Outbox, charter: Charter, now: datetime) -> Outgoing:
    """The row's own words."""
    return Outgoing(text=row.body["text"] if row.body else row.show)


async def deliver(address: str, telegram: str, files: str, token: str) -> None:
    """Deliver for ever."""
    database = open_database(address)
    secrecy.use(ring_of(database))
    charter: Any = None  # nothing here asks for it
    async with TelegramBot(token, base_url=telegram, base_file_url=files) as bot:
        await Delivery(
            database,
            {"telegram": TelegramTransport(bot)},
            charter,
            lambda: datetime.now(UTC),
            draw,
            paces={"telegram": FAST},
        ).run()


if __name__ == "__main__":
    asyncio.run(deliver(*sys.argv[1:]))
