"""What the bot says of itself, set once and left alone when it is right."""

import pytest

from bot.sandbox.telegram import TelegramSandbox
from bot.telegram_bot import TelegramBot
from bot.telegram_profile import Profile, set_up
from bot.transport import SendError

PROFILES = {
    "": Profile(
        "Migrant Council",
        "A line to the council that speaks for you.",
        "Ask the council.",
        (("start", "Begin"), ("language", "Choose a language")),
    ),
    "uz": Profile(commands=(("start", "Boshlash"), ("language", "Til"))),
    "fil": Profile("Konseho"),
}


def changes(telegram: TelegramSandbox) -> list[tuple[str, str]]:
    return [
        (call.method, call.params.get("language_code", ""))
        for call in telegram.calls
        if call.method.startswith("set")
    ]


async def test_set_up(telegram: TelegramSandbox, bot: TelegramBot) -> None:
    """All is set the first time; the second time nothing; then only what is new."""
    assert await set_up(bot, PROFILES) == 5
    assert changes(telegram) == [
        ("setMyName", ""),
        ("setMyDescription", ""),
        ("setMyShortDescription", ""),
        ("setMyCommands", ""),
        ("setMyCommands", "uz"),
    ]
    anvar = telegram.phone("Anvar Yusupov", language_code="uz")
    assert [command["description"] for command in anvar.commands()] == ["Boshlash", "Til"]
    telegram.calls.clear()
    assert await set_up(bot, PROFILES) == 0
    assert changes(telegram) == []
    changed = {**PROFILES, "uz": Profile(commands=(("start", "Boshlash"),))}
    assert await set_up(bot, changed) == 1
    assert changes(telegram) == [("setMyCommands", "uz")]


async def test_telegram_says_no(telegram: TelegramSandbox, bot: TelegramBot) -> None:
    """A fault says what to do, and that is for whoever called."""
    telegram.faults.add("setMyName", 429, retry_after=3600)
    with pytest.raises(SendError) as caught:
        await set_up(bot, PROFILES)
    assert (caught.value.reaction, caught.value.after) == ("retry", 3600.0)
