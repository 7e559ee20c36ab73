"""How fast a channel may be used: so much a second overall, less in one chat, and pauses obeyed."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol


class Tempo(Protocol):
    """Time inside the program: it never jumps, whatever is done to the clock on the wall."""

    def now(self) -> float:
        """Seconds since some moment."""

    async def sleep(self, seconds: float) -> None:
        """Come back so many seconds later."""

    async def wait(self, for_: asyncio.Event, seconds: float) -> None:
        """Come back when something happens, or so many seconds later."""


class Monotonic:
    """The machine's own monotonic clock."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Come back so many seconds later."""
        await asyncio.sleep(seconds)

    async def wait(self, for_: asyncio.Event, seconds: float) -> None:
        """Come back when something happens, or so many seconds later."""
        # not wait_for: on Python 3.11 it loses a cancellation that comes together with the event
        try:
            async with asyncio.timeout(seconds):
                await for_.wait()
        except TimeoutError:
            pass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, after `burst` that may go at once."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What a channel bears: calls overall, and messages in one chat.

    `shared`: whether chats that are told to wait one after the other share a limit of the bot's own.
    """

    overall: Rate
    chat: Rate
    shared: bool = True


# Telegram: about 30 calls a second for a bot, 1 message a second in a chat; exact limits are not
# told. A burst and the rate after it together stay within 30 in any second.
PACES = {
    "telegram": Pace(overall=Rate(25, 5), chat=Rate(1, 4)),
    "whatsapp": Pace(overall=Rate(70, 10), chat=Rate(1, 4)),
    # each address is kept waiting by its own server
    "email": Pace(overall=Rate(2, 4), chat=Rate(1, 4), shared=False),
}

SAME_REFUSAL = 3
"""So many chats told to wait, and nothing taken in between: then the limit is the bot's own."""


class Bucket:
    """A limit that refills steadily: `ready_at` says when the next may go."""

    __slots__ = ("_full_at", "_rate")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._full_at = float("-inf")

    def ready_at(self) -> float:
        """From when on one more may go."""
        return self._full_at - (self._rate.burst - 1) / self._rate.per_second

    def take(self, now: float) -> None:
        """One goes now."""
        self._full_at = max(self._full_at, now) + 1 / self._rate.per_second

    def give_back(self) -> None:
        """One did not go after all."""
        self._full_at -= 1 / self._rate.per_second

    def rested(self, now: float) -> bool:
        """Whether it is full, as if never used."""
        return self._full_at <= now


class Pacing:
    """The limits of one channel, and who must wait how long."""

    def __init__(self, pace: Pace, tempo: Tempo) -> None:
        self._pace, self._tempo = pace, tempo
        self._overall = Bucket(pace.overall)
        self._overall_from = float("-inf")
        self._chats: dict[str, Bucket] = {}
        self._chats_from: dict[str, float] = {}
        self._told_to_wait: dict[str, float] = {}
        self._turnstile = asyncio.Lock()

    async def enter(self, chat: str, *, message: bool = True) -> None:
        """Wait for leave to make one call; `message` is false for what adds none to the chat.

        Whoever comes first goes first, so that no chat with much to say makes others wait for it.
        """
        while message and (pause := self._chat_from(chat) - self._tempo.now()) > 0:
            await self._tempo.sleep(pause)
        async with self._turnstile:  # a lock lets go in the order of coming
            while (pause := self.resting()) > 0:
                await self._tempo.sleep(pause)
            now = self._tempo.now()
            self._overall.take(now)
            if message:
                self._chats.setdefault(chat, Bucket(self._pace.chat)).take(now)

    def said_besides(self, chat: str, messages: int) -> None:
        """The call added more than one message: an album is as many as it has pictures."""
        now = self._tempo.now()
        for _ in range(messages):
            self._overall.take(now)
            self._chats.setdefault(chat, Bucket(self._pace.chat)).take(now)

    def not_said(self, chat: str) -> None:
        """Nothing was added to the chat after all."""
        if chat in self._chats:
            self._chats[chat].give_back()

    def resting(self) -> float:
        """Seconds until the channel may be used again; 0 or less where it may now."""
        return max(self._overall_from, self._overall.ready_at()) - self._tempo.now()

    def halted(self) -> float:
        """Seconds for which the whole channel was told to be silent."""
        return self._overall_from - self._tempo.now()

    def resting_chats(self) -> dict[str, float]:
        """Chats in which nothing may be said yet, and for how many seconds."""
        now = self._tempo.now()
        self._forget_rested(now)
        waits = {chat: self._chat_from(chat) - now for chat in {*self._chats, *self._chats_from}}
        return {chat: seconds for chat, seconds in waits.items() if seconds > 0}

    def hold(self, seconds: float, chat: str | None = None) -> None:
        """Say nothing in this chat, or in none, for so many seconds."""
        until = self._tempo.now() + seconds
        if chat is None:
            self._overall_from = max(self._overall_from, until)
        else:
            self._chats_from[chat] = max(self._chats_from.get(chat, until), until)

    def told_to_wait(self, chat: str, seconds: float) -> None:
        """The provider named a pause: it holds for the chat, or for all if it is the bot's."""
        self.hold(seconds, chat)
        self._told_to_wait[chat] = seconds
        if self._pace.shared and len(self._told_to_wait) >= SAME_REFUSAL:
            self.hold(min(self._told_to_wait.values()))

    def taken(self) -> None:
        """The provider took something, so the bot as a whole is not at its limit."""
        self._told_to_wait.clear()

    def _chat_from(self, chat: str) -> float:
        bucket = self._chats.get(chat)
        held = self._chats_from.get(chat, float("-inf"))
        return max(bucket.ready_at(), held) if bucket is not None else held

    def _forget_rested(self, now: float) -> None:
        self._chats = {c: bucket for c, bucket in self._chats.items() if not bucket.rested(now)}
        self._chats_from = {c: until for c, until in self._chats_from.items() if until > now}
