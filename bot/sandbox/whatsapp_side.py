"""The WhatsApp side of a bot that is tried out: a Twilio on this machine, and where it calls us."""

import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from aiohttp import web
from pydantic import SecretStr

from bot.app import App
from bot.download import OpenFile
from bot.sandbox.twilio import TwilioSandbox
from bot.sandbox.twilio_contents import Content
from bot.template_table import needed
from bot.templates_at_twilio import read
from bot.templates_sync import carry_out, plan
from bot.web import make_app, serve
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_channel import WhatsAppChannel
from bot.whatsapp_client import call, close, make_client
from bot.whatsapp_list import GRACE
from handlers.charter import Charter

Intake = Callable[[], Awaitable[None]]


class WhatsAppSide:
    """Twilio, and the bot's channel to it.

    `contents` are what stands at Twilio already, by SID; otherwise it is made there as an operator
    makes it.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        charter: Charter,
        *,
        hurry: float = 1.0,
        grace: float = GRACE,
        contents: Mapping[str, Content] | None = None,
    ) -> None:
        self.clock, self.charter, self._grace = clock, charter, grace
        self._contents = contents
        self.twilio = TwilioSandbox(clock=clock, hurry=hurry)
        self.twilio.strict_variables = True
        self.account: WhatsAppAccount
        self.channel: WhatsAppChannel
        self._runner: web.AppRunner

    async def open(self) -> None:
        """Twilio stands, and everything that is sent through it was made and approved there."""
        await self.twilio.start()
        port = _free_port()
        self.account = WhatsAppAccount(
            account_sid=self.twilio.account_sid,
            auth_token=SecretStr(self.twilio.auth_token),
            sender=self.twilio.sender,
            public_url=f"http://127.0.0.1:{port}",
            api_base_url=self.twilio.origin,
            content_base_url=self.twilio.origin,
            messaging_base_url=self.twilio.origin,
        )
        self.twilio.inbound_url = self.account.inbound_url
        if self._contents is None:
            await self._make_contents()
        else:
            self.twilio.contents.update({sid: one.copy() for sid, one in self._contents.items()})

    async def _make_contents(self) -> None:
        client = make_client(self.account)
        try:
            steps = plan(await call(read, client), needed(self.charter))
            await call(carry_out, client, steps, lambda _: None)
        finally:
            close(client)
        for content in list(self.twilio.contents):
            self.twilio.approve(content)

    def begin(self) -> WhatsAppChannel:
        """A process of the bot begins."""
        self.channel = WhatsAppChannel(self.account, self.charter, self.clock, grace=self._grace)
        return self.channel

    async def listen(self, app: App, open_file: OpenFile) -> tuple[Intake, ...]:
        """From now on Twilio reaches that process; gives what must run besides."""
        site = make_app({})
        intakes = self.channel.listen(app, site, open_file)
        port = int(self.account.public_url.rpartition(":")[2])
        self._runner, _ = await serve(site, "127.0.0.1", port)
        return intakes

    async def settled(self, seconds: float) -> None:
        """Nothing is on its way from Twilio to the bot."""
        await self.twilio.wait(lambda: not self.twilio.pending(), seconds)

    async def end(self) -> None:
        """That process ends."""
        await self._runner.cleanup()
        self.channel.close()

    async def close(self) -> None:
        """Twilio is gone."""
        await self.twilio.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
