"""Fetching what people sent on WhatsApp: the right file, from the right place, and no other."""

import asyncio
import logging
import socket
import tracemalloc
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from names import Names

from bot.sandbox.telegram import Phone
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from bot.transport import SendError
from bot.whatsapp_media import SENDABLE, MediaSource, sendable
from handlers.messages import Attachment, Outgoing

SID, TOKEN = "ACdariush", "very-secret"
BASIC = f"Basic {b64encode(f'{SID}:{TOKEN}'.encode()).decode()}"
OGG = b"OggS\x00\x02" + b"voice of Amara" * 2_000

MB = 1 << 20

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Host:
    """A host on this machine: answers as it is told, and remembers who asked with what."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.origin = ""

    @property
    def place(self) -> str:
        """Host and port."""
        return self.origin.partition("//")[2]

    def says(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Answer like this under this path; gives the address."""

        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers=headers)

        return self.does(path, answer)

    def does(self, path: str, answer: Answer) -> str:
        """Answer by this function; gives the address."""
        self.answers[path] = answer
        return self.origin + path

    async def start(self) -> web.AppRunner:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.asked.append((request.path, request.headers.get("Authorization")))
            return await self.answers[request.path](request)

        app = web.Application()
        app.router.add_route("*", "/{anything:.*}", handle)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner


@pytest.fixture
async def twilio() -> AsyncIterator[Host]:
    """The API's host."""
    host = Host()
    runner = await host.start()
    yield host
    await runner.cleanup()


@pytest.fixture
async def cdn() -> AsyncIterator[Host]:
    """The host where the files are."""
    host = Host()
    runner = await host.start()
    yield host
    await runner.cleanup()


def source(twilio: Host, *hosts: str, **how: Any) -> MediaSource:
    """The way to a Twilio of this machine."""
    how = {"api_base_url": twilio.origin, "allow_local": True, "timeout": 20} | how
    return MediaSource(SID, TOKEN, media_hosts=hosts, **how)


def voice(url: str, mime: str = "audio/ogg") -> Attachment:
    return Attachment("voice", url, mime)


async def got(source: MediaSource, url: str, mime: str = "audio/ogg") -> bytes:
    with await source.fetch(voice(url, mime), 20 << 20) as file:
        return file.read()


async def refused(
    source: MediaSource, url: str, mime: str = "audio/ogg", limit: int = 20 << 20
) -> str:
    """What is said of it: reaction and code, and never the address."""
    with pytest.raises(SendError) as caught:
        await source.fetch(voice(url, mime), limit)
    fault = caught.value
    assert not fault.maybe_sent
    assert fault.__cause__ is None
    assert fault.__context__ is None
    assert not any(secret in str(fault) for secret in (url, "127.0.0.1", SID, TOKEN) if secret)
    return str(fault)


async def test_the_file(twilio: Host, cdn: Host) -> None:
    """The credentials go to the API's host, and not where it sends us on, be it the same host."""
    cdn.says("/file", OGG)
    twilio.says("/near", OGG)
    fetch = source(twilio, cdn.place)
    assert await got(fetch, twilio.says("/ME1", OGG)) == OGG
    far = twilio.says("/ME2", status=307, Location=f"{cdn.origin}/file?Signature=a%2Fb%3D")
    assert await got(fetch, far) == OGG
    assert await got(fetch, twilio.says("/ME3", status=302, Location="/near")) == OGG
    assert cdn.asked == [("/file", None)]
    assert twilio.asked == [("/ME1", BASIC), ("/ME2", BASIC), ("/ME3", BASIC), ("/near", None)]


async def test_a_signed_address_is_not_rewritten(twilio: Host) -> None:
    """Where a redirect leads is asked letter for letter."""
    seen: list[str] = []

    async def signed(request: web.Request) -> web.StreamResponse:
        seen.append(request.raw_path)
        return web.Response(body=OGG)

    twilio.does("/~files/b c", signed)
    where = "/%7Efiles%2fb%20c?sig=x%2By%3d%3D&t=1"
    await got(source(twilio), twilio.says("/ME1", status=307, Location=where))
    assert seen == [where]


async def test_no_credentials_elsewhere(twilio: Host, cdn: Host) -> None:
    """Another host, or another port of the same, is asked as anybody would ask."""
    assert await got(source(twilio, cdn.place), cdn.says("/ME1", OGG)) == OGG
    assert cdn.asked == [("/ME1", None)]


