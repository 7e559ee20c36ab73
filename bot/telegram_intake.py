"""Between a raw update and the council: understood and taken, or kept for a human."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.telegram_in import parse
from bot.transport import NotTaken, Unparsable
from handlers.messages import Incoming

Take = Callable[[dict[str, Any]], Awaitable[None]]
"""Takes one raw update. It returned: stored for good. It raised NotTaken: send it again."""

TakeIncoming = Callable[[Incoming], Awaitable[None]]

Keep = Callable[[bytes, str], Awaitable[None]]
"""Keeps what could not be understood, with the name of the fault, for a human to look at."""

log = structlog.get_logger()


def intake(bot_id: int, take: TakeIncoming, keep: Keep) -> Take:
    """Make a taker of raw updates, which raises NotTaken and nothing else."""

    async def take_raw(raw: dict[str, Any]) -> None:
        try:
            incoming = parse(raw, bot_id)
            if incoming is not None:
                await take(incoming)
        except NotTaken:
            raise
        except Exception as error:
            await keep_safely(keep, json.dumps(raw).encode(), error)

    return take_raw


async def keep_safely(keep: Keep, body: bytes, error: Exception) -> None:
    """Keep these bytes; where even that fails, raise NotTaken, so that they come again."""
    fault = type(error).__name__
    if isinstance(error, Unparsable):
        fault = f"{fault}: {error}"
    log.error("not understood", channel="telegram", error=fault)
    kept = False
    try:
        await keep(body, fault)
        kept = True
    except NotTaken:
        pass
    except Exception as another:
        log.error("not kept", channel="telegram", error=type(another).__name__)
    if not kept:
        raise NotTaken
