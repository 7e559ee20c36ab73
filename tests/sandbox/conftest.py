"""A Telegram on this machine, python-telegram-bot's own client, and a plain one for odd calls."""

import os
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sandbox_kit import Ask, Clock

os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.specification import bot_api
from bot.sandbox.telegram import Phone, TelegramSandbox


@pytest.fixture
def clock() -> Clock:
    """The sandbox's clock."""
    return Clock()


@pytest.fixture
async def telegram(clock: Clock) -> AsyncIterator[TelegramSandbox]:
    """Telegram; afterwards all it said is held against the specification."""
    sandbox = TelegramSandbox(clock=clock, webhook_hurry=0.005)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()
    for call in sandbox.calls:
        if call.status == 200 and call.method != "getUpdates":  # which may hold raw ones
            returns = bot_api().methods[call.method].returns
            assert bot_api().fault(call.result, returns, call.method) is None


@pytest.fixture
async def bot(telegram: TelegramSandbox) -> AsyncIterator[Bot]:
    """The library's own client over its own wire."""
    # loading certificates nobody asks for takes longer than most tests
    wires = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
    yield Bot(
        telegram.token,
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
        get_updates_request=wires[0],
        request=wires[1],
    )
    for wire in wires:
        await wire.shutdown()


@pytest.fixture
async def ask(telegram: TelegramSandbox) -> AsyncIterator[Ask]:
    """Call a method with JSON and get the whole answer."""
    async with aiohttp.ClientSession() as http:

        async def call(method: str, **params: Any) -> dict[str, Any]:
            url = f"{telegram.base_url}{telegram.token}/{method}"
            async with http.post(url, json=params) as answer:
                body: dict[str, Any] = await answer.json()
                assert answer.status == body.get("error_code", 200)
                return body

        yield call


@pytest.fixture
async def leyla(telegram: TelegramSandbox) -> Phone:
    """A person who has pressed Start, and whom the bot has heard."""
    phone = telegram.phone("Leyla Aliyeva", language_code="az")
    await phone.start()
    telegram.updates.forget_all()
    return phone
