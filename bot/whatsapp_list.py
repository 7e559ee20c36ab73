"""Twilio's list of messages: what came in and never reached us is found there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.transport import NotTaken
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import call
from bot.whatsapp_in import CHANNEL, CONTACT_CARDS, KINDS, PREFIX
from handlers.messages import Attachment, AttachmentKind, Incoming

log = structlog.get_logger()

EVERY = 300.0
"""Seconds between two looks."""
GRACE = 20.0
"""Seconds for which a message may still be on its way to us, with all that only an event tells."""
BACK = timedelta(days=2)
"""How far back a look goes: less than we remember which messages we took."""
AT_MOST = 1000

Take = Callable[[Incoming], Awaitable[None]]
News = Callable[[list[str]], Awaitable[list[str]]]
"""Of these message ids, those that were not taken yet."""


class MessageList:
    """Looks through Twilio's list at the start, every five minutes, and after a failure."""

    def __init__(
        self,
        client: Client,
        account: WhatsAppAccount,
        take: Take,
        news: News,
        *,
        clock: Callable[[], datetime],
        every: float = EVERY,
        grace: float = GRACE,
        passed: Callable[[], float] = monotonic,
    ) -> None:
        self._client, self._account, self._clock = client, account, clock
        self._take, self._news = take, news
        self._every, self._grace, self._passed = every, grace, passed
        self._first_seen: dict[str, float] = {}
        self._failed = asyncio.Event()

    def look_soon(self) -> None:
        """Something that Twilio brought was not taken: it does not bring it again."""
        self._failed.set()

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            self._failed.clear()
            waiting = await self._look_safely()
            try:
                async with asyncio.timeout(self._grace if waiting else self._every):
                    await self._failed.wait()
                    await asyncio.sleep(self._grace)
            except TimeoutError:
                pass

    async def look(self) -> bool:
        """Take what is new; true where something may still come by itself and is left for now.

        Raises what Twilio's client raises, and NotTaken.
        """
        listed = await call(
            self._client.messages.list,
            to=self._account.sender,
            date_sent_after=self._clock() - BACK,
            limit=AT_MOST,
        )
        came = {str(one.sid): one for one in listed if str(one.direction) == "inbound"}
        new = await self._news(list(came))
        now = self._passed()
        self._first_seen = {sid: self._first_seen.get(sid, now) for sid in new}
        ready = [sid for sid in new if now - self._first_seen[sid] >= self._grace]
        for sid in sorted(ready, key=lambda sid: _sent_at(came[sid]) or self._clock()):
            await self._take(await self._incoming(came[sid]))
            del self._first_seen[sid]
        if ready:
            log.warning("found in the list", channel=CHANNEL, count=len(ready))
        return bool(self._first_seen)

    async def _look_safely(self) -> bool:
        try:
            return await self.look()
        except NotTaken:
            return True
        except Exception as error:
            log.error("list not read", channel=CHANNEL, error=type(error).__name__)
            return bool(self._first_seen)

    async def _incoming(self, message: Any) -> Incoming:
        attachments: tuple[Attachment, ...] = ()
        if str(message.num_media or "0") != "0":
            media = await call(self._client.messages(message.sid).media.list)
            attachments = tuple(self._attachment(one) for one in reversed(media))
        came = Incoming(
            channel=CHANNEL,
            key=f"m:{message.sid}",
            address=str(message.from_).removeprefix(PREFIX),
            message_id=str(message.sid),
            sent_at=_sent_at(message),
            listed=True,
        )
        return _filled(came, message.body or "", attachments)

    def _attachment(self, media: Any) -> Attachment:
        path = str(media.uri).removesuffix(".json")
        mime = str(media.content_type or "").partition(";")[0].strip().lower()
        url = f"{self._account.api_base_url}{path}"
        kind: AttachmentKind = next(
            (kind for start, kind in KINDS if mime.startswith(start)), "document"
        )
        return Attachment(kind=kind, file_id=url, mime=mime)


def _filled(came: Incoming, text: str, attachments: tuple[Attachment, ...]) -> Incoming:
    """With what it says; a list shows nothing of a place, a contact card or an unknown kind."""
    if any(one.mime in CONTACT_CARDS for one in attachments):
        return replace(came, refused="contact")
    if not text and not attachments:
        return replace(came, refused="incomplete")
    return replace(came, text=text, attachments=attachments)


def _sent_at(message: Any) -> datetime | None:
    at: datetime | None = message.date_sent or message.date_created
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
