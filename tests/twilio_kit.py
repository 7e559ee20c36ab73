"""A Twilio on this machine, Twilio's own client, and a bot that only listens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web
from sandbox_kit import Clock
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.sandbox.twilio import TwilioSandbox
from bot.sandbox.twilio_specification import twilio_api

T = TypeVar("T")


@dataclass
class Heard:
    """One form that arrived."""

    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Receiver:
    """The bot's side: remembers forms, answers as told, offers files at /files/NAME."""

    origin: str = ""
    heard: list[Heard] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    silent: bool = False
    answer: tuple[str, str] = ("<Response/>", "text/xml")
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    def at(self, path: str) -> list[dict[str, str]]:
        """Every form that came to this path."""
        return [one.form for one in self.heard if one.path.partition("?")[0] == path]

    def states(self) -> list[str]:
        """The states told at /status, in the order they came."""
        return [form["MessageStatus"] for form in self.at("/status")]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Whatever is posted."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.heard.append(Heard(request.path_qs, form, dict(request.headers)))
        if self.silent:
            await self.leaving.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        text, mime = self.answer
        return web.Response(status=status, text=text, content_type=mime)

    async def offer(self, request: web.Request) -> web.StreamResponse:
        """A file of the bot's."""
        found = self.files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1], headers={"Content-Type": found[0]})


@dataclass
class Post:
    """All three, and shorter words for what tests do most."""

    twilio: TwilioSandbox
    client: Client
    bot: Receiver
    clock: Clock

    async def ask(self, work: Callable[[], T]) -> T:
        """Do this with the client, off the loop."""
        return await asyncio.to_thread(work)

    async def send(self, to: Any, body: str | None = "Hello", **more: Any) -> Any:
        """Send to a phone, or to an address, and be told what becomes of it at /status."""
        given = {
            "to": getattr(to, "address", to),
            "from_": self.twilio.sender,
            "status_callback": f"{self.bot.origin}/status",
            **({"body": body} if body is not None else {}),
            **more,
        }
        return await self.ask(lambda: self.client.messages.create(**given))

    async def refused(self, work: Callable[[], Any]) -> TwilioRestException:
        """What Twilio says when it says no to this."""
        try:
            await self.ask(work)
        except TwilioRestException as no:
            return no
        raise AssertionError("it was accepted")

    async def refused_send(self, to: Any, body: str | None = "Hello", **more: Any) -> Any:
        """The code with which sending this is refused."""
        try:
            await self.send(to, body, **more)
        except TwilioRestException as no:
            return no.code
        raise AssertionError("it was accepted")

    async def quiet(self) -> None:
        """Until no webhook and no callback is under way."""
        await self.twilio.wait(lambda: not self.twilio.pending())


@asynccontextmanager
async def standing(**how: Any) -> AsyncIterator[Post]:
    """Everything started; at the end all answers are held against Twilio's own specification."""
    clock = Clock()
    twilio = TwilioSandbox(clock=clock, **how)
    await twilio.start()
    bot = Receiver()
    application = web.Application()
    application.add_routes([web.get("/files/{name}", bot.offer), web.post("/{path:.*}", bot.take)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    twilio.inbound_url = f"{bot.origin}/whatsapp"
    wire = TwilioHttpClient(timeout=5)
    client = Client(twilio.account_sid, twilio.auth_token, http_client=wire)
    for domain in (client.api, client.content, client.messaging):
        domain.base_url = twilio.origin
    yield Post(twilio, client, bot, clock)
    bot.leaving.set()
    await twilio.stop()
    await runner.cleanup()
    wire.session.close()
    for call in twilio.calls:
        operation = twilio_api().operations.get(call.operation)
        if operation is not None and call.status in (200, 201, 202, 204):
            assert operation.fault_of_answer(call.status, call.answer) is None
