"""Telegram by long polling, where nothing is confirmed before it is taken."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import structlog

from bot.telegram_bot import TelegramBot
from bot.telegram_errors import understand
from bot.telegram_fields import maybe_thing
from bot.telegram_in import ALLOWED_UPDATES
from bot.telegram_intake import Take
from bot.transport import ChannelStopped, NotTaken

Update = dict[str, Any]

LONGEST_WAIT = 50
"""Seconds that Telegram waits at most for something to happen."""

log = structlog.get_logger()


class Pauses:
    """Growing pauses, each a little different, so that many bots do not come back at once."""

    def __init__(self, first: float = 1.0, longest: float = 60.0) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    async def wait(self, at_least: float = 0.0) -> None:
        """Wait the next pause, or as long as Telegram asked."""
        pause = self._next * random.uniform(0.5, 1.0)  # noqa: S311  not a secret
        self._next = min(self._next * 2, self._longest)
        await asyncio.sleep(max(pause, at_least))

    def end(self) -> None:
        """All is well again: the next pause is the first one."""
        self._next = self._first


async def poll(
    bot: TelegramBot, take: Take, *, seconds: int = LONGEST_WAIT, pauses: Pauses | None = None
) -> None:
    """Hand every update to `take` until cancelled; raises ChannelStopped where polling is no use.

    Chats are served side by side, each in order. Telegram forgets an update when the next call
    names a higher number, so that call waits until all before it are taken. `take` raises NotTaken
    to have an update sent again; any other error of its own loses that update and is logged.
    """
    pauses = pauses or Pauses()
    await _without_webhook(bot, pauses)
    taken: set[int] = set()
    offset: int | None = None
    while True:
        updates = await _updates(bot, offset, seconds, pauses)
        await _take_all(updates, take, taken)
        confirmed = _confirmed(updates, taken)
        # numbers may start anywhere after an idle week: an offset is used once and forgotten
        offset = confirmed[-1] + 1 if confirmed else None
        taken.difference_update(confirmed)
        if len(confirmed) == len(updates):
            pauses.end()
        else:
            log.warning("updates wait", channel="telegram", count=len(updates) - len(confirmed))
            await pauses.wait()


async def _without_webhook(bot: TelegramBot, pauses: Pauses) -> None:
    """Polling and a webhook exclude each other; nothing that waits is dropped."""
    while True:
        try:
            await bot.call("deleteWebhook", {"drop_pending_updates": False})
            return
        except Exception as error:
            at_least = _pause_for(error)
        await pauses.wait(at_least)


async def _updates(
    bot: TelegramBot, offset: int | None, seconds: int, pauses: Pauses
) -> list[Update]:
    """What has happened; waits until the network is back."""
    asked = {
        "offset": offset,
        "timeout": min(seconds, LONGEST_WAIT),
        "allowed_updates": ALLOWED_UPDATES,
    }
    while True:
        try:
            updates = await bot.call("getUpdates", asked, read_timeout=seconds + 10.0)
            # an answer of another shape is garbage like any other, and asked for again
            return [{**update, "update_id": int(update["update_id"])} for update in updates]
        except Exception as error:
            at_least = _pause_for(error)
        await pauses.wait(at_least)


def _pause_for(error: Exception) -> float:
    """Seconds Telegram asked to wait; raises ChannelStopped for what no waiting mends."""
    fault = understand(error)
    if fault is None:
        return 0.0
    if fault.reaction == "operator":
        raise ChannelStopped(fault.code) from None
    log.warning("polling pauses", channel="telegram", error=fault.code)
    return fault.after or 0.0


async def _take_all(updates: Iterable[Update], take: Take, taken: set[int]) -> None:
    """Chats side by side, each in order."""
    chats: defaultdict[object, list[Update]] = defaultdict(list)
    for update in updates:
        if update.get("update_id") not in taken:
            chats[_chat(update)].append(update)
    async with asyncio.TaskGroup() as group:
        for queue in chats.values():
            group.create_task(_take_in_order(queue, take, taken))


async def _take_in_order(queue: list[Update], take: Take, taken: set[int]) -> None:
    for update in queue:
        try:
            await take(update)
        except NotTaken:
            return
        except Exception as error:
            log.error("update lost", channel="telegram", error=type(error).__name__)
        taken.add(update["update_id"])


def _confirmed(updates: Iterable[Update], taken: set[int]) -> list[int]:
    """The numbers of the updates up to the first that is not taken."""
    numbers: list[int] = []
    for update in updates:
        if update["update_id"] not in taken:
            break
        numbers.append(update["update_id"])
    return numbers


def _chat(update: Update) -> object:
    """What keeps updates in order: their chat, else the person, else nothing but themselves."""
    event = next((maybe_thing(update, kind) for kind in ALLOWED_UPDATES if kind in update), {})
    holders = ((maybe_thing(event, "message"), "chat"), (event, "chat"), (event, "from"))
    for holder, name in holders:
        number = maybe_thing(holder, name).get("id")
        if isinstance(number, int):
            return "chat", number
    return "update", update["update_id"]
