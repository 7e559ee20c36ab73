"""The local Telegram: an HTTP server on this machine that answers a bot as the real one does."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.sandbox import account, chats, editing, sending
from bot.sandbox.bubbles import Bubble, Button, Event, Media, PressResult
from bot.sandbox.calls import Call
from bot.sandbox.faults import Fault
from bot.sandbox.floods import Floods, is_paced
from bot.sandbox.phones import Phone
from bot.sandbox.reading import check, read_request
from bot.sandbox.refusals import Refusal, bad_request, too_many_requests
from bot.sandbox.specification import bot_api
from bot.sandbox.world import World, utcnow

__all__ = [
    "Bubble",
    "Button",
    "Call",
    "Event",
    "Media",
    "Phone",
    "PressResult",
    "TelegramSandbox",
    "utcnow",
]

METHODS = account.METHODS | chats.METHODS | editing.METHODS | sending.METHODS
NAMES = {name.lower(): name for name in bot_api().methods}
MOST_CALLS = 50_000
LARGEST_REQUEST = 50 * 1024 * 1024 + 100_000
STATUSES = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class TelegramSandbox(World):
    """A Telegram with one bot, on 127.0.0.1, and the phones of the people who talk to it.

    `flood_limits` refuses what is too fast, by the seconds of `pace`. `webhook_hurry` shortens the
    pauses between tries of a webhook.
    """

    def __init__(
        self,
        *,
        token: str = "42:sandbox-token",  # noqa: S107 opens nothing but this sandbox
        bot_name: str = "Migrant Council (demo)",
        bot_username: str = "council_demo_bot",
        clock: Callable[[], datetime] = utcnow,
        flood_limits: bool = False,
        pace: Callable[[], float] = time.monotonic,
        webhook_hurry: float = 1.0,
    ) -> None:
        super().__init__(token, bot_name, bot_username, clock, webhook_hurry)
        self.floods = Floods(pace) if flood_limits else None
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()

    @property
    def base_url(self) -> str:
        """The Bot API's address without the token, as python-telegram-bot wants it."""
        return f"{self.origin}/bot"

    @property
    def base_file_url(self) -> str:
        """The address of files without the token."""
        return f"{self.origin}/file/bot"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Begin to answer; port 0 takes a free one."""
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.add_routes(
            [
                web.route("*", r"/bot{token:[^/]*}/{method}", self._answer),
                web.get(r"/file/bot{token:[^/]*}/{path:.+}", self._download),
                web.get("/media/{unique_id}", self._media),
                web.route("*", "/{anything:.*}", _nothing_here),
            ]
        )
        self._stopping.clear()
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.origin = f"http://{host}:{self._runner.addresses[0][1]}"
        self.webhook.resume()

    async def stop(self) -> None:
        """Answer nobody any more; what was said stays and `start` goes on with it."""
        self._stopping.set()
        self.updates.stop_poller(Refusal(502, "Bad Gateway"))
        await self.webhook.pause()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def update(self, raw: dict[str, Any]) -> None:
        """Let the bot hear any update at all; an update_id is added unless it has one."""
        self.meet(raw)
        self.updates.add_raw(raw)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call = Call(NAMES.get(method.lower(), method), {}, self.clock())
        self.calls.append(call)
        del self.calls[:-MOST_CALLS]
        try:
            body = await self._call(request, call)
            call.status, call.result = 200, body["result"]
            status = 200
        except Refusal as no:
            body, status = no.body(), no.status
            call.status, call.error = status, no.description
        except _Broken as broken:
            return await self._break(request, broken.fault)
        except Exception as error:  # our own mistake, which must not look like Telegram's
            call.status, call.error = 500, f"the sandbox itself failed: {type(error).__name__}"
            raise
        finally:
            self.wake()
        return web.json_response(body, status=status)

    async def _call(self, request: web.Request, call: Call) -> dict[str, Any]:
        try:
            given, call.uploads = await read_request(request)
        except web.HTTPRequestEntityTooLarge:
            raise Refusal(413, "Request Entity Too Large") from None
        call.params = given
        if request.match_info["token"] != self.token:
            raise Refusal(401, "Unauthorized")
        fault = self.faults.take(call.method, given.get("chat_id"))
        if fault is not None:
            call.fault = str(fault.status)
            _fail(fault)
        call.params = check(call.method, given, call.uploads)
        work = METHODS.get(call.method)
        if work is None:
            raise bad_request(f"{call.method} is not simulated")
        if self.floods is not None and is_paced(call.method):
            self.floods.take(call.params.get("chat_id"), len(call.params.get("media", "1")))
        result = work(self, call)
        if inspect.isawaitable(result):
            result = await result
        if fault is not None:
            call.result = result
            raise _Broken(fault)
        return {"ok": True, "result": result}

    async def _break(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status == "garbage":
            return web.Response(text=GARBAGE, content_type="text/html")
        if str(fault.status).endswith("hang"):
            await self._stopping.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return web.json_response(Refusal(401, "Unauthorized").body(), status=401)
        fault = self.faults.take("file")
        if fault is not None:
            return await self._fail_download(request, fault)
        stored = self.files.by_path(request.match_info["path"])
        if stored is None:
            return web.json_response(Refusal(404, "Not Found").body(), status=404)
        return await _send_file(request, stored.chunks(), stored.size, "application/octet-stream")

    async def _fail_download(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        try:
            _fail(fault)
        except Refusal as no:
            return web.json_response(no.body(), status=no.status)
        except _Broken:
            pass
        return await self._break(request, fault)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        stored = self.files.by_unique_id(request.match_info["unique_id"])
        if stored is None:
            raise web.HTTPNotFound
        return await _send_file(request, stored.chunks(), stored.size, stored.mime)


class _Broken(Exception):
    """The connection is to break in the way this fault says."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.status)
        self.fault = fault


def _fail(fault: Fault) -> None:
    """Go wrong now, unless the call is to be done first."""
    if fault.status == 429:
        raise too_many_requests(fault.retry_after if fault.retry_after is not None else 1)
    if isinstance(fault.status, int):
        words = fault.description or STATUSES.get(fault.status, "Internal Server Error")
        raise Refusal(fault.status, words, fault.retry_after)
    if not fault.status.startswith("accept"):
        raise _Broken(fault)


async def _nothing_here(request: web.Request) -> web.StreamResponse:
    return web.json_response(Refusal(404, "Not Found").body(), status=404)


async def _send_file(request: web.Request, chunks: Any, size: int, mime: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": mime, "Content-Length": str(size)})
    await response.prepare(request)
    for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response
