"""The real program with WhatsApp, killed where it hurts and started again."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from process import TOKEN, BotProcess, on_whatsapp, sees

from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.twilio import RestCall, TwilioSandbox, WhatsAppPhone

NUMBER = "+994500000001"
LONG = 45.0
"""Longer than Twilio is given to bring a message itself before it is looked for in its list."""


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioSandbox]:
    """A Twilio that outlives every process of the bot."""
    sandbox = TwilioSandbox(hurry=0.3)
    sandbox.approves_at_once = True
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def bot(twilio: TwilioSandbox, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """A bot that runs, and is gone at the end."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    telegram = TelegramSandbox(token=TOKEN)
    await telegram.start()
    process = BotProcess(telegram, tmp_path, **on_whatsapp(twilio, port))
    code, printed = await process.command("templates", "sync", "--yes")
    assert code == 0, printed
    await process.start()
    yield process
    if process.running is not None:
        await process.kill()
    await telegram.stop()


async def reads(phone: WhatsAppPhone, text: str, times: int = 1) -> str:
    """Wait until this stands on the phone so many times; gives the newest."""

    def found() -> str:
        shown = [bubble.text for bubble in phone.chat if not bubble.mine and text in bubble.text]
        return shown[-1] if len(shown) >= times else ""

    return str(await phone.world.wait(found, LONG))


def _asks(call: RestCall, phone: WhatsAppPhone) -> bool:
    return call.operation == "ListMessage" and phone.user_id in str(call.query.get("To"))


async def test_killed_where_it_hurts(twilio: TwilioSandbox, bot: BotProcess) -> None:
    """Killed with a message on its way in, and with an answer that Twilio took and nobody noted:
    all of it arrives, in order and once."""
    leyla = await bot.member("Leyla")
    farid = twilio.phone("Farid", number=NUMBER, user_id="AZ.1234ABCDEF")
    await farid.write("Hello")
    await reads(farid, "Choose your language")
    await farid.press("English")
    await reads(farid, "Before you write")
    await farid.write("1")
    await reads(farid, "Choose a number")
    await farid.write("How can I learn the language?")
    await bot.kill()
    await farid.voice()
    await farid.write("And my wife?")
    await twilio.wait(lambda: len(twilio.given_up) >= 2, LONG)
    await bot.start()
    await reads(farid, "3 parts")
    await farid.write("1")
    await reads(farid, "Secret code")
    card = await sees(leyla, "How can I learn the language?")
    assert card.index("learn the language") < card.index("🎤") < card.index("And my wife?")
    await leyla.press("Voice and files")
    await bot.telegram.wait(lambda: leyla.last().media, LONG)
    twilio.hold_callbacks()
    twilio.faults.add("create", "accept_hang")
    await leyla.write("There are courses.", reply_to=next(b for b in leyla.chat if b.text == card))
    await sees(leyla, "This is what the writer will see")
    await leyla.press("Send")
    await reads(farid, "There are courses.")
    await bot.kill()
    asked = len(twilio.calls)
    await bot.start()
    await twilio.wait(lambda: any(_asks(call, farid) for call in twilio.calls[asked:]), LONG)
    twilio.release_callbacks()
    await sees(leyla, "has read your last answer")
    await leyla.write("Good luck!", reply_to=next(b for b in leyla.chat if "learn" in b.text))
    await sees(leyla, "This is what the writer will see")
    await leyla.press("Send")
    await reads(farid, "Good luck!")
    said = [bubble.text for bubble in farid.chat if not bubble.mine]
    assert sum("There are courses." in text for text in said) == 1
    assert sum("Secret code" in text for text in said) == 1
    assert twilio.leaked == []
