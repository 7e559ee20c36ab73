"""What Twilio keeps of a message goes as soon as nobody needs it, and not before."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from line import ANOTHER, NUMBER, QUESTION, Line, ends
from remains import places_of
from seats import agreed, shows
from sqlalchemy import select
from town import a_town
from whatsapp_side import choose

import bot.whatsapp_client
from storage import people
from storage.database import Database
from storage.model import Copy


class Copied(Line):
    """What they do, and what Twilio keeps of it."""

    async def cleans(self, **span: float) -> None:
        """So much later what is due is deleted."""
        assert self.town.whatsapp is not None
        await self.town.settled()
        self.town.clock.jump(timedelta(**(span or {"seconds": 60})))
        await self.town.whatsapp.channel.copies.delete_some()

    async def says(self, *words: str) -> None:
        """Farid writes these, one after the other."""
        for one in words:
            await self.farid.write(one)
            await self.town.settled()

    async def asks(self) -> tuple[str, str]:
        """What Farid wrote goes to Leyla; gives reference and secret code."""
        reference = await self.hands_in()
        told = next(b.text for b in self.farid.chat if "Secret code" in b.text and not b.mine)
        after = told.partition("Secret code")[2]
        return reference, "".join(letter for letter in after if letter.isdigit())[:6]

    async def answers(self, text: str) -> None:
        """Leyla answers."""
        await self.leyla.write(text, reply_to=self.card)
        await self.town.settled()
        await self.leyla.press("Send")

    async def was_read(self, words: str) -> None:
        """Until Farid has read these words."""
        messages = self.twilio.messages
        await self.twilio.wait(
            lambda: [m for m in messages.values() if words in m.body and m.status == "read"]
        )

    def at_twilio(self) -> list[str]:
        """What Twilio still has, to read in a failing test."""
        return [f"{m.direction} {m.status} {m.body}" for m in self.twilio.messages.values()]

    def copies(self) -> list[Copy]:
        """What is to be deleted one day."""
        return self.town.work(lambda s: list(s.scalars(select(Copy))))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot waits for an answer of Twilio's no longer than this."""
    monkeypatch.setattr(bot.whatsapp_client, "TIMEOUT", 3.0)


@pytest.fixture
async def line(database: Database) -> AsyncIterator[Copied]:
    """Both have agreed to everything."""
    async with a_town(database, whatsapp=True) as town:
        yield Copied(town, *ends(town))


async def test_texts_go_within_a_minute(line: Copied) -> None:
    """What people write and what they were told is gone at Twilio a minute after it was needed."""
    await line.says(QUESTION)
    await line.asks()
    await line.answers("There are courses.")
    await line.cleans()
    assert line.at_twilio() == []
    assert line.copies() == []
    assert "There are courses." in shows(line.town.people["Farid"])


@pytest.mark.parametrize("order", ["normal", "reversed"])
async def test_told_before_the_call_returns(line: Copied, order: Any) -> None:
    """Where Twilio told that a message arrived before it answered our call, its copy goes as soon."""
    line.twilio.callback_order = order
    line.twilio.faults.add("create", "accept_drop", times=3)
    await line.says(QUESTION)
    await line.cleans()
    await line.cleans(minutes=15)
    assert line.at_twilio() == []


async def test_who_never_agreed(line: Copied) -> None:
    """Of who wrote, was asked and never answered, or said no, Twilio keeps nothing either."""
    for name, answer in (("Rana", ""), ("Dariush", "I do not agree")):
        phone = line.town.on_whatsapp(name, number=ANOTHER.replace("2", str(len(name))))
        await phone.write("My neighbour is ill")
        await phone.photo("this is me")
        await line.town.settled()
        await choose(phone, "English")
        await line.town.settled()
        if answer:
            await choose(phone, answer)
            await line.town.settled()
    await line.cleans()
    assert [m.body for m in line.twilio.messages.values() if not m.media] == []
    await line.cleans(hours=3)
    assert line.at_twilio() == []
    assert line.twilio.media == {}
    assert line.copies() == []


async def test_a_file_waits_until_it_was_opened(line: Copied) -> None:
    """A voice message stays at Twilio until a member has it, however long; then it goes."""
    await line.says(QUESTION)
    await line.farid.voice()
    await line.asks()
    await line.cleans()
    for _ in range(3):
        await line.cleans(hours=30)
    assert len(line.twilio.media) == 1
    assert [f.media.kind for f in await line.opens() if f.media] == ["voice"]
    await line.cleans(hours=3)
    assert line.at_twilio() == []
    assert line.twilio.media == {}
    again = await line.opens()
    assert again[-1].media is not None


async def test_a_file_of_a_draft_waits(line: Copied) -> None:
    """A photo in a draft that was sent only days later is still there for the member."""
    await line.farid.photo("look")
    await line.town.settled()
    await line.cleans(hours=50)
    await line.says(QUESTION)
    await line.asks()
    assert [f.media.kind for f in await line.opens() if f.media] == ["photo"]


async def test_a_file_moved_to_another_phone(line: Copied) -> None:
    """A request opened elsewhere keeps its unopened file, though its first writer deletes all."""
    await line.says(QUESTION)
    await line.farid.voice()
    reference, secret = await line.asks()
    samir = agreed(line.town, "Samir")
    await samir.write(f"MC {reference} {secret}")
    await line.town.settled()
    assert "is open in this chat now" in shows(samir)
    await _deletes_all(line)
    await line.cleans(hours=5)
    assert len(line.twilio.media) == 1
    chat = people.chat_hash("whatsapp", _address(line))
    assert places_of(line.town.database, chat) == set()
    assert [f.media.kind for f in await line.opens() if f.media] == ["voice"]
    await line.cleans(hours=3)
    assert line.at_twilio() == []


