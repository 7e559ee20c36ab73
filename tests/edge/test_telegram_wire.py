"""The wire under the Bot API: which faults mean that nothing left, and what never shows."""

import asyncio
import json
import logging
import traceback
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from telegram import InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.spool import Spool
from bot.telegram_bot import TelegramBot
from bot.telegram_wire import AiohttpRequest, NotSent

TOKEN = "42:very-secret"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers every request as told, and counts them."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[web.Request] = []
        self.arrived = asyncio.Event()

    async def __aenter__(self) -> "Server":
        async def handle(request: web.Request) -> web.StreamResponse:
            self.requests.append(request)
            self.arrived.set()
            return await self.answer(request)

        app = web.Application(client_max_size=32 << 20)
        app.router.add_route("*", "/{anything:.*}", handle)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()

    def bot(self) -> TelegramBot:
        return TelegramBot(
            TOKEN, base_url=f"{self.origin}/bot", base_file_url=f"{self.origin}/file/bot"
        )


async def reset(request: web.Request) -> web.StreamResponse:
    """Drop the connection once the request is read."""
    await request.read()
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(request: web.Request) -> web.StreamResponse:
    """Read the request and say nothing."""
    await asyncio.sleep(3600)
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    """Begin to answer and break off."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"ok": true')
    assert request.transport is not None
    request.transport.abort()
    return response


def says(body: str, status: int = 200) -> Answer:
    """Always this answer."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=body, status=status)

    return answer


def everything(error: BaseException) -> str:
    """All that a log of this error could show, its causes included."""
    shown = "".join(traceback.format_exception(error)) + repr(error)
    inner = error.__cause__ or error.__context__
    return shown + (everything(inner) if inner else "")


async def failure(bot: TelegramBot) -> TelegramError:
    async with bot:
        with pytest.raises(TelegramError) as caught:
            await bot.call("sendMessage", {"chat_id": 1, "text": "salom"}, read_timeout=0.2)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reset, NetworkError),
        (hang, TimedOut),
        (half, NetworkError),
        (says("<html>", 200), TelegramError),
        (says("[]", 200), TelegramError),
        (says("[" * 100_000, 200), TelegramError),
        (says("{}", 200), TelegramError),
        (says('{"ok": false, "parameters": {"retry_after": []}}', 429), NetworkError),
        (says('{"ok": false, "parameters": {"retry_after": "soon"}}', 429), RetryAfter),
        (says("<html>", 502), NetworkError),
        (says('{"ok": false, "description": "Bad Request: no"}', 400), BadRequest),
    ],
)
async def test_what_may_have_arrived(
    answer: Answer, kind: type[TelegramError], caplog: pytest.LogCaptureFixture
) -> None:
    """A fault after the request left is never taken for one before, and shows no token or text."""
    caplog.set_level(logging.INFO)
    async with Server(answer) as server:
        error = await failure(server.bot())
        assert len(server.requests) == 1
    assert type(error) is kind
    assert "secret" not in everything(error) + caplog.text
    assert "salom" not in str(error) + caplog.text


async def test_nobody_listens() -> None:
    """A refused connection means that nothing was sent."""
    origin = f"http://127.0.0.1:{unused_port()}/bot"
    error = await failure(TelegramBot(TOKEN, base_url=origin))
    assert isinstance(error, NotSent)
    assert "secret" not in everything(error)


async def test_no_connection_free() -> None:
    """Waiting in vain for a connection of the pool means that nothing was sent."""
    async with Server(hang) as server:
        wire = AiohttpRequest(connections=1, connect_timeout=0.1, read_timeout=5)
        async with wire:
            busy = asyncio.create_task(wire.do_request(f"{server.origin}/bot{TOKEN}/a", "POST"))
            await asyncio.wait_for(server.arrived.wait(), 5)
            with pytest.raises(NotSent) as caught:
                await wire.do_request(f"{server.origin}/bot{TOKEN}/b", "POST")
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)
    assert "secret" not in everything(caught.value)
    assert len(server.requests) == 1


async def test_a_wire_that_was_not_opened() -> None:
    """Using a closed bot is a mistake that says so."""
    with pytest.raises(NetworkError, match="not initialized"):
        await TelegramBot(TOKEN).call("getMe")


