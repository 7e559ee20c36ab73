"""The menu of commands in members' chats and the Service's: theirs as long as they are that."""

import asyncio
from typing import Any

import structlog

from bot.telegram_bot import TelegramBot
from bot.telegram_errors import understand
from handlers import profile
from handlers.charter import Charter
from storage.database import Database

log = structlog.get_logger()

EVERY = 60.0
"""Seconds between two looks at who sits in the council."""

Commands = tuple[tuple[str, str], ...]


class MembersCommands:
    """What Telegram was told of each one's commands; only what differs is told again."""

    def __init__(self, bot: TelegramBot, database: Database, charter: Charter) -> None:
        self.bot, self.database, self.charter = bot, database, charter
        self._told: dict[str, Commands] = {}

    async def keep(self) -> None:
        """Look again and again; a failure is no reason to stop."""
        while True:
            try:
                await self.bring_up_to_date()
            except Exception as error:
                log.warning("commands not set", channel="telegram", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def bring_up_to_date(self) -> int:
        """Tell Telegram of whoever was seated, left, or changed the language; gives how many."""
        changes = 0
        wanted = await asyncio.to_thread(self._wanted)
        gone: dict[str, Commands] = dict.fromkeys(self._told.keys() - wanted.keys(), ())
        for address, commands in (wanted | gone).items():
            if self._told.get(address) == commands:
                continue
            try:
                changes += await self._tell(address, commands)
            except Exception as error:  # one chat may be closed to us; the others go on
                fault = understand(error)
                if fault is None:
                    raise
                log.warning("commands not set", channel="telegram", error=fault.code)
                if fault.reaction in ("retry", "operator"):
                    return changes
            self._told[address] = commands
        return changes

    def _wanted(self) -> dict[str, Commands]:
        with self.database.read() as session:
            theirs = profile.commands_of_members(session, self.charter, "telegram")
            return theirs | profile.commands_of_recipients(session, self.charter, "telegram")

    async def _tell(self, address: str, commands: Commands) -> int:
        where: dict[str, Any] = {"scope": {"type": "chat", "chat_id": int(address)}}
        wanted = [{"command": name, "description": words} for name, words in commands]
        if await self.bot.call("getMyCommands", where) == wanted:
            return 0
        if wanted:
            await self.bot.call("setMyCommands", {**where, "commands": wanted})
        else:
            await self.bot.call("deleteMyCommands", where)
        return 1
