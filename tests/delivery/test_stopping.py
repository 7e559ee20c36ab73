"""Delivery ends when it is told to, whatever happens at that moment."""

import asyncio

from bot.pacing import Monotonic


async def test_a_cancellation_is_never_lost() -> None:
    """Called and cancelled in the same turn of the loop: the one that waits ends, every time."""
    for _ in range(50):
        called = asyncio.Event()
        ended = asyncio.Event()

        async def wait_for_ever(
            called: asyncio.Event = called, ended: asyncio.Event = ended
        ) -> None:
            try:
                while True:
                    called.clear()
                    await Monotonic().wait(called, 60)
            finally:
                ended.set()

        waiting = asyncio.create_task(wait_for_ever())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        called.set()
        await asyncio.sleep(0)
        waiting.cancel()
        async with asyncio.timeout(5):
            await asyncio.gather(waiting, return_exceptions=True)
        assert ended.is_set()
