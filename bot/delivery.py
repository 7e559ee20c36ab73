"""Delivery: what stands in the outbox reaches the people it is for, in order and not too fast."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import structlog

from bot.carrier import Carrier
from bot.lane import Lane
from bot.ledger import Clock, Draw, Ledger
from bot.pacing import PACES, Monotonic, Pace, Pacing, Tempo
from bot.transport import Transport
from handlers import show
from handlers.charter import Charter
from storage.database import Database

log = structlog.get_logger()

CHATS_AT_ONCE = 30
THREADS = 4
"""For the database; what comes in must find a thread, however much goes out."""

PRESS_PATIENCE = 5.0
"""Seconds after which a button keeps its waiting sign."""


class Delivery:
    """Sends what is due through each channel's transport, at least once and never past its limits.

    `clock` tells the time by which rows fall due; pauses follow `tempo`, which never jumps. One
    delivery runs per channel and database: see `storage.leadership`.
    """

    def __init__(
        self,
        database: Database,
        transports: Mapping[str, Transport],
        charter: Charter,
        clock: Clock,
        draw: Draw = show.draw,
        *,
        tempo: Tempo | None = None,
        paces: Mapping[str, Pace] = PACES,
        chats_at_once: int = CHATS_AT_ONCE,
        grace: float = 5.0,
        looks_every: float = 1.0,
    ) -> None:
        self._transports = dict(transports)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="delivery")
        self._lanes: list[Lane] = []
        self._ledgers: dict[str, Ledger] = {}
        self._press_counts: Counter[str] = Counter()
        for channel, transport in transports.items():
            own_tempo = tempo or Monotonic()
            pacing = Pacing(paces[channel], own_tempo)
            ledger = Ledger(
                *(database, channel, charter, clock, draw),
                window=transport.window,
                meaning=transport.meaning,
            )
            self._ledgers[channel] = ledger
            carrier = Carrier(ledger, transport, pacing, own_tempo, self._threads)
            lane = Lane(
                channel,
                carrier,
                pacing,
                own_tempo,
                chats_at_once=chats_at_once,
                grace=grace,
                looks_every=looks_every,
            )
            self._lanes.append(lane)

    async def run(self) -> None:
        """Send until cancelled; what is under way then has a few seconds to finish."""
        async with asyncio.TaskGroup() as lanes:
            for lane in self._lanes:
                lanes.create_task(lane.run())

    def wake(self) -> None:
        """There may be something new; to be called in the loop's thread, after each commit."""
        for lane in self._lanes:
            lane.wake()

    async def settled(self, timeout: float, soon: float = 5.0) -> None:  # noqa: ASYNC109
        """Come back once nothing is under way or due within `soon` seconds.

        What waits for a person, for a retry further away, or for a channel at a stand does not
        count. Raises TimeoutError.
        """
        until = time.monotonic() + timeout
        while not await self._quiet(soon):
            if time.monotonic() > until:
                raise TimeoutError(f"messages are still on their way after {timeout} seconds")
            await asyncio.sleep(0.02)

    def ledger(self, channel: str) -> Ledger:
        """The book of one channel."""
        return self._ledgers[channel]

    async def stop(self, channel: str, code: str) -> None:
        """The channel itself is at fault, as was told afterwards."""
        for lane in self._lanes:
            if lane.channel == channel:
                await lane.carrier.stop(code)

    async def seen(self, channel: str, message_id: str) -> None:
        """Show somebody that their message is being read; it is no matter if that fails."""
        try:
            async with asyncio.timeout(PRESS_PATIENCE):
                await self._transports[channel].seen(message_id)
        except Exception as error:
            log.info("not shown as seen", channel=channel, error=type(error).__name__)

    async def acknowledge(self, channel: str, press_id: str, text: str = "") -> None:
        """Stop a button's waiting sign; a press that cannot be answered is not worth a retry."""
        try:
            async with asyncio.timeout(PRESS_PATIENCE):
                await self._transports[channel].answer_press(press_id, text)
        except Exception as error:
            self._press_counts["press_failed"] += 1
            log.info("press not answered", channel=channel, error=type(error).__name__)

    @property
    def counts(self) -> Counter[str]:
        """How many messages ended how since the start, over all channels."""
        return sum((lane.carrier.counts for lane in self._lanes), self._press_counts)

    @property
    def at_fault(self) -> dict[str, str]:
        """Channels at a stand, and why."""
        return {lane.channel: why for lane in self._lanes if (why := lane.carrier.at_fault)}

    async def _quiet(self, soon: float) -> bool:
        return all([await lane.quiet(soon) for lane in self._lanes])
