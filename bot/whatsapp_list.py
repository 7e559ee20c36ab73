"""Twilio's list of messages: what came in and never reached us is found there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.transport import NotTaken, Unparsable
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import call
from bot.whatsapp_in import CHANNEL, PREFIX, parse
from handlers.messages import Incoming

log = structlog.get_logger()

EVERY = 300.0
"""Seconds between two looks."""
GRACE = 20.0
"""Seconds for which a message may still be on its way to us, with all that only an event tells."""
BACK = timedelta(days=2)
"""How far a look goes before the last that left nothing: less than we remember what we took."""
LONGEST = timedelta(days=60)
"""Nobody is answered after a longer silence of ours."""
AT_MOST = 10_000
"""So many of the newest are looked through, which is far more than two days bring."""
PAGE = 1000

Take = Callable[[Incoming], Awaitable[None]]
News = Callable[[list[str]], Awaitable[list[str]]]
"""Of these message ids, those that were not taken yet."""
Looked = Callable[[datetime | None], Awaitable[datetime | None]]
"""When the list was last looked through; notes a look that is over."""


class MessageList:
    """Looks through Twilio's list at the start, every five minutes, and after a failure."""

    def __init__(
        self,
        client: Client,
        account: WhatsAppAccount,
        take: Take,
        news: News,
        looked: Looked,
        *,
        clock: Callable[[], datetime],
        every: float = EVERY,
        grace: float = GRACE,
        passed: Callable[[], float] = monotonic,
    ) -> None:
        self._client, self._account, self._clock = client, account, clock
        self._take, self._news, self._looked = take, news, looked
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

        However long no bot ran, or could read the list, or take something of it, it goes back to
        the last look that left nothing. What somebody sent after a message that cannot be read now
        waits for it. Raises what Twilio's client raises, and NotTaken.
        """
        begun = self._clock()
        last = await self._looked(None) or await self._looked(begun) or begun
        listed = await call(
            self._client.messages.list,
            to=self._account.sender,
            date_sent_after=max(min(begun, last) - BACK, begun - LONGEST),
            limit=AT_MOST,
            page_size=PAGE,
        )
        if len(listed) >= AT_MOST:
            log.error("list not read to its end", channel=CHANNEL, count=AT_MOST)
        # the newest stands first, and what came within one second has one time
        came = {str(one.sid): one for one in reversed(listed) if _is_from_somebody(one)}
        new = await self._news(list(came))
        now = self._passed()
        self._first_seen = {sid: self._first_seen.get(sid, now) for sid in new}
        ready = [sid for sid in new if now - self._first_seen[sid] >= self._grace]
        ready.sort(key=lambda sid: _sent_at(came[sid]) or self._clock())
        left = await self._take_all([came[sid] for sid in ready])
        if len(ready) > left:
            log.warning("found in the list", channel=CHANNEL, count=len(ready) - left)
        if len(new) == len(ready) and not left:
            await self._looked(begun)
        return len(new) > len(ready)

    async def _take_all(self, messages: list[Any]) -> int:
        """Take these, oldest first; gives how many are left because they cannot be taken now."""
        behind: set[str] = set()
        left = 0
        for message in messages:
            if message.from_ in behind:
                left += 1
                continue
            try:
                await self._take(await self._incoming(message))
            except NotTaken:
                raise
            except Exception as error:  # one that nobody can take stands in nobody else's way
                log.error("listed, not taken", channel=CHANNEL, error=type(error).__name__)
                behind.add(message.from_)
                left += 1
        return left

    async def _look_safely(self) -> bool:
        try:
            return await self.look()
        except NotTaken:
            return True
        except Exception as error:
            log.error("list not read", channel=CHANNEL, error=type(error).__name__)
            return bool(self._first_seen)

    async def _incoming(self, message: Any) -> Incoming:
        """What a list tells of a message: nothing of buttons, places, replies and ids."""
        form = {
            "MessageSid": str(message.sid),
            "From": str(message.from_),
            "Body": message.body or "",
            "NumMedia": "0",
        }
        if str(message.num_media or "0") != "0":
            form |= self._files(await call(self._client.messages(message.sid).media.list))
        came = _understood(form)
        return replace(came, sent_at=_sent_at(message), listed=True)

    def _files(self, media: list[Any]) -> dict[str, str]:
        form = {"NumMedia": str(len(media))}
        for number, one in enumerate(reversed(media)):
            path = str(one.uri).removesuffix(".json")
            form[f"MediaUrl{number}"] = f"{self._account.api_base_url}{path}"
            form[f"MediaContentType{number}"] = str(one.content_type or "")
        return form


def _understood(form: dict[str, str]) -> Incoming:
    """As if it had been told by an event, which would have told of whatever is missing."""
    try:
        came = parse(form, "")
    except Unparsable:
        came = None
    if not isinstance(came, Incoming):
        address = form["From"].removeprefix(PREFIX)
        sid = form["MessageSid"]
        came = Incoming(CHANNEL, f"m:{sid}", address, message_id=sid, refused="unsupported")
    return replace(came, refused="incomplete") if came.refused == "unsupported" else came


def _is_from_somebody(message: Any) -> bool:
    """Whether somebody wrote this to us whom we can answer."""
    return str(message.direction) == "inbound" and bool((message.from_ or "").removeprefix(PREFIX))


def _sent_at(message: Any) -> datetime | None:
    at: datetime | None = message.date_sent or message.date_created
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
