"""`council-bot run`: the bot on the real Telegram and WhatsApp, until it is told to stop."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import structlog

from bot.app import App
from bot.clock import SystemClock
from bot.digest_files import DigestFiles
from bot.mail import MailTransport
from bot.opening import Opened
from bot.telegram_channel import TelegramChannel
from bot.transport import Transport
from bot.web import make_app
from bot.web import serve as serve_web
from bot.whatsapp_channel import WhatsAppChannel
from storage import members
from storage.database import Database, hold_leadership

log = structlog.get_logger()


def run(here: Opened, say: Callable[[str], None]) -> None:
    """Run until a signal; raises AlreadyRunning where a bot runs on this database already, and
    ChannelStopped where Telegram refuses the bot."""
    with hold_leadership(here.database):
        asyncio.run(_run(here, say))


async def _run(here: Opened, say: Callable[[str], None]) -> None:
    settings = here.settings
    assert settings.telegram_bot_token is not None
    clock = SystemClock()
    whatsapp = (
        WhatsAppChannel(settings.whatsapp, settings.charter, clock) if settings.whatsapp else None
    )
    files = DigestFiles(here.database, settings.charter)
    telegram = TelegramChannel(
        settings.telegram_bot_token.get_secret_value(),
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
        fetch=whatsapp.media.fetch if whatsapp else None,
        make=files.make,
    )
    await telegram.open()
    transports: dict[str, Transport] = {telegram.transport.channel: telegram.transport}
    if whatsapp:
        transports[whatsapp.transport.channel] = whatsapp.transport
    mail = (
        MailTransport(settings.mail, settings.charter, clock.now, files.make)
        if settings.mail
        else None
    )
    if mail:
        transports[mail.channel] = mail
    app = App(here.database, settings.charter, clock, transports)
    running = asyncio.create_task(_serve(app, telegram, whatsapp, here, say))
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
        await telegram.close()
        if whatsapp:
            whatsapp.close()
        if mail:
            mail.close()


async def _serve(
    app: App,
    telegram: TelegramChannel,
    whatsapp: WhatsAppChannel | None,
    here: Opened,
    say: Callable[[str], None],
) -> None:
    settings = here.settings
    site = make_app({"database": app.database_works, "delivery": app.delivery_works})
    intakes: list[Callable[[], Awaitable[None]]] = []
    if settings.telegram_webhook:
        assert settings.telegram_webhook_secret is not None
        assert settings.public_url is not None
        secret, public_url = (
            settings.telegram_webhook_secret.get_secret_value(),
            settings.public_url,
        )
        telegram.listen(app, site, secret)
        intakes.append(lambda: telegram.announce(public_url, secret, settings.charter))
    else:
        intakes += [telegram.polling(app), lambda: telegram.introduce(settings.charter)]
    intakes.append(lambda: _know_name(telegram, here.database))
    intakes.append(lambda: telegram.keep_commands(app))
    if whatsapp:
        intakes += whatsapp.listen(app, site, telegram.bot.open_file)
    if settings.public_url is None:
        say("The bot runs on Telegram, asking it for news. Stop it with Ctrl-C.")
        await app.run(*intakes)
        return
    runner, port = await serve_web(site, settings.host, settings.port)
    say(f"The bot runs, listening on {settings.host}:{port} for {settings.public_url}.")
    try:
        await app.run(*intakes)
    finally:
        await runner.cleanup()


async def _know_name(telegram: TelegramChannel, database: Database) -> None:
    """What the bot is called stands in the links that members make; without it they do without."""
    try:
        name = await telegram.username()
    except Exception as error:
        log.warning("name not known", channel="telegram", error=type(error).__name__)
        return
    await asyncio.to_thread(_remember_name, database, name)


def _remember_name(database: Database, name: str) -> None:
    with database.begin() as session:
        members.know_bot(session, name)


def _first(errors: BaseExceptionGroup) -> BaseException:
    """The error behind a group of groups."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
