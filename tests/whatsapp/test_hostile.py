"""Hostile input on WhatsApp's door and in its chats: none of it does harm, none is lost or logged."""

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
from line import ANOTHER, QUESTION, Line, ends
from multidict import MultiDict
from remains import rows
from seats import agreed_there, cases, shows
from sqlalchemy import select
from structlog.testing import capture_logs
from town import a_town
from twilio.request_validator import RequestValidator
from yarl import URL

from bot.sandbox.twilio import WhatsAppPhone
from handlers import steps
from storage.database import Database
from storage.model import Case, Entry, Receipt

SECRET = "Mirvari asks about her passport"


@dataclass
class Two(Line):
    """Besides, Rana on WhatsApp."""

    rana: WhatsAppPhone

    async def asks(self, phone: WhatsAppPhone, text: str) -> str:
        """They write this and send it; gives the reference."""
        for words in (text, "1"):
            await phone.write(words)
            await self.town.settled()
        return cases(self.town)[-1].reference

    async def post(self, body: bytes, path: str = "/whatsapp", **how: str) -> int:
        """Post these bytes, signed as Twilio would sign them unless told otherwise."""
        assert self.town.whatsapp is not None
        public = self.town.whatsapp.account.public_url
        form = MultiDict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
        validator = RequestValidator(how.get("token", self.twilio.auth_token))
        signed = validator.compute_signature(how.get("signed", public + path), form)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": how.get("signature", signed),
        }
        url = URL(public + path, encoded=True)
        async with aiohttp.request("POST", url, data=BytesIO(body), headers=headers) as answer:
            return answer.status

    def form(self, phone: WhatsAppPhone, body: str = "", **more: str) -> bytes:
        """What Twilio would post of a message of theirs."""
        fields = {
            "MessageSid": f"SM{'e' * 32}",
            "From": f"whatsapp:{phone.number}",
            "ExternalUserId": f"whatsapp:{phone.user_id}",
            "To": self.twilio.sender,
            "NumMedia": "0",
            "Body": body,
        }
        return urlencode(fields | more).encode()

    def texts(self) -> list[str]:
        """All that was written in requests."""
        return self.town.work(
            lambda s: [e.text for e in s.scalars(select(Entry).order_by(Entry.id))]
        )


@pytest.fixture
async def line(database: Database) -> AsyncIterator[Two]:
    """Everybody has agreed to everything."""
    async with a_town(database, whatsapp=True) as town:
        yield Two(town, *ends(town), agreed_there(town, "Rana", number=ANOTHER))


FAMILY = "👨‍👩‍👧‍👦"
HOSTILE = [
    "<b>bold</b> & <script>alert(1)</script> </blockquote> &lt; <a href='tg://user?id=1'>x</a>",
    "*star* _under_ ~strike~ ```code``` `tick` * _ ~ ` > quote",
    "\u202eoverride\u202c \u2067isolated\u2069 \u200f\u200e \u200b\u200c\u2060 Z\u0351\u036b\u0343",
    "{braces} {0} %s %(x)s $HOME {{1}} {{99}} [link](http://x.example)",
    "سلام \u200fچطور\u200e MC 1234 5678 2 and 12345678901234567890",
    "line one\n\n\n\nline\ttwo\r\nline three",
    "w" * 4000,
    FAMILY * 120,
    "1️⃣ ١ ⑴ Ⅳ",
]


async def test_hostile_texts(line: Two) -> None:
    """Marks, tags, placeholders, a word of 4,000 letters: kept as written, shown, and answered with."""
    for text in HOSTILE:
        line.farid.send(text)
        await line.town.settled()
    await line.farid.write("1")
    await line.town.settled()
    assert (
        line.texts() == [text.replace("\r\n", "\n") for text in HOSTILE] or line.texts() == HOSTILE
    )
    assert [case.state for case in cases(line.town)] == ["open"]
    card = next(b for b in line.leyla.chat if "waiting to be read" in b.text and not b.mine)
    await line.leyla.press("Whole text")
    await line.town.settled()
    assert "<script>alert(1)</script>" in shows(line.leyla)
    assert sum(b.text.count("w") for b in line.leyla.chat if not b.mine) >= 4000
    for text in HOSTILE:
        await line.leyla.write(text[:4000], reply_to=card)
        await line.town.settled()
        await line.leyla.press("Send")
        await line.town.settled()
    said = "\n".join(b.sent for b in line.farid.chat if not b.mine)
    assert "<script>alert(1)</script>" in said
    assert "{{99}}" in said
    assert sum(b.sent.count("w") for b in line.farid.chat if not b.mine) >= 4000
    assert said.count(FAMILY) >= 120
    assert "stuck" not in rows(line.town.database)
    assert not [c for c in line.twilio.calls if c.status >= 400 and c.operation == "CreateMessage"]