async def test_how_far_it_goes(twilio: Host) -> None:
    """Three redirects are followed, and no fourth."""
    twilio.says("/0", OGG)
    for number in range(1, 5):
        twilio.says(f"/{number}", status=307, Location=f"/{number - 1}")
    assert await got(source(twilio), f"{twilio.origin}/3") == OGG
    assert await refused(source(twilio), f"{twilio.origin}/4") == "refused: too_many_redirects"
    assert twilio.asked[-1][0] == "/1"


WRONG = [
    ("https://127.0.0.1:{port}/x", "private_address"),
    ("https://127.0.0.1./x", "private_address"),
    ("https://127.1/x", "private_address"),
    ("https://2130706433/x", "private_address"),
    ("https://0x7f000001/x", "private_address"),
    ("https://10.1.2.3/x", "private_address"),
    ("https://100.64.0.1/x", "private_address"),
    ("https://169.254.169.254/latest/meta-data", "private_address"),
    ("https://224.0.0.1/x", "private_address"),
    ("https://[::1]/x", "private_address"),
    ("https://[::ffff:127.0.0.1]/x", "private_address"),
    ("https://[fe80::1%251]/x", "private_address"),
    ("https://inside.example/x", "private_address"),
    ("https://both.example/x", "private_address"),
    ("http://127.0.0.1:{port}/x", "bad_address"),
    ("http://localhost:{port}/x", "bad_address"),
    ("http://93.184.216.34/x", "bad_address"),
    ("ftp://media.example/x", "bad_address"),
    ("file:///etc/passwd", "bad_address"),
    ("data:audio/ogg,OggS", "bad_address"),
    ("https://Amara:secret@media.example/x", "bad_address"),
    ("https:///x", "bad_address"),
    ("https://media.example:99999/x", "bad_address"),
    ("https://[::1/x", "bad_address"),
]
NAMES = {"inside.example": ["127.0.0.1"], "both.example": ["93.184.216.34", "192.168.1.1"]}


@pytest.mark.parametrize(("where", "code"), WRONG)
async def test_where_nobody_goes(where: str, code: str, twilio: Host, cdn: Host) -> None:
    """The machine's own surroundings are not asked, neither at once nor by way of a redirect."""
    cdn.says("/x", OGG)
    where = where.replace("{port}", cdn.origin.rpartition(":")[2])
    fetch = source(twilio, resolver=Names(NAMES))
    assert await refused(fetch, where) == f"refused: {code}"
    redirect = twilio.says("/ME1", status=307, Location=where)
    assert await refused(fetch, redirect) == f"refused: {code}"
    assert cdn.asked == []


@pytest.mark.parametrize("where", ["", "x", "/ME1", "//", "http://", "BQACAgI"])
async def test_no_address(where: str, twilio: Host) -> None:
    """A handle of another provider is no address."""
    assert await refused(source(twilio), where) == "refused: bad_address"


async def test_a_redirect_to_nowhere(twilio: Host) -> None:
    """A redirect that does not say where ends where it began."""
    assert await refused(source(twilio), twilio.says("/a", status=302)) == (
        "refused: too_many_redirects"
    )


async def test_local_only_where_allowed(twilio: Host) -> None:
    """In earnest even the API's host is not asked at a private address, nor without TLS."""
    url = twilio.says("/ME1", OGG)
    assert await refused(source(twilio, allow_local=False), url) == "refused: bad_address"
    https = url.replace("http:", "https:")
    strict = source(twilio, allow_local=False, api_base_url=https)
    assert await refused(strict, https) == "refused: private_address"
    named = MediaSource(SID, TOKEN, resolver=Names({"api.twilio.com": ["10.0.0.1"]}))
    assert await refused(named, "https://api.twilio.com/ME1") == "refused: private_address"
    assert twilio.asked == []


async def test_only_these_hosts(twilio: Host) -> None:
    """Where the hosts are named, no other is asked."""
    fetch = MediaSource(SID, TOKEN, media_hosts=["media.example"], resolver=Names({}))
    assert await refused(fetch, "https://other.example/x") == "refused: strange_host"


