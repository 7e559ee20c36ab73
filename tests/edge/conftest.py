"""A Telegram on this machine, and the bot's way to it."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    """Telegram."""
    sandbox = TelegramSandbox(webhook_hurry=0.01)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def bot(telegram: TelegramSandbox) -> AsyncIterator[TelegramBot]:
    """The bot, its wires open."""
    async with TelegramBot(
        telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url
    ) as bot:
        yield bot


@pytest.fixture
def transport(bot: TelegramBot) -> TelegramTransport:
    """The bot's way out."""
    return TelegramTransport(bot)


@pytest.fixture
async def nodira(telegram: TelegramSandbox) -> Phone:
    """A migrant who has pressed Start."""
    phone = telegram.phone("Nodira Karimova", language_code="uz")
    await phone.start()
    return phone


@pytest.fixture
async def samir(telegram: TelegramSandbox) -> Phone:
    """A council member who has pressed Start."""
    phone = telegram.phone("Samir Haddad", language_code="ar")
    await phone.start()
    return phone
