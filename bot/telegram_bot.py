"""python-telegram-bot's `Bot` on our wire, with answers left as they came."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.download import Download
from bot.spool import Spool
from bot.telegram_content import LARGEST_FILE
from bot.telegram_files import own_handle
from bot.telegram_wire import USUAL, AiohttpRequest
from handlers.messages import Attachment

TELEGRAM = "https://api.telegram.org/bot"
TELEGRAM_FILES = "https://api.telegram.org/file/bot"


class TelegramBot(Bot):
    """The library's `Bot`; besides, any method can be called with its answer left as it came.

    The library's own methods turn answers into objects. An answer it cannot turn would look like
    a message that was not sent, and be sent again and again.
    """

    def __init__(
        self, token: str, *, base_url: str = TELEGRAM, base_file_url: str = TELEGRAM_FILES
    ) -> None:
        self._wire = AiohttpRequest()
        self._polling_wire = AiohttpRequest(connections=2)
        super().__init__(
            token,
            base_url=base_url,
            base_file_url=base_file_url,
            request=self._wire,
            get_updates_request=self._polling_wire,
        )

    @property
    def own_id(self) -> int:
        """The bot's number, which is the first half of its token."""
        return int(self.token.partition(":")[0])

    async def initialize(self) -> None:
        """Open the wires; unlike the library's, this asks Telegram nothing, so it never fails."""
        await asyncio.gather(self._wire.initialize(), self._polling_wire.initialize())

    async def shutdown(self) -> None:
        await asyncio.gather(self._wire.shutdown(), self._polling_wire.shutdown())

    async def call(
        self,
        method: str,
        fields: Mapping[str, object] | None = None,
        *,
        read_timeout: float | None = None,
    ) -> Any:
        """Call a method of the Bot API and return its result as JSON.

        Fields of None are left out. Raises TelegramError for whatever goes wrong out there, also
        where the library stumbles over the answer; any other error is a fault of ours, and then
        nothing was sent.
        """
        given = {name: value for name, value in (fields or {}).items() if value is not None}
        data = RequestData([RequestParameter.from_input(*field) for field in given.items()])
        wire = self._polling_wire if method == "getUpdates" else self._wire
        timeout: Any = USUAL if read_timeout is None else read_timeout
        try:
            return await wire.post(f"{self.base_url}/{method}", data, read_timeout=timeout)
        except TelegramError:
            raise
        except Exception as error:
            fault = TelegramError(f"Invalid server response: {type(error).__name__}")
        raise fault

    async def download(self, file_id: str, limit: int) -> Spool:
        """Fetch a file of at most `limit` bytes; raises TelegramError."""
        return await self._wire.download(await self._address(file_id), limit)

    @asynccontextmanager
    async def open_file(self, attachment: Attachment) -> AsyncIterator[Download]:
        """Begin to fetch a file that Telegram holds; raises TelegramError."""
        address = await self._address(own_handle(attachment))
        async with self._wire.open(address, LARGEST_FILE) as download:
            yield download

    async def _address(self, file_id: str) -> str:
        """Where the file is for the next hour; the address holds the token."""
        described = await self.call("getFile", {"file_id": file_id})
        path = described.get("file_path") if isinstance(described, dict) else None
        if not isinstance(path, str):
            raise TelegramError("Invalid server response")
        return f"{self.base_file_url}/{quote(path)}"
