"""The page's server with Telegram and WhatsApp side by side."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from page_kit import Counter, counter
from sandbox_kit import Clock

from bot.sandbox.drawing import phone_id
from bot.sandbox.page import Shown, page, serving
from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.sandbox.twilio import TwilioSandbox, WhatsAppPhone


@dataclass
class Visit:
    """A page with phones of two worlds, somebody who talks to it, and the bot on WhatsApp."""

    amara: Phone
    dariush: WhatsAppPhone
    farid: WhatsAppPhone
    whatsapp: TwilioSandbox
    bot: Counter
    clock: Clock
    origin: str

    @asynccontextmanager
    async def live(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        headers = {"Origin": self.origin}
        async with self.bot.http.ws_connect(f"{self.origin}/live", headers=headers) as socket:
            yield socket


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    """One phone with Telegram, two with WhatsApp, of which one hides its number."""
    clock = Clock()
    telegram, whatsapp = TelegramSandbox(clock=clock), TwilioSandbox(clock=clock)
    await telegram.start()
    await whatsapp.start()
    amara = telegram.phone("Amara", user_id=994500000001)
    dariush = whatsapp.phone("Dariush", number="+994500000001", language="fa")
    farid = whatsapp.phone("Farid", number=None, user_id="AZ.7f3a", language="az")
    people = [
        Shown(amara, "migrant", "Amara · writes English"),
        Shown(dariush, "migrant", "Dariush · writes Persian", "rtl"),
        Shown(farid, "member", "Farid · council member"),
    ]

    async def jump(minutes: int) -> None:
        clock.jump(minutes=minutes)

    both = page([telegram, whatsapp], people, jump)
    async with counter(whatsapp) as bot, serving(both) as address:
        yield Visit(amara, dariush, farid, whatsapp, bot, clock, address.rstrip("/"))
        await whatsapp.stop()
    await telegram.stop()


async def heard(socket: aiohttp.ClientWebSocketResponse, kind: str, name: str = "") -> Any:
    """The next message of this kind, about this person where one is named."""
    while True:
        message: dict[str, Any] = await socket.receive_json(timeout=5)
        if message["type"] == kind and (not name or message["phone"]["name"] == name):
            return message


async def test_people_of_both_worlds_have_names_of_their_own(visit: Visit) -> None:
    """An account and a telephone with the same digits are two phones, each on its app."""
    async with visit.live() as socket:
        phones = (await heard(socket, "state"))["phones"]
    assert [phone["channel"] for phone in phones] == ["telegram", "whatsapp", "whatsapp"]
    assert [phone["id"] for phone in phones] == [
        "telegram-994500000001",
        "whatsapp-994500000001",
        "whatsapp-AZ7f3a",
    ]
    assert [phone.get("number") for phone in phones] == [None, "+994500000001", ""]


async def test_changes_of_both_worlds_are_told(visit: Visit) -> None:
    """Whoever writes, on whichever app, the page hears of it."""
    async with visit.live() as socket:
        await heard(socket, "state")
        await visit.amara.write("hello")
        told = await heard(socket, "phone", "Amara")
        assert told["phone"]["messages"][0]["text"] == "hello"
        await visit.dariush.write("*سلام*")
        told = await heard(socket, "phone", "Dariush")
        assert told["phone"]["messages"][0]["html"] == "<b>سلام</b>"


DEEDS: list[tuple[str, dict[str, Any], str, int]] = [
    ("write", {"text": "سلام"}, "text", 1),
    ("photo", {"caption": "my letter"}, "image", 1),
    ("album", {"caption": "three"}, "image", 3),
    ("voice", {}, "audio", 1),
    ("video", {}, "video", 1),
    ("document", {}, "document", 1),
    ("location", {}, "location", 1),
    ("sticker", {}, "sticker", 1),
    ("contact", {}, "contacts", 1),
]


@pytest.mark.parametrize(("deed", "more", "kind", "count"), DEEDS, ids=lambda value: str(value)[:9])
async def test_what_is_done_on_the_page_reaches_the_bot(
    visit: Visit, deed: str, more: dict[str, Any], kind: str, count: int
) -> None:
    """Each thing a person can do on WhatsApp is a webhook of its kind."""
    async with visit.live() as socket:
        await socket.send_json({"phone": phone_id(visit.dariush), "do": deed, **more})
        await visit.whatsapp.wait(lambda: len(visit.bot.forms) == count)
    assert [form["MessageType"] for form in visit.bot.forms] == [kind] * count
    assert visit.bot.forms[0]["From"] == "whatsapp:+994500000001"
    shown = visit.dariush.chat[0].media
    assert (shown.kind if shown else "text") in (kind, "photo", "voice", "contact")


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "edit", "message": 1, "text": "other"},
        {"do": "start"},
        {"do": "huge"},
        {"do": "write", "text": " "},
        {"do": "press", "message": 1, "data": "x"},
    ],
    ids=lambda deed: deed["do"],
)
async def test_what_whatsapp_cannot_do_is_said(visit: Visit, deed: dict[str, Any]) -> None:
    """Nothing is edited or started there; the person sees a short word."""
    async with visit.live() as socket:
        await socket.send_json({"phone": phone_id(visit.farid), **deed})
        notice = await heard(socket, "notice")
    assert notice["phone"] == "whatsapp-AZ7f3a"
    assert 0 < len(notice["text"]) < 100
    assert visit.farid.chat == []


async def test_replies_receipts_and_blocking(visit: Visit) -> None:
    """A message can be answered, receipts turned off, the council blocked and unblocked."""
    phone = phone_id(visit.dariush)
    first = await visit.dariush.write("one")
    async with visit.live() as socket:
        await heard(socket, "state")
        reply = {"text": "two", "reply_to": first.message_id}
        await socket.send_json({"phone": phone, "do": "write", **reply})
        await visit.whatsapp.wait(lambda: len(visit.bot.forms) == 2)
        assert visit.bot.forms[1]["OriginalRepliedMessageSid"] == first.sid
        await socket.send_json({"phone": phone, "do": "receipts"})
        while (await heard(socket, "phone", "Dariush"))["phone"]["receipts"]:
            pass
        assert not visit.dariush.read_receipts
        await socket.send_json({"phone": phone, "do": "block"})
        await visit.whatsapp.wait(lambda: visit.dariush.blocked)
        await socket.send_json({"phone": phone, "do": "write", "text": "into the void"})
        assert "blocked" in (await heard(socket, "notice"))["text"]
        await socket.send_json({"phone": phone, "do": "unblock"})
        await visit.whatsapp.wait(lambda: not visit.dariush.blocked)


async def test_files_of_whatsapp_are_shown(visit: Visit) -> None:
    """A picture somebody took on WhatsApp comes from the page's own server."""
    await visit.dariush.photo("here")
    async with visit.live() as socket:
        drawn = (await heard(socket, "state"))["phones"][1]["messages"][0]
    async with visit.bot.http.get(visit.origin + drawn["media"]["src"]) as answer:
        assert answer.status == 200
        assert answer.content_type == "image/jpeg"


async def test_a_paper_is_named_once(visit: Visit) -> None:
    """WhatsApp tells a file's name as its text; the page shows it on the file alone."""
    await visit.dariush.document("contract.pdf")
    async with visit.live() as socket:
        drawn = (await heard(socket, "state"))["phones"][1]["messages"][0]
    assert (drawn["text"], drawn["html"], drawn["media"]["name"]) == ("", "", "contract.pdf")


async def test_the_window_is_told(visit: Visit) -> None:
    """It is open for a day after the person's last word, and a jump shows that it closed."""
    await visit.dariush.write("hello")
    async with visit.live() as socket:
        assert (await heard(socket, "state"))["phones"][1]["window"] is True
        await socket.send_json({"do": "jump", "minutes": 24 * 60})
        state = await heard(socket, "state")
        assert [phone.get("window") for phone in state["phones"]] == [None, False, False]
        assert visit.clock.now - visit.dariush.chat[0].date == timedelta(days=1)
