"""Bad days with WhatsApp: bad files, a Twilio that says no, a database that is away."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from furnished import ring_of
from line import QUESTION, Line, ends
from outage import away
from seats import cases, seated, shows
from sqlalchemy import select
from town import a_town

import bot.app
import bot.carrier
import bot.outcomes
import bot.whatsapp_client
import storage.database
from bot.sandbox.phones import Phone
from bot.sandbox.twilio_faults import TwilioWrong
from storage import secrecy
from storage.database import Database, open_database
from storage.model import Entry

ANSWER = "There are courses"


@dataclass
class Watched(Line):
    """Besides, Watch, an operator, on Telegram."""

    watch: Phone

    async def answers(self, words: str = ANSWER) -> None:
        """Leyla answers."""
        await self.leyla.write(words, reply_to=self.card)
        await self.town.settled()
        await self.leyla.press("Send")

    def deliveries(self) -> set[str]:
        """How far the answers came."""
        answers = select(Entry).where(Entry.kind == "answer")
        return self.town.work(lambda s: {one.delivery for one in s.scalars(answers)})


@pytest.fixture
async def line(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watched]:
    """All have agreed to everything; the bot is not patient."""
    monkeypatch.setattr(storage.database, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    monkeypatch.setattr(bot.carrier, "STOPPED_FOR", 0.3)
    monkeypatch.setattr(bot.whatsapp_client, "TIMEOUT", 2.0)
    if database.path is not None:  # opened anew, so that its connections wait no longer than that
        database = open_database(database.url)
        secrecy.use(ring_of(database))
    async with a_town(database, whatsapp=True) as town:
        yield Watched(town, *ends(town), seated(town, "Watch", "operator"))
    database.close()


WHERE = [
    "http://127.0.0.1:{port}/secret",
    "http://localhost:{port}/secret",
    "https://127.0.0.1:{port}/secret",
    "http://169.254.169.254/latest/meta-data",
    "https://10.0.0.5/secret",
    "https://[::ffff:127.0.0.1]/secret",
    "file:///etc/passwd",
    "{twilio}@127.0.0.1:{port}/secret",
    "{twilio}/cdn/../../secret",
]


@pytest.fixture
async def inside() -> AsyncIterator[tuple[int, list[str]]]:
    """A service of this machine that nobody outside may reach: its port, and who asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(str(request.headers.get("Authorization")))
        return web.Response(body=b"\xff\xd8\xffsecret", content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1], asked
    await runner.cleanup()


async def test_addresses_inside(line: Watched, inside: tuple[int, list[str]]) -> None:
    """Files said to be on this machine or in its network are not asked for; the rest arrives."""
    port, asked = inside
    for number, where in enumerate(WHERE):
        line.farid.send(
            f"{QUESTION} {number}",
            more={
                "NumMedia": "1",
                "MediaUrl0": where.format(port=port, twilio=line.twilio.origin),
                "MediaContentType0": "image/jpeg",
                "MessageType": "image",
            },
        )
    await line.farid.voice()
    await line.hands_in()
    files = await line.opens()
    assert asked == []
    assert [f.media.kind for f in files if f.media] == ["voice"]
    assert shows(line.watch).count("show=files") == len(WHERE)


async def test_sent_on_to_an_address_inside(line: Watched, inside: tuple[int, list[str]]) -> None:
    """Where Twilio sends us on to this machine we do not go."""
    port, asked = inside
    line.twilio.cdn_origin = f"http://127.0.0.1:{port}"
    await line.farid.photo(QUESTION)
    await line.hands_in()
    assert await line.opens() == []
    assert asked == []


BAD_FILES: list[dict[str, Any]] = [
    {"content": b"<html><script>alert(1)</script></html>", "mime": "image/jpeg"},
    {"content": b"MZ\x90\x00 a program", "mime": "image/jpeg"},
    {"content": b"\x89PNG\r\n\x1a\n but said to be a jpeg", "mime": "image/jpeg"},
    {"size": 30 << 20},
]


async def test_bad_files(line: Watched) -> None:
    """A page, a program, another type than said, 30 MB: not passed on, and the rest is."""
    for bad in BAD_FILES:
        await line.farid.photo(QUESTION, **bad)
    await line.farid.voice()
    await line.hands_in()
    assert [f.media.kind for f in await line.opens() if f.media] == ["voice"]
    assert shows(line.watch).count("show=files") == len(BAD_FILES)


async def test_files_have_a_bad_day(line: Watched) -> None:
    """Whatever Twilio answers when files are fetched, the member gets all of them in the end."""
    wrong: tuple[TwilioWrong, ...] = (500, 503, 429, 401, "drop", "garbage")
    for one in wrong:
        await line.farid.photo(QUESTION)
        line.twilio.faults.add("media", one)
    await line.hands_in()
    files = await line.opens()
    assert [f.media.kind for f in files if f.media] == ["photo"] * len(wrong)
    assert line.twilio.leaked == []
    assert "code=" not in shows(line.watch)


WRONG: list[dict[str, Any]] = [
    {"wrong": 500},
    {"wrong": 503},
    {"wrong": 429, "retry_after": 1},
    {"wrong": 429},
    {"wrong": "garbage"},
    {"wrong": "drop"},
    {"wrong": "accept_drop"},
    {"wrong": "accept_hang"},
    {"wrong": "hang"},
]


