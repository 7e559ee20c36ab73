"""The WhatsApp channel as a whole: transport out, webhooks and Twilio's list in, copies deleted."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from bot.app import App
from bot.download import OpenFile
from bot.media_links import MediaLinks
from bot.telegram_files import elsewhere
from bot.whatsapp import WhatsAppTransport
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import close, make_client
from bot.whatsapp_copies import Copies
from bot.whatsapp_in import CHANNEL
from bot.whatsapp_list import GRACE, MessageList
from bot.whatsapp_media import MediaSource
from bot.whatsapp_templates import Templates
from bot.whatsapp_untold import Untold
from bot.whatsapp_webhook import add_whatsapp
from handlers.charter import Charter


class WhatsAppChannel:
    """One sender at Twilio; `close` at the end."""

    def __init__(
        self,
        account: WhatsAppAccount,
        charter: Charter,
        clock: Callable[[], datetime],
        *,
        grace: float = GRACE,
    ) -> None:
        self._account, self._clock, self._grace = account, clock, grace
        self._token = account.auth_token.get_secret_value()
        self._client = make_client(account)
        self._links = MediaLinks(account.public_url, clock)
        self.templates = Templates(self._client, charter)
        self.transport = WhatsAppTransport(self._client, account, self.templates, self._links.link)
        self.media = MediaSource(
            account.account_sid,
            self._token,
            api_base_url=account.api_base_url,
            allow_local=account.api_base_url.startswith("http://"),
        )

    def close(self) -> None:
        """End the connections."""
        close(self._client)

    def listen(
        self, app: App, site: web.Application, open_file: OpenFile
    ) -> tuple[Callable[[], Awaitable[None]], ...]:
        """Add the routes that Twilio calls; gives what must run besides.

        `open_file` gets the files that are sent from other channels.
        """

        async def news(message_ids: list[str]) -> list[str]:
            keys = await app.news(CHANNEL, [f"m:{sid}" for sid in message_ids])
            return [key.removeprefix("m:") for key in keys]

        async def looked(at: datetime | None) -> datetime | None:
            return await app.looked(CHANNEL, at)

        listed = MessageList(
            *(self._client, self._account, app.take, news, looked),
            clock=self._clock,
            grace=self._grace,
        )
        add_whatsapp(
            site,
            public_url=self._account.public_url,
            token=self._token,
            take=app.take,
            keep=app.keep,
            receipt=app.told,
            failed=listed.look_soon,
            sender=self._account.sender,
        )
        self._links.add_routes(
            site, lambda file: (self.media.open_file if elsewhere(file) else open_file)(file)
        )
        copies = Copies(self._client, app.database, self._clock)
        untold = Untold(self._client, app.database, app.told, self._clock)
        self.list, self.copies, self.untold = listed, copies, untold
        return listed.run, copies.run, untold.run
