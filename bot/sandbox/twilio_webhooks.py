"""Forms that Twilio posts to the bot: signed, tried again as the address asks, given up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urldefrag
from uuid import uuid4

import aiohttp
from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
)

if TYPE_CHECKING:
    from bot.sandbox.twilio_world import TwilioWorld

Form = dict[str, str]

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 15.0
TRIES = 1  # again, unless the address asks for more
MOST_TRIES = 5
MOST_TOLD = 50_000
NO_ANSWER, TOO_SLOW = "ct", "rt"
IDEMPOTENCY_HEADER = "I-Twilio-Idempotency-Token"


@dataclass(frozen=True, slots=True)
class Told:
    """How one post ended: a status, or "ct" (no connection) or "rt" (no answer in time)."""

    url: str
    form: Form
    ended: int | str
    mime: str = ""
    text: str = ""

    @property
    def taken(self) -> bool:
        """Whether the bot said yes."""
        return isinstance(self.ended, int) and 200 <= self.ended < 300


class Webhooks:
    """The client side of Twilio; `told` remembers every post."""

    def __init__(self, world: TwilioWorld) -> None:
        self.world = world
        self.told: list[Told] = []
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, form: Mapping[str, str], *, lost: bool = False) -> Told:
        """Post a form to an address and tell how it ended; `lost`: nothing arrives anywhere.

        A fragment of the address may ask for more tries: `#rc=3&rp=all`.
        """
        address, fragment = urldefrag(url)
        asked = parse_qs(fragment)
        tries = min(int(asked.get("rc", [str(TRIES)])[0]), MOST_TRIES)
        policies = asked.get("rp", [NO_ANSWER])[0].split(",")
        # the same at every try, so that the bot can tell a repetition
        event = {IDEMPOTENCY_HEADER: str(uuid4())}
        while True:
            told = Told(address, dict(form), NO_ANSWER)
            if not lost:
                told = await self._try(address, form, event)
            self.told.append(told)
            del self.told[:-MOST_TOLD]
            self.world.wake()
            if told.taken or tries <= 0 or not _is_tried_again(told.ended, policies):
                return told
            tries -= 1

    async def _try(self, url: str, form: Mapping[str, str], event: Mapping[str, str]) -> Told:
        world = self.world
        headers = {**event, **({} if world.unsigned else self.signature(url, form))}
        called = world.called_url(url) if world.called_url else url
        try:
            async with self.session().post(
                called, data=dict(form), headers=headers, allow_redirects=False
            ) as answer:
                text = await answer.text(errors="replace")
                return Told(url, dict(form), answer.status, answer.content_type, text)
        except aiohttp.ConnectionTimeoutError:
            return Told(url, dict(form), NO_ANSWER)
        except TimeoutError:
            return Told(url, dict(form), TOO_SLOW)
        except (aiohttp.ClientError, OSError):
            return Told(url, dict(form), NO_ANSWER)

    def signature(self, url: str, form: Mapping[str, str]) -> dict[str, str]:
        """The headers that prove a form to be Twilio's."""
        world = self.world
        signed = world.signed_url(url) if world.signed_url else url
        computed = RequestValidator(world.auth_token).compute_signature(
            signed, dict(form), world.algorithm
        )
        headers = {SIGNATURE_HEADER: str(computed)}
        if world.algorithm != HMAC_SHA1:
            headers[SIGNATURE_SETTINGS_HEADER] = f"key=sandbox,algorithm={world.algorithm}"
        return headers

    def session(self) -> aiohttp.ClientSession:
        """Twilio's way out."""
        if self._session is None:
            hurry = self.world.hurry
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(
                    sock_connect=CONNECT_TIMEOUT * hurry, sock_read=READ_TIMEOUT * hurry
                ),
                # a connection of before a restart would fail where a fresh one stands
                connector=aiohttp.TCPConnector(force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None
            await asyncio.sleep(0)


def _is_tried_again(ended: int | str, policies: list[str]) -> bool:
    if "all" in policies:
        return True
    if isinstance(ended, int):
        return f"{ended // 100}xx" in policies
    return ended in policies
