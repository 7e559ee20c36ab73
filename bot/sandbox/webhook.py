"""Updates delivered by POST, as Telegram does it when a webhook is set."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.refusals import bad_request, conflict
from bot.sandbox.updates import Pending
from bot.sandbox.wire import seconds

if TYPE_CHECKING:
    from bot.sandbox.world import World

PORTS = {80, 88, 443, 8443}
OURSELVES = {"127.0.0.1", "localhost"}
LONGEST_PAUSE = 60.0
LONGEST_ASKED_PAUSE = 3600.0
READ_TIMEOUT = 60.0
LONGEST_SECRET = 256
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")


@dataclass(slots=True)
class Target:
    """Where updates go."""

    url: str
    secret: str = ""
    max_connections: int = 40
    error_at: int | None = None
    error: str = ""
    lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)


class Webhook:
    """Delivers what waits: the lanes side by side, each in order, until the bot says 2xx.

    A lane is a chat for what is written and a person for what is pressed. `hurry` shortens the
    pauses between tries: 0.01 makes one second ten milliseconds.
    """

    def __init__(self, world: World, hurry: float) -> None:
        self.world = world
        self.hurry = hurry
        self.target: Target | None = None
        self.paused = False
        self._session: aiohttp.ClientSession | None = None
        self._room = asyncio.Semaphore(1)

    async def set(self, params: dict[str, Any]) -> bool:
        """setWebhook."""
        url = params.get("url", "")
        if not url:
            return await self.remove(params)
        _check_url(url)
        secret = params.get("secret_token", "")
        if secret and not _SECRET.match(secret):
            long = len(secret) > LONGEST_SECRET
            raise bad_request(
                f"secret token {'is too long' if long else 'contains unallowed characters'}"
            )
        most = params.get("max_connections", 40)
        await self._stop()
        self.target = Target(url, secret, most if 1 <= most <= 100 else 40)
        self._room = asyncio.Semaphore(self.target.max_connections)
        self.world.updates.ask_for(params.get("allowed_updates"))
        self.world.updates.stop_poller(conflict("terminated by setWebhook request"))
        if params.get("drop_pending_updates"):
            self.world.updates.forget_all()
        self._look()
        return True

    async def remove(self, params: dict[str, Any]) -> bool:
        """deleteWebhook."""
        await self._stop()
        if params.get("drop_pending_updates"):
            self.world.updates.forget_all()
        return True

    async def _stop(self) -> None:
        await self.pause()
        self.target = None
        self.paused = False

    def resume(self) -> None:
        """Go on with whatever waits."""
        self.paused = False
        self._look()

    async def pause(self) -> None:
        """Deliver nothing until `resume`."""
        self.paused = True
        for task in list(self.target.lanes.values()) if self.target else []:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._session is not None:
            await self._session.close()
            self._session = None

    def info(self) -> dict[str, Any]:
        """getWebhookInfo."""
        told: dict[str, Any] = {
            "url": self.target.url if self.target else "",
            "has_custom_certificate": False,
            "pending_update_count": self.world.pending(),
        }
        if self.target is not None:
            told |= {"max_connections": self.target.max_connections, "ip_address": "127.0.0.1"}
            if self.target.error_at is not None:
                told |= {
                    "last_error_date": self.target.error_at,
                    "last_error_message": self.target.error,
                }
        if self.world.updates.allowed:
            told["allowed_updates"] = list(self.world.updates.allowed)
        return told

    def _look(self) -> None:
        for lane in self.world.updates.lanes():
            self.look_at(lane)

    def look_at(self, lane: str) -> None:
        """Begin with one lane unless it is on its way."""
        if self.target is not None and not self.paused and lane not in self.target.lanes:
            task = asyncio.create_task(self._deliver(self.target, lane))
            self.target.lanes[lane] = task

    async def _deliver(self, target: Target, lane: str) -> None:
        """One lane, until it is empty."""
        pause = 1.0
        try:
            while (pending := self.world.updates.first(lane)) is not None:
                asked = await self._try(target, pending)
                if asked is None:
                    pause = 1.0
                    self.world.updates.confirm(pending)
                    continue
                await asyncio.sleep(max(pause, asked) * self.hurry)
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            target.lanes.pop(lane, None)

    async def _try(self, target: Target, pending: Pending) -> float | None:
        """None where the bot took it, else the pause it asks for."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=READ_TIMEOUT), trust_env=False
            )
        headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret} if target.secret else {}
        try:
            async with (
                self._room,
                self._session.post(
                    target.url, json=pending.body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                if 200 <= answer.status < 300:
                    return None
                self._note(
                    target, f"Wrong response from the webhook: {answer.status} {answer.reason}"
                )
                return _asked(answer.headers.get("Retry-After", ""))
        except TimeoutError:
            self._note(target, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            self._note(target, "Connection refused")
        except (aiohttp.ClientError, OSError):
            self._note(target, "Connection closed")
        return 0.0

    def _note(self, target: Target, error: str) -> None:
        target.error = error
        target.error_at = seconds(self.world.clock())


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in OURSELVES:
        return  # this machine may stay without a certificate, on any port
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad_request("bad webhook: Failed to resolve host: Name or service not known")


def _asked(retry_after: str) -> float:
    return min(float(retry_after), LONGEST_ASKED_PAUSE) if retry_after.isdecimal() else 0.0
