"""The webhook: who may use it, and what is answered when."""

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.telegram_bot import TelegramBot
from bot.telegram_in import ALLOWED_UPDATES
from bot.telegram_intake import intake
from bot.telegram_webhook import add_telegram, set_webhook
from bot.transport import NotTaken, SendError
from bot.web import LARGEST_BODY, make_app, serve
from handlers.messages import Incoming

SECRET = "council_Secret-1"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Door:
    """A council's web server and what came through it."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.kept: list[tuple[bytes, str]] = []
        self.away = False
        self.full = False
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.busy = asyncio.Event()
        self.entered = 0
        self.well = True

    async def take(self, incoming: Incoming) -> None:
        self.entered += 1
        self.busy.set()
        await self.gate.wait()
        if self.away:
            raise NotTaken
        if self.fault is not None:
            raise self.fault
        self.taken.append(incoming)

    async def keep(self, body: bytes, error: str) -> None:
        if self.full:
            raise NotTaken
        self.kept.append((body, error))

    async def database(self) -> bool:
        if self.fault is not None:
            raise self.fault
        return self.well

    async def open(self) -> None:
        app = make_app({"database": self.database})
        add_telegram(app, secret=SECRET, take=intake(42, self.take, self.keep), keep=self.keep)
        self.runner, port = await serve(app, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{port}"

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> Any:
        given = {HEADER: SECRET} if headers is None else headers
        url = f"{self.address}/telegram"
        async with aiohttp.request("POST", url, data=BytesIO(body), headers=given) as answer:
            return answer.status, answer.headers.get("Retry-After")


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    await door.open()
    yield door
    await door.runner.cleanup()


def text(words: str, **more: Any) -> bytes:
    who = {"id": 7, "type": "private", "first_name": "Nodira", "is_bot": False}
    message = {"message_id": 1, "date": 1, "chat": who, "from": who, "text": words, **more}
    return json.dumps({"update_id": 1, "message": message}).encode()


@pytest.mark.parametrize(
    "headers",
    [{}, {HEADER: ""}, {HEADER: SECRET[:-1]}, {HEADER: SECRET + "x"}, {HEADER: "sirr-ключ"}],
)
async def test_strangers(headers: dict[str, str], door: Door) -> None:
    """Without the secret nothing is read."""
    assert await door.post(text("salom"), headers) == (403, None)
    assert (door.taken, door.kept) == ([], [])


async def test_taken(door: Door) -> None:
    """An update is answered once it is taken, and not before."""
    door.gate.clear()
    posting = asyncio.create_task(door.post(text("salom")))
    await asyncio.wait_for(door.busy.wait(), 5)
    assert not posting.done()
    door.gate.set()
    assert await posting == (200, None)
    assert [incoming.text for incoming in door.taken] == ["salom"]


async def test_not_taken(door: Door) -> None:
    """While the database is away Telegram is asked to come again."""
    door.away = True
    assert await door.post(text("salom")) == (503, "5")
    assert door.kept == []
    door.full = True
    assert await door.post(b"no json") == (503, "5")
    assert door.kept == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "JSONDecodeError"),
        (b"no json", "JSONDecodeError"),
        (b"[]", "ValueError"),
        (b"5", "ValueError"),
        (b"[" * 100_000, "ValueError"),
        (b'{"message": "\xff"}', "Unparsable: message"),
        (text("x", message_id="x"), "Unparsable: message_id"),
        (text("x").replace(b": 1,", b": " + b"9" * 5000 + b",", 2), "Unparsable: message_id"),
    ],
)
async def test_what_is_no_update(body: bytes, error: str, door: Door) -> None:
    """What cannot be understood is kept and answered with 200, so that it does not come again."""
    with capture_logs() as logs:
        assert await door.post(body) == (200, None)
    assert [fault for _, fault in door.kept] == [error]
    assert [line["event"] for line in logs] == ["not understood"]


async def test_a_broken_handler(door: Door) -> None:
    """A fault of ours is kept with its name, and its words stay out of the log."""
    door.fault = RuntimeError("Nodira wrote salom")
    with capture_logs() as logs:
        assert await door.post(text("salom")) == (200, None)
    assert [(json.loads(body)["update_id"], error) for body, error in door.kept] == [
        (1, "RuntimeError")
    ]
    assert "Nodira" not in str(logs)


async def test_too_large(door: Door) -> None:
    """No body larger than any update is read."""
    status, _ = await door.post(b"x" * (LARGEST_BODY + 1))
    assert status == 413
    assert door.kept == []


async def test_other_ways_in(door: Door) -> None:
    """Only POST, only there."""
    async with aiohttp.request("GET", f"{door.address}/telegram") as answer:
        assert answer.status == 405
    async with aiohttp.request("POST", f"{door.address}/other") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("well", "fault", "status", "found"),
    [(True, None, 200, True), (False, None, 503, False), (True, OSError("x"), 503, False)],
)
async def test_health(
    well: bool, fault: Exception | None, status: int, found: bool, door: Door
) -> None:
    """Health is 200 when every part works, and names the parts."""
    door.well, door.fault = well, fault
    async with aiohttp.request("GET", f"{door.address}/health") as answer:
        assert answer.status == status
        assert await answer.json() == {"database": found}


async def test_with_telegram(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, door: Door
) -> None:
    """Telegram delivers in order, comes again while the database is away, and loses nothing."""
    door.away = True
    await set_webhook(bot, f"{door.address}/telegram", SECRET)
    for words in ("one", "two", "three"):
        await nodira.write(words)
    await telegram.update({"message": {"chat": "?"}})
    await telegram.wait(lambda: door.entered > 2)
    door.away = False
    await telegram.wait(lambda: not telegram.pending())
    assert [one.text for one in door.taken] == ["/start", "one", "two", "three"]
    assert [error for _, error in door.kept] == ["Unparsable: chat"]


async def test_set_webhook(telegram: TelegramSandbox, bot: TelegramBot, door: Door) -> None:
    """Telegram is told the address, the secret and what is wanted; nothing that waits is dropped."""
    await set_webhook(bot, f"{door.address}/telegram", SECRET, connections=7)
    assert telegram.calls[-1].params == {
        "url": f"{door.address}/telegram",
        "secret_token": SECRET,
        "allowed_updates": list(ALLOWED_UPDATES),
        "max_connections": 7,
        "drop_pending_updates": False,
    }


async def test_webhook_refused(bot: TelegramBot, door: Door) -> None:
    """What Telegram or the rules refuse is said."""
    with pytest.raises(SendError) as caught:
        await set_webhook(bot, "http://council.example/telegram", SECRET)
    assert caught.value.reaction == "refused"
    for secret in ("", "with space", "x" * 257):
        with pytest.raises(ValueError, match="secret"):
            await set_webhook(bot, door.address, secret)
        with pytest.raises(ValueError, match="secret"):
            add_telegram(
                make_app({}), secret=secret, take=intake(42, door.take, door.keep), keep=door.keep
            )
