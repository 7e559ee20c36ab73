"""The updates a bot has not yet acknowledged, and the poller that fetches them."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.refusals import Refusal, conflict

DAY = timedelta(hours=24)
PRESS_LIVES = timedelta(seconds=150)
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
LONGEST_POLL = 50
FAR_AHEAD = 10  # an offset further than this beyond the newest update counts for nothing
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


@dataclass(eq=False, slots=True)
class Pending:
    """One update that waits; those of one lane reach a webhook in order, one at a time."""

    update_id: int
    lane: str
    expires_at: datetime
    body: dict[str, Any]
    gone: bool = False


class Updates:
    """Updates in order, each kept until the bot confirms it or it is too old."""

    def __init__(
        self, clock: Callable[[], datetime], changed: Callable[[Pending | None], None]
    ) -> None:
        self.clock = clock
        self.changed = changed
        self.allowed: tuple[str, ...] = ()
        self.expired: list[dict[str, Any]] = []
        self._waiting: list[Pending] = []
        self._lanes: dict[str, deque[Pending]] = {}
        self._last_id = random.randint(100_000_000, 900_000_000)
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
        self._last_id += 1
        return self._last_id

    def _keep(
        self, body: dict[str, Any], lane: str, sent_at: datetime | None, lives: timedelta
    ) -> None:
        now = self.clock()
        pending = Pending(body["update_id"], lane, (sent_at or now) + lives, body)
        if pending.expires_at <= now:
            self.expired.append(body)
            return
        self._waiting.append(pending)
        self._lanes.setdefault(lane, deque()).append(pending)
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        self.changed(pending)

    def waiting(self) -> list[Pending]:
        """What the bot has not acknowledged, oldest first."""
        now = self.clock()
        for pending in self._waiting:
            if not pending.gone and pending.expires_at <= now:
                pending.gone = True
                self.expired.append(pending.body)
        self._waiting = [pending for pending in self._waiting if not pending.gone]
        return self._waiting

    def first(self, lane: str) -> Pending | None:
        """The oldest one of a lane."""
        now = self.clock()
        queue = self._lanes.get(lane, deque())
        while queue and (queue[0].gone or queue[0].expires_at <= now):
            queue.popleft()
        if queue:
            return queue[0]
        self._lanes.pop(lane, None)
        return None

    def lanes(self) -> list[str]:
        """Where something waits, or did."""
        return list(self._lanes)

    def confirm(self, pending: Pending) -> None:
        """The bot took this one."""
        pending.gone = True
        self.changed(None)

    def forget_all(self) -> None:
        """`drop_pending_updates`."""
        for pending in self._waiting:
            pending.gone = True
        self.changed(None)

    def stop_poller(self, why: Refusal) -> None:
        """End a poll that waits, with these words."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(why)
        self._poll = None

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """getUpdates: confirm everything before `offset`, then wait for something to give."""
        if offset > self._newest() + FAR_AHEAD:
            offset = 0
        self._confirm_before(offset)
        end = asyncio.get_running_loop().time() + min(max(seconds, 0), LONGEST_POLL)
        while not (found := self._from(offset)):
            left = end - asyncio.get_running_loop().time()
            if left <= 0 or not await self._something(left):
                return []
        return [pending.body for pending in found[: min(max(limit, 1), 100)]]

    def _newest(self) -> int:
        return max([self._last_id, *(pending.update_id for pending in self._waiting)])

    async def _something(self, seconds: float) -> bool:
        self.stop_poller(conflict(OTHER_POLLER))
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
        kept = waiting[offset:] if offset < 0 else self._from(offset)
        if len(kept) != len(waiting):
            keep = set(kept)
            for pending in waiting:
                pending.gone = pending not in keep
            self.changed(None)

    def _from(self, offset: int) -> list[Pending]:
        return [p for p in self.waiting() if offset <= 0 or p.update_id >= offset]
