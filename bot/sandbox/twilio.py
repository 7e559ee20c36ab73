"""The local Twilio: an HTTP server on this machine that plays its REST API and its webhooks."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.sandbox import (
    twilio_account,
    twilio_downloads,
    twilio_media,
    twilio_messages,
    twilio_templates,
)
from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_faults import TwilioFault
from bot.sandbox.twilio_phones import WhatsAppPhone
from bot.sandbox.twilio_reading import read_form
from bot.sandbox.twilio_refusals import OF_STATUS, RestRefusal
from bot.sandbox.twilio_specification import twilio_api
from bot.sandbox.twilio_world import TwilioWorld
from bot.sandbox.world import utcnow

__all__ = ["RestCall", "TwilioSandbox", "WhatsAppPhone"]

OPERATIONS: dict[str, Any] = (
    twilio_account.OPERATIONS
    | twilio_media.OPERATIONS
    | twilio_messages.OPERATIONS
    | twilio_templates.OPERATIONS
)
MOST_CALLS = 50_000
GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class TwilioSandbox(TwilioWorld):
    """A Twilio with one WhatsApp sender, on 127.0.0.1, and the phones of those who write to it.

    One `origin` serves what Twilio spreads over api, content, messaging and media hosts. `hurry`
    shortens its timeouts.
    """

    def __init__(
        self,
        *,
        account_sid: str = "AC" + "5" * 32,
        auth_token: str = "sandbox-auth-token",  # noqa: S107 opens nothing but this sandbox
        sender: str = "whatsapp:+15005550006",
        clock: Callable[[], datetime] = utcnow,
        algorithm: str = "HMAC_SHA1",
        hurry: float = 1.0,
    ) -> None:
        super().__init__(account_sid, auth_token, sender, clock, algorithm, hurry)
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Begin to answer; port 0 takes a free one."""
        application = web.Application()
        application.add_routes([web.route("*", "/{anything:.*}", self._answer)])
        self._stopping.clear()
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.origin = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Answer nobody any more; what was said stays, what is on its way to the bot is lost."""
        self._stopping.set()
        try:
            await self.quieten()
        finally:
            if self._runner is not None:
                await self._runner.cleanup()
                self._runner = None

    def fail_next(self, code: int, times: int = 1, to: str | None = None) -> None:
        """Accept the next so many messages (to this address), then let them fail by callback."""
        self.delivery.fail_next(code, times, to)

    def hold_callbacks(self) -> None:
        """Keep every status callback back until `release_callbacks`."""
        self.delivery.hold()

    def release_callbacks(self) -> None:
        """Post what was kept back, by `callback_order`."""
        self.delivery.release()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = RestCall(request.method, request.path, self.clock())
        self.calls.append(call)
        del self.calls[:-MOST_CALLS]
        try:
            opened = await twilio_downloads.open_to_all(self, request, call)
            if opened is not None:
                return opened
            if twilio_downloads.guarded(call):
                return self._redirect(request, call)
            call.status, call.answer = await self._call(request, call)
        except RestRefusal as no:
            call.status, call.answer, call.code = no.status, no.body(), no.code
            pause = {} if no.retry_after is None else {"Retry-After": str(no.retry_after)}
            return web.json_response(no.body(), status=no.status, headers=pause)
        except _Broken as broken:
            return await self._break(request, broken.fault)
        except web.HTTPException as no:
            call.status = no.status
            raise
        except Exception as error:  # our own mistake, which must not look like Twilio's
            call.status, call.answer = 500, f"the sandbox itself failed: {type(error).__name__}"
            raise
        finally:
            self.wake()
        if call.status == 204:
            return web.Response(status=204)
        return web.json_response(call.answer, status=call.status)

    async def _call(self, request: web.Request, call: RestCall) -> tuple[int, Any]:
        found = twilio_api().find(request.method, request.path)
        if found is None:
            raise RestRefusal(20004 if twilio_api().knows(request.path) else 20404)
        operation, call.names = found
        call.operation = operation.name
        call.query, call.form = await read_form(request)
        self._check_login(request, call)
        fault = self._fault(call)
        wrong = operation.fault_of_call(call.names, call.query, call.form)
        if wrong:
            raise RestRefusal(20001, wrong)
        work = OPERATIONS.get(call.operation)
        if work is None:
            raise RestRefusal(20004, f"{call.operation} is not simulated")
        status, answer = work(self, call)
        if fault is not None:
            call.status, call.answer = status, answer
            raise _Broken(fault)
        return status, answer

    def _redirect(self, request: web.Request, call: RestCall) -> web.Response:
        self._check_login(request, call)
        fault = self._fault(call)
        if fault is not None:
            raise _Broken(fault)
        return twilio_media.redirect(self, call)

    def _fault(self, call: RestCall) -> TwilioFault | None:
        """What is to go wrong once the call is done; what goes wrong before does so now."""
        fault = self.faults.take(call.operation, call.form.get("To", call.query.get("To")))
        if fault is not None:
            call.fault = str(fault.wrong)
            _fail(fault)
        return fault

    def _check_login(self, request: web.Request, call: RestCall) -> None:
        account = call.names.get("AccountSid", self.account_sid)
        call.authorised = "Authorization" in request.headers
        if not self.lets_in(request) or self.suspended:
            raise RestRefusal(20003)
        if account != self.account_sid:
            raise RestRefusal(20404)

    def lets_in(self, request: web.Request) -> bool:
        """Whether the name and the password of a request are the account's."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            login = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme == "Basic" and login == f"{self.account_sid}:{self.auth_token}"

    async def _break(self, request: web.Request, fault: TwilioFault) -> web.StreamResponse:
        if fault.wrong == "garbage":
            return web.Response(text=GARBAGE, content_type="text/html", status=502)
        if str(fault.wrong).endswith("hang"):
            await self._stopping.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


class _Broken(Exception):
    """The connection is to break in the way this fault says."""

    def __init__(self, fault: TwilioFault) -> None:
        super().__init__(fault.wrong)
        self.fault = fault


def _fail(fault: TwilioFault) -> None:
    """Go wrong now, unless the call is to be done first."""
    if isinstance(fault.wrong, int):
        code = fault.code or OF_STATUS.get(fault.wrong, 20500)
        raise RestRefusal(code, status=fault.wrong, retry_after=fault.retry_after)
    if not fault.wrong.startswith("accept"):
        raise _Broken(fault)
