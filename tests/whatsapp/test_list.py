"""What never reached us by webhook is found in Twilio's list: once, in order, for whom it is from."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from neighbours import (
    ANSWER,
    NUMBER,
    OTHER,
    QUESTION,
    answers,
    asks,
    card,
    council,
    look,
    migrants,
    newcomers,
    screen,
    sent_to,
    twilio,
    writes,
)
from seats import agreed_there, cases
from sqlalchemy import select, text
from town import Town, a_town
from twilio.base.exceptions import TwilioException
from whatsapp_side import choose

import bot.app
from handlers.messages import Incoming
from storage.database import Busy, Database
from storage.model import Case, Entry

FARID = "AZ.1111AAAA"


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Town]:
    """A town with Leyla in its council."""
    async with a_town(database, whatsapp=True) as town:
        council(town)
        yield town


async def _farid(town: Town, number: str | None = NUMBER) -> Any:
    return agreed_there(town, "Farid", number=number, user_id=FARID)


def _texts(town: Town) -> list[str]:
    with town.database.read() as session:
        chosen = select(Entry).where(Entry.kind == "message").order_by(Entry.id)
        return [
            entry.text or (entry.attachment or {}).get("kind", "")
            for entry in session.scalars(chosen)
        ]


async def test_webhooks_that_are_lost(town: Town) -> None:
    """All of it is taken once, in its order, with its files, though several came in one second; and
    not again when Twilio brings it after all."""
    farid = await _farid(town)
    twilio(town).lose_webhooks(6)
    for number in range(3):
        await farid.write(f"part {number}")
    await farid.photo("my flat")
    await farid.voice()
    await farid.document("contract of Farid.pdf")
    await town.settled()
    assert _texts(town) == []
    await look(town)
    expected = ["part 0", "part 1", "part 2", "my flat", "voice", "document"]
    assert _texts(town) == expected
    assert "6 parts" in screen(farid)
    for inbound in list(twilio(town).given_up):
        told = await twilio(town).webhooks.post(twilio(town).inbound_url, inbound.form)
        assert told.ended == 200
    await look(town)
    assert _texts(town) == expected
    await writes(town, farid, "1", "3")
    await town.people["Leyla"].press("Voice and files")
    await town.settled()
    kinds = [b.media.kind for b in town.people["Leyla"].chat if b.media is not None]
    assert kinds == ["photo", "voice", "document"]


async def test_the_bot_is_down_for_a_day(town: Town) -> None:
    """What people wrote meanwhile is taken when it is back, and what they typed then means what it
    meant then."""
    farid = await _farid(town)
    rana: Any = agreed_there(town, "Rana", number=OTHER)
    await writes(town, farid, QUESTION)
    await town.stop_bot()
    for word in ("one", "two"):
        await farid.write(word)
        await rana.write(f"Rana's {word}")
        town.clock.jump(timedelta(minutes=20))
    town.clock.jump(timedelta(hours=23))
    await twilio(town).wait(lambda: not twilio(town).pending())
    await town.start_bot()
    await look(town)
    assert _texts(town) == [QUESTION, "one", "Rana's one", "two", "Rana's two"]
    assert "3 parts" in screen(farid)
    assert "2 parts" in screen(rana)


async def test_the_bot_is_down_for_a_week(town: Town) -> None:
    """However long: what was taken before is not taken again, what was written then is not lost."""
    farid = await _farid(town)
    await writes(town, farid, QUESTION)
    await look(town)
    await town.later(hours=2)
    await writes(town, farid, "before")
    await town.stop_bot()
    await farid.write("on the first day")
    await twilio(town).wait(lambda: not twilio(town).pending())
    town.clock.jump(timedelta(days=7))
    await town.start_bot()
    await town.later(minutes=1)  # what is past its time is forgotten
    await look(town)
    await look(town)
    assert _texts(town) == [QUESTION, "before", "on the first day"]


async def test_a_list_that_cannot_be_read_for_days(town: Town) -> None:
    """Not once since the first start: what was written meanwhile is found when it can be read."""
    farid = await _farid(town)
    assert town.whatsapp is not None
    twilio(town).faults.add("list", 500, times=None)
    with pytest.raises(TwilioException):
        await town.whatsapp.channel.list.look()
    twilio(town).lose_webhooks(1)
    await writes(town, farid, QUESTION)
    town.clock.jump(timedelta(days=4))
    twilio(town).faults.clear()
    await look(town)
    assert _texts(town) == [QUESTION]


async def test_what_cannot_be_taken_for_days(town: Town) -> None:
    """Twilio does not tell of a photo's file: the photo is taken when it does."""
    farid = await _farid(town)
    await look(town)
    twilio(town).lose_webhooks(1)
    await farid.photo("my flat")
    await town.settled()
    twilio(town).faults.add("ListMedia", 500, times=None)
    for _ in range(4):
        await look(town)
        town.clock.jump(timedelta(days=1))
    twilio(town).faults.clear()
    await look(town)
    assert _texts(town) == ["my flat"]


