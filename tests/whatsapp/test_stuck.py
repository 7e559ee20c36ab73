"""What of WhatsApp could not be understood or handled: kept, and added after the mend."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from neighbours import council, look, twilio
from seats import agreed_there, shows, was_sent
from sqlalchemy import select
from town import a_town

import bot.whatsapp_webhook
from bot.replay import replay
from bot.transport import Unparsable
from handlers.migrant import draft
from storage.database import Database
from storage.model import Entry

WORDS = "My daughter has no school, says Mirvari."


@contextmanager
def not_understood() -> Iterator[None]:
    """Twilio brings forms of a kind that nobody foresaw."""

    def fails(*_: Any) -> None:
        raise Unparsable("Body")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.whatsapp_webhook, "parse", fails)
        yield


async def test_a_form_nobody_understood(database: Database) -> None:
    """It is kept as it came, the operator knows, and after the mend its words stand in the draft."""
    async with a_town(database, whatsapp=True) as town:
        council(town)
        watch = await town.member("Watch", role="operator")
        farid = agreed_there(town, "Farid", number="+994500000001")
        with not_understood():
            await farid.write(WORDS)
            await town.settled()
        assert "Unparsable" in was_sent(town, watch)
        assert "Mirvari" not in was_sent(town, watch)
        now = town.clock.now()
        assert dict(replay(town.database, town.charter, 42, now)) == {"added": 1}
        town.app.delivery.wake()
        await town.settled()
        assert "1 part" in shows(farid)


async def test_a_form_that_the_list_brings_too(database: Database) -> None:
    """What is kept raw is found in Twilio's list as well: its words are taken once."""
    async with a_town(database, whatsapp=True) as town:
        council(town)
        farid = agreed_there(town, "Farid", number="+994500000001")
        with not_understood():
            await farid.write(WORDS)
            await town.settled()
        await look(town)
        replay(town.database, town.charter, 42, town.clock.now())
        town.app.delivery.wake()
        await town.settled()
        with town.database.read() as session:
            assert list(session.scalars(select(Entry.text))) == [WORDS]


async def test_a_photo_nobody_could_handle(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twilio keeps it as long as a replay may need it, and not for ever."""
    async with a_town(database, whatsapp=True) as town:
        council(town)
        farid = agreed_there(town, "Farid", number="+994500000001")

        def fails(*_: Any) -> None:
            raise ValueError

        with monkeypatch.context() as patch:
            patch.setattr(draft, "write_down", fails)
            await farid.photo(WORDS)
            await town.settled()
        assert town.whatsapp is not None
        copies = town.whatsapp.channel.copies
        town.clock.jump(timedelta(days=1))
        while await copies.delete_some():
            pass
        assert len(twilio(town).media) == 1
        now = town.clock.now()
        assert dict(replay(town.database, town.charter, 42, now)) == {"added": 1}
        town.app.delivery.wake()
        await town.settled()
        while await copies.delete_some():
            pass
        assert len(twilio(town).media) == 1  # nobody in the council has it yet
        await farid.write("/delete")
        for _ in range(2):
            await town.settled()
            await farid.write("2" if "Delete everything?" in farid.last().text else "1")
        await town.settled()
        while await copies.delete_some():
            pass
        assert not twilio(town).media