async def test_twilio_has_a_bad_day(line: Watched) -> None:
    """Whatever happens to the first try of an answer, it arrives, once, in its order, whether Twilio
    tells of it before it is looked for or only later."""
    await line.farid.write(QUESTION)
    await line.hands_in()
    tries = [(how, False) for how in WRONG] + [(how, True) for how in WRONG[-3:]]
    for number, (how, is_told_late) in enumerate(tries):
        said = f"{ANSWER} {number:02}."
        if is_told_late:
            line.twilio.hold_callbacks()
        line.twilio.faults.add("create", **how)
        await line.answers(said)
        await line.twilio.wait(lambda said=said: said in shows(line.town.people["Farid"]), 15)
        await line.town.settled()
        line.twilio.release_callbacks()
        await line.town.settled()
    told = [b.text for b in line.farid.chat if not b.mine and ANSWER in b.text]
    found = [re.findall(rf"{ANSWER} (\d\d)\.", text)[-1] for text in told]
    assert found == [f"{number:02}" for number in range(len(tries))]
    assert line.deliveries() == {"read"}


STOPS: list[tuple[int, int]] = [(401, 20003), (400, 63007)]


@pytest.mark.parametrize(("status", "code"), STOPS)
async def test_the_account_is_at_fault(status: int, code: int, line: Watched) -> None:
    """Suspended, or a sender Twilio does not know: the operator hears it once on Telegram, nothing is
    lost, and it goes on by itself when that is mended."""
    await line.farid.write(QUESTION)
    await line.hands_in()
    line.twilio.faults.add("create", status, code=code, times=3)
    await line.answers()
    await line.twilio.wait(lambda: ANSWER in shows(line.town.people["Farid"]), 15)
    await line.town.settled()
    assert shows(line.town.people["Farid"]).count(ANSWER) == 1
    assert shows(line.watch).count("channel=whatsapp") == 1
    assert line.deliveries() == {"read"}


async def test_content_is_away(line: Watched) -> None:
    """Without forms for buttons people read numbers and type them, and nobody notices more."""
    await line.town.stop_bot()
    for operation in ("ListContentAndApprovals", "ListContent"):
        line.twilio.faults.add(operation, 500, times=None)
    await line.town.start_bot()
    await line.farid.write(QUESTION)
    await line.town.settled()
    assert line.farid.last().buttons == []
    assert "1 ✅ Send" in line.farid.last().text
    await line.hands_in()
    await line.answers()
    await line.town.settled()
    assert ANSWER in shows(line.town.people["Farid"])
    await line.farid.write("1")
    await line.town.settled()
    assert cases(line.town)[-1].rating == "helped"


@contextmanager
def impatient(database: Database) -> Iterator[None]:
    """The database is away, and the bot does not wait for it for long."""
    with pytest.MonkeyPatch.context() as patched, away(database):
        patched.setattr(bot.app, "PATIENCE", 0.3)
        yield


@pytest.mark.both_databases
async def test_the_database_is_away(line: Watched) -> None:
    """What is written meanwhile is refused, never thanked for, and found in Twilio's list: once, in
    order, with its file."""
    assert line.town.whatsapp is not None
    with impatient(line.town.database):
        await line.farid.write("meanwhile one")
        await line.farid.voice()
        await line.farid.write("meanwhile two")
        await line.twilio.wait(lambda: len(line.twilio.given_up) == 3, 15)
    assert 503 in [told.ended for one in line.twilio.given_up for told in one.tries]
    await line.farid.write("afterwards")
    await line.town.settled()
    listed = line.town.whatsapp.channel.list
    await listed.look()
    await listed.look()
    await line.town.settled()
    with line.town.database.read() as session:
        entries = list(session.scalars(select(Entry).order_by(Entry.id)))
    assert sorted(e.text for e in entries) == ["", "afterwards", "meanwhile one", "meanwhile two"]
    told = [e.text or "voice" for e in entries if e.text != "afterwards"]
    assert told == ["meanwhile one", "voice", "meanwhile two"]
    await line.hands_in()
    assert [f.media.kind for f in await line.opens() if f.media] == ["voice"]


@pytest.mark.both_databases
async def test_the_database_goes_while_an_answer_is_under_way(line: Watched) -> None:
    """Taken by Twilio while nobody could write that down, read while nobody could hear of it: the
    answer is neither lost nor sent twice."""
    await line.farid.write(QUESTION)
    await line.hands_in()
    line.twilio.faults.add("create", 429, retry_after=1)
    await line.answers()
    await line.twilio.wait(lambda: any(call.status == 429 for call in line.twilio.calls), 10)
    with impatient(line.town.database):
        await asyncio.sleep(0.5)
    await line.twilio.wait(lambda: ANSWER in shows(line.town.people["Farid"]), 20)
    await line.town.settled()
    assert shows(line.town.people["Farid"]).count(ANSWER) == 1


@pytest.mark.both_databases
async def test_receipts_while_the_database_is_away(line: Watched) -> None:
    """A receipt that could not be noted is lost, and changes nothing about what was sent."""
    await line.farid.write(QUESTION)
    await line.hands_in()
    line.twilio.hold_callbacks()
    await line.answers()
    await line.town.settled()
    with impatient(line.town.database):
        line.twilio.release_callbacks()
        await line.twilio.wait(lambda: not line.twilio.pending(), 15)
    await line.town.settled()
    await line.farid.write("thank you")
    await line.town.settled()
    await line.town.later(days=5)
    assert shows(line.town.people["Farid"]).count(ANSWER) == 1
