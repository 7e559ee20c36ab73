"""Twenty-four hours after somebody's last message: what waits, what they are told, what "1" does."""

import re
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

import pytest
from correspondence import (
    NOTICE,
    alerts,
    answers,
    asks,
    bare,
    calm,
    card,
    later,
    moved_in,
    notices,
    opened,
    reads,
    reference,
    rows,
    said,
    sends,
    told_leyla,
    twilio_of,
)
from seats import cases
from sqlalchemy import delete
from town import Town, a_town

import bot.outcomes
from bot.richtext import plain
from bot.sandbox.bubbles import Event
from bot.sandbox.phones import Phone
from handlers.language import Tongue
from handlers.migrant.notice import TEXT
from storage.database import Database
from storage.model import HELD, Outbox

WAITS = "Your last answer waits. The writer was told"
LINES = 100
LONG = "".join(f"({line}) دوره‌ها رایگان است 👩‍👩‍👧‍👦🇦🇿 " for line in range(LINES)).strip()


def _words(texts: Iterable[str]) -> list[str]:
    return " ".join(texts).split()


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(number) for number in re.findall(r"\((\d+)\)", " ".join(texts))]


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


async def test_everything_waits_behind_one_notice(town: Town, farid: Phone) -> None:
    """However much waits for two requests: one notice that tells nothing, then all in order."""
    await asks(town, farid, "Where can my son go to school?")
    await later(town, hours=25)
    await answers(town, "There are courses.", about=0)
    await answers(town, "In Nizami street.", about=1)
    assert len(notices(farid)) == 1
    await later(town, hours=30)
    await answers(town, "And on Sundays.", about=0)
    assert notices(farid) == [f"{NOTICE} {reference(town, 0)}. Reply 1 to read it."]
    assert not sends(town, "courses")
    assert WAITS in await opened(town, 0)
    assert WAITS in await opened(town, 1)
    got = await reads(town, farid)
    for text, part in zip(got, ("courses", "Nizami", "Sundays"), strict=True):
        assert part in text
    assert "The writer has read your last answer" in await opened(town, 0)
    assert await reads(town, farid) != []  # from now on 1 is about the answer
    assert len(notices(farid)) == 1


async def test_the_notice_speaks_their_language(database: Database) -> None:
    """A Persian writer reads it in Persian, with the number as it is written."""
    async with a_town(database, whatsapp=True) as town:
        farid = await moved_in(town, "fa")
        await later(town, hours=25)
        await answers(town, "دوره هست")
        notice = Tongue("fa", town.charter)(TEXT, reference=reference(town))
        assert said(farid)[-1] == bare(plain(notice))
        assert not sends(town, "دوره")
        assert "دوره هست" in (await reads(town, farid, "۱"))[0]


async def test_other_words_open_it_too(town: Town, farid: Phone) -> None:
    """Whatever they write instead of 1: what waited comes, and the words are what they are."""
    await later(town, hours=25)
    await answers(town, "There are courses.")
    got = await reads(town, farid, "My landlord wants to evict me.")
    assert any("courses" in text for text in got)
    assert any("Your message: 1 part" in text for text in got)
    assert not any(NOTICE in text for text in got)


async def test_a_number_for_the_notice_answers_nothing_older(town: Town, farid: Phone) -> None:
    """2 was "Yes, delete" a day ago; now it reads the answer, and the old question comes again."""
    await reads(town, farid, "DELETE")
    await later(town, hours=25)
    await answers(town, "There are courses.")
    got = await reads(town, farid, "2")
    assert ["courses" in text for text in got] == [True, False]
    assert "Delete everything?" in got[1]
    assert "Are you sure?" in (await reads(town, farid, "2"))[0]


async def test_late_is_told_by_notice(town: Town, farid: Phone) -> None:
    """A lateness notice waits like an answer, and leaves the open question where it can be seen."""
    await reads(town, farid, "DELETE")
    for _ in range(8):
        await later(town, hours=24)
    assert len(notices(farid)) == 1
    assert not sends(town, "it takes longer")
    got = await reads(town, farid, "2")
    assert ["it takes longer" in text for text in got] == [True, False]
    assert "Delete everything?" in got[1]
    assert len(cases(town)) == 1


