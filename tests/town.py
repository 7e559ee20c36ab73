"""A town for tests: the whole bot on a real database, a Telegram on this machine, people in it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from whatsapp_side import choose

from bot.app import App
from bot.charter_file import read_charter
from bot.clock import JumpingClock
from bot.digest_files import DigestFiles
from bot.pacing import Pace, Rate
from bot.sandbox.bubbles import Bubble
from bot.sandbox.phones import Phone
from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.twilio import WhatsAppPhone
from bot.sandbox.twilio_contents import Content
from bot.sandbox.whatsapp_side import WhatsAppSide
from bot.telegram_channel import TelegramChannel
from bot.transport import Transport
from handlers.charter import Charter
from handlers.council import membership
from handlers.language import OWN_NAMES
from storage.database import Database

ROOT = Path(__file__).parents[1]
MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Baku"))
PATIENCE = 20.0
QUICK = Pace(overall=Rate(1000, 1000), chat=Rate(1000, 1000))
HURRIED = {"telegram": QUICK, "whatsapp": QUICK, "email": QUICK}
"""No pauses: what is tried here is what is said; tests/delivery tries the pauses."""
MADE: dict[tuple[str, ...], dict[str, Content]] = {}
"""What stands at Twilio in the first town of these languages stands there in all of them."""

Result = TypeVar("Result")


def charter(**changes: Any) -> Charter:
    """The council of council.toml, in more of a hurry to show a draft's screen and to send."""
    usual = {"settle": timedelta(milliseconds=40), "undo": timedelta(0), "second_reader": ()}
    return replace(read_charter(ROOT / "council.toml"), **(usual | changes))