async def test_the_address_that_was_looked_at(
    twilio: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means something else a moment later is not looked up a second time."""
    names = Names({"media.example": ["93.184.216.34"]})
    tried: list[tuple[Any, ...]] = []

    async def connect(addr_infos: Any, **_: Any) -> socket.socket:
        tried.extend(info[4] for info in addr_infos)
        names.names["media.example"] = ["127.0.0.1"]
        raise OSError("no way there")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", connect)
    fetch = source(twilio, resolver=names)
    assert await refused(fetch, "https://media.example/x") == "retry: not_fetched"
    assert tried == [("93.184.216.34", 443)]
    assert names.asked == ["media.example"]
    assert await refused(fetch, "https://media.example/x") == "refused: private_address"
    assert len(tried) == 1


async def test_no_proxy_from_the_environment(twilio: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """What people sent does not go by way of whoever set a variable."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert await got(source(twilio), twilio.says("/ME1", OGG)) == OGG


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (400, "refused: media_400"),
        (401, "operator: account"),
        (403, "operator: account"),
        (404, "refused: file_gone"),
        (410, "refused: file_gone"),
        (429, "retry: flood"),
        (204, "refused: media_204"),
        (206, "refused: media_206"),
        (500, "retry: media_500"),
        (503, "retry: media_503"),
    ],
)
async def test_no_file(status: int, found: str, twilio: Host) -> None:
    """Each answer without a file says what to do about it."""
    assert await refused(source(twilio), twilio.says("/ME1", OGG, status)) == found


@pytest.mark.parametrize("status", [401, 403])
async def test_a_file_kept_from_us(status: int, twilio: Host, cdn: Host) -> None:
    """Where we gave no credentials, it is not our account that is at fault."""
    cdn.says("/x", b"", status)
    url = twilio.says("/ME1", status=307, Location=f"{cdn.origin}/x")
    assert await refused(source(twilio, cdn.place), url) == "refused: file_forbidden"


async def test_said_to_be_too_large(twilio: Host) -> None:
    """A file is not read that is said to be too large for us, or for who asked."""
    url = twilio.says("/ME1", OGG)
    small = source(twilio, largest=len(OGG) - 1)
    assert await refused(small, url) == "refused: file_too_big"
    assert await refused(source(twilio), url, limit=len(OGG) - 1) == "refused: file_too_big"
    with await source(twilio, largest=len(OGG)).fetch(voice(url), len(OGG)) as file:
        assert file.read() == OGG


async def test_a_body_without_end(twilio: Host) -> None:
    """A file that says no length is read no further than we want."""
    gone = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            await response.write(OGG)
            while True:
                await response.write(bytes(1 << 16))
        finally:
            gone.set()

    url = twilio.does("/ME1", endless)
    assert await refused(source(twilio, largest=1 << 20), url) == "refused: file_too_big"
    await asyncio.wait_for(gone.wait(), 20)


async def test_a_body_that_drips(twilio: Host) -> None:
    """However little comes however slowly, it ends."""

    async def dripping(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"O")
            await asyncio.sleep(0.01)

    url = twilio.does("/ME1", dripping)
    assert await refused(source(twilio, timeout=0.3), url) == "retry: timed_out"


async def test_nothing_comes(twilio: Host) -> None:
    """A host that says nothing, or is not there, is asked another time."""

    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError

    url = twilio.does("/ME1", hang)
    assert await refused(source(twilio, timeout=0.3), url) == "retry: timed_out"
    nobody = f"127.0.0.1:{unused_port()}"
    assert await refused(source(twilio, nobody), f"http://{nobody}/x") == "retry: not_fetched"


async def test_half_a_file(twilio: Host) -> None:
    """A file that breaks off is none."""

    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(OGG))})
        await response.prepare(request)
        await response.write(OGG[:100])
        assert request.transport is not None
        request.transport.close()
        return response

    assert await refused(source(twilio), twilio.does("/ME1", half)) == "retry: not_fetched"


