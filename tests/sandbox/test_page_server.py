"""The page's server: who may look, what it tells, what it does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.sandbox.drawing import phone_id
from bot.sandbox.moments import MONDAY
from bot.sandbox.page import FILES, FOLDER, Shown, page, serving
from bot.sandbox.telegram import Phone, TelegramSandbox


@dataclass
class Visit:
    """A served page and somebody who talks to it without a browser."""

    world: TelegramSandbox
    farid: Phone
    leyla: Phone
    address: str
    http: aiohttp.ClientSession
    jumps: list[int] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.address.rstrip("/")

    @asynccontextmanager
    async def live(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        headers = {"Origin": self.origin}
        async with self.http.ws_connect(f"{self.origin}/live", headers=headers) as socket:
            yield socket


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    """Two people, a page that shows them, and a list of the jumps it asked for."""
    world = TelegramSandbox()
    await world.start()
    farid = world.phone("Farid Rahimi", language_code="fa")
    leyla = world.phone("Leyla Karimova", language_code="az")
    jumps: list[int] = []

    async def jump(minutes: int) -> None:
        jumps.append(minutes)

    people = [
        Shown(farid, "migrant", "Farid · writes Persian", "rtl"),
        Shown(leyla, "member", "Leyla · council member"),
    ]
    async with serving(page(world, people, jump)) as address, aiohttp.ClientSession() as http:
        yield Visit(world, farid, leyla, address, http, jumps)
    await world.stop()


async def heard(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next message of this kind."""
    while True:
        message: dict[str, Any] = await socket.receive_json(timeout=5)
        if message["type"] == kind:
            return message


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost:8080", 200),
        ("[::1]:8080", 200),
        ("council.example", 403),
        ("127.0.0.1.council.example:8080", 403),
        ("council.example:127.0.0.1", 403),
        ("[", 403),
    ],
)
async def test_names_pointing_here_from_outside_are_refused(
    visit: Visit, host: str, status: int
) -> None:
    """A page of somebody else that makes its own name lead to 127.0.0.1 reads nothing."""
    for path in ("/", "/page.js", "/live", "/media/none"):
        headers = {"Host": host, "Origin": f"http://{host}"}
        async with visit.http.get(f"{visit.origin}{path}", headers=headers) as answer:
            if status == 403:
                assert answer.status == 403, path
            else:
                assert answer.status != 403, path


async def test_a_port_that_is_taken_gives_way_to_a_free_one(visit: Visit) -> None:
    """The demo opens beside whatever else already listens there."""
    taken = urlsplit(visit.address).port
    assert taken
    async with serving(page(visit.world, []), taken) as address:
        assert urlsplit(address).port not in (taken, None)


@pytest.mark.parametrize("origin", [None, "null", "http://127.0.0.1:1", "https://council.example"])
async def test_only_its_own_page_opens_the_socket(visit: Visit, origin: str | None) -> None:
    """Another page in the same browser cannot listen to the chats or write in them."""
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visit.http.ws_connect(f"{visit.origin}/live", headers=headers)
    assert refused.value.status == 403


