"""Files between WhatsApp and Telegram: each arrives as what it is, under a name that tells nothing."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from line import QUESTION, Line, ends
from seats import seated, shows, was_sent
from structlog.testing import capture_logs
from town import a_town

from bot.sandbox.bubbles import Bubble, MediaKind
from bot.sandbox.samples import sample
from bot.sandbox.twilio import TwilioSandbox
from storage.database import Database

NAME = "Farid Aliyev passport.pdf"


class Files(Line):
    """What they do with files."""

    async def asks(self) -> None:
        """Farid's question is before Leyla."""
        await self.farid.write(QUESTION)
        await self.hands_in()

    async def answers(
        self, send: Callable[..., Awaitable[Bubble]], *given: Any, **how: Any
    ) -> None:
        """Leyla answers by this, and sends it."""
        await send(*given, reply_to=self.card, **how)
        await self.town.settled()
        await self.leyla.press("Send")
        await self.town.settled()


@pytest.fixture
async def line(database: Database) -> AsyncIterator[Files]:
    """Both have agreed to everything."""
    async with a_town(database, whatsapp=True) as town:
        yield Files(town, *ends(town))


def _downloads(twilio: TwilioSandbox) -> int:
    return sum(call.operation == "DownloadMedia" for call in twilio.calls)


async def test_every_kind_from_whatsapp(line: Files) -> None:
    """A member gets voice as voice, a photo as a photo, no name of a file, and nobody our login."""
    farid = line.farid
    kinds: tuple[MediaKind, ...] = ("voice", "photo", "video", "audio", "document", "sticker")
    for kind in kinds:
        caption = {"name": NAME} if kind == "document" else {}
        await getattr(farid, kind)(content=sample(kind, 3), **caption)
    await farid.location(40.4093, 49.8671, label="The hall")
    await line.hands_in()
    files = await line.opens(line.leyla)
    shown = [file.media.kind for file in files if file.media]
    assert sorted(shown) == sorted((*kinds, "location"))
    assert "Farid Aliyev" not in was_sent(line.town, line.leyla)
    for file in files:
        assert file.media is not None
        assert file.protected
        if file.media.kind in kinds and file.media.kind != "location":
            held = line.town.telegram.files.by_unique_id(file.media.url.rpartition("/")[2])
            assert held is not None
            assert held.content == sample(file.media.kind, 3)
    assert line.twilio.leaked == []
    for call in line.town.telegram.calls:
        assert line.twilio.auth_token not in str(call.params)
        assert line.twilio.origin not in str(call.params)


def _held(line: Files, media: Any) -> bytes:
    """The bytes that a WhatsApp phone shows."""
    stored = line.twilio.files.by_unique_id(media.url.rpartition("/")[2])
    assert stored is not None
    return stored.content


async def test_the_second_reader_is_sent_our_own_copy(line: Files) -> None:
    """Handed over, the same file comes from Telegram, and Twilio is not asked for it again."""
    nigar = seated(line.town, "Nigar")
    await line.farid.voice(content=sample("voice", 4))
    await line.farid.document(NAME)
    await line.hands_in()
    reader, other = line.leyla, nigar
    if "Voice and files" not in shows(reader):
        reader, other = other, reader
    assert len(await line.opens(reader)) == 2
    fetched = _downloads(line.twilio)
    assert fetched == 2
    await reader.press("Hand over")
    await line.town.settled()
    for label in (other.name, "know this topic better"):
        await reader.press(label)
        await line.town.settled()
    line.twilio.media.clear()
    files = await line.opens(other)
    assert [file.media.kind for file in files if file.media] == ["voice", "document"]
    assert _downloads(line.twilio) == fetched
    assert [bubble for bubble in reader.chat if bubble.media] == []


async def test_every_kind_to_whatsapp(line: Files) -> None:
    """Voice, photo, document and video of a member arrive whole, under no name, before the answer."""
    await line.asks()
    leyla, farid = line.leyla, line.farid
    card = line.card
    kinds: tuple[MediaKind, ...] = ("voice", "photo", "video", "document")
    for kind in kinds:
        more = {"file_name": "Leyla.pdf"} if kind == "document" else {}
        await getattr(leyla, kind)(content=sample(kind, 3), reply_to=card, **more)
        await line.town.settled()
    await leyla.write("There are courses.")
    await line.town.settled()
    await leyla.press("Send")
    await line.town.settled()
    got = [bubble for bubble in farid.chat if bubble.media and not bubble.mine]
    assert [one.media.kind for one in got if one.media] == list(kinds)
    assert [_held(line, one.media) for one in got] == [sample(kind, 3) for kind in kinds]
    assert "There are courses." in farid.last().text
    told = str([(call.form, call.answer) for call in line.twilio.calls])
    assert line.town.telegram.token not in told
    assert "Leyla.pdf" not in told
    assert "the phone" in shows(leyla) or "read" in shows(leyla).lower()


async def test_what_whatsapp_does_not_take(line: Files) -> None:
    """A sticker, and a picture of 6 MB: the member is told that it did not go, the words do."""
    await line.asks()
    await line.leyla.sticker(reply_to=line.card)
    await line.town.settled()
    await line.leyla.photo(size=6 << 20)
    await line.leyla.write("There are courses.")
    await line.town.settled()
    await line.leyla.press("Send")
    await line.town.settled()
    assert [b for b in line.farid.chat if b.media and not b.mine] == []
    assert "There are courses." in shows(line.town.people["Farid"])
    assert "could not be sent. Please answer in another form" in shows(line.leyla)


async def test_a_link_tells_nothing_and_ends(line: Files) -> None:
    """Of the address that Twilio was given nobody reads a file's id or our token, for six hours."""
    await line.asks()
    with capture_logs() as logs:
        await line.answers(line.leyla.document, content=b"%PDF-1.4 hello")
    sent = next(c for c in line.twilio.calls if c.form.get("MediaUrl"))
    url = str(sent.form["MediaUrl"])
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert (answer.status, await answer.read()) == (200, b"%PDF-1.4 hello")
            assert line.town.telegram.token not in str(answer.headers)
        line.town.clock.jump(timedelta(hours=7))
        async with session.get(url) as answer:
            assert answer.status == 404
            assert line.town.telegram.token not in await answer.text()
    held = [call.params.get("file_id", "-") for call in line.town.telegram.calls]
    assert not any(str(one) in url for one in held if one != "-")
    token = re.escape(url.rpartition("/")[2])
    assert not re.search(token, str(logs))
