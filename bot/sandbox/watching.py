"""Who watches the chats: the page that draws them, and tests that wait for something."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bot.sandbox.bubbles import Event

log = logging.getLogger(__name__)


class Watched:
    """Tells listeners what changed and wakes those who wait."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._waiters: set[asyncio.Future[None]] = set()

    def text(self) -> str:
        """What there is to see, for somebody who waited in vain."""
        raise NotImplementedError

    def listen(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call this at every change of any chat; the result takes it back."""
        self._listeners.append(callback)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners.remove(callback)

        return stop

    def announce(self, event: Event) -> None:
        """Something changed on a screen."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception as error:  # a bad listener is not the bot's fault
                log.warning("listener failed: %s", type(error).__name__)
        self.wake()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        for waiter in list(self._waiters):
            if not waiter.done():
                waiter.set_result(None)

    async def wait(
        self,
        condition: Callable[[], object],
        timeout: float = 5.0,  # noqa: ASYNC109 the caller's own bound, told in the error
    ) -> Any:
        """The first truthy value of `condition`, asked after every change.

        An AssertionError, IndexError or KeyError inside it means "not yet". TimeoutError shows all
        chats and the last calls.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while True:
            with suppress(AssertionError, LookupError):
                value = condition()
                if value:
                    return value
            left = end - loop.time()
            if left <= 0:
                raise TimeoutError(f"nothing of the kind within {timeout} s\n{self.text()}")
            # things outside, a database say, change without telling us: look again all the same
            await self._change(min(left, 0.05))

    async def _change(self, seconds: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait((waiter,), timeout=seconds)
        finally:
            self._waiters.discard(waiter)
