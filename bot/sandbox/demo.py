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
from bot.sandbox.page import Shown, page, serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram import TelegramSandbox
from bot.telegram_channel import TelegramChannel
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


COUNCIL = (Seat("Leyla", ("en", "az", "ru")), Seat("Nasrin", ("en", "fa", "tr"), "focal"))


Then = Callable[[TelegramSandbox, App, str], Awaitable[None]]
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
        telegram = TelegramSandbox(clock=clock.now)
        await telegram.start()
        channel = TelegramChannel(
            telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url
        )
        await channel.open()
        app = App(database, charter, clock, {"telegram": channel.transport})
        try:
            await _play(app, channel, telegram, port, browser, say, then)
        finally:
            await channel.close()
            await telegram.stop()
            database.close()


async def _play(
    app: App,
    channel: TelegramChannel,
    telegram: TelegramSandbox,
    port: int,
    browser: bool,
    say: Callable[[str], None],
    then: Then | None,
) -> None:
    running = asyncio.create_task(app.run(channel.polling(app)))
    try:
        await channel.introduce(app.charter)
        shown = await _people(app, telegram)

        async def jump(minutes: int) -> None:
            assert isinstance(app.clock, JumpingClock)
            app.clock.jump(timedelta(minutes=minutes))
            await app.tick()

        zone = app.charter.working_time.zone
        async with serving(page(telegram, shown, jump, zone=zone), port) as address:
            say(address)
            if browser:
                await asyncio.to_thread(webbrowser.open, address)
            await (then(telegram, app, address) if then else running)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _people(app: App, telegram: TelegramSandbox) -> list[Shown]:
    """Two migrants with new phones, and two members who came in by link and code."""
    amara = telegram.phone("Amara", language_code="en")
    dariush = telegram.phone("Dariush", language_code="fa")
    shown = [
        Shown(amara, "migrant", "Amara · writes English"),
        Shown(dariush, "migrant", "Dariush · writes Persian", "rtl"),
    ]
    for seat in COUNCIL:
        phone = telegram.phone(seat.alias, language_code="en")
        await _seat(app, phone, seat)
        what = "focal person" if seat.role == "focal" else "council member"
        shown.append(Shown(phone, "member", f"{seat.alias} · {what}"))
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