RAW = [
    b"Body=%00before%00after",
    b"Body=%ED%A0%80surrogate%ED%BF%BF",
    b"Body=%FF%FE%80bytes",
    b"Body=a&Body=b",
    b"Body=+++",
]


async def test_raw_bytes(line: Two) -> None:
    """NUL, half characters, bytes that are no text, fields given twice: taken, and no fault follows."""
    for number, body in enumerate(RAW):
        sid = urlencode({"MessageSid": f"SM{number:032x}"}).encode()
        rest = line.form(line.farid).replace(b"&Body=", b"&")
        rest = rest.replace(b"MessageSid=SM" + b"e" * 32, sid)
        assert await line.post(rest.rstrip(b"&") + b"&" + body) == 200, body
        await line.town.settled()
    assert "stuck" not in rows(line.town.database)
    await line.farid.write("and this")
    await line.town.settled()
    before, surrogate, noise, *twice, last = line.texts()
    assert (before, last) == ("beforeafter", "and this")
    assert surrogate.strip("\ufffd") == "surrogate"
    assert noise.strip("\ufffd") == "bytes"
    assert twice[0] in ("a", "b")


async def test_too_much(line: Two) -> None:
    """A form above 1 MB, 2,000 fields, and bytes that are no form are refused unread."""
    large = line.form(line.farid, "x" * (1 << 20))
    many = line.form(line.farid, QUESTION) + b"".join(b"&f%d=x" % n for n in range(2000))
    noise = bytes(range(256)) * 40
    assert [await line.post(body) for body in (large, many, noise)] == [413, 403, 403]
    assert line.texts() == []
    long = line.form(line.farid, "x" * 200_000)
    assert await line.post(long) == 200
    await line.town.settled()
    assert [len(text) for text in line.texts()] == [200_000]


async def test_who_may_come_in(line: Two) -> None:
    """Unsigned, signed with another secret, for http, or for another address: 403; a form that was
    taken before and comes again changes nothing."""
    body = line.form(line.farid, QUESTION)
    public = line.town.whatsapp.account.public_url if line.town.whatsapp else ""
    forged: list[dict[str, str]] = [
        {"signature": ""},
        {"signature": "x" * 4000},
        {"token": "another"},
        {"signed": f"https://{public.partition('//')[2]}/whatsapp"},
        {"signed": f"{public}/whatsapp/status"},
        {"signed": f"{public}/whatsapp?x=1"},
    ]
    for how in forged:
        assert await line.post(body, **how) == 403
    await line.town.settled()
    assert line.texts() == []
    for _ in range(2):
        assert await line.post(body) == 200
        assert await line.post(body, "/whatsapp/fallback") == 200
    await line.town.settled()
    assert line.texts() == [QUESTION]


ODD = [
    "../../Accounts/AC1",
    "SM1/Media",
    "SM1.json?x=1#",
    "'; DROP TABLE copy; --",
    "سلام",
    "SM\r\nX-Injected: 1",
    "%2e%2e%2f",
]


async def test_odd_ids(line: Two) -> None:
    """An id that is none of Twilio's is written into no address that we call."""
    assert line.town.whatsapp is not None
    for sid in ODD:
        status = await line.post(line.form(line.farid, f"from {len(sid)}", MessageSid=sid))
        assert status == 200
    await line.town.settled()
    before = len(line.twilio.calls)
    copies = line.town.whatsapp.channel.copies
    while await copies.delete_some():
        pass
    deleted = [call.path for call in line.twilio.calls[before:]]
    genuine = re.compile(r"/2010-04-01/Accounts/AC\w{32}/Messages/[SM]M\w{32}(/Media)?\.json")
    assert [path for path in deleted if not genuine.fullmatch(path)] == []
    assert "copy" not in rows(line.town.database)