def _address(line: Copied) -> str:
    return line.farid.user_id or NUMBER


async def _deletes_all_at_once(line: Copied) -> None:
    """Farid presses what he knows, and does not wait to see the answers."""
    for does in ("delete", "forget:sure", "forget:now"):
        more = {"MessageType": "interactive", "ButtonPayload": does}
        line.farid.send("x", more=more)
    gone = people.chat_hash("whatsapp", _address(line))
    await line.twilio.wait(lambda: "person.address_hash" not in places_of(line.town.database, gone))


async def _deletes_all(line: Copied) -> None:
    await line.says("DELETE")
    await choose(line.farid, "Yes, delete")
    await line.town.settled()
    await choose(line.farid, "Delete everything now")
    await line.town.settled()


async def test_all_of_a_person(line: Copied) -> None:
    """DELETE takes everything at Twilio along: texts, files nobody opened, answers under way."""
    line.twilio.hold_callbacks()
    await line.farid.photo("look")
    await line.farid.voice()
    await line.says(QUESTION)
    await line.asks()
    await line.answers("There are courses.")
    await line.town.settled()
    await line.farid.document("a draft.pdf")
    await line.town.settled()
    line.twilio.release_callbacks()
    await line.town.settled()
    await _deletes_all(line)
    await line.cleans()
    assert line.at_twilio() == []
    assert line.twilio.media == {}
    chat = people.chat_hash("whatsapp", _address(line))
    assert places_of(line.town.database, NUMBER, chat) == set()


async def test_a_file_of_before_consent_goes_with_everything(line: Copied) -> None:
    """A photo that was sent before agreeing is known as theirs when they delete everything."""
    rana: Any = line.town.on_whatsapp("Rana", number=ANOTHER)
    await rana.photo("this is my letter")
    await line.town.settled()
    await choose(rana, "English")
    await line.town.settled()
    await rana.write("1")
    await line.town.settled()
    line.farid = rana
    await _deletes_all(line)
    await line.cleans()
    assert line.at_twilio() == []
    assert line.twilio.media == {}


@pytest.mark.usefixtures("impatient")
async def test_erased_while_an_answer_is_under_way(line: Copied) -> None:
    """An answer that Twilio took from us while its reader deleted everything is not kept there."""
    await line.says(QUESTION)
    await line.asks()
    line.twilio.faults.add("create", "accept_hang")
    await line.answers("There are courses.")
    await line.was_read("There are courses.")
    await _deletes_all_at_once(line)
    await line.cleans()
    assert line.at_twilio() == []
    assert places_of(line.town.database, people.chat_hash("whatsapp", _address(line))) == set()


@pytest.mark.usefixtures("impatient")
async def test_told_after_everything_was_deleted(line: Copied) -> None:
    """What Twilio tells late of a message to somebody who deleted everything makes it go there."""
    await line.says(QUESTION)
    await line.asks()
    line.twilio.hold_callbacks()
    line.twilio.faults.add("create", "accept_hang")
    await line.answers("There are courses.")
    await line.was_read("There are courses.")
    await _deletes_all_at_once(line)
    line.twilio.release_callbacks()
    await line.cleans(minutes=15)
    assert line.at_twilio() == []


async def test_not_final_yet(line: Copied) -> None:
    """Twilio refuses to delete what is still on its way: it is asked again later."""
    await line.says(QUESTION)
    await line.asks()
    await line.cleans()
    line.twilio.hold_callbacks()
    await line.answers("There are courses.")
    await line.town.settled()
    answer = next(m for m in line.twilio.messages.values() if "courses" in m.body)
    answer.status = "sending"
    await _deletes_all(line)
    await line.cleans()
    assert answer.sid in line.twilio.messages
    assert 20009 in [call.code for call in line.twilio.calls if answer.sid in call.path]
    answer.status = "sent"
    await line.cleans(minutes=3)
    assert answer.sid not in line.twilio.messages


@pytest.mark.parametrize("wrong", [500, 429, "drop", "accept_drop", "garbage"])
async def test_deleting_has_a_bad_day(line: Copied, wrong: Any) -> None:
    """Whatever Twilio answers to a delete, it is tried until nothing is left."""
    line.twilio.faults.add("delete", wrong, times=2)
    await line.says(QUESTION)
    await line.cleans()
    for _ in range(4):
        await line.cleans(minutes=10)
    assert line.at_twilio() == []
    assert line.copies() == []


async def test_many_files_that_are_wanted(line: Copied) -> None:
    """Sixty unopened files do not stand in the way of a text that is to go within a minute."""
    for number in range(60):
        await line.farid.photo(f"page {number}")
    await line.town.settled()
    await line.cleans(hours=3)
    await line.says("and this")
    await line.cleans()
    assert "and this" not in str(line.at_twilio())
    assert len(line.twilio.media) == 60


async def test_files_that_we_sent(line: Copied) -> None:
    """Of a photo that a member sent Twilio keeps a file of its own: it is deleted by itself, too."""
    await line.says(QUESTION)
    await line.asks()
    await line.leyla.photo(reply_to=line.card)
    await line.town.settled()
    await line.leyla.press("Send")
    await line.cleans()
    assert line.at_twilio() == []
    assert [call.operation for call in line.twilio.calls].count("DeleteMedia") == 1


async def test_contact_cards_and_stickers(line: Copied) -> None:
    """A contact card, of which we keep nothing, is kept by Twilio no longer than that."""
    await line.farid.contact(name="Rana")
    await line.farid.unknown("order")
    await line.cleans()
    assert line.at_twilio() == []
    assert line.twilio.media == {}
