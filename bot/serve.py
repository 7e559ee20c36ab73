"""`council-bot run`: the bot on the real Telegram, until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable

from bot.app import App
from bot.clock import SystemClock
from bot.opening import Opened
from bot.telegram_channel import TelegramChannel
from bot.web import make_app
from bot.web import serve as serve_web
from storage.database import hold_leadership


def run(here: Opened, say: Callable[[str], None]) -> None:
    """Run until a signal; raises AlreadyRunning where a bot runs on this database already, and
    ChannelStopped where Telegram refuses the bot."""
    with hold_leadership(here.database):
        asyncio.run(_run(here, say))


async def _run(here: Opened, say: Callable[[str], None]) -> None:
    settings = here.settings
    assert settings.telegram_bot_token is not None
    channel = TelegramChannel(
        settings.telegram_bot_token.get_secret_value(),
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
    )
    await channel.open()
    app = App(
        here.database,
        settings.charter,
        SystemClock(),
        {channel.transport.channel: channel.transport},
    )
    running = asyncio.create_task(_serve(app, channel, here, say))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        say("Stopped. What waits is kept.")
    except BaseExceptionGroup as errors:
        raise _first(errors) from None
    finally:
        await channel.close()


async def _serve(
    app: App, channel: TelegramChannel, here: Opened, say: Callable[[str], None]
) -> None:
    settings = here.settings
    if settings.public_url is None:
        say("The bot runs, asking Telegram for news. Stop it with Ctrl-C.")
        introducing = asyncio.create_task(channel.introduce(settings.charter))
        await app.run(channel.polling(app))
        await introducing
        return
    site = make_app({"database": app.database_works, "delivery": app.delivery_works})
    assert settings.telegram_webhook_secret is not None
    secret = settings.telegram_webhook_secret.get_secret_value()
    channel.listen(app, site, secret)
    runner, port = await serve_web(site, settings.host, settings.port)
    say(f"The bot runs, listening on {settings.host}:{port} for {settings.public_url}.")
    try:
        await app.run(lambda: channel.announce(settings.public_url or "", secret, settings.charter))
    finally:
        await runner.cleanup()


def _first(errors: BaseExceptionGroup) -> BaseException:
    """The error behind a group of groups."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