async def test_forged_buttons(line: Two) -> None:
    """Payloads with other people's numbers, of the council, of an operator, or of nobody: they change
    nothing and show nothing."""
    theirs = await line.asks(line.rana, SECRET)
    before = line.town.work(lambda s: _picture(s))
    said = [*steps.COUNCIL, "send", "date", "add", "again", "status", "done", "rate", "join", "may"]
    payloads = [f"{verb}:{theirs}" for verb in said]
    payloads += [f"over:{theirs}:1:topic", f"closed:{theirs}:solved", f"rate:{theirs}:helped"]
    payloads += [
        "/members",
        "forget:",
        "lang:xx",
        "x" * 4000,
        "take",
        ":::",
        "\u202e",
        "consent:yes",
    ]
    for number, payload in enumerate(payloads):
        kind = {"ListId": payload} if number % 2 else {"ButtonPayload": payload}
        line.farid.send("x", more={"MessageType": "interactive", **kind})
        if number % 40 == 0:
            await line.town.settled()
    await line.town.settled()
    assert line.town.work(lambda s: _picture(s)) == before
    assert SECRET not in shows(line.town.people["Farid"])
    assert theirs not in shows(line.town.people["Farid"]).replace(" ", "")
    assert "stuck" not in rows(line.town.database)


def _picture(session: Any) -> list[tuple[Any, ...]]:
    """Every request with who reads it and how it stands."""
    found = session.scalars(select(Case).order_by(Case.id))
    return [(c.id, c.reference, c.person_id, c.state, c.responsible_id, c.rating) for c in found]


async def test_buttons_of_long_ago(line: Two) -> None:
    """Send pressed again on the old screen, and again weeks later, sends nothing a second time."""
    await line.farid.write(QUESTION)
    await line.town.settled()
    screen = line.farid.last()
    for _ in range(3):
        await line.farid.press("Send", on=screen)
    await line.town.settled()
    assert len(cases(line.town)) == 1
    assert shows(line.town.people["Farid"]).count("Secret code") == 1
    await line.town.later(days=30)
    await line.farid.press("Send", on=screen)
    await line.town.settled()
    assert len(cases(line.town)) == 1


async def test_receipts_of_others(line: Two) -> None:
    """Callbacks without a signature, about rows of other channels or of nobody, change nothing."""
    await line.asks(line.farid, QUESTION)
    before = line.town.work(
        lambda s: [(r.message_id, r.standing) for r in s.scalars(select(Receipt))]
    )
    labels = [f"{row}-0" for row in range(1, 40)] + ["9" * 30, "-1-0", "1-99", "x", "1;2", "%00"]
    for label in labels:
        form = urlencode({"MessageSid": f"SM{'f' * 32}", "MessageStatus": "failed"}).encode()
        path = f"/whatsapp/status?{urlencode({'label': label})}"
        assert await line.post(form, path, signature="forged") == 403
    for label in labels[39:]:
        path = f"/whatsapp/status?{urlencode({'label': label})}"
        assert await line.post(form, path) == 200
    await line.town.settled()
    after = line.town.work(
        lambda s: [(r.message_id, r.standing) for r in s.scalars(select(Receipt))]
    )
    assert after == before


async def test_nothing_is_logged(line: Two, caplog: pytest.LogCaptureFixture) -> None:
    """No text, number, id of a person, name, secret or address of a file stands in any line."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        await line.post(line.form(line.farid, SECRET), signature="forged")
        await line.post(line.form(line.farid, SECRET, NumMedia="x"))
        await line.post(line.form(line.farid, SECRET, From="", ExternalUserId=""))
        line.twilio.faults.add("create", 400, code=63003, to=f"whatsapp:{line.rana.user_id}")
        await line.rana.photo(SECRET, content=b"<html>", mime="image/jpeg")
        await line.town.settled()
        await line.asks(line.farid, SECRET)
        line.twilio.faults.add("create", 500)
        line.twilio.faults.add("delete", 500)
        line.twilio.faults.add("list", 500)
        await line.leyla.write(SECRET, reply_to=line.leyla.last())
        await line.town.settled()
        await line.leyla.press("Send")
        await line.town.settled()
        assert line.town.whatsapp is not None
        await line.town.whatsapp.channel.copies.delete_some()
    private = [SECRET, "Mirvari", line.twilio.auth_token, line.town.telegram.token, "/media/"]
    for phone in (line.farid, line.rana):
        private += [str(phone.number).removeprefix("+"), str(phone.user_id), phone.name]
    ours = [
        f"{r.name} {r.getMessage()}" for r in caplog.records if r.name.split(".")[0] in OUR_WAYS
    ]
    for text in (*map(str, logs), *ours):
        assert not [word for word in private if word in text], text
    assert logs


OUR_WAYS = ("aiohttp", "bot", "handlers", "storage", "twilio", "urllib3", "requests", "httpx")
