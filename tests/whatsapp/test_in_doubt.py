"""Nobody knows whether an answer went out, and then more goes wrong: it comes once, in order."""

import re
from collections.abc import AsyncIterator

import pytest
from correspondence import (
    answers,
    calm,
    later,
    moved_in,
    notices,
    opened,
    reads,
    rows,
    said,
    sends,
    twilio_of,
)
from sqlalchemy import update
from town import Town, a_town

import bot.outcomes
import bot.whatsapp_client
from bot.sandbox.bubbles import Event
from bot.sandbox.twilio import WhatsAppPhone
from storage.database import Database
from storage.model import Person

PAUSE = 60.0
LINES = 100
LONG = "".join(f"({line}) courses are free of charge " for line in range(LINES)).strip()


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """Farid asked on WhatsApp; the bot waits a minute before it tries anything again."""
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: PAUSE)
    monkeypatch.setattr(bot.whatsapp_client, "TIMEOUT", 0.3)
    async with a_town(database, whatsapp=True) as town:
        await moved_in(town)
        yield town


@pytest.fixture
def farid(town: Town) -> WhatsAppPhone:
    """The writer."""
    return twilio_of(town).phones[0]


async def _taken_in_silence(town: Town) -> None:
    """Seconds before the window closes Twilio takes an answer, says nothing and tells nothing."""
    twilio = twilio_of(town)
    await later(town, hours=23, minutes=59, seconds=40)
    twilio.hold_callbacks()
    twilio.faults.add("create", "accept_hang")
    await answers(town, "There are courses.")
    assert rows(town, "answer") == [("uncertain", "timed_out")]


async def test_the_window_closes_over_the_doubt(town: Town, farid: WhatsAppPhone) -> None:
    """What arrived is not announced as waiting, though it was to be repeated after the window."""
    farid.offline = True
    await _taken_in_silence(town)
    await later(town, seconds=2 * PAUSE)
    twilio_of(town).release_callbacks()
    await farid.online()
    await calm(town)
    await later(town, minutes=20)
    assert "waits" not in await opened(town)
    assert notices(farid.seen_as()) == []
    assert rows(town, "answer") == [("sent", None)]


async def test_in_doubt_for_days(town: Town, farid: WhatsAppPhone) -> None:
    """However long nobody wrote, it is looked for from the first try on, and not said again."""
    await _taken_in_silence(town)
    await later(town, seconds=2 * PAUSE)
    await later(town, days=2)
    await reads(town, farid.seen_as())
    assert sum("courses" in text for text in said(farid.seen_as())) == 1
    assert len(sends(town, "courses")) == 1


async def test_another_language_between_two_parts(town: Town, farid: WhatsAppPhone) -> None:
    """The first part fails, the reader changes the language: every line comes, and comes once."""
    twilio = twilio_of(town)

    def fail(event: Event) -> None:
        if event.change == "shown" and event.phone is farid:
            stop()
            twilio.fail_next(30008)

    stop = twilio.listen(fail)
    await answers(town, LONG)
    town.work(
        lambda s: s.execute(
            update(Person).where(Person.channel == "whatsapp").values(language="ru")
        )
    )
    await later(town, seconds=2 * PAUSE)
    await later(town, seconds=2 * PAUSE)
    assert rows(town, "answer") == [("sent", None)]
    came = " ".join(text for text in said(farid.seen_as()) if "free" in text)
    numbers = sorted(int(number) for number in re.findall(r"\((\d+)\)", came))
    assert numbers == list(range(LINES))
