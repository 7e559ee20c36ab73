"""Links to files: who has one gets the file and learns nothing else; who has none gets nothing."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from hypothesis import given
from hypothesis import strategies as st
from loose_ring import DATA, LOOKUP, MASTERS, RING, wrapped

from bot.clock import JumpingClock
from bot.download import Download
from bot.media_links import MediaLinks
from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.telegram_bot import TelegramBot
from bot.telegram_in import parse
from bot.web import make_app, serve
from handlers.messages import Attachment
from storage.masters import WrappedKey
from storage.secrecy import Keyring

PDF = Attachment("document", "BQACAgI-amaras-letter", "application/pdf", 6)


class Served:
    """Links, and the server that answers them."""

    def __init__(self, origin: str, links: MediaLinks, clock: JumpingClock) -> None:
        self.links = links
        self.clock = clock
        self.origin = origin

    async def get(self, url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        """Ask as a provider does: status, headers, and all that came."""
        async with aiohttp.request(method, url) as answer:
            return answer.status, dict(answer.headers), await answer.read()


@asynccontextmanager
async def serving(open_file: object) -> AsyncIterator[Served]:
    clock = JumpingClock(datetime(2026, 11, 20, tzinfo=UTC))
    port = unused_port()
    links = MediaLinks(f"http://127.0.0.1:{port}", clock, ring=lambda: RING)
    app = make_app({})
    links.add_routes(app, open_file)  # type: ignore[arg-type]
    runner, _ = await serve(app, "127.0.0.1", port)
    try:
        yield Served(f"http://127.0.0.1:{port}", links, clock)
    finally:
        await runner.cleanup()


@pytest.fixture
async def served(bot: TelegramBot) -> AsyncIterator[Served]:
    """Links to what Telegram holds."""
    async with serving(bot.open_file) as served:
        yield served


async def sent(bot: TelegramBot) -> Attachment:
    """The file somebody sent last."""
    heard = parse((await bot.call("getUpdates", {"offset": -1}))[0], bot.own_id)
    assert heard is not None
    return heard.attachments[0]


def shown(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, list[tuple[str, str]], bytes]:
    """An answer but for its date."""
    status, headers, body = answer
    return status, sorted((k, v) for k, v in headers.items() if k != "Date"), body


async def test_the_file(
    served: Served, bot: TelegramBot, nodira: Phone, telegram: TelegramSandbox
) -> None:
    """The bytes, the right type and length, a name that tells nothing, and nothing of Telegram."""
    await nodira.document("Karimova.pdf", content=b"%PDF-1", mime="application/pdf")
    file = await sent(bot)
    for handle in (file.file_id, f"ours:{file.file_id}"):
        url = served.links.link(Attachment("document", handle, file.mime))
        assert file.file_id not in url
        status, headers, body = await served.get(url)
        assert (status, body) == (200, b"%PDF-1")
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Content-Length"] == "6"
        assert headers["Content-Disposition"] == 'inline; filename="document.pdf"'
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert telegram.token not in str(headers)


async def test_head(served: Served, bot: TelegramBot, nodira: Phone) -> None:
    """Who asks what the file is like is told the same, without the file."""
    await nodira.voice(7)
    url = served.links.link(await sent(bot))
    told, whole = await served.get(url, "HEAD"), await served.get(url)
    assert shown(told)[:2] == shown(whole)[:2]
    assert told[1]["Content-Type"] == "audio/ogg"
    assert told[2] == b""
    assert len(whole[2]) == int(told[1]["Content-Length"])


async def test_a_large_file(served: Served, bot: TelegramBot, nodira: Phone) -> None:
    """Sixteen megabytes come whole."""
    await nodira.document("a.pdf", content=b"%PDF", size=16 << 20, mime="application/pdf")
    status, _, body = await served.get(served.links.link(await sent(bot)))
    assert (status, len(body)) == (200, 16 << 20)


@pytest.mark.parametrize(
    ("kind", "mime", "type_", "name"),
    [
        ("photo", "image/jpeg", "image/jpeg", "photo.jpg"),
        ("audio", "audio/x-m4a", "audio/mp4", "audio.m4a"),
        ("voice", "audio/ogg; codecs=opus", "audio/ogg", "voice.ogg"),
        ("document", "text/html", "application/octet-stream", "document.bin"),
        ("document", "image/svg+xml", "application/octet-stream", "document.bin"),
        ("document", 'x/"\r\nSet-Cookie: a=b', "application/octet-stream", "document.bin"),
        ("document", "", "application/octet-stream", "document.bin"),
    ],
)
async def test_types(kind: str, mime: str, type_: str, name: str) -> None:
    """Only types of a list are said; a page somebody made is bytes to a browser."""

    @asynccontextmanager
    async def one(_: Attachment) -> AsyncIterator[Download]:
        yield Download(pieces(b"<html>"))

    async with serving(one) as served:
        url = served.links.link(Attachment(kind, "x", mime))  # type: ignore[arg-type]
        status, headers, _ = await served.get(url)
    assert (status, headers["Content-Type"]) == (200, type_)
    assert headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "Set-Cookie" not in headers


async def pieces(*some: bytes | Exception) -> AsyncIterator[bytes]:
    for one in some:
        if isinstance(one, Exception):
            raise one
        yield one


async def test_every_wrong_link_is_answered_alike(
    served: Served, telegram: TelegramSandbox
) -> None:
    """Forged, cut, too old, from another server, of a file that is gone: always the same nothing."""
    old = served.links.link(PDF)
    served.clock.jump(timedelta(hours=6))
    url = served.links.link(PDF)
    token = url.rpartition("/")[2]
    other = Keyring(MASTERS, lambda: [DATA, wrapped(3, "lookup")])
    stranger = MediaLinks(served.origin, served.clock, ring=lambda: other)
    wrong = [
        old,
        url[:-1],
        url + "A",
        url[:-40],
        f"{served.origin}/media/{PDF.file_id}",
        f"{served.origin}/media/{'A' * 300}",
        f"{served.origin}/media/{'A' * 7000}",
        f"{served.origin}/media/%E2%82%AC{token}",
        f"{served.origin}/media/%00{token}",
        stranger.link(PDF),
    ]
    answers = [shown(await served.get(one)) for one in wrong]
    assert telegram.calls == []
    answers.append(shown(await served.get(url)))  # Telegram knows no such file
    assert [answer[0] for answer in answers] == [404] * len(answers)
    assert all(answer == answers[0] for answer in answers)


@pytest.fixture(scope="module")
def links() -> MediaLinks:
    """Links without a server."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return MediaLinks("https://council.example/", lambda: now, ring=lambda: RING)


