"""Receipts at the worst moment, and small things that nobody must wait for in vain."""

from typing import Any

import pytest
from correspondence import answers, moved_in, opened
from seats import agreed_there, seated, shows
from town import a_town

import bot.outcomes
import bot.whatsapp_client
from bot.whatsapp import WhatsAppTransport
from storage.database import Database

QUESTION = "How can I learn the language?"


async def test_told_while_it_is_looked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer whose receipt arrives while Twilio's list is read for it is not sent once more."""
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    monkeypatch.setattr(bot.whatsapp_client, "TIMEOUT", 2.0)
    async with a_town(database, whatsapp=True) as town:
        assert town.whatsapp is not None
        twilio, leyla = town.whatsapp.twilio, seated(town, "Leyla")
        farid: Any = agreed_there(town, "Farid", number="+994500000001")
        for words in (QUESTION, "1"):
            await farid.write(words)
            await town.settled()
        find = WhatsAppTransport.find

        async def slowly(self: Any, *given: Any) -> Any:
            found = await find(self, *given)
            twilio.release_callbacks()
            await twilio.wait(lambda: not twilio.pending())
            return found

        monkeypatch.setattr(WhatsAppTransport, "find", slowly)
        card = next(b for b in leyla.chat if QUESTION in b.text)
        await leyla.write("There are courses.", reply_to=card)
        await town.settled()
        twilio.hold_callbacks()
        twilio.faults.add("create", "accept_hang")
        await leyla.press("Send")
        await twilio.wait(lambda: "There are courses." in shows(town.people["Farid"]))
        await town.settled()
        assert shows(town.people["Farid"]).count("There are courses.") == 1
        assert "has read your last answer" in shows(leyla)


async def test_a_member_is_told_of_a_file_they_cannot_have(database: Database) -> None:
    """A member who wants to see a file that is a lie is told so, and does not wait for it."""
    async with a_town(database, whatsapp=True) as town:
        leyla = seated(town, "Leyla")
        farid: Any = agreed_there(town, "Farid", number="+994500000001")
        await farid.photo(QUESTION, content=b"<html>", mime="image/jpeg")
        await town.settled()
        await farid.write("1")
        await town.settled()
        said = len(leyla.chat)
        await leyla.press("Voice and files")
        await town.settled()
        assert len(leyla.chat) > said


async def test_a_reaction_is_taken_in_silence(database: Database) -> None:
    """A reaction that came by webhook is not found in the list later and asked for again."""
    async with a_town(database, whatsapp=True) as town:
        assert town.whatsapp is not None
        farid: Any = agreed_there(town, "Farid", number="+994500000001")
        said = len(farid.chat)
        await farid.unknown("reaction")
        await town.settled()
        await town.whatsapp.channel.list.look()
        await town.settled()
        assert len(farid.chat) == said + 1


async def test_a_second_answer_to_nobody(database: Database) -> None:
    """Whoever answers once more somebody who cannot be reached is not told that it is on its way."""
    async with a_town(database, whatsapp=True) as town:
        farid = await moved_in(town)
        await farid.block()
        await answers(town, "There are courses.", about=0)
        await answers(town, "And on Sundays.", about=0)
        assert "cannot be reached now" in await opened(town, 0)
