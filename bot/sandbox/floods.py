"""Flood limits: how fast Telegram lets a bot write, and ask."""

from __future__ import annotations

import math
from collections.abc import Callable

from bot.sandbox.refusals import too_many_requests

PER_CHAT = (1.0, 5.0)  # messages a second, and how many may come at once
OVERALL = (30.0, 30.0)
PACED = {
    "copyMessage",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageText",
    "forwardMessage",
    "sendMediaGroup",
}


def is_paced(method: str) -> bool:
    """Whether calls of this method count."""
    return method in PACED or (method.startswith("send") and method != "sendChatAction")


class Floods:
    """A bucket for each chat and one for all; an empty one says how long to wait."""

    def __init__(self, pace: Callable[[], float]) -> None:
        self._pace = pace
        self._buckets: dict[object, tuple[float, float]] = {}
        self._last_poll: tuple[int, float] | None = None

    def take(self, chat: object, count: int = 1) -> None:
        """Count so many messages to this chat, or Telegram's no; what is refused costs nothing."""
        now = self._pace()
        wanted = [(("chat", str(chat)), PER_CHAT), ("all", OVERALL)]
        left = [self._left(key, limit, now) for key, limit in wanted]
        for tokens, (_, (rate, _burst)) in zip(left, wanted, strict=True):
            # a whole album passes once there is room for one, and is paid for afterwards
            if tokens < 1:
                raise too_many_requests(max(1, math.ceil((1 - tokens) / rate)))
        for tokens, (key, _) in zip(left, wanted, strict=True):
            self._buckets[key] = (tokens - count, now)

    def polled(self, offset: int, limit: int, seconds: float) -> tuple[int, float]:
        """How a poll is slowed that asks for the same again: first it waits, then it gets one."""
        now = self._pace()
        last, self._last_poll = self._last_poll, (offset, now)
        if last is not None and last[0] == offset:
            if now < last[1] + 3:
                seconds = max(seconds, 3)
            if now < last[1] + 0.5:
                limit = 1
        return limit, seconds

    def _left(self, key: object, limit: tuple[float, float], now: float) -> float:
        rate, burst = limit
        tokens, since = self._buckets.get(key, (burst, now))
        return min(burst, tokens + (now - since) * rate)
