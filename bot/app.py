"""Composition: the only file that knows every part."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Any, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import afterwards, telegram_in, whatsapp_in
from bot.clock import Clock
from bot.delivery import Delivery
from bot.pacing import PACES, Pace
from bot.transport import NotTaken, Receipt, Transport
from handlers import due, inbound, keeping, show, stuck
from handlers.charter import Charter
from handlers.council import cards
from handlers.messages import Incoming
from handlers.migrant import hand_in
from handlers.service import digests
from storage import copies, inbox, people, secrecy
from storage.database import Database, fault
from storage.model import Note, Person

log = structlog.get_logger()

PATIENCE = 10.0
"""Seconds for which a failing database is asked again, before a provider must send again."""
RACES = 5
"""A key lost to another transaction that often is no race but a fault of ours."""
HOUSEKEEPING = timedelta(hours=1)
FILES_KEPT = timedelta(hours=2)
"""Longer than somebody is asked for consent; then a provider's file goes unless it is wanted."""
MISSED_AT_MOST = 10_000

RAW_ADDRESSES: Mapping[str, Callable[[bytes], str]] = {
    "telegram": telegram_in.address_in,
    "whatsapp": whatsapp_in.address_in,
}

RAW_IDS: Mapping[str, Callable[[bytes], str]] = {
    "telegram": lambda body: "",
    "whatsapp": whatsapp_in.message_id_in,
}
"""The message that something raw is of, where a list may bring it once more."""

Done = TypeVar("Done")