async def test_nothing_from_elsewhere_may_run(visit: Visit) -> None:
    """Every answer, errors too, carries a policy that allows our own files and nothing inline."""
    for path in ("/", "/style.css", "/none"):
        async with visit.http.get(visit.origin + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_no_file_of_the_page_is_forgotten() -> None:
    """What lies in the folder is what the server knows by name."""
    there = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert there == {name for name, _ in FILES.values()}


async def test_every_file_the_page_names_is_served(visit: Visit) -> None:
    """Each has its own type, names no address outside, and nothing else is given out."""
    for path, kind in {
        "/": "text/html",
        "/page.js": "text/javascript",
        "/rich.js": "text/javascript",
        "/style.css": "text/css",
        "/tile.svg": "image/svg+xml",
    }.items():
        async with visit.http.get(visit.origin + path) as answer:
            assert answer.status == 200
            assert answer.content_type == kind
            body = await answer.text()
            assert "https://" not in body.replace("https?:", "")
    for path in ("/page.py", "/../page.py", "/%2e%2e/page.py", "/samples/voice.ogg"):
        async with visit.http.get(visit.origin + path) as answer:
            assert answer.status == 404


async def test_a_page_gets_the_whole_world_and_then_each_change(visit: Visit) -> None:
    """State first, then the phone that changed."""
    async with visit.live() as socket:
        state = await heard(socket, "state")
        assert [phone["name"] for phone in state["phones"]] == ["Farid Rahimi", "Leyla Karimova"]
        assert state["phones"][0]["dir"] == "rtl"
        assert state["zone"] == "Asia/Baku"
        await visit.leyla.write("salam")
        change = await heard(socket, "phone")
        assert change["phone"]["id"] == phone_id(visit.leyla)
        assert change["phone"]["messages"][0]["text"] == "salam"
        json.dumps(change)


DEEDS: list[tuple[str, dict[str, Any], str]] = [
    ("write", {"text": "سلام"}, "سلام"),
    ("start", {}, "/start"),
    ("start", {"payload": "join-1"}, "/start join-1"),
    ("photo", {"caption": "my letter"}, "photo"),
    ("voice", {}, "voice"),
    ("document", {}, "document"),
    ("huge", {}, "document"),
    ("location", {}, "location"),
    ("sticker", {}, "sticker"),
    ("contact", {}, "contact"),
    ("album", {"caption": "three"}, "photo"),
]


@pytest.mark.parametrize(("deed", "more", "seen"), DEEDS, ids=lambda value: str(value)[:20])
async def test_what_is_done_on_the_page_happens_on_the_phone(
    visit: Visit, deed: str, more: dict[str, Any], seen: str
) -> None:
    """Each thing a person can do reaches the bot as an update."""
    async with visit.live() as socket:
        await socket.send_json({"phone": phone_id(visit.farid), "do": deed, **more})
        await visit.world.wait(lambda: visit.farid.chat)
        bubble = visit.farid.chat[0]
        assert seen == (bubble.media.kind if bubble.media else bubble.text)
        assert visit.world.pending() == len(visit.farid.chat)
        if deed == "album":
            assert len({each.media.album for each in visit.farid.chat if each.media}) == 1
            assert len(visit.farid.chat) == 3


async def test_replies_edits_blocks(visit: Visit) -> None:
    """A message can be answered and changed, the bot blocked and unblocked."""
    phone = phone_id(visit.farid)
    first = await visit.farid.write("one")
    async with visit.live() as socket:
        await socket.send_json(
            {"phone": phone, "do": "write", "text": "two", "reply_to": first.message_id}
        )
        await socket.send_json(
            {"phone": phone, "do": "edit", "message": first.message_id, "text": "uno"}
        )
        await visit.world.wait(lambda: visit.farid.chat[0].edited)
        assert visit.farid.chat[1].reply_to == first.message_id
        await socket.send_json({"phone": phone, "do": "block"})
        await visit.world.wait(lambda: visit.farid.blocked)
        await socket.send_json({"phone": phone, "do": "write", "text": "into the void"})
        assert "blocked" in (await heard(socket, "notice"))["text"]
        await socket.send_json({"phone": phone, "do": "unblock"})
        await visit.world.wait(lambda: not visit.farid.blocked)


NONSENSE: list[Any] = [
    "not json",
    "[]",
    "17",
    {"do": "write", "text": "nobody's"},
    {"phone": "x", "do": "write", "text": "y"},
    {"phone": [], "do": "write"},
    {"phone": 1, "do": "write", "text": "a number's"},
    {"phone": "telegram-1", "do": "write", "text": "a stranger's"},
    {"do": "jump", "minutes": "many"},
    {"do": "jump", "minutes": -5},
    {"do": "jump", "minutes": 10**9},
    {"do": "jump", "to": "never"},
    {"do": "jump", "to": ["monday"]},
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
async def test_nonsense_changes_nothing(visit: Visit, nonsense: Any) -> None:
    """What cannot be understood is passed over and the connection lives on."""
    async with visit.live() as socket:
        text = nonsense if isinstance(nonsense, str) else json.dumps(nonsense)
        await socket.send_str(text)
        await socket.send_json({"phone": phone_id(visit.farid), "do": "write", "text": "after"})
        await visit.world.wait(lambda: visit.farid.chat)
        assert [bubble.text for bubble in visit.farid.chat] == ["after"]
        assert visit.jumps == []


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "dance"},
        {"do": "write", "text": "   "},
        {"do": "write", "text": 7},
        {"do": "write", "text": "x" * 20_001},
        {"do": "write", "text": "hi", "reply_to": 5},
        {"do": "edit", "message": 5, "text": "hi"},
        {"do": "press", "message": 5, "data": "yes"},
        {"do": "press", "message": "5", "data": "yes"},
    ],
    ids=str,
)
async def test_what_a_phone_cannot_do_is_said_on_it(visit: Visit, deed: dict[str, Any]) -> None:
    """The person sees a short word, the bot hears nothing."""
    async with visit.live() as socket:
        await socket.send_json({"phone": phone_id(visit.farid), **deed})
        notice = await heard(socket, "notice")
        assert notice["phone"] == phone_id(visit.farid)
        assert 0 < len(notice["text"]) < 100
        assert visit.world.pending() == 0


async def test_time_jumps_and_everybody_is_shown_the_new_clock(visit: Visit) -> None:
    """A jump asked for by one page is told to all."""
    async with visit.live() as one, visit.live() as other:
        await heard(one, "state")
        await heard(other, "state")
        await one.send_json({"do": "jump", "minutes": 15})
        assert (await heard(other, "state"))["jumping"] is False
        assert visit.jumps == [15]


async def test_a_jump_to_a_moment_of_the_week_is_counted_here(visit: Visit) -> None:
    """The page names the moment only; so many whole minutes pass that it has come."""
    async with visit.live() as socket:
        assert (await heard(socket, "state"))["moments"][0]["name"] == "monday"
        before = MONDAY.after(visit.world.clock(), "Asia/Baku") - visit.world.clock()
        await socket.send_json({"do": "jump", "to": "monday"})
        await heard(socket, "state")
        (minutes,) = visit.jumps
        assert timedelta(0) <= timedelta(minutes=minutes) - before <= timedelta(minutes=1)


async def test_media_bytes(visit: Visit) -> None:
    """A recording plays in the page; a document is only ever saved."""
    voice = await visit.farid.voice(2)
    paper = await visit.farid.document("<b>.html", content=b"<script>1</script>", mime="text/html")
    async with visit.live() as socket:
        chat = (await heard(socket, "state"))["phones"][0]["messages"]
    assert voice.media is not None
    assert paper.media is not None
    async with visit.http.get(visit.origin + chat[0]["media"]["src"]) as answer:
        assert answer.content_type == "audio/ogg"
        assert (await answer.read())[:4] == b"OggS"
    async with visit.http.get(visit.origin + chat[1]["media"]["src"]) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with visit.http.get(f"{visit.origin}/media/none") as answer:
        assert answer.status == 404
