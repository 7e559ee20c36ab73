"""The updates a bot has not yet acknowledged, and the poller that fetches them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.refusals import Refusal, conflict

DAY = timedelta(hours=24)
PRESS_LIVES = timedelta(seconds=150)
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
LONGEST_POLL = 50
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True)
class Pending:
    """One update that waits; those of one lane reach a webhook in order, one at a time."""

    update_id: int
    lane: str
    expires_at: datetime
    body: dict[str, Any]


class Updates:
    """Updates in order, each kept until the bot confirms it or it is too old."""

    def __init__(self, clock: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self.clock = clock
        self.changed = changed
        self.allowed: tuple[str, ...] = ()
        self.expired: list[dict[str, Any]] = []
        self._waiting: list[Pending] = []
        self._next_id = random.randint(100_000_000, 900_000_000)
        self._poll: asyncio.Future[None] | None = None

    def ask_for(self, allowed: list[str] | None) -> None:
        """`allowed_updates`: left out keeps the last ones, an empty list is the usual ones."""
        if allowed is not None:
            self.allowed = tuple(dict.fromkeys(allowed))

    def add(self, kind: str, payload: Any, *, lane: str, sent_at: datetime | None = None) -> None:
        """A new update, unless the bot did not ask for its kind or it is too old already."""
        if kind not in self.allowed and (self.allowed or kind in NOT_BY_DEFAULT):
            return
        lives = PRESS_LIVES if kind == "callback_query" else DAY
        self._keep({"update_id": self._take_id(), kind: payload}, lane, sent_at, lives)

    def add_raw(self, raw: dict[str, Any]) -> None:
        """Any update at all, as it is; an id is added unless it has one."""
        body = {**raw} if "update_id" in raw else {"update_id": self._take_id(), **raw}
        self._keep(body, "raw", None, DAY)

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _keep(
        self, body: dict[str, Any], lane: str, sent_at: datetime | None, lives: timedelta
    ) -> None:
        expires_at = (sent_at or self.clock()) + lives
        self._waiting.append(Pending(body["update_id"], lane, expires_at, body))
        self._drop_expired()
        self.wake()
        self.changed()

    def _drop_expired(self) -> None:
        now = self.clock()
        self.expired += [pending.body for pending in self._waiting if pending.expires_at <= now]
        self._waiting = [pending for pending in self._waiting if pending.expires_at > now]

    def waiting(self) -> list[Pending]:
        """What the bot has not acknowledged, oldest first."""
        self._drop_expired()
        return list(self._waiting)

    def confirm(self, pending: Pending) -> None:
        """The bot took this one."""
        if pending in self._waiting:
            self._waiting.remove(pending)
            self.changed()

    def forget_all(self) -> None:
        """`drop_pending_updates`."""
        self._waiting.clear()
        self.changed()

    def wake(self) -> None:
        """Let a waiting poller look again."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def stop_poller(self, why: Refusal) -> None:
        """End a poll that waits, with these words."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(why)
        self._poll = None

    async def poll(self, offset: int, limit: int, wait: float) -> list[dict[str, Any]]:
        """getUpdates: confirm everything before `offset`, then wait for something to give."""
        self.stop_poller(conflict(OTHER_POLLER))
        self._confirm_before(offset)
        end = asyncio.get_running_loop().time() + min(max(wait, 0), LONGEST_POLL)
        while not (found := self._from(offset)):
            left = end - asyncio.get_running_loop().time()
            if left <= 0 or not await self._something(left):
                return []
        return [pending.body for pending in found[: limit if 1 <= limit <= 100 else 100]]

    async def _something(self, seconds: float) -> bool:
        mine = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            return False
        finally:
            if self._poll is mine:
                self._poll = None
        return True

    def _confirm_before(self, offset: int) -> None:
        waiting = self.waiting()
        if offset < 0:
            kept = waiting[offset:]
        else:
            kept = [pending for pending in waiting if pending.update_id >= offset]
        if len(kept) != len(waiting):
            self._waiting = kept
            self.changed()

    def _from(self, offset: int) -> list[Pending]:
        return [p for p in self.waiting() if offset <= 0 or p.update_id >= offset]
