"""Twilio's webhooks: who may use them, and what is answered when."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
from multidict import MultiDict
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator
from yarl import URL

from bot.sandbox.twilio import TwilioSandbox
from bot.transport import NotTaken, Receipt
from bot.web import LARGEST_BODY, make_app, serve
from bot.whatsapp_webhook import add_whatsapp
from handlers.messages import Incoming

TOKEN = "sirr"
PUBLIC = "https://council.example/#rc=3&rp=all"
KNOWN_AS = "https://council.example"
SENDER = "whatsapp:+15005550006"
FOLDER = Path(__file__).parents[1] / "payloads" / "whatsapp"


class Door:
    """A council's web server behind a proxy, and what came through it."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.receipts: list[Receipt] = []
        self.kept: list[tuple[bytes, str, str]] = []
        self.failures = 0
        self.away = False
        self.full = False
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.busy = asyncio.Event()

    async def take(self, incoming: Incoming) -> None:
        self.busy.set()
        await self.gate.wait()
        self._work()
        self.taken.append(incoming)

    async def receipt(self, receipt: Receipt) -> None:
        self._work()
        self.receipts.append(receipt)

    async def keep(self, body: bytes, fault: str, channel: str) -> None:
        if self.full:
            raise NotTaken
        self.kept.append((body, fault, channel))

    def failed(self) -> None:
        self.failures += 1

    def _work(self) -> None:
        if self.away:
            raise NotTaken
        if self.fault is not None:
            raise self.fault

    async def open(self, token: str = TOKEN) -> None:
        app = make_app({})
        add_whatsapp(
            app,
            public_url=PUBLIC,
            token=token,
            take=self.take,
            keep=self.keep,
            receipt=self.receipt,
            failed=self.failed,
            sender=SENDER,
        )
        self.runner, port = await serve(app, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{port}"

    async def post(self, path: str, body: bytes, **more: Any) -> tuple[int, str, str]:
        """Post a body as Twilio does; `signature` in place of the right one."""
        form = MultiDict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
        right = RequestValidator(TOKEN).compute_signature(KNOWN_AS + path, form)
        signature = more.get("signature", right)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {} if signature is None else {"X-Twilio-Signature": signature}
        url = URL(self.address + path, encoded=True)
        async with aiohttp.request("POST", url, data=BytesIO(body), headers=headers) as answer:
            return answer.status, answer.content_type, await answer.text()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    await door.open()
    yield door
    await door.runner.cleanup()


def form(name: str, **fields: str) -> bytes:
    """One of the payloads as Twilio posts it."""
    payload = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return urlencode(payload | fields).encode()


TAKEN = (200, "text/xml", "<Response/>")


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/fallback"])
async def test_taken(path: str, door: Door) -> None:
    """A form is answered once it is taken, and not before; blank fields count."""
    door.gate.clear()
    posting = asyncio.create_task(door.post(path, form("text", Body="salam", Label="")))
    await asyncio.wait_for(door.busy.wait(), 5)
    assert not posting.done()
    door.gate.set()
    assert await posting == TAKEN
    assert [(one.text, one.address) for one in door.taken] == [("salam", "AZ.1A2B3C4D5E6F")]
    assert (door.kept, door.failures) == ([], 0)


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/fallback", "/whatsapp/status"])
@pytest.mark.parametrize("signature", [None, "", "x", "c2lycg=="])
async def test_strangers(path: str, signature: str | None, door: Door) -> None:
    """Without Twilio's signature nothing is read, and the log says no more than that."""
    with capture_logs() as logs:
        status, _, _ = await door.post(path, form("text"), signature=signature)
    assert status == 403
    assert (door.taken, door.receipts, door.kept, door.failures) == ([], [], [], 0)
    assert logs == [{"event": "not from Twilio", "channel": "whatsapp", "log_level": "warning"}]


async def test_a_signature_for_elsewhere(door: Door) -> None:
    """A form signed for one address opens no other."""
    given = MultiDict(parse_qsl(form("text").decode(), keep_blank_values=True))
    signature = RequestValidator(TOKEN).compute_signature(f"{KNOWN_AS}/whatsapp", given)
    for path in ("/whatsapp/fallback", "/whatsapp/status", "/whatsapp?label=1"):
        status, _, _ = await door.post(path, form("text"), signature=signature)
        assert status == 403


@pytest.mark.parametrize("path", ["/whatsapp/status?label=12.1", "/whatsapp?label=12.1"])
async def test_receipt(path: str, door: Door) -> None:
    """A callback tells the standing of a message under the name we gave it."""
    assert await door.post(path, form("receipt_failed")) == TAKEN
    [receipt] = door.receipts
    assert (receipt.standing, receipt.code, receipt.label) == ("failed", "63016", "12.1")
    assert door.taken == []


@pytest.mark.parametrize(
    ("query", "label"),
    [("", ""), ("?label=", ""), ("?label=a%2Fb%00", "a/b"), ("?label=%D1%8F", "я")],
)
async def test_label(query: str, label: str, door: Door) -> None:
    """The query is signed as it stands, and read as it is meant."""
    assert await door.post(f"/whatsapp/status{query}", form("receipt_read")) == TAKEN
    assert [receipt.label for receipt in door.receipts] == [label]


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/fallback", "/whatsapp/status?label=1"])
async def test_not_taken(path: str, door: Door) -> None:
    """What cannot be stored now is refused, and somebody is told to look for it."""
    door.away = True
    body = form("receipt_sent" if "status" in path else "text")
    status, _, _ = await door.post(path, body)
    assert (status, door.failures, door.kept) == (503, 1, [])
    door.away, door.full = False, True
    status, _, _ = await door.post(path, b"Body=x")
    assert (status, door.failures, door.kept) == (503, 2, [])


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("/whatsapp", b"", "Unparsable: MessageSid"),
        ("/whatsapp", b"no form", "Unparsable: MessageSid"),
        ("/whatsapp", form("photo", NumMedia="x"), "Unparsable: NumMedia"),
        ("/whatsapp/status", form("text"), "Unparsable: MessageStatus"),
        (
            "/whatsapp/status",
            form("receipt_sent", MessageStatus="lost"),
            "Unparsable: MessageStatus",
        ),
    ],
)
async def test_what_is_not_understood(path: str, body: bytes, fault: str, door: Door) -> None:
    """What cannot be understood is kept as it came, and answered as if it were taken."""
    with capture_logs() as logs:
        assert await door.post(path, body) == TAKEN
    assert door.kept == [(body, fault, "whatsapp")]
    assert [line["event"] for line in logs] == ["not understood"]
    assert door.failures == 0


