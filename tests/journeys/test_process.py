"""The real program, as an operator starts, stops and loses it."""

import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from process import TOKEN, BotProcess, sees

from bot.sandbox.telegram import TelegramSandbox


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    """A Telegram that outlives every process of the bot."""
    sandbox = TelegramSandbox(token=TOKEN)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def bot(telegram: TelegramSandbox, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """A bot that runs, and is gone at the end."""
    process = BotProcess(telegram, tmp_path)
    await process.start()
    yield process
    if process.running is not None:
        await process.kill()


async def test_the_whole_story_with_deaths_in_between(
    telegram: TelegramSandbox, bot: BotProcess
) -> None:
    """Killed after a draft, with a card taken but never answered for, and with an answer under way:
    everything arrives, and a reply to the unrecorded card finds its request."""
    leyla = await bot.member("Leyla")
    amara = await bot.migrant("Amara")
    await amara.write("How can I learn the language?")
    await sees(amara, "It is not sent yet")
    await bot.kill()
    telegram.faults.add("sendMessage", "accept_then_hang", times=1, chat=leyla.user_id)
    await bot.start()
    await amara.write("1")
    await sees(leyla, "How can I learn the language?")
    await bot.kill()
    await bot.start()
    await sees(amara, "Secret code")
    card = next(b for b in leyla.chat if "learn the language" in b.text)
    await leyla.write("There are free courses.", reply_to=card)
    await sees(leyla, "This is what the writer will see")
    telegram.faults.add("sendMessage", "hang", times=1, chat=amara.user_id)
    await leyla.press("Send")
    await sees(leyla, "Taken for")
    await bot.kill()
    await bot.start()
    await sees(amara, "There are free courses.")
    await amara.press("Helped")
    await sees(amara, "Thank you. If something is missing")


async def test_a_second_process_refuses(bot: BotProcess) -> None:
    """Two bots on one file: the second says why, and the first goes on."""
    code, printed = await bot.command("run")
    assert code == 1
    assert "already runs" in printed
    await bot.migrant("Amara")


async def test_it_stops_when_asked(bot: BotProcess) -> None:
    """SIGTERM ends it cleanly."""
    assert await bot.kill(signal.SIGTERM) == 0


async def test_webhook_and_fresh_keys_while_it_runs(
    telegram: TelegramSandbox, bot: BotProcess
) -> None:
    """The same people go on over a webhook, and do not notice that keys are changed."""
    amara = await bot.migrant("Amara")
    await bot.kill(signal.SIGTERM)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bot.environment |= {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-this-test-alone",
        "PORT": str(port),
    }
    await bot.start()
    await amara.write("How can I learn the language?")
    await sees(amara, "It is not sent yet")
    code, printed = await bot.command("keys", "rotate")
    assert code == 0, printed
    await amara.press("Send")
    await sees(amara, "no council member who can read it")


async def test_a_wrong_token_stops_and_says_so(tmp_path: Path, telegram: TelegramSandbox) -> None:
    """Telegram refuses the bot: it ends with one clear line and no token in it."""
    bot = BotProcess(telegram, tmp_path, TELEGRAM_BOT_TOKEN="42:another-token-than-that")
    code, printed = await bot.command("run")
    assert code == 1
    assert "doctor" in printed
    assert "another-token" not in printed
