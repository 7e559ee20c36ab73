"""What people see of the bot before they write: its name, what it is for, its commands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.telegram_bot import TelegramBot
from bot.telegram_errors import understand

PRIVATE_CHATS = {"type": "all_private_chats"}


@dataclass(frozen=True, slots=True)
class Profile:
    """The bot in one language; what is empty is left as it is. Commands have no slash."""

    name: str = ""
    description: str = ""
    short_description: str = ""
    commands: tuple[tuple[str, str], ...] = ()


TEXTS = {
    # field of a profile: (method that reads it, method that writes it)
    "name": ("getMyName", "setMyName"),
    "description": ("getMyDescription", "setMyDescription"),
    "short_description": ("getMyShortDescription", "setMyShortDescription"),
}


async def set_up(bot: TelegramBot, profiles: Mapping[str, Profile]) -> int:
    """Set what differs, by two-letter language ("" for all others); gives the number of changes.

    Languages that Telegram cannot tell apart, those of three letters, fall back to "". Telegram
    lets a name be changed only a few times a day. Raises SendError.
    """
    changes = 0
    fault = None
    try:
        for language, profile in profiles.items():
            if len(language) in (0, 2):
                changes += await _set_texts(bot, language, profile)
                changes += await _set_commands(bot, language, profile)
        return changes
    except Exception as error:
        fault = understand(error)
    if fault is not None:
        raise fault
    return changes


async def _set_texts(bot: TelegramBot, language: str, profile: Profile) -> int:
    changes = 0
    for field, (reads, writes) in TEXTS.items():
        wanted = getattr(profile, field)
        where = {"language_code": language}
        if wanted and (await bot.call(reads, where)).get(field) != wanted:
            await bot.call(writes, {**where, field: wanted})
            changes += 1
    return changes


async def _set_commands(bot: TelegramBot, language: str, profile: Profile) -> int:
    wanted = [{"command": name, "description": words} for name, words in profile.commands]
    where: dict[str, Any] = {"language_code": language, "scope": PRIVATE_CHATS}
    if not wanted or await bot.call("getMyCommands", where) == wanted:
        return 0
    await bot.call("setMyCommands", {**where, "commands": wanted})
    return 1
