"""One channel's way out: many chats side by side, each in its order, as fast as is allowed."""

import asyncio

import structlog

from bot import claims
from bot.carrier import Carrier
from bot.pacing import Pacing, Tempo
from storage.database import is_transient

log = structlog.get_logger()

LINE = 100
"""So many chats are looked up at once."""

ROUND = 5000
"""After so many chats a new round begins, however many still wait for their turn in this one."""

RACE_PAUSE, FAULT_PAUSE = 0.2, 5.0
"""Seconds for which a chat rests after a fault of the database, or of ours."""


class Lane:
    """Carries what is due on one channel, in rounds: each chat once, except for what is urgent.

    `looks_every` are the seconds after which the outbox is looked at though nobody called.
    """

    def __init__(
        self,
        channel: str,
        carrier: Carrier,
        pacing: Pacing,
        tempo: Tempo,
        *,
        chats_at_once: int,
        grace: float,
        looks_every: float,
    ) -> None:
        self.channel, self.carrier = channel, carrier
        self._pacing, self._tempo = pacing, tempo
        self._chats_at_once, self._grace, self._looks_every = chats_at_once, grace, looks_every
        self._waiting: list[str] = []
        self._served: set[str] = set()
        self._news = True
        self._called = asyncio.Event()
        self._active: dict[str, asyncio.Task[None]] = {}
        self._faults = 0

    def wake(self) -> None:
        """There may be something new; to be called in the loop's thread, after the commit."""
        self._news = True
        self._called.set()

    async def run(self) -> None:
        """Send what is due until cancelled; then let what is under way finish, for a while."""
        try:
            await self._resume()
            while True:
                self._called.clear()  # before looking, so that no call is lost
                pause = await self._look_safely()
                await self._tempo.wait(self._called, pause)
        finally:
            await self._finish()

    async def quiet(self, soon: float) -> bool:
        """Whether nothing is under way and nothing may go out within `soon` seconds."""
        if self.carrier.under_way or self._called.is_set():
            return False
        busy = await self.carrier.do(claims.busy_chats, soon)
        if self.carrier.under_way:
            return False
        resting = self._pacing.resting_chats()
        return self._pacing.halted() > soon or all(resting.get(chat, 0) > soon for chat in busy)

    async def _resume(self) -> None:
        rows = await self.carrier.until_it_works(claims.resume)
        if rows:
            log.warning("sent again after a crash", channel=self.channel, rows=rows)

    async def _look_safely(self) -> float:
        """Look at the outbox; returns the seconds until the next look. It outlives the database."""
        try:
            pause = await self._look()
        except Exception as error:
            self._faults += 1
            log.error("outbox not read", channel=self.channel, error=type(error).__name__)
            return min(FAULT_PAUSE, RACE_PAUSE * self._faults)
        self._faults = 0
        return pause

    async def _look(self) -> float:
        halted = self._pacing.halted()
        if halted > 0:
            return halted
        # a channel that was at fault is tried with one chat before all of them come
        free = (1 if self.carrier.at_fault else self._chats_at_once) - len(self._active)
        if free <= 0:
            return self._looks_every
        resting = self._pacing.resting_chats()
        due_in: float | None = None
        if self._news or not self._waiting:
            due_in = await self._line_up({*resting, *self._active})
        if not self._waiting:
            return min([self._looks_every, due_in or self._looks_every, *resting.values()])
        while free > 0 and self._waiting:
            chat = self._waiting.pop(0)
            if chat not in self._active and chat not in resting:
                self._start(chat)
                free -= 1
        return self._looks_every  # or earlier: whoever has been served calls

    async def _line_up(self, skip: set[str]) -> float | None:
        self._news = False
        self._waiting, due_in = await self.carrier.do(claims.look, skip, self._served, LINE)
        if len(self._served) > ROUND or self._served.issuperset(self._waiting):
            self._served.clear()
        return due_in

    def _start(self, chat: str) -> None:
        self._served.add(chat)
        self._active[chat] = asyncio.create_task(self._serve(chat))

    async def _serve(self, chat: str) -> None:
        try:
            await self.carrier.serve(chat)
        except Exception as error:
            log.error("chat not served", channel=self.channel, error=type(error).__name__)
            self._pacing.hold(RACE_PAUSE if is_transient(error) else FAULT_PAUSE, chat)
        finally:
            del self._active[chat]
            self._called.set()

    async def _finish(self) -> None:
        for chat, task in self._active.items():
            if chat not in self.carrier.under_way:
                task.cancel()
        tasks = set(self._active.values())
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=self._grace)
        finally:
            late = [task for task in tasks if not task.done()]
            for task in late:
                task.cancel()
            if late:
                log.warning("stopped while sending", channel=self.channel, rows=len(late))
                await asyncio.wait(late)