async def test_no_proxy_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Telegram is told does not go by way of whoever set a variable."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with Server(says('{"ok": true, "result": 5}')) as server, server.bot() as bot:
        assert await bot.call("getMe") == 5


async def test_enormous_numbers() -> None:
    """A number of ten thousand digits does not hide the updates beside it."""
    body = '{"ok": true, "result": [{"update_id": 1}, {"update_id": 2, "x": %s}]}' % ("9" * 10_000)
    async with Server(says(body)) as server, server.bot() as bot:
        updates = await bot.call("getUpdates")
        assert [update["update_id"] for update in updates] == [1, 2]


async def test_redirects_are_not_followed() -> None:
    """The token goes nowhere else."""

    async def elsewhere(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/other"})

    async with Server(elsewhere) as server:
        await failure(server.bot())
        assert len(server.requests) == 1


async def test_connections_are_used_again() -> None:
    """Calls one after the other share one connection."""
    async with Server(says('{"ok": true, "result": true}')) as server, server.bot() as bot:
        for _ in range(3):
            await bot.call("getMe")
        assert len({id(request.transport) for request in server.requests}) == 1


def described(size: int | None) -> str:
    told = {"file_size": size} if size else {}
    return json.dumps({"ok": True, "result": {"file_path": "documents/a b.pdf", **told}})


def file_server(size: int | None, content: bytes, status: int = 200) -> Answer:
    """Describes one file, and gives it."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/file"):
            assert request.path == f"/file/bot{TOKEN}/documents/a b.pdf"
            return web.Response(body=content, status=status)
        return web.Response(text=described(size))

    return answer


async def test_download() -> None:
    """A file within the limit is read whole."""
    async with Server(file_server(4, b"%PDF")) as server, server.bot() as bot:
        assert (await bot.download("BQAC", 4)).read() == b"%PDF"


@pytest.mark.parametrize(
    ("size", "content", "status", "kind"),
    [
        (5, b"%PDF-", 200, BadRequest),
        (None, b"%PDF-", 200, BadRequest),
        (1, b"%PDF-", 200, BadRequest),
        (4, b"", 404, BadRequest),
        (4, b"", 401, NetworkError),
        (4, b"", 429, NetworkError),
        (4, b"", 502, NetworkError),
    ],
)
async def test_no_download(
    size: int | None, content: bytes, status: int, kind: type[TelegramError]
) -> None:
    """A file too large, said to be or not, is never read whole; one that is gone is told as that."""
    async with Server(file_server(size, content, status)) as server, server.bot() as bot:
        with pytest.raises(TelegramError) as caught:
            await bot.download("BQAC", 4)
    assert type(caught.value) is kind
    assert "secret" not in everything(caught.value)


PAGES = b"%PDF-" + b"page " * 1_000_000


def large_upload() -> tuple[Spool, InputFile]:
    """Five megabytes, as they are uploaded."""
    spool = Spool()
    spool.write(PAGES)
    spool.seek(0)
    return spool, InputFile(spool, "document.pdf", read_file_handle=False)  # type: ignore[arg-type]


async def test_upload_from_disk() -> None:
    """A file goes out whole, and its length is said beforehand."""
    arrived: list[bytes] = []

    async def take(request: web.Request) -> web.StreamResponse:
        assert request.content_length is not None
        assert request.content_length > len(PAGES)
        async for part in await request.multipart():
            arrived.append(bytes(await part.read()))  # type: ignore[union-attr]
        return web.json_response({"ok": True, "result": 1})

    spool, file = large_upload()
    with spool:
        async with Server(take) as server, server.bot() as bot:
            assert await bot.call("sendDocument", {"chat_id": 5, "document": file}) == 1
    assert arrived == [b"5", PAGES]


async def test_an_answer_before_the_file_is_through() -> None:
    """Telegram may refuse a file of which it has read nothing; the rest of it troubles nobody."""
    refusal = says('{"ok": false, "description": "Request Entity Too Large"}', 413)
    async with Server(refusal) as server, server.bot() as bot:
        for _ in range(3):
            spool, file = large_upload()
            with spool, pytest.raises(NetworkError):
                await bot.call("sendDocument", {"chat_id": 5, "document": file})
