"""The demo: the whole system on this machine, with phones in one page and no account anywhere."""

import asyncio
import tempfile
import webbrowser
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.clock import JumpingClock
from bot.digest_files import DigestFiles
from bot.sandbox.page import Shown, page, serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.twilio import TwilioSandbox
from bot.sandbox.whatsapp_side import WhatsAppSide
from bot.telegram_channel import TelegramChannel
from bot.transport import Transport
from handlers.charter import Charter
from handlers.council import membership
from handlers.rules.deadlines import Calendar
from storage import data_keys, migrate, secrecy
from storage.database import Database, open_database
from storage.masters import generate_master, parse_masters


@dataclass(frozen=True)
class Seat:
    """Somebody of the demo's council."""

    alias: str
    languages: tuple[str, ...]
    role: str = "member"


COUNCIL = (
    Seat("Leyla", ("en", "az", "ru")),
    Seat("Samir", ("en", "tr")),
    Seat("Nasrin", ("en", "fa", "tr"), "focal"),
    Seat("Vusal", ("en", "az"), "chair"),
)
OFFICES = {"member": "council member", "focal": "focal person", "chair": "chair"}


Then = Callable[["World", str], Awaitable[None]]
"""What to do once the page is served, instead of waiting for people."""


async def demo(
    charter: Charter,
    port: int,
    browser: bool,
    say: Callable[[str], None],
    then: Then | None = None,
) -> None:
    """Run the demo until cancelled; everything it remembers is gone at its end."""
    with tempfile.TemporaryDirectory(prefix="council-demo-") as folder:
        database = _fresh_database(Path(folder))
        clock = JumpingClock(_in_hours(charter))
        telegram, whatsapp = TelegramSandbox(clock=clock.now), WhatsAppSide(clock.now, charter)
        await telegram.start()
        await whatsapp.open()
        beside = whatsapp.begin()
        channel = TelegramChannel(
            telegram.token,
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
            fetch=beside.media.fetch,
            make=DigestFiles(database, charter).make,
        )
        await channel.open()
        transports: dict[str, Transport] = {
            "telegram": channel.transport,
            "whatsapp": beside.transport,
        }
        app = App(database, charter, clock, transports)
        intakes = await whatsapp.listen(app, channel.bot.open_file)
        besides = (lambda: channel.keep_commands(app), *intakes)
        running = asyncio.create_task(app.run(channel.polling(app), *besides))
        try:
            await channel.introduce(charter)
            world = World(app, telegram, whatsapp.twilio, running)
            await _play(world, port, browser, say, then)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await whatsapp.end()
            await channel.close()
            await whatsapp.close()
            await telegram.stop()
            database.close()


@dataclass(frozen=True)
class World:
    """The bot, which is running, and the two worlds outside it."""

    app: App
    telegram: TelegramSandbox
    twilio: TwilioSandbox
    running: asyncio.Task[None]


async def _play(
    world: World, port: int, browser: bool, say: Callable[[str], None], then: Then | None
) -> None:
    app = world.app
    shown = await _people(world)

    async def jump(minutes: int) -> None:
        assert isinstance(app.clock, JumpingClock)
        app.clock.jump(timedelta(minutes=minutes))
        await app.tick()

    zone = app.charter.working_time.zone
    async with serving(
        page((world.telegram, world.twilio), shown, jump, zone=zone), port
    ) as address:
        say(address)
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
        await (then(world, address) if then else world.running)


async def _people(world: World) -> list[Shown]:
    """Three migrants with new phones, and the council, which came in by link and code."""
    telegram, twilio = world.telegram, world.twilio
    shown = [
        Shown(
            telegram.phone("Amara", language_code="en"),
            "migrant",
            "Amara · writes English",
        ),
        Shown(
            twilio.phone("Dariush", number=None, language="fa"),
            "migrant",
            "Dariush · writes Persian",
            "rtl",
        ),
        Shown(
            twilio.phone("Nodira", number="+994500000007", user_id="AZ.7A1B2C3D4E5F"),
            "migrant",
            "Nodira · writes Russian",
        ),
    ]
    for seat in COUNCIL:
        phone = telegram.phone(seat.alias, language_code="en")
        await _seat(world.app, phone, seat)
        shown.append(Shown(phone, "member", f"{seat.alias} · {OFFICES[seat.role]}"))
    return shown


async def _seat(app: App, phone: Phone, seat: Seat) -> None:
    """The real way in: invitation, code on the screen, confirmation by the inviter."""
    now = app.clock.now()
    with app.database.begin() as session:
        token = membership.invite(
            session,
            app.charter,
            now,
            alias=seat.alias,
            role=seat.role,
            languages=list(seat.languages),
            topics=[],
        )
    await phone.start(token)
    said = await phone.world.wait(lambda: phone.chat and not phone.chat[-1].mine and phone.chat[-1])
    code = "".join(letter for letter in said.text.split("\n")[0] if letter.isdigit())
    with app.database.begin() as session:
        membership.confirm(session, app.charter, code, app.clock.now())
    app.delivery.wake()
    await app.delivery.settled(10)


def _in_hours(charter: Charter) -> datetime:
    """Now, or an hour into the next working time: a newcomer should meet a council that reads."""
    now, calendar = datetime.now(UTC), Calendar(charter.working_time)
    return now if calendar.is_open(now) else calendar.next_open(now) + timedelta(hours=1)


def _fresh_database(folder: Path) -> Database:
    database = open_database(f"sqlite:///{folder / 'demo.db'}")
    migrate.upgrade(database)
    masters = parse_masters(generate_master())
    secrecy.use(data_keys.open_ring(database, masters, datetime.now(UTC)))
    return database