async def test_what_was_answered_with_503(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for at once, and found as soon as the database is back."""
    farid = await _farid(town)
    tries: list[str] = []
    works = town.app._receive

    def fails(incoming: Incoming) -> str:
        tries.append(incoming.text)
        if len(tries) <= 3:
            raise Busy
        return works(incoming)

    monkeypatch.setattr(town.app, "_receive", fails)
    monkeypatch.setattr(bot.app, "PATIENCE", 0.0)
    assert town.whatsapp is not None
    looking = asyncio.create_task(town.whatsapp.channel.list.run())
    calls = twilio(town).calls
    try:
        await twilio(town).wait(lambda: any(c.operation == "ListMessage" for c in calls))
        await farid.write(QUESTION)
        await twilio(town).wait(lambda: "1 part" in screen(farid), 20)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    assert (len(tries), _texts(town)) == (4, [QUESTION])


async def test_what_a_list_does_not_tell(town: Town) -> None:
    """A press and a place are asked for again, also from a newcomer; neither becomes words."""
    farid = town.on_whatsapp("Farid", number=NUMBER, user_id=FARID)
    await writes(town, farid, QUESTION)
    for label in ("English", "I agree", "Send"):
        twilio(town).lose_webhooks(1)
        await choose(farid, label)
        await town.settled()
        before = len(farid.chat)
        await look(town)
        assert len(farid.chat) == before + 2  # please send it again; and the question
        assert label in screen(farid)[-900:]
        await choose(farid, label)
        await town.settled()
    assert cases(town)[0].state == "open"
    assert _texts(town) == [QUESTION]
    twilio(town).lose_webhooks(1)
    await farid.location()
    await town.settled()
    await look(town)
    assert screen(farid).count("did not reach us whole") == 3
    assert _texts(town) == [QUESTION]


async def test_long_and_right_to_left_labels(town: Town) -> None:
    """A label that was cut to fit its button, or keeps directions apart, is known as one too."""
    farid: Any = await town.consented("Farid", "fa", number=NUMBER, user_id=FARID)
    menu = farid.last()
    for button in [button for row in menu.buttons for button in row]:
        twilio(town).lose_webhooks(1)
        await farid.press(f"data={button.data}", on=menu)
        await town.settled()
        await look(town)
    assert cases(town) == []


async def test_a_digit_answers_no_later_question(town: Town) -> None:
    """A listed digit that was typed before an answer was shown does not rate that answer."""
    leyla, farid = town.people["Leyla"], await _farid(town)
    await asks(town, farid)
    await writes(town, farid, "/menu")
    twilio(town).lose_webhooks(1)
    await writes(town, farid, "1")
    await town.later(minutes=2)
    await answers(town, leyla)
    assert ANSWER in screen(farid)
    await town.later(minutes=2)
    await look(town)
    assert cases(town)[0].rating is None
    twilio(town).lose_webhooks(1)
    await writes(town, farid, "1")
    await look(town)
    assert cases(town)[0].rating == "helped"


@pytest.mark.parametrize("first", ["list", "webhook", "both"])
async def test_the_webhook_comes_as_well(town: Town, first: str) -> None:
    """Whichever is first, or at the same moment: taken once."""
    farid = await _farid(town)
    twilio(town).lose_webhooks(3)
    for number in range(3):
        await farid.write(f"part {number}")
    await town.settled()
    forms = [inbound.form for inbound in twilio(town).given_up]
    post = twilio(town).webhooks.post

    async def webhooks() -> None:
        told = await asyncio.gather(*(post(twilio(town).inbound_url, form) for form in forms))
        assert [one.ended for one in told] == [200] * 3

    if first == "list":
        await look(town)
        await webhooks()
    elif first == "webhook":
        await webhooks()
        await look(town)
    else:
        await asyncio.gather(look(town), webhooks(), look(town), webhooks())
    await town.settled()
    assert sorted(_texts(town)) == ["part 0", "part 1", "part 2"]
    assert "3 parts" in screen(farid)


async def test_somebody_known_by_id(town: Town) -> None:
    """A list names the number; the words are theirs who used it with their id last, and what we say
    goes to that id."""
    farid = await _farid(town)
    twilio(town).lose_webhooks(1)
    await writes(town, farid, QUESTION)
    await look(town)
    assert _texts(town) == [QUESTION]
    assert [p.address for p in migrants(town)] == [FARID]
    rana: Any = agreed_there(town, "Rana", number=OTHER, user_id="AZ.2222BBBB")
    rana.number, farid.number = NUMBER, None
    await writes(town, rana, "/requests")
    twilio(town).lose_webhooks(2)
    await writes(town, rana, "Rana's words")
    await writes(town, farid, "Farid's words")
    await look(town)
    with town.database.read() as session:
        of = {
            person.address: list(
                session.scalars(
                    select(Entry.text)
                    .join(Case)
                    .where(Case.person_id == person.id)
                    .order_by(Entry.id)
                )
            )
            for person in migrants(town)
        }
    assert of == {FARID: [QUESTION, "Farid's words"], "AZ.2222BBBB": ["Rana's words"]}
    assert sent_to(town, NUMBER) == []


async def test_a_newcomer_known_by_id(town: Town) -> None:
    """Lost answers of somebody who is being asked for consent are theirs, up to the last; whoever
    agreed so is known by id."""
    farid = town.on_whatsapp("Farid", number=NUMBER, user_id=FARID)
    await writes(town, farid, QUESTION)
    for answer in ("2", "1"):
        twilio(town).lose_webhooks(1)
        await writes(town, farid, answer)
        await town.later(seconds=2)
        await look(town)
        assert len(newcomers(town)) == (answer == "2")
    assert [(p.address, p.phone) for p in migrants(town)] == [(FARID, NUMBER)]
    assert sent_to(town, NUMBER) == []
    rana = town.on_whatsapp("Rana", number=NUMBER, user_id="AZ.2222BBBB")
    farid.number = OTHER
    await writes(town, rana, "Hello")
    assert "language?" not in screen(rana)
    assert len(newcomers(town)) == 1
    await writes(town, farid, "1")
    assert QUESTION in card(town, town.people["Leyla"]).text


async def test_somebody_cannot_be_read(town: Town) -> None:
    """A damaged row of one person stops no look: what others wrote is taken in."""
    farid, amara = await _farid(town), agreed_there(town, "Amara", number=OTHER)
    damaged = migrants(town)[0].id
    short = "update person set address = substr(address, 1, 30) where id = :id"
    town.work(lambda session: session.execute(text(short), {"id": damaged}))
    twilio(town).lose_webhooks(2)
    await writes(town, farid, "Hello from Farid.")
    await writes(town, amara, "Amara has a question.")
    await look(town)
    await look(town)
    with town.database.read() as session:
        assert list(session.scalars(select(Entry.text))) == ["Amara has a question."]