@given(where=st.integers(0, 10_000), change=st.integers(1, 63))
def test_one_letter_changed(links: MediaLinks, where: int, change: int) -> None:
    """No letter of a link can be another."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    url = links.link(PDF)
    token = url.removeprefix("https://council.example/media/")
    assert token != url
    place = where % len(token)
    other = letters[(letters.index(token[place]) + change) % 64]
    assert links.opened(token) == Attachment("document", PDF.file_id, PDF.mime)
    assert links.opened(token[:place] + other + token[place + 1 :]) is None


def test_nothing_is_readable(links: MediaLinks) -> None:
    """A link shows no handle and no type, in no way of writing it, and is never the same twice."""
    first, second = links.link(PDF), links.link(PDF)
    assert first != second
    token = first.rpartition("/")[2]
    seen = first.encode() + base64.urlsafe_b64decode(token[: len(token) // 4 * 4])
    for secret in (PDF.file_id, "amara", "pdf", "document"):
        assert secret.encode() not in seen
    assert len(first) < 512


def test_strangers_links_read_no_keys(links: MediaLinks) -> None:
    """A forged link that names a key nobody knows sends nobody to the database."""
    reads: list[int] = []

    def load() -> list[WrappedKey]:
        reads.append(1)
        return [DATA, LOOKUP]

    ring = Keyring(MASTERS, load)
    guarded = MediaLinks("https://council.example", datetime.now, ring=lambda: ring)
    foreign = base64.urlsafe_b64encode(b"\x01\x00\x00\x00\x63" + bytes(60)).decode().rstrip("=")
    assert guarded.opened(foreign + "0" * 32) is None
    assert reads == [1]


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("getFile", "reset"),
        ("getFile", "garbage"),
        ("getFile", 401),
        ("getFile", 429),
        ("getFile", 500),
        ("file", "reset"),
        ("file", 401),
        ("file", 429),
        ("file", 502),
    ],
)
async def test_telegram_is_not_well(
    where: str,
    wrong: Any,
    served: Served,
    bot: TelegramBot,
    nodira: Phone,
    telegram: TelegramSandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever asks is told to come again, and no word of Telegram's or of ours."""
    await nodira.document(content=b"%PDF-1", mime="application/pdf")
    url = served.links.link(await sent(bot))
    telegram.faults.add(where, wrong, times=None)
    status, headers, body = await served.get(url)
    assert (status, body) == (502, b"")
    assert telegram.token not in str(headers) + caplog.text
    telegram.faults.clear()
    assert (await served.get(url))[0] == 200


async def test_telegram_is_away(
    served: Served, bot: TelegramBot, nodira: Phone, telegram: TelegramSandbox
) -> None:
    """Nobody at home there: come again."""
    await nodira.voice(3)
    url = served.links.link(await sent(bot))
    await telegram.stop()
    assert (await served.get(url))[0] == 502
    await telegram.start()


async def test_half_a_file_is_no_file() -> None:
    """Where the rest does not come the connection breaks, with a length said or without."""
    for size in (1000, None):
        fault = OSError("away")

        @asynccontextmanager
        async def breaking(_: Attachment) -> AsyncIterator[Download]:
            yield Download(pieces(b"%PDF-1", fault), size)  # noqa: B023

        async with serving(breaking) as served:
            with pytest.raises(aiohttp.ClientError):
                await served.get(served.links.link(PDF))


async def test_a_fault_of_ours() -> None:
    """What is our own mistake is not told as a file that is gone."""

    @asynccontextmanager
    async def mistaken(_: Attachment) -> AsyncIterator[Download]:
        raise ValueError("Amara")
        yield

    async with serving(mistaken) as served:
        assert (await served.get(served.links.link(PDF)))[0] == 502


async def test_whoever_leaves_early() -> None:
    """A provider that goes away in the middle stops the fetching."""
    stopped = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1 << 16)
            await asyncio.sleep(0)

    @asynccontextmanager
    async def large(_: Attachment) -> AsyncIterator[Download]:
        try:
            yield Download(endless())
        finally:
            stopped.set()

    async with serving(large) as served:
        async with aiohttp.request("GET", served.links.link(PDF)) as answer:
            await answer.content.readexactly(100)
        await asyncio.wait_for(stopped.wait(), 30)


async def test_an_address_that_does_not_end(bot: TelegramBot) -> None:
    """A public address with a slash or a fragment makes the same links."""
    for public_url in ("https://c.example", "https://c.example/", "https://c.example#rc=2"):
        made = MediaLinks(public_url, lambda: datetime.now(UTC), ring=lambda: RING).link(PDF)
        assert made.startswith("https://c.example/media/")