@pytest.mark.parametrize(
    ("body", "mime", "code"),
    [
        (b"", "audio/ogg", "file_empty"),
        (b"<!doctype html><script>", "image/jpeg", "file_lies"),
        (b"MZ\x90\x00\x03", "application/pdf", "file_lies"),
        (b"\x89PNG\r\n\x1a\n", "image/jpeg", "file_lies"),
        (OGG, "text/html", "file_lies"),
    ],
)
async def test_what_is_no_such_file(body: bytes, mime: str, code: str, twilio: Host) -> None:
    """Nobody is sent a page, a program, or anything but what it is said to be."""
    url = twilio.says("/ME1", body)
    assert await refused(source(twilio), url, mime) == f"refused: {code}"


async def test_packed(twilio: Host) -> None:
    """A small answer that would grow is not unpacked."""

    async def packed(request: web.Request) -> web.StreamResponse:
        assert request.headers["Accept-Encoding"] == "identity"
        response = web.Response(body=OGG)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    assert await refused(source(twilio), twilio.does("/ME1", packed)) == "refused: file_lies"


async def test_nothing_is_logged(twilio: Host, caplog: pytest.LogCaptureFixture) -> None:
    """No address and no credentials stand in any line, whoever writes it."""
    caplog.set_level(logging.DEBUG)
    await got(source(twilio), twilio.says("/ME-amara", OGG))
    await refused(source(twilio), twilio.says("/ME-amara", b"", 500))
    await refused(source(twilio), "https://amara.example:99999/x")
    assert not any(secret in caplog.text for secret in (TOKEN, BASIC, "amara"))


async def test_on_to_telegram(twilio: Host, bot: TelegramBot, samir: Phone) -> None:
    """A member on Telegram gets what a migrant sent on WhatsApp, whole."""
    content = OGG * 40
    transport = TelegramTransport(bot, fetch=source(twilio).fetch)
    file = Attachment("voice", twilio.says("/ME1", content), "audio/ogg")
    sent = await transport.send(str(samir.user_id), Outgoing("", (), (file,)))
    shown = samir.last().media
    assert shown is not None
    with await bot.download(shown.file_id, len(content)) as arrived:
        assert arrived.read() == content
    assert sent.file_ids[0].startswith("ours:")


async def test_a_large_file_costs_little_memory(twilio: Host, cdn: Host) -> None:
    """Sixteen megabytes go from Twilio to Telegram, and at no moment a quarter of them is here."""
    arrived: list[int] = []

    async def large(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(16 * MB)})
        await response.prepare(request)
        await response.write(b"%PDF-1.7".ljust(MB >> 4))
        for _ in range(255):
            await response.write(bytes(MB >> 4))
        return response

    async def telegram(request: web.Request) -> web.StreamResponse:
        arrived.append(sum([len(piece) async for piece in request.content.iter_any()]))
        return web.json_response({"ok": True, "result": {"message_id": 7, "date": 1_800_000_000}})

    cdn.does("/bot42:x/sendDocument", telegram)
    file = Attachment("document", twilio.does("/ME1", large), "application/pdf")
    async with TelegramBot("42:x", base_url=f"{cdn.origin}/bot") as bot:
        transport = TelegramTransport(bot, fetch=source(twilio).fetch)
        tracemalloc.start()
        try:
            sent = await transport.send("5", Outgoing("", (), (file,)))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert sent.message_ids == ("7",)
    assert arrived[0] > 16 * MB
    assert peak < 4 * MB


@pytest.mark.parametrize(
    ("mime", "size", "code"),
    [
        ("image/jpeg", 5 * MB, ""),
        ("image/jpeg", 5 * MB + 1, "file_too_big"),
        ("image/jpeg", None, ""),
        ("audio/ogg; codecs=opus", 16 * MB, ""),
        ("audio/x-m4a", MB, ""),
        ("video/mp4", 16 * MB + 1, "file_too_big"),
        ("image/webp", 9_000, "file_type"),
        ("image/gif", 9_000, "file_type"),
        ("application/zip", 9_000, "file_type"),
        ("text/html", 9_000, "file_type"),
        ("", 9_000, "file_type"),
    ],
)
def test_sendable(mime: str, size: int | None, code: str) -> None:
    """Only what WhatsApp takes is sent, and only as large as it takes it."""
    assert sendable(Attachment("document", "BQAC", mime, size)) == code


def test_sendable_needs_a_file() -> None:
    """A place is no file."""
    assert sendable(Attachment("location", latitude=40.4, longitude=49.8)) == "no_file"
    assert all(limit in (5 * MB, 16 * MB) for limit in SENDABLE.values())
