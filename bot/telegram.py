"""Telegram's way out: one part of a message is one call of the Bot API."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, nullcontext
from datetime import datetime, timedelta
from io import BytesIO, IOBase
from typing import Any

from telegram import InputFile
from telegram.error import TelegramError

from bot import telegram_calls as calls
from bot import telegram_parts
from bot.digest_files import MadeFile, NoSuchFile
from bot.telegram_bot import TelegramBot
from bot.telegram_calls import Fields, File
from bot.telegram_content import LARGEST_FILE
from bot.telegram_errors import understand
from bot.telegram_files import elsewhere, made_here, needs_upload, neutral_name, own_handle
from bot.transport import Reaction, SendError, Sent
from handlers.messages import Attachment, Outgoing

Fetch = Callable[[Attachment, int], Awaitable[IOBase]]
"""Gets a file of at most so many bytes from the provider that holds it; raises SendError.

What it gives is read from its beginning in pieces, and closed.
"""

Make = Callable[[str], MadeFile]
"""Makes a file that nobody holds; called in a thread of its own. Raises NoSuchFile."""


class TelegramTransport:
    """Sends, edits and deletes in Telegram's chats.

    At most `uploads` parts with files to upload are under way at once, each file with at most 20 MB
    on disk. `fetch` gets files that another provider holds, `make` draws those that nobody holds.
    """

    channel = "telegram"
    window: timedelta | None = None
    changes = True
    keeps = False

    def __init__(
        self,
        bot: TelegramBot,
        *,
        fetch: Fetch | None = None,
        make: Make | None = None,
        uploads: int = 2,
    ) -> None:
        self._bot = bot
        self._fetch = fetch
        self._make = make
        self._uploads = asyncio.Semaphore(uploads)

    def parts(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """Cut a message into pieces that each go out in one call; the last one holds the choices."""
        return telegram_parts.parts(message)

    async def send(self, address: str, part: Outgoing, *, label: str = "") -> Sent:
        """Send one part as a new message; an album has several ids."""
        fields = calls.address_of(address) | calls.manner(part)
        in_album = len(part.attachments) > 1
        async with self._room_for(part):
            with ExitStack() as opened:
                files = [await self._file(one, in_album, opened) for one in part.attachments]
                method, said = _what(part, files)
                result = await self._call(method, fields | said, part)
        return calls.sent(result, part.attachments)

    async def edit(self, address: str, message_id: str, message: Outgoing) -> None:
        """Put this text and these choices in place of a message we sent; files stay as they are.

        "Not modified" is success; what can no longer be edited raises `refused`.
        """
        fields = calls.place_of(address, message_id) | calls.keyboard(message)
        if not message.text:
            await self._call("editMessageReplyMarkup", fields, message)
            return
        try:
            await self._call("editMessageText", fields | calls.words(message, "text"), message)
        except SendError as error:
            if error.code != "no_text":
                raise
        else:
            return
        # the message is a file: its words are a caption
        await self._call("editMessageCaption", fields | calls.words(message, "caption"), message)

    async def delete(self, address: str, message_id: str) -> None:
        """Take a message out of the chat; one that is already gone is success."""
        await self._call("deleteMessage", calls.place_of(address, message_id))

    async def answer_press(self, press_id: str, text: str = "") -> None:
        """Stop the button's waiting sign, with a word for the person; too late is success."""
        await self._call("answerCallbackQuery", calls.press_answer(press_id, text))

    async def find(self, address: str, part: Outgoing, since: datetime) -> tuple[str, ...]:
        """Telegram has no list of what it took."""
        return ()

    def meaning(self, code: str) -> Reaction:
        """Telegram tells nothing afterwards."""
        return "refused"

    async def seen(self, message_id: str) -> None:
        """Telegram shows it by itself."""

    async def _call(self, method: str, fields: Fields, message: Outgoing | None = None) -> Any:
        """The result, None where an error says that all is well; raises SendError alone."""
        try:
            return await self._bot.call(method, fields)
        except Exception as error:
            fault = understand(error, message)
        if fault is not None:
            raise fault  # out here, so that it drags no text and no address along as its cause
        return None

    def _room_for(self, part: Outgoing) -> AbstractAsyncContextManager[object]:
        return self._uploads if any(map(needs_upload, part.attachments)) else nullcontext()

    async def _file(self, attachment: Attachment, in_album: bool, opened: ExitStack) -> File:
        """The file as a handle, or open under a neutral name until it has been sent."""
        if not needs_upload(attachment):
            return own_handle(attachment)
        file: Any = opened.enter_context(await self._fetched(attachment))
        return InputFile(
            file, filename=neutral_name(attachment), attach=in_album, read_file_handle=False
        )

    async def _fetched(self, attachment: Attachment) -> IOBase:
        try:
            if made_here(attachment):
                return await self._made(attachment)
            if not elsewhere(attachment):
                return await self._bot.download(attachment.file_id, LARGEST_FILE)
            if self._fetch is not None:
                return await self._fetch(attachment, LARGEST_FILE)
            known: SendError | None = SendError("refused", "file_elsewhere")
        except (SendError, TelegramError) as error:
            known = understand(error)
        except NoSuchFile:
            known = SendError("refused", "no_such_digest")
        except Exception:
            known = None
        fault = known or SendError("retry", "not_fetched")
        if fault.reaction == "operator" and elsewhere(attachment):
            # the other provider is at a stand, and no reason to stop this one
            fault = SendError("retry", f"elsewhere_{fault.code}")
        fault.maybe_sent = False  # nothing of this part has left yet
        raise fault

    async def _made(self, attachment: Attachment) -> IOBase:
        if self._make is None:
            raise NoSuchFile
        return BytesIO((await asyncio.to_thread(self._make, attachment.file_id)).content)


def _what(part: Outgoing, files: list[File]) -> tuple[str, Fields]:
    """The method that sends this part, and what it says by it."""
    if not files:
        return "sendMessage", calls.words(part, "text")
    if len(files) > 1:
        return "sendMediaGroup", calls.album(part, files)
    only = part.attachments[0]
    return calls.METHODS[only.kind], calls.words(part, "caption") | calls.content(only, files[0])
