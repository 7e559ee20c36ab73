"""The demo: the whole system on this machine, with phones in one page and no account anywhere."""

import asyncio
import re
import tempfile
import webbrowser
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.clock import JumpingClock
from bot.digest_files import DigestFiles
from bot.mail import MailTransport
from bot.mail_account import MailAccount
from bot.sandbox import life, service_side
from bot.sandbox.mailbox import HOST, Mailbox
from bot.sandbox.page import MailPage, Shown, page, serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.twilio import TwilioSandbox
from bot.sandbox.whatsapp_side import WhatsAppSide
from bot.telegram_channel import TelegramChannel
from bot.transport import Transport
from handlers.charter import Charter, RecipientRule
from handlers.council import membership
from handlers.rules.deadlines import Calendar
from handlers.service import joining
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
    *,
    lived: bool = True,
) -> None:
    """Run the demo until cancelled; everything it remembers is gone at its end.

    `lived`: the council has four weeks behind it, and its week is nearly over, so that the digest
    has something to say.
    """
    with tempfile.TemporaryDirectory(prefix="council-demo-") as folder, ExitStack() as at_end:
        database = _fresh_database(Path(folder))
        charter = service_side.with_service(charter)
        begins = _begins(charter, lived)
        before = await asyncio.to_thread(life.play, database, charter, begins) if lived else ()
        clock = JumpingClock(begins)
        telegram, whatsapp = TelegramSandbox(clock=clock.now), WhatsAppSide(clock.now, charter)
        mailbox = Mailbox(clock.now)
        for account in before:  # they have phones, which nobody looks at
            telegram.phone("Somebody", user_id=int(account)).started = True
        await telegram.start()
        await whatsapp.open()
        await mailbox.start()
        beside, files = whatsapp.begin(), DigestFiles(database, charter)
        channel = TelegramChannel(
            telegram.token,
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
            fetch=beside.media.fetch,
            make=files.make,
        )
        await channel.open()
        transports: dict[str, Transport] = {
            "telegram": channel.transport,
            "whatsapp": beside.transport,
            **_mail(mailbox, charter, clock, files, at_end),
        }
        app = App(database, charter, clock, transports)
        intakes = await whatsapp.listen(app, channel.bot.open_file)
        besides = (lambda: channel.keep_commands(app), *intakes)
        running = asyncio.create_task(app.run(channel.polling(app), *besides))
        try:
            await channel.introduce(charter)
            world = World(app, telegram, whatsapp.twilio, mailbox, running)
            await _play(world, port, browser, say, then)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await whatsapp.end()
            await channel.close()
            await whatsapp.close()
            await telegram.stop()
            await mailbox.stop()
            database.close()


@dataclass(frozen=True)
class World:
    """The bot, which is running, and the worlds outside it."""

    app: App
    telegram: TelegramSandbox
    twilio: TwilioSandbox
    mailbox: Mailbox
    running: asyncio.Task[None]


async def _play(
    world: World, port: int, browser: bool, say: Callable[[str], None], then: Then | None
) -> None:
    app = world.app
    shown = await _people(world)

    async def jump(minutes: int) -> None:
        until = app.clock.now() + timedelta(minutes=minutes)
        for at in service_side.stops(app.charter, app.clock.now(), until):
            await _reach(app, at)
            with suppress(TimeoutError):  # what is slow arrives a little later, as in life
                await app.delivery.settled(10)
        await _reach(app, until)

    phones = page(
        (world.telegram, world.twilio),
        shown,
        jump,
        zone=app.charter.working_time.zone,
        moments=service_side.moments(app.charter),
        mail=MailPage(world.mailbox, service_side.ADDRESS, service_side.hint(app.charter)),
    )
    async with serving(phones, port) as address:
        say(address)
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
        await (then(world, address) if then else world.running)


async def _reach(app: App, at: datetime) -> None:
    """It is that moment, and what fell due was done, each thing as at its own."""
    assert isinstance(app.clock, JumpingClock)
    app.clock.jump(max(at - app.clock.now(), timedelta()))
    await app.tick()


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
    phone = telegram.phone(service_side.NAME, language_code=_contact(world.app).language)
    await _staff(world, phone)
    shown.append(Shown(phone, "staff", f"Service · {service_side.NAME}"))
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
    code = await _code_on(phone, token)
    with app.database.begin() as session:
        membership.confirm(session, app.charter, code, app.clock.now())
    app.delivery.wake()
    await app.delivery.settled(10)


async def _code_on(phone: Phone, token: str) -> str:
    """They open the link; gives the code that stands on their screen then."""
    await phone.start(token)
    said = await phone.world.wait(lambda: phone.chat and not phone.chat[-1].mine and phone.chat[-1])
    return "".join(letter for letter in said.text.split("\n")[0] if letter.isdigit())


async def _staff(world: World, phone: Phone) -> None:
    """The Service's two ways in: a link and a code on the screen, a code in a letter."""
    app = world.app

    async def invited(name: str) -> str:
        with app.database.begin() as session:
            token = joining.invite(session, app.charter, name, app.clock.now())
        app.delivery.wake()
        return token or ""

    async def confirmed(code: str) -> None:
        with app.database.begin() as session:
            joining.confirm(session, app.charter, code, app.clock.now())
        app.delivery.wake()
        await app.delivery.settled(10)

    await confirmed(await _code_on(phone, await invited(_contact(app).name)))
    await invited(service_side.MAILBOX)
    letter = await world.mailbox.wait(1, 10)
    found = re.search(r"\b\d{6}\b", letter.plain)
    assert found, "the letter holds no code"
    await confirmed(found.group())


def _contact(app: App) -> RecipientRule:
    return app.charter.recipients[0]


def _mail(
    mailbox: Mailbox,
    charter: Charter,
    clock: JumpingClock,
    files: DigestFiles,
    at_end: ExitStack,
) -> dict[str, Transport]:
    """The bot's way to send letters, pointed at the server on this machine."""
    account = MailAccount(
        host=HOST, sender=service_side.COUNCIL, port=mailbox.port, security="none"
    )
    transport = MailTransport(account, charter, clock.now, files.make)
    at_end.callback(transport.close)
    return {"email": transport}


def _begins(charter: Charter, lived: bool) -> datetime:
    """When it begins, always while the council works: a newcomer should meet one that reads."""
    now, calendar = datetime.now(UTC), Calendar(charter.working_time)
    if lived:
        return service_side.day_before_draft(charter, now)
    return now if calendar.is_open(now) else calendar.next_open(now) + timedelta(hours=1)


def _fresh_database(folder: Path) -> Database:
    database = open_database(f"sqlite:///{folder / 'demo.db'}")
    migrate.upgrade(database)
    masters = parse_masters(generate_master())
    secrecy.use(data_keys.open_ring(database, masters, datetime.now(UTC)))
    return database