class Town:
    """Drives the bot as people do, and waits until it has nothing left to do."""

    def __init__(
        self, database: Database, council: Charter, clock: JumpingClock, *, whatsapp: bool = False
    ) -> None:
        self.database, self.charter, self.clock = database, council, clock
        self.telegram = TelegramSandbox(clock=clock.now)
        made = MADE.get(council.languages)
        self.whatsapp = (
            WhatsAppSide(clock.now, council, grace=0.0, contents=made) if whatsapp else None
        )
        self.people: dict[str, Phone] = {}
        self.app: App
        self.channel: TelegramChannel
        self._intake: asyncio.Task[None]
        self._running: asyncio.Task[None]

    async def open(self) -> None:
        """Telegram and Twilio stand; the bot runs."""
        await self.telegram.start()
        if self.whatsapp:
            await self.whatsapp.open()
            if self.charter.languages not in MADE:
                made = self.whatsapp.twilio.contents.items()
                MADE[self.charter.languages] = {sid: one.copy() for sid, one in made}
        await self.start_bot()

    async def start_bot(self) -> None:
        """A process of the bot begins."""
        beside = self.whatsapp.begin() if self.whatsapp else None
        self.channel = TelegramChannel(
            self.telegram.token,
            base_url=self.telegram.base_url,
            base_file_url=self.telegram.base_file_url,
            fetch=beside.media.fetch if beside else None,
            make=DigestFiles(self.database, self.charter).make,
        )
        await self.channel.open()
        transports: dict[str, Transport] = {"telegram": self.channel.transport}
        if beside:
            transports["whatsapp"] = beside.transport
        self.app = App(self.database, self.charter, self.clock, transports, paces=HURRIED)
        if self.whatsapp:
            await self.whatsapp.listen(self.app, self.channel.bot.open_file)
        self.start_intake()
        self._running = asyncio.create_task(self.app.run())

    def start_intake(self) -> None:
        """It asks Telegram for news."""
        self._intake = asyncio.create_task(self.channel.polling(self.app)())

    async def stop_intake(self) -> None:
        """It asks Telegram for news no more, and goes on with everything else."""
        self._intake.cancel()
        await asyncio.gather(self._intake, return_exceptions=True)

    async def stop_bot(self) -> None:
        """That process ends."""
        await self.stop_intake()
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        if self.whatsapp:
            await self.whatsapp.end()
        await self.channel.close()

    async def close(self) -> None:
        """Everything ends; a bot that died by itself says why."""
        ended = [task for task in (self._running, self._intake) if task.done()]
        error = next((task.exception() for task in ended if not task.cancelled()), None)
        await self.stop_bot()
        await self.telegram.stop()
        if self.whatsapp:
            await self.whatsapp.close()
        if error is not None:
            raise error

    def person(self, name: str, language: str | None = "en") -> Phone:
        """Somebody with a phone."""
        self.people[name] = self.telegram.phone(name, language_code=language)
        return self.people[name]

    def on_whatsapp(self, name: str, **more: Any) -> WhatsAppPhone:
        """Somebody with WhatsApp: by number and id, unless said otherwise."""
        assert self.whatsapp is not None
        ident = {"user_id": f"AZ.{len(self.people):04}ABCDEF"} | more
        phone = self.whatsapp.twilio.phone(name, **ident)
        self.people[name] = phone.seen_as()
        return phone

    async def member(
        self, name: str, languages: str = "en", role: str = "member", topics: str = ""
    ) -> Phone:
        """Somebody who comes into the council by link and code."""
        spoken = languages.split(",")
        phone = self.person(name, spoken[0])
        token = self.work(
            lambda s: membership.invite(
                s,
                self.charter,
                self.clock.now(),
                alias=name,
                role=role,
                languages=spoken,
                topics=[t for t in topics.split(",") if t],
            )
        )
        await phone.start(token)
        await self.settled()
        code = "".join(c for c in phone.last().text.split("\n")[0] if c.isdigit())
        self.work(lambda s: membership.confirm(s, self.charter, code, self.clock.now()))
        self.app.delivery.wake()
        await self.settled()
        return phone

    async def consented(self, name: str, language: str = "en", **whatsapp: Any) -> Phone:
        """Somebody who pressed Start, chose a language and agreed."""
        if whatsapp:
            return await self._consented_there(name, language, whatsapp)
        phone = self.person(name, language)
        await phone.start()
        await self.settled()
        await phone.press(f"data=lang:{language}")
        await self.settled()
        await phone.press("data=consent:yes")
        await self.settled()
        return phone

    async def _consented_there(self, name: str, language: str, more: dict[str, Any]) -> Phone:
        phone = self.on_whatsapp(name, language=language, **more)
        await phone.start()
        await self.settled()
        await choose(phone, OWN_NAMES[language])
        await self.settled()
        await phone.write("1")
        await self.settled()
        return phone.seen_as()

    def work(self, what: Callable[[Session], Result]) -> Result:
        """Something done on the database by another process, the operator's say."""
        with self.database.begin() as session:
            return what(session)

    async def settled(self) -> None:
        """Nothing waits to be taken or sent."""
        async with asyncio.timeout(PATIENCE):
            while True:
                told = self._told()
                await self.telegram.wait(lambda: not self.telegram.pending(), PATIENCE)
                if self.whatsapp:
                    await self.whatsapp.settled(PATIENCE)
                await self.app.delivery.settled(PATIENCE)
                await self.app.presses_acknowledged()
                beside = self.whatsapp is not None and self.whatsapp.twilio.pending()
                if not self.telegram.pending() and not beside and told == self._told():
                    return

    def _told(self) -> int:
        """How much Twilio has told the bot so far: what follows from it may still be to do."""
        return len(self.whatsapp.twilio.webhooks.told) if self.whatsapp else 0

    async def later(self, **span: float) -> None:
        """Time passes, and what fell due is done."""
        self.clock.jump(timedelta(**span))
        await self.app.tick()
        await self.settled()


@asynccontextmanager
async def a_town(
    database: Database, at: datetime = MORNING, *, whatsapp: bool = False, **changes: Any
) -> AsyncIterator[Town]:
    """A town with nobody in it yet."""
    clock = JumpingClock(at)
    town = Town(database, charter(**changes), clock, whatsapp=whatsapp)
    await town.open()
    try:
        yield town
    finally:
        await town.close()


def newest(phone: Phone) -> Bubble:
    """The last thing the bot said there."""
    return phone.last()