async def test_a_question_back_waits_too(town: Town, farid: Phone) -> None:
    """Leyla asks something after a day: a notice, then the question, then their words are for it."""
    await later(town, hours=25)
    leyla = town.people["Leyla"]
    await opened(town)
    await leyla.press("Ask")
    await calm(town)
    await leyla.write("In which city do you live?")
    await calm(town)
    await leyla.press("Send")
    await calm(town)
    assert len(notices(farid)) == 1
    assert not sends(town, "city")
    assert "which city" in (await reads(town, farid))[0]
    assert "Added to" in (await reads(town, farid, "In Ganja."))[0]


async def test_smaller_news_wait_without_notice(town: Town, farid: Phone) -> None:
    """That a request was closed is worth no notice; it is read when they write."""
    await answers(town, "There are courses.")
    for _ in range(9):
        await later(town, hours=24)
    assert cases(town)[0].state == "closed"
    assert notices(farid) == []
    assert any("is closed" in text for text in await reads(town, farid, "Hello"))


async def test_nothing_that_waits_is_left_to_say(town: Town, farid: Phone) -> None:
    """A notice is out, and what waited need not be seen any more: 1 still gets an answer."""
    await later(town, hours=25)
    await answers(town, "There are courses.")
    town.work(lambda s: s.execute(delete(Outbox).where(Outbox.state == HELD)))
    assert await reads(town, farid) != []


async def test_it_closes_on_the_way(town: Town, farid: Phone) -> None:
    """Queued while it was open, sent when it is shut: it waits, and they are told once."""
    await later(town, hours=23)
    twilio = twilio_of(town)
    twilio.faults.add("create", 503, times=None)
    leyla = town.people["Leyla"]
    await leyla.write("There are courses.", reply_to=card(town))
    await calm(town)
    await leyla.press("Send")
    await twilio.wait(lambda: sends(town, "courses"))
    town.clock.jump(timedelta(hours=2))
    twilio.faults.clear()
    await calm(town)
    assert len(notices(farid)) == 1
    assert not any("courses" in text for text in said(farid))
    assert "courses" in (await reads(town, farid))[0]


@pytest.mark.parametrize("late", [True, False], ids=["told later", "told at once"])
async def test_their_clock_is_ahead(town: Town, farid: Phone, late: bool) -> None:
    """Open by our clock and shut by theirs, again and again: each time one notice, then all."""
    twilio = twilio_of(town)
    twilio.late_window, twilio.window = late, twilio.window * 23 / 24
    for times in (1, 2, 3):
        await later(town, hours=23.5)
        await answers(town, f"Answer number {times}.")
        assert not any(f"number {times}." in text for text in said(farid))
        assert len(notices(farid)) == times
        await answers(town, f"Besides {times}.")
        assert len(notices(farid)) == times
        assert WAITS in await opened(town)
        got = await reads(town, farid)
        assert [f"number {times}." in text for text in got] == [True, False]
        assert f"Besides {times}." in got[1]
    assert alerts(town) == []
    assert "could not be sent" not in told_leyla(town)


@pytest.mark.parametrize("late", [True, False], ids=["told later", "told at once"])
async def test_it_closes_in_the_middle(town: Town, farid: Phone, late: bool) -> None:
    """The second part of a long answer comes too late: later it goes on there, nothing twice."""
    twilio, before = twilio_of(town), len(said(farid))
    open_for, twilio.late_window = twilio.window, late

    def shut(event: Event) -> None:
        if event.change == "shown" and event.phone is farid:
            twilio.window = timedelta()

    stop = twilio.listen(shut)
    await answers(town, LONG)
    stop()
    assert len(notices(farid)) == 1
    twilio.window = open_for
    await reads(town, farid)
    assert _numbers(said(farid)[before:]) == list(range(LINES))
    assert LONG.split() == [word for word in _words(said(farid)[before:]) if word in LONG.split()]


async def test_they_write_before_it_is_told(town: Town, farid: Phone) -> None:
    """They wrote again before Twilio says that it was shut: the answer goes, without a notice."""
    twilio = twilio_of(town)
    twilio.window = twilio.window * 23 / 24
    await later(town, hours=23.5)
    twilio.hold_callbacks()
    await answers(town, "There are courses.")
    await reads(town, farid, "Hello?")
    twilio.release_callbacks()
    await calm(town)
    assert sum("courses" in text for text in said(farid)) == 1
    assert notices(farid) == []
    assert rows(town, "notice") == []
