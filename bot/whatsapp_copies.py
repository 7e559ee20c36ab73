"""Twilio's copies: what it keeps of a message is deleted there as soon as nobody needs it."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime

import structlog
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.whatsapp_client import call
from bot.whatsapp_in import CHANNEL
from storage import copies
from storage.database import Database

log = structlog.get_logger()

EVERY = 60.0
GONE = (404, 410)
MESSAGE_ID = re.compile(r"[SM]M[0-9A-Za-z]{32}")
WITH_FILES = "MM"
"""How Twilio's ids of messages begin that have files, ours too."""
TELLS_AFTER = 12
"""Failed tries after which the log says so: a message still on its way refuses a few."""


class Copies:
    """Deletes what is due, a few at a time."""

    def __init__(
        self,
        client: Client,
        database: Database,
        clock: Callable[[], datetime],
        every: float = EVERY,
    ) -> None:
        self._client, self._database, self._clock = client, database, clock
        self._every = every

    async def run(self) -> None:
        """Delete what is due again and again until cancelled."""
        while True:
            try:
                while await self.delete_some():
                    pass
            except Exception as error:
                log.error("copies not deleted", channel=CHANNEL, error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def delete_some(self) -> int:
        """Delete what is due now; gives how many messages went."""
        due = await asyncio.to_thread(self._due)
        gone = 0
        for copy_id, message_id, has_files in due:
            worked = await self._delete(message_id, has_files)
            await asyncio.to_thread(self._note, copy_id, worked)
            gone += worked
        return gone

    async def _delete(self, message_id: str, has_files: bool) -> bool:
        if not MESSAGE_ID.fullmatch(message_id):  # it would become part of an address
            log.error("no id of a message", channel=CHANNEL)
            return True
        message = self._client.messages(message_id)
        try:
            if has_files or message_id.startswith(WITH_FILES):
                for media in await call(message.media.list):
                    await call(media.delete)
            await call(message.delete)
        except TwilioRestException as error:
            return error.status in GONE
        except Exception:
            return False
        return True

    def _due(self) -> list[tuple[int, str, bool]]:
        with self._database.begin() as session:
            due = copies.due(session, CHANNEL, self._clock())
            return [(one.id, one.message_id, one.has_files) for one in due]

    def _note(self, copy_id: int, worked: bool) -> None:
        with self._database.begin() as session:
            if worked:
                copies.gone(session, copy_id)
            elif copies.failed(session, copy_id, self._clock()) == TELLS_AFTER:
                log.error("copy not deleted", channel=CHANNEL, attempts=TELLS_AFTER)
