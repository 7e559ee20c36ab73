"""One chat's turn: wait for leave, take the row, say it, record what became of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar

import structlog

from bot import claims, outcomes
from bot.errand import Done, Errand, carry
from bot.ledger import Ledger
from bot.pacing import Pacing, Tempo
from bot.transport import SendError, Sent, Transport
from handlers.messages import Outgoing

log = structlog.get_logger()

Result = TypeVar("Result")

STOPPED_FOR = 180.0
"""Seconds until a channel that is at fault itself is tried again."""

RECORD_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries to record what happened; the last one again and again."""


class _Erased(Exception):
    """The row is gone: who it was for is to be forgotten."""


class Carrier:
    """Serves the chats of one channel, each call between two transactions and never inside one."""

    def __init__(
        self,
        ledger: Ledger,
        transport: Transport,
        pacing: Pacing,
        tempo: Tempo,
        threads: Executor | None = None,
    ) -> None:
        self._ledger, self._transport = ledger, transport
        self._pacing, self._tempo, self._threads = pacing, tempo, threads
        self.under_way: set[str] = set()
        """Chats of which a row may be taken."""
        self.counts: Counter[str] = Counter()
        self.at_fault = ""
        """Why the channel is at a stand; empty while it runs."""

    async def serve(self, chat: str) -> None:
        """Say the one thing whose turn it is in this chat, if there is any."""
        # leave comes first: what is drawn must leave at once, for it may not be seen later
        await self._pacing.enter(chat)
        if self.at_fault and self.under_way:
            self._pacing.not_said(chat)
            return  # one is enough to find out whether the channel works again
        self.under_way.add(chat)
        try:
            errand = await self.do(claims.claim, chat)
            if errand is None or errand.mode == "delete":
                self._pacing.not_said(chat)
            if errand is not None:
                await self._carry(errand)
        finally:
            self.under_way.discard(chat)

    async def do(self, work: Callable[..., Result], *args: Any) -> Result:
        """Do this with the database in a worker thread; once begun it is always waited for."""
        loop = asyncio.get_running_loop()
        working = loop.run_in_executor(self._threads, lambda: work(self._ledger, *args))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait({working})
            raise

    async def until_it_works(self, work: Callable[..., Result], *args: Any) -> Result:
        """Do it again and again: what the channel took must be known, or it would be sent twice."""
        tries = 0
        while True:
            try:
                return await self.do(work, *args)
            except Exception as error:
                what = type(error).__name__
                log.error("not recorded", channel=self._ledger.channel, error=what, attempts=tries)
            await self._tempo.sleep(RECORD_PAUSES[min(tries, len(RECORD_PAUSES) - 1)])
            tries += 1

    async def _carry(self, errand: Errand) -> None:
        out: list[str] = []

        async def pay(message: bool) -> None:
            await self._pacing.enter(errand.chat, message=message)

        async def progress(number: int, sent: Sent, part: Outgoing) -> None:
            self._taken(errand, sent)
            out.extend(sent.message_ids)
            if not await self.until_it_works(outcomes.part_sent, errand, number, sent, part):
                raise _Erased

        async def unknown(part: int, message_ids: Sequence[str]) -> list[str]:
            return await self.do(claims.unknown, errand.row, part, message_ids)

        try:
            done = await carry(errand, self._transport, pay, progress, unknown)
        except SendError as error:
            await self._failed(errand, error)
        except _Erased:
            await self._take_back(errand, out)
        except Exception as error:  # a fault of ours or of the transport: nobody knows what left
            code = f"bug:{type(error).__name__}"
            await self._failed(errand, SendError("retry", code, maybe_sent=True))
        else:
            await self._done(errand, done, out)

    async def _done(self, errand: Errand, done: Done, out: list[str]) -> None:
        self._taken(errand, done.sent)
        self.counts[done.ending] += 1
        if await self.until_it_works(outcomes.done, errand, done):
            log.info(done.ending, row=errand.row, kind=errand.kind)
        elif done.ending == "sent":
            await self._take_back(errand, [*out, *done.sent.message_ids])

    async def _failed(self, errand: Errand, error: SendError) -> None:
        self.counts[error.reaction] += 1
        log.warning(error.reaction, row=errand.row, kind=errand.kind, code=error.code)
        if error.after is not None:
            self._pacing.told_to_wait(errand.chat, error.after)
        if error.reaction == "operator":
            await self.stop(error.code)
        await self.until_it_works(outcomes.failed, errand, error)

    async def stop(self, code: str) -> None:
        """The channel is at a stand; one chat is tried again after a while."""
        self._pacing.hold(STOPPED_FOR)
        if not self.at_fault:
            self.at_fault = code
            log.error("channel stopped", channel=self._ledger.channel, code=code)
            await self.until_it_works(outcomes.stopped, code)

    def _taken(self, errand: Errand, sent: Sent) -> None:
        self._pacing.taken()
        self._pacing.said_besides(errand.chat, len(sent.message_ids) - 1)
        if self.at_fault:
            log.info("channel runs again", channel=self._ledger.channel)
            self.at_fault = ""

    async def _take_back(self, errand: Errand, message_ids: list[str]) -> None:
        """It went out to somebody who was forgotten meanwhile: nothing of it shall stay there."""
        self.counts["taken_back"] += 1
        log.info("taken back", row=errand.row, kind=errand.kind)
        for message_id in message_ids:
            try:
                await self._transport.delete(errand.address, message_id)
            except SendError as error:
                log.warning("not taken back", row=errand.row, code=error.code)