class App:
    """Everything between what comes in and what goes out, on one database."""

    def __init__(
        self,
        database: Database,
        charter: Charter,
        clock: Clock,
        transports: Mapping[str, Transport],
        *,
        paces: Mapping[str, Pace] = PACES,
    ) -> None:
        self.database = database
        self.charter = charter
        self.clock = clock
        self.transports = transports
        self.delivery = Delivery(database, transports, charter, clock, show.draw, paces=paces)
        self._ticking = asyncio.Lock()
        self._presses: set[asyncio.Task[None]] = set()
        self._failed_jobs: set[str] = set()

    async def take(self, incoming: Incoming) -> None:
        """Store what came in and all that follows from it, in one transaction.

        It returned: committed. Raises NotTaken where the database stays away: send it again.
        """
        try:
            toast = await self._patiently(self._receive, incoming)
        except NotTaken:
            raise
        except Exception as error:
            log.error("handler failed", channel=incoming.channel, error=type(error).__name__)
            await self._patiently(self._set_aside, incoming, type(error).__name__)
            toast = ""
        self.delivery.wake()
        if incoming.press_id:
            self._beside(self.delivery.acknowledge(incoming.channel, incoming.press_id, toast))
        if incoming.message_id and not incoming.listed and incoming.happened != "edit":
            self._beside(self.delivery.seen(incoming.channel, incoming.message_id))

    async def told(self, receipt: Receipt) -> None:
        """Note what a provider told of a message that it took. Raises NotTaken."""
        ledger = self.delivery.ledger(receipt.channel)
        if await self._patiently(afterwards.told, ledger, receipt) == "operator":
            await self.delivery.stop(receipt.channel, receipt.code)
        self.delivery.wake()

    async def news(self, channel: str, keys: Sequence[str]) -> list[str]:
        """Those of these events that were not taken yet. Raises NotTaken."""
        return await self._patiently(self._news, channel, keys)

    async def looked(self, channel: str, at: datetime | None = None) -> datetime | None:
        """When the provider's list was last looked through; noted where that is now. Raises NotTaken."""
        return await self._patiently(self._looked, channel, at)

    async def keep(self, body: bytes, error: str, channel: str = "telegram") -> None:
        """Keep what could not be understood, encrypted, and tell the operator. Raises NotTaken."""
        await self._patiently(self._keep, body, error, channel)
        self.delivery.wake()

    async def tick(self) -> None:
        """Do what is due by now, in order, each thing as at its own moment."""
        async with self._ticking:
            failed: set[str] = set()
            for _ in range(MISSED_AT_MOST):
                try:
                    if not await self._in_thread(self._run_due, failed):
                        break
                except due.JobFailed as fault:
                    failed.add(fault.job)
                    await self._job_failed(fault)
            self._failed_jobs &= failed
            await self._in_thread(self._housekeeping)
        self.delivery.wake()

    async def _job_failed(self, fault: due.JobFailed) -> None:
        """The other kinds of work go on; the operators hear of it once until it works again."""
        error = type(fault.__cause__).__name__
        log.error("job failed", job=fault.job, error=error)
        if fault.job not in self._failed_jobs:
            self._failed_jobs.add(fault.job)
            await self._in_thread(self._tell_of_job, fault.job, error)

    async def database_works(self) -> bool:
        """Whether the database answers."""
        return await self._in_thread(self._ask_database)

    async def delivery_works(self) -> bool:
        """Whether no channel is at a stand."""
        return not self.delivery.at_fault

    async def presses_acknowledged(self) -> None:
        """Every button pressed so far has got its answer."""
        await asyncio.gather(*self._presses, return_exceptions=True)

    async def run(self, *intakes: Callable[[], Awaitable[None]]) -> None:
        """Deliver, keep time and take in, until one of them ends or this is cancelled."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self._tick_safely, "interval", minutes=1, max_instances=1, misfire_grace_time=None
        )
        scheduler.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.delivery.run())
                group.create_task(self._tick_safely())
                for intake in intakes:
                    group.create_task(_awaited(intake))
        finally:
            scheduler.shutdown(wait=False)

    async def _tick_safely(self) -> None:
        try:
            await self.tick()
        except Exception as error:
            log.error("schedule failed", error=type(error).__name__)

    async def _patiently(self, work: Callable[..., Done], *args: Any) -> Done:
        """Do work of the database, again while it may help, for ten seconds at most."""
        until, pause, races = monotonic() + PATIENCE, 0.05, 0
        while True:
            try:
                return await self._in_thread(work, *args)
            except Exception as error:
                kind = fault(error)
                races += kind == "race"
                if kind is None or races > RACES:
                    raise
                if monotonic() + pause > until:
                    log.error("database away", error=type(error).__name__)
                    raise NotTaken from None
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def _in_thread(self, work: Callable[..., Done], *args: Any) -> Done:
        return await asyncio.to_thread(work, *args)

    def _ask_database(self) -> bool:
        with self.database.read() as session:
            return session.scalar(select(1)) == 1

    def _receive(self, incoming: Incoming) -> str:
        with self.database.begin() as session:
            now = self.clock.now()
            toast = inbound.receive(session, incoming, now, self.charter)
            self._note_copy(session, incoming, now)
            if incoming.listed:
                key = f"raw:{incoming.message_id}"
                inbox.not_stuck(session, incoming.channel, key, now)
            return toast

    def _set_aside(self, incoming: Incoming, error: str) -> None:
        whose = replace(incoming, phone="")  # the id tells: the number may be another's by then
        raw = json.dumps({"incoming": asdict(whose)}, default=_plain)
        with self.database.begin() as session:
            now = self.clock.now()
            stuck.set_aside(session, incoming, error, raw, now, self.charter)
            self._note_copy(session, incoming, now, inbox.STUCK_KEPT)  # a replay needs its files

    def _keep(self, body: bytes, error: str, channel: str) -> None:
        now = self.clock.now()
        raw = body.decode("utf-8", "backslashreplace").replace("\x00", "")
        with self.database.begin() as session:
            chat = _chat_of(body, channel)
            known = chat and session.scalar(select(Person.id).where(Person.address_hash == chat))
            stuck = inbox.keep_stuck(
                session,
                channel,
                f"raw:{RAW_IDS[channel](body) or sha256(body).hexdigest()}",
                raw if known else None,
                error,
                chat if known else None,
                now,
            )
            cards.alert_operators(session, now, "stuck", stuck=stuck.id, error=error)

    def _run_due(self, besides: Collection[str]) -> bool:
        with self.database.begin() as session:
            return due.run_due(session, self.charter, self.clock.now(), besides)

    def _tell_of_job(self, name: str, error: str) -> None:
        with self.database.begin() as session:
            cards.alert_operators(session, self.clock.now(), "job_failed", job=name, error=error)

    def _housekeeping(self) -> None:
        now = self.clock.now()
        secrecy.ring().refresh()
        self.database.scrub()
        with self.database.begin() as session:
            done = session.get(Note, "housekeeping")
            if done is not None and datetime.fromisoformat(done.value) > now - HOUSEKEEPING:
                return
            keeping.forget_old(session, self.charter, now)
            hand_in.find_readers(session, self.charter, now)
            if self.charter.recipients:
                digests.begin(session, self.charter, now)
            session.merge(Note(name="housekeeping", value=now.isoformat()))

    def _news(self, channel: str, keys: Sequence[str]) -> list[str]:
        with self.database.read() as session:
            return inbox.not_taken(session, channel, keys)

    def _looked(self, channel: str, at: datetime | None) -> datetime | None:
        if at is not None:
            with self.database.begin() as session:
                inbox.note_look(session, channel, at)
        with self.database.read() as session:
            return inbox.looked(session, channel)

    def _note_copy(
        self, session: Session, incoming: Incoming, now: datetime, kept: timedelta = timedelta()
    ) -> None:
        """What the provider keeps of this message is deleted there, files once they were used.

        `kept` is how long it is needed if it is of somebody who agreed.
        """
        if incoming.message_id and self.transports[incoming.channel].keeps:
            has_files = any(one.file_id for one in incoming.attachments)
            chat = people.chat_of(session, incoming.channel, incoming.address)
            least = FILES_KEPT if has_files else timedelta()
            due_at = now + max(least, kept if chat and has_files else timedelta())
            copies.note(
                *(session, incoming.channel, incoming.message_id, chat or "", due_at),
                has_files=has_files,
            )

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside everything else: it is no matter if it fails."""
        task = asyncio.create_task(work)
        self._presses.add(task)
        task.add_done_callback(self._presses.discard)


async def _awaited(intake: Callable[[], Awaitable[None]]) -> None:
    await intake()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _chat_of(body: bytes, channel: str) -> str | None:
    """The chat that something raw came from, if that much can be read, so that erasure finds it."""
    address = RAW_ADDRESSES[channel](body)
    return people.chat_hash(channel, address) if address else None
