"""STOP and START: whoever wants no messages gets none, and loses none."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from neighbours import (
    ANSWER,
    NUMBER,
    QUESTION,
    answers,
    asks,
    card,
    council,
    look,
    migrants,
    newcomers,
    opened,
    screen,
    sent_to,
    twilio,
    writes,
)
from remains import rows
from seats import agreed, agreed_there, cases
from sqlalchemy import select
from town import Town, a_town

from handlers.words import WORDS, meaning_of
from storage.database import Database
from storage.model import Outbox

FARID = "AZ.1111AAAA"
LOOKS = (str, str.lower, str.title, "{}.".format, " {}! ".format, "«{}»".format)
STOPPED, REMINDED, AGAIN = "no more messages", "You wrote STOP", "You get our messages again"


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Town]:
    """A town with Leyla in its council."""
    async with a_town(database, whatsapp=True) as town:
        council(town)
        yield town


async def _farid(town: Town, language: str = "en") -> Any:
    return agreed_there(town, "Farid", language, number=NUMBER, user_id=FARID)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("meaning", ["stop", "start"])
def test_the_word_alone(language: str, meaning: str) -> None:
    """Each language's words and the English one mean it in any case and with a dot; not in a
    sentence."""
    for word in (*WORDS[language][meaning], *WORDS["en"][meaning]):
        for dressed in LOOKS:
            assert meaning_of(dressed(word), language) == meaning
        assert meaning_of(f"{word} {word} please", language) is None
        assert meaning_of(f"They did not {word} it", language) is None


async def test_answers_wait_and_come_in_order(town: Town) -> None:
    """After STOP nothing comes but answers to what they write; members see that theirs wait; START
    brings all of it, in order, once."""
    leyla, farid = town.people["Leyla"], await _farid(town)
    await asks(town, farid)
    await writes(town, farid, "Stop.")
    assert STOPPED in screen(farid)
    before = len(sent_to(town, FARID))
    await answers(town, leyla)
    await answers(town, leyla, "And on Sundays.")
    await town.later(days=4)
    assert "wants no messages" in await opened(town, leyla)
    assert len(sent_to(town, FARID)) == before
    await writes(town, farid, "help", "What about my flat?", "1", "3")
    seen = screen(farid)
    assert "Voice and photos are fine" in seen
    assert seen.count(REMINDED) == 1
    assert len(cases(town)) == 2
    assert cases(town)[1].state == "open"
    assert ANSWER not in seen
    await writes(town, farid, "start")
    seen = screen(farid)
    assert AGAIN in seen
    assert seen.count(ANSWER) == seen.count("And on Sundays.") == 1
    assert seen.index(ANSWER) < seen.index("And on Sundays.")
    assert "read your last answer" in await opened(town, leyla, 0)
    await answers(town, leyla, "Your flat is yours.")
    assert "Your flat is yours." in screen(farid)


async def test_stop_within_a_sentence_and_a_request(town: Town) -> None:
    """Inside a sentence it is part of the complaint; alone it stops, and the draft is kept."""
    farid = await _farid(town)
    await writes(town, farid, "They did not STOP the work")
    assert STOPPED not in screen(farid)
    await writes(town, farid, "STOP")
    assert STOPPED in screen(farid)
    assert [case.state for case in cases(town)] == ["draft"]
    await writes(town, farid, "START", "1")
    assert cases(town)[0].state == "open"
    text = card(town, town.people["Leyla"]).text
    assert "They did not STOP the work" in text
    assert "STOP\n" not in text.replace("STOP the", "")


async def test_stop_in_ones_own_language(town: Town) -> None:
    """The word of their language stops and starts; the words we name are those we understand."""
    amara = await _farid(town, "fa")
    await _asks_in_persian(town, amara)
    await writes(town, amara, "توقف")
    assert migrants(town)[0].stopped_at is not None
    assert "شروع" in screen(amara)
    await writes(town, amara, "شروع")
    assert migrants(town)[0].stopped_at is None


async def _asks_in_persian(town: Town, phone: Any) -> None:
    """They send a request."""
    await writes(town, phone, "چگونه زبان یاد بگیرم؟", "۱")


async def test_stop_before_consent(town: Town) -> None:
    """A stranger's STOP is not answered and not kept; a newcomer's means no."""
    farid = town.on_whatsapp("Farid", number=NUMBER)
    await writes(town, farid, "STOP")
    assert screen(farid) == ""
    await writes(town, farid, QUESTION, "2", "stop")
    assert "We keep nothing" in screen(farid)
    assert newcomers(town) == migrants(town) == []
    for word in ("СТОП", "توقف"):  # no language is chosen yet
        await writes(town, farid, word, QUESTION, word)
        assert newcomers(town) == migrants(town) == []
    assert rows(town.database).get("outbox", 0) == len(_of_leyla(town))


def _of_leyla(town: Town) -> list[int]:
    with town.database.read() as session:
        return list(session.scalars(select(Outbox.id).where(Outbox.member_id.is_not(None))))


async def test_twilio_hears_stop_and_start_itself(town: Town) -> None:
    """Where Twilio answers STOP we do not; its START brings back what waited."""
    leyla, farid = town.people["Leyla"], await _farid(town)
    await asks(town, farid)
    twilio(town).opt_out_handled = True
    before = len(sent_to(town, FARID))
    await writes(town, farid, "unsubscribe")
    assert len(sent_to(town, FARID)) == before
    await answers(town, leyla)
    assert "wants no messages" in await opened(town, leyla)
    await writes(town, farid, "unstop")
    assert screen(farid).count(ANSWER) == 1


async def test_a_yes_that_twilio_takes_for_start(town: Town) -> None:
    """Said by somebody who never stopped, it is their answer to what a member asked."""
    leyla, farid = town.people["Leyla"], await _farid(town)
    await asks(town, farid)
    twilio(town).opt_out_handled = True
    await leyla.press("Ask")
    await town.settled()
    await writes(town, leyla, "Is it cold in there?")
    await leyla.press("Send")
    await town.settled()
    await writes(town, farid, "Yes")
    assert "Yes" in card(town, leyla).text.split("Is it cold in there?")[1]


async def test_twilio_says_that_they_opted_out(town: Town) -> None:
    """21610 means that they cannot be reached, which the member hears; what waited comes when they
    write."""
    leyla, farid = town.people["Leyla"], await _farid(town)
    await asks(town, farid)
    twilio(town).faults.add("CreateMessage", 400, code=21610, to=f"whatsapp:{FARID}")
    await answers(town, leyla)
    assert "cannot be reached" in await opened(town, leyla)
    assert ANSWER not in screen(farid)
    await writes(town, farid, "Hello?")
    assert screen(farid).count(ANSWER) == 1


async def test_what_start_overtakes(town: Town) -> None:
    """What we said to STOP and Twilio did not carry is not said after START."""
    farid = await _farid(town)
    twilio(town).fail_next(21610, 1)
    await writes(town, farid, "STOP", "START")
    assert AGAIN in screen(farid)
    assert STOPPED not in screen(farid)


async def test_what_could_not_arrive_does_not_stand_before_our_answers(town: Town) -> None:
    """Somebody who wrote STOP and was out of reach since can still have everything deleted."""
    farid = await _farid(town)
    await asks(town, farid)
    twilio(town).fail_next(63024, 1)
    await writes(town, farid, "STOP")
    await answers(town, town.people["Leyla"])
    assert STOPPED not in screen(farid)
    await writes(town, farid, "DELETE")
    assert "Delete everything?" in screen(farid)
    assert ANSWER not in screen(farid)
    await writes(town, farid, "2", "1")
    assert "Deleted on our side" in screen(farid)
    assert migrants(town) == cases(town) == []
    assert ANSWER not in screen(farid)


async def test_a_lost_stop(town: Town) -> None:
    """A STOP whose webhook was lost counts from Twilio's list."""
    farid = await _farid(town)
    await asks(town, farid)
    twilio(town).lose_webhooks(1)
    await writes(town, farid, "STOP")
    await look(town)
    assert STOPPED in screen(farid)
    await answers(town, town.people["Leyla"])
    assert ANSWER not in screen(farid)


async def test_members_and_telegram(town: Town) -> None:
    """A member's STOP is words of their answer; a migrant's on Telegram stops there too."""
    leyla, rana = town.people["Leyla"], agreed(town, "Rana")
    await asks(town, rana)
    await answers(town, leyla, "STOP")
    assert "STOP" in screen(rana)
    await writes(town, rana, "stop")
    assert STOPPED in screen(rana)
    await answers(town, leyla)
    assert ANSWER not in screen(rana)
    await writes(town, rana, "START")
    assert ANSWER in screen(rana)
