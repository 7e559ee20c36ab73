"""Messages of ours whose fate Twilio told when nobody listened: asked for, so that none is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.transport import NotTaken, Receipt
from bot.whatsapp_client import call
from bot.whatsapp_in import CHANNEL, STANDINGS
from storage import receipts
from storage.database import Database

log = structlog.get_logger()

EVERY = 600.0
"""Seconds between two rounds of questions."""
PATIENCE = timedelta(minutes=5)
"""For so long a callback may be on its way by itself."""
AT_MOST = 1000

Told = Callable[[Receipt], Awaitable[None]]


class Untold:
    """Asks Twilio what became of what it took, where no callback has said the last word."""

    def __init__(
        self,
        client: Client,
        database: Database,
        told: Told,
        clock: Callable[[], datetime],
        every: float = EVERY,
    ) -> None:
        self._client, self._database, self._told = client, database, told
        self._clock, self._every = clock, every

    async def run(self) -> None:
        """Ask again and again until cancelled."""
        while True:
            try:
                await self.ask()
            except Exception as error:
                log.error("receipts not asked for", channel=CHANNEL, error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def ask(self) -> int:
        """Ask once for everything that is untold; gives how many messages were asked for.

        One that cannot be asked for stands in no other's way. Raises NotTaken.
        """
        untold = await asyncio.to_thread(self._untold)
        for message_id in untold:
            try:
                receipt = await self._receipt(message_id)
                if receipt is not None:
                    await self._told(receipt)
            except NotTaken:
                raise
            except Exception as error:
                log.error("receipt not asked for", channel=CHANNEL, error=type(error).__name__)
        return len(untold)

    async def _receipt(self, message_id: str) -> Receipt | None:
        try:
            message = await call(self._client.messages(message_id).fetch)
        except TwilioRestException as error:
            if error.status == 404:
                return None  # deleted there, so it was brought
            raise
        standing = STANDINGS.get(str(message.status))
        if standing is None:
            return None
        code = str(message.error_code or "") if standing == "failed" else ""
        return Receipt(CHANNEL, message_id, standing, code=code)

    def _untold(self) -> list[str]:
        with self._database.read() as session:
            return receipts.untold(session, CHANNEL, self._clock() - PATIENCE, AT_MOST)
