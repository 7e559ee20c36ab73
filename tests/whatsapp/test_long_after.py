"""Weeks and months later, and beside one row that cannot be read: what was true stays true."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from correspondence import (
    answers,
    asks,
    calm,
    later,
    moved_in,
    notices,
    opened,
    reads,
    rows,
    said,
    twilio_of,
)
from seats import agreed_there, cases
from sqlalchemy import func, select, text
from town import Town, a_town

import bot.outcomes
from bot.sandbox.bubbles import Event
from bot.sandbox.phones import Phone
from storage.database import Database
from storage.model import Received

LINES = 100
LONG = "".join(f"({line}) courses are free of charge " for line in range(LINES)).strip()


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A member, an operator, and Farid, who asked on WhatsApp."""
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    async with a_town(database, whatsapp=True) as town:
        await moved_in(town)
        yield town


@pytest.fixture
def farid(town: Town) -> Phone:
    """The writer."""
    return town.people["Farid"]


async def test_a_notice_that_was_refused(town: Town, farid: Phone) -> None:
    """A month later its row is gone, and nobody takes it for told: the next answer tells."""
    await later(town, hours=25)
    twilio_of(town).fail_next(63099)
    await answers(town, "There are courses.")
    for _ in range(8):
        await later(town, days=4)
    await answers(town, "And on Sundays.")
    assert len(notices(farid)) == 1


async def test_a_notice_that_was_told(town: Town, farid: Phone) -> None:
    """Another request of theirs goes with age: they are not told once more of the one that waits."""
    await asks(town, farid, "Where do I find a doctor?")
    await answers(town, "In Nizami street.", about=1)
    for _ in range(40):
        await later(town, days=8)
    await answers(town, "There are courses.", about=0)
    assert len(notices(farid)) == 1
    for _ in range(12):
        await later(town, days=8)
    assert len(cases(town)) == 1
    assert len(notices(farid)) == 1


async def test_half_of_an_answer(town: Town, farid: Phone) -> None:
    """Its first part arrived, then the window closed for weeks: only the rest comes."""
    twilio = twilio_of(town)
    open_for, twilio.late_window = twilio.window, True

    def shut(event: Event) -> None:
        if event.change == "shown":
            twilio.window = timedelta()

    stop = twilio.listen(shut)
    await answers(town, LONG)
    stop()
    twilio.window = open_for
    for _ in range(10):
        await later(town, days=4)
    await reads(town, farid)
    came = " ".join(words for words in said(farid) if "free" in words)
    assert [int(number) for number in re.findall(r"\((\d+)\)", came)] == list(range(LINES))


async def test_a_row_that_cannot_be_read(town: Town) -> None:
    """What is past its time is forgotten all the same."""
    twilio_of(town).hold_callbacks()
    await answers(town, "There are courses.")
    damage = "update outbox set address = substr(address, 1, 30) where state = 'taken'"
    town.work(lambda session: session.execute(text(damage)))
    town.clock.jump(timedelta(days=6))
    amara = agreed_there(town, "Amara", number="+994500000002")
    await asks(town, amara.seen_as(), "Where can my son go to school?")
    for _ in range(10):
        await later(town, days=1)
    old = Received.at <= town.clock.now() - timedelta(days=5)
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Received).where(old)) == 0


async def test_a_file_that_cannot_be_read(town: Town, farid: Phone) -> None:
    """Of everything else Twilio's copies are deleted."""
    twilio, people = twilio_of(town), town.whatsapp
    assert people is not None
    await twilio.phones[0].photo("my flat")
    await calm(town)
    await reads(town, farid)
    damage = "update entry set attachment = substr(attachment, 1, 30) where attachment is not null"
    town.work(lambda session: session.execute(text(damage)))
    amara = agreed_there(town, "Amara", number="+994500000002")
    await asks(town, amara.seen_as(), "Where can my son go to school?")
    town.clock.jump(timedelta(hours=3))
    while await people.channel.copies.delete_some():
        pass
    assert not [one for one in twilio.messages.values() if "school" in one.body]


async def test_a_notice_and_a_day_without_twilio(town: Town, farid: Phone) -> None:
    """It is not given up after a day: whoever has something waiting is told of it in the end."""
    await later(town, hours=25)
    twilio_of(town).faults.add("create", 503, times=60)
    await answers(town, "There are courses.")
    for _ in range(60):
        if notices(farid):
            break
        await later(town, hours=1)
    assert len(notices(farid)) == 1
    assert "The writer was told" in await opened(town)
    assert rows(town, "notice") == [("sent", None)]
