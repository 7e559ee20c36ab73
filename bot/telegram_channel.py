"""The Telegram channel as a whole: transport out, intake in by polling or webhook, profile."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.app import App
from bot.polling import Pauses, poll
from bot.telegram import Fetch, Make, TelegramTransport
from bot.telegram_bot import TelegramBot
from bot.telegram_intake import Take, intake
from bot.telegram_members import MembersCommands
from bot.telegram_profile import Profile, set_up
from bot.telegram_webhook import PATH, add_telegram, set_webhook
from bot.transport import ChannelStopped, SendError
from handlers import profile
from handlers.charter import Charter

log = structlog.get_logger()


class TelegramChannel:
    """One bot account at Telegram; `open` before use, `close` at the end.

    `fetch` gets files that another provider holds, `make` draws those that nobody holds.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "",
        base_file_url: str = "",
        fetch: Fetch | None = None,
        make: Make | None = None,
    ) -> None:
        where = {"base_url": base_url} if base_url else {}
        files = {"base_file_url": base_file_url} if base_file_url else {}
        self.bot = TelegramBot(token, **where, **files)
        self.transport = TelegramTransport(self.bot, fetch=fetch, make=make)

    async def open(self) -> None:
        """Prepare the connections."""
        await self.bot.initialize()

    async def close(self) -> None:
        """End them."""
        await self.bot.shutdown()

    async def username(self) -> str:
        """The bot's user name, for links; raises what Telegram answers."""
        me = await self.bot.call("getMe", {})
        return str(me["username"])

    def take(self, app: App) -> Take:
        """How raw updates reach the council."""
        return intake(self.bot.own_id, app.take, app.keep)

    def polling(self, app: App) -> Callable[[], Awaitable[None]]:
        """The intake by long polling."""
        return lambda: poll(self.bot, self.take(app))

    def listen(self, app: App, site: web.Application, secret: str) -> None:
        """The intake by webhook: the route that Telegram calls."""
        add_telegram(site, secret=secret, take=self.take(app), keep=app.keep)

    async def announce(self, public_url: str, secret: str, charter: Charter) -> None:
        """Tell Telegram where the webhook is, as often as it takes; then introduce the bot."""
        pauses = Pauses()
        while True:
            try:
                await set_webhook(self.bot, public_url.rstrip("/") + PATH, secret)
                break
            except SendError as error:
                if error.reaction not in ("retry", "operator"):
                    raise ChannelStopped(error.code) from None
                log.warning("webhook not set", channel="telegram", error=error.code)
                await pauses.wait(error.after or 0.0)
        await self.introduce(charter)

    async def introduce(self, charter: Charter) -> None:
        """Set name, description and commands in every language; a failure is no reason to stop."""
        profiles = {"": _profile(charter, "en")}
        profiles |= {language: _profile(charter, language) for language in charter.languages}
        try:
            await set_up(self.bot, profiles)
        except SendError as error:
            log.warning("profile not set", channel="telegram", error=error.code)

    async def keep_commands(self, app: App) -> None:
        """Give members commands of their own, and take them away again, as long as the bot runs."""
        await MembersCommands(self.bot, app.database, app.charter).keep()


def _profile(charter: Charter, language: str) -> Profile:
    words = profile.words(charter, language)
    return Profile(words.name, words.description, words.short_description, words.commands)