@pytest.mark.parametrize("name", ["text", "receipt_sent"])
async def test_a_broken_handler(name: str, door: Door) -> None:
    """A fault of ours is kept with its name, and its words stay out of the log."""
    door.fault = RuntimeError("Amara wrote from +994500000001")
    with capture_logs() as logs:
        assert await door.post("/whatsapp", form(name)) == TAKEN
    assert door.kept == [(form(name), "RuntimeError", "whatsapp")]
    assert "Amara" not in str(logs)
    assert "994" not in str(logs)


async def test_nobody_waits(door: Door) -> None:
    """What we wrote ourselves is answered and nothing else."""
    assert await door.post("/whatsapp", form("from_ourselves")) == TAKEN
    assert (door.taken, door.receipts, door.kept) == ([], [], [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"Body=" + b"x" * LARGEST_BODY, 413),
        (b"a=1&" * 2000, 403),
        (b"Body=\xff", 403),
    ],
)
async def test_bodies_nobody_sends(body: bytes, status: int, door: Door) -> None:
    """What is larger than any form, or none, goes no further."""
    told, _, _ = await door.post("/whatsapp", body)
    assert told == status
    assert (door.taken, door.kept) == ([], [])


async def test_other_ways_in(door: Door) -> None:
    """Only POST."""
    for path in ("/whatsapp", "/whatsapp/fallback", "/whatsapp/status"):
        async with aiohttp.request("GET", door.address + path) as answer:
            assert answer.status == 405


@asynccontextmanager
async def council(algorithm: str = "HMAC_SHA1") -> AsyncIterator[tuple[TwilioSandbox, Door]]:
    """Twilio and the door it posts to, which it knows by its public address."""
    door = Door()
    await door.open()
    twilio = TwilioSandbox(auth_token=TOKEN, sender=SENDER, algorithm=algorithm, hurry=0.01)
    await twilio.start()
    twilio.inbound_url = f"{door.address}/whatsapp"
    twilio.signed_url = lambda url: url.replace(door.address, KNOWN_AS)
    try:
        yield twilio, door
    finally:
        await twilio.stop()
        await door.runner.cleanup()


@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
async def test_with_twilio(algorithm: str) -> None:
    """What people write arrives, with a number and without, signed for the public address."""
    async with council(algorithm) as (twilio, door):
        amara = twilio.phone("Amara", number="+994500000001")
        dariush = twilio.phone("Dariush", number=None, user_id="AZ.7D8E9F")
        await amara.write("salam")
        await dariush.write("سلام")
        await twilio.wait(lambda: len(door.taken) == 2)
    assert {(one.address, one.text) for one in door.taken} == {
        ("+994500000001", "salam"),
        ("AZ.7D8E9F", "سلام"),
    }
    assert (door.kept, door.failures) == ([], 0)


async def test_everything_a_phone_can_send() -> None:
    """Each thing a person sends arrives as what it is."""
    async with council() as (twilio, door):
        amara = twilio.phone("Amara", number="+994500000001", user_id="AZ.1A2B3C")
        for send in (amara.photo, amara.voice, amara.video, amara.document, amara.sticker,
                     amara.location, amara.contact, amara.unknown):  # fmt: skip
            seen = len(door.taken)
            await send()
            await twilio.wait(lambda seen=seen: len(door.taken) > seen)
    kinds = [one.refused or one.attachments[0].kind for one in door.taken]
    assert kinds == ["photo", "voice", "video", "document", "sticker",
                     "location", "contact", "unsupported"]  # fmt: skip
    assert {(one.address, one.phone) for one in door.taken} == {("AZ.1A2B3C", "+994500000001")}
    assert [one.text for one in door.taken[:5]] == [""] * 5
    assert door.kept == []
