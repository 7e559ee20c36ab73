"""Who somebody on WhatsApp is, and whom an answer reaches, when numbers and ids come and go."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from neighbours import (
    ANSWER,
    NUMBER,
    OTHER,
    QUESTION,
    answers,
    asks,
    bare,
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
from remains import places_of, rows
from seats import agreed, agreed_there, cases
from sqlalchemy import select, update
from town import Town, a_town

from bot.replay import replay
from handlers import written
from handlers.council import membership
from storage import people
from storage.database import Database
from storage.model import Case, Entry, Member, Person, Receipt, Stuck

FIRST_ID, SECOND_ID = "AZ.1111AAAA", "AZ.2222BBBB"
NEW_NUMBER = "+994500000003"


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Town]:
    """A town with Leyla in its council."""
    async with a_town(database, whatsapp=True) as town:
        council(town)
        yield town


async def _answered_late(town: Town, phone: Any) -> tuple[str, str]:
    """They asked, have not written for a day, and an answer waits for them."""
    opens = await asks(town, phone)
    await town.later(hours=25)
    await answers(town, town.people["Leyla"])
    assert ANSWER not in screen(phone)
    return opens


async def test_an_id_that_is_told_later(town: Town) -> None:
    """A number alone, then number and id: one person, and what waited goes to the id."""
    farid = agreed_there(town, "Farid", number=NUMBER, user_id=None)
    await _answered_late(town, farid)
    farid.user_id = FIRST_ID
    await writes(town, farid, "1")
    assert screen(farid).count(ANSWER) == 1
    assert ANSWER in str(sent_to(town, FIRST_ID))
    assert ANSWER not in str(sent_to(town, NUMBER))
    assert [(p.address, p.phone) for p in migrants(town)] == [(FIRST_ID, NUMBER)]
    assert "read your last answer" in await opened(town, town.people["Leyla"])


async def test_an_id_that_is_told_with_two_messages_at_once(town: Town) -> None:
    """Both messages that tell the id first come side by side: still one person."""
    farid = agreed_there(town, "Farid", number=NUMBER, user_id=None)
    await _answered_late(town, farid)
    farid.user_id = FIRST_ID
    twilio(town).at_once = True
    for words in ("1", "Thank you", "for this"):
        await farid.write(words)
    await town.settled()
    assert screen(farid).count(ANSWER) == 1
    assert newcomers(town) == []
    assert [p.address for p in migrants(town)] == [FIRST_ID]


async def test_an_id_that_is_told_while_consent_is_asked(town: Town) -> None:
    """A newcomer whose id is told between two answers goes on where they were, with what they said."""
    farid = town.on_whatsapp("Farid", number=NUMBER, user_id=None)
    await writes(town, farid, QUESTION)
    farid.user_id = FIRST_ID
    await writes(town, farid, "2")
    assert len(newcomers(town)) == 1
    await writes(town, farid, "1", "1")
    assert cases(town)[0].state == "open"
    assert QUESTION in card(town, town.people["Leyla"]).text
    assert [(p.address, p.phone) for p in migrants(town)] == [(FIRST_ID, NUMBER)]


async def test_an_id_that_is_told_while_consent_is_asked_again(town: Town) -> None:
    """What they wrote before agreeing to a new text is theirs under their id too."""
    farid = agreed_there(town, "Farid", number=NUMBER, user_id=None)
    town.work(lambda s: s.execute(update(Person).values(consent_version="of old")))
    await writes(town, farid, QUESTION)
    farid.user_id = FIRST_ID
    await writes(town, farid, "1", "1")
    assert QUESTION in card(town, town.people["Leyla"]).text
    assert newcomers(town) == []


async def test_an_old_message_that_is_handled_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes to its writer's request, and takes no number away from whoever has it by then."""
    farid: Any = agreed_there(town, "Farid", number=NUMBER, user_id=FIRST_ID)
    with monkeypatch.context() as broken:
        broken.setattr(written, "words", lambda turn: 1 / 0)
        await writes(town, farid, QUESTION)
    assert "What you sent is safe" in screen(farid)
    farid.number = NEW_NUMBER
    await writes(town, farid, "/menu")
    rana = agreed_there(town, "Rana", number=NUMBER, user_id=None)
    replay(town.database, town.charter, 42, town.clock.now())
    assert [(p.address, p.phone) for p in migrants(town)] == [
        (FIRST_ID, NEW_NUMBER),
        (NUMBER, None),
    ]
    await writes(town, farid, "/start", "1")
    assert QUESTION in card(town, town.people["Leyla"]).text
    assert QUESTION not in screen(rana)


async def test_a_number_that_is_told_later_and_changes(town: Town) -> None:
    """An id alone, then with a number, then with another: one person, who is only written to by id."""
    farid: Any = agreed_there(town, "Farid", number=None, user_id=FIRST_ID)
    await asks(town, farid)
    for number in (NUMBER, OTHER, None):
        farid.number = number
        await writes(town, farid, "/requests")
        known = [(p.address, p.phone) for p in migrants(town)]
        assert known == [(FIRST_ID, number or OTHER)]
    assert sent_to(town, NUMBER) == sent_to(town, OTHER) == []


async def test_a_number_of_somebody_with_an_id_is_given_away(town: Town) -> None:
    """Whoever has the number next is a stranger; what waits goes to the id of who had it before."""
    farid: Any = agreed_there(town, "Farid", number=NUMBER, user_id=FIRST_ID)
    await _answered_late(town, farid)
    farid.number = NEW_NUMBER
    rana = town.on_whatsapp("Rana", number=NUMBER, user_id=SECOND_ID)
    await writes(town, rana, "Hello", "2", "1", "4", "/requests", "Is it open today?", "1")
    assert sent_to(town, NUMBER) == []
    assert bare(QUESTION) not in screen(rana)
    assert ANSWER not in screen(rana)
    assert cases(town)[0].reference not in screen(rana).replace(" ", "")
    await writes(town, farid, "1")
    assert screen(farid).count(ANSWER) == 1
    assert ANSWER not in screen(rana)
    assert [(p.address, p.phone) for p in migrants(town)] == [
        (FIRST_ID, NEW_NUMBER),
        (SECOND_ID, NUMBER),
    ]


@pytest.mark.parametrize("agreed_before", [False, True], ids=["before consent", "after consent"])
async def test_a_number_of_somebody_without_an_id_is_given_away(
    town: Town, agreed_before: bool
) -> None:
    """Somebody else turns out to have the only address: nothing goes there, the member hears of it,
    and reference and secret bring the answers to another chat."""
    leyla = town.people["Leyla"]
    farid: Any = agreed_there(town, "Farid", number=NUMBER, user_id=None)
    reference, secret = await _answered_late(town, farid)
    rana = town.on_whatsapp("Rana", number=None, user_id=SECOND_ID)
    await writes(town, rana, "Hello", "2", *(["1"] if agreed_before else []))
    farid.number = NEW_NUMBER
    rana.number = NUMBER
    before = len(sent_to(town, NUMBER))
    await writes(town, rana, *([] if agreed_before else ["1"]), "4", "/requests", "/start")
    assert "cannot be reached" in await opened(town, leyla)
    assert "cannot be reached now" in screen(leyla)
    number = people.chat_hash("whatsapp", NUMBER)
    places = {place.partition(".")[2] for place in places_of(town.database, number, NUMBER)}
    assert places == {"phone", "phone_hash"}
    await answers(town, leyla, "And on Sundays.")
    await town.later(days=3)
    assert "cannot be reached" in await opened(town, leyla)
    assert len(sent_to(town, NUMBER)) == before
    for words in (QUESTION, ANSWER, "Sundays", "There is an update"):
        assert words not in screen(rana)
    again = agreed_there(town, "Farid", number=NEW_NUMBER, user_id=FIRST_ID)
    await writes(town, again, reference, secret)
    seen = screen(again)
    assert seen.count(ANSWER) == 1
    assert seen.index(ANSWER) < seen.index("And on Sundays.")
    assert "read your last answer" in await opened(town, leyla)
    assert ANSWER not in screen(rana)


async def test_two_people_swap_their_numbers(town: Town) -> None:
    """Each stays who they are by id, whoever writes first, and in Twilio's list too."""
    farid: Any = agreed_there(town, "Farid", number=NUMBER, user_id=FIRST_ID)
    rana: Any = agreed_there(town, "Rana", number=OTHER, user_id=SECOND_ID)
    await _answered_late(town, farid)
    farid.number, rana.number = OTHER, NUMBER
    await writes(town, rana, "/requests")
    twilio(town).lose_webhooks(1)
    await writes(town, rana, "Is it open today?")
    await look(town)
    assert "not sent yet" in screen(rana)
    await writes(town, farid, "1")
    assert screen(farid).count(ANSWER) == 1
    assert ANSWER not in screen(rana)
    twilio(town).lose_webhooks(2)
    await writes(town, rana, "Rana's own words")
    await writes(town, farid, "Farid's own words")
    await look(town)
    assert [(p.address, p.phone) for p in migrants(town)] == [
        (FIRST_ID, OTHER),
        (SECOND_ID, NUMBER),
    ]
    texts = {p.address: _words(town, p.id) for p in migrants(town)}
    assert "Farid's own words" in texts[FIRST_ID]
    assert "Rana's own words" in texts[SECOND_ID]


def _words(town: Town, person_id: int) -> list[str]:
    with town.database.read() as session:
        chosen = select(Entry.text).join(Case).where(Case.person_id == person_id)
        return list(session.scalars(chosen))


async def _told(town: Town, **changes: str | None) -> int | str:
    """Twilio tells of a message of nobody in town, with these fields of the usual ones changed."""
    post = twilio(town)
    form = {
        "MessageSid": f"SM{len(post.webhooks.told):032}",
        "AccountSid": post.account_sid,
        "From": f"whatsapp:{NUMBER}",
        "To": post.sender,
        "WaId": NUMBER.removeprefix("+"),
        "Body": QUESTION,
        "NumMedia": "0",
        "Unheard": "of",
    } | changes
    told = await post.webhooks.post(
        post.inbound_url, {name: value for name, value in form.items() if value is not None}
    )
    await town.settled()
    return told.ended


async def test_a_form_that_names_the_number_elsewhere(town: Town) -> None:
    """Where only WaId tells the number it is the same newcomer, and is answered."""
    farid = town.on_whatsapp("Farid", number=NUMBER, user_id=None)
    farid.wrote_at = town.clock.now()
    assert await _told(town) == 200
    assert await _told(town, From=None, Body="2") == 200
    assert await _told(town, From="", Body="1") == 200
    assert "not sent yet" in screen(farid)
    assert [p.address for p in migrants(town)] == [NUMBER]


async def test_a_form_that_names_nobody(town: Town) -> None:
    """It is answered with 200 and kept for a human, without its words; nobody is written to."""
    calls = len(twilio(town).calls)
    assert await _told(town, From=None, WaId=None) == 200
    assert await _told(town, From="whatsapp:", WaId="", ExternalUserId="whatsapp:") == 200
    with town.database.read() as session:
        kept = list(session.scalars(select(Stuck)))
    assert [(one.raw, one.chat) for one in kept] == [(None, None)] * 2
    assert len(twilio(town).calls) == calls
    assert migrants(town) == newcomers(town) == []


async def test_addresses_of_a_kind_nobody_knows(town: Town) -> None:
    """An address without plus, digits or the usual id is somebody's all the same, and never mixed."""
    for name in ("994500000001", "user.of-some_kind@42"):
        assert await _told(town, From=f"whatsapp:{name}", WaId=None) == 200
        assert await _told(town, From=f"whatsapp:{name}", WaId=None, Body="2") == 200
        assert await _told(town, From=f"whatsapp:{name}", WaId=None, Body="1") == 200
    assert [p.address for p in migrants(town)] == ["994500000001", "user.of-some_kind@42"]


async def test_one_human_on_both_channels(town: Town) -> None:
    """They are two people to us; reference and secret open a request on the other channel, and what
    had not arrived arrives there, and there alone."""
    here: Any = agreed_there(town, "Farid", number=NUMBER, user_id=FIRST_ID)
    there = agreed(town, "Farid")
    reference, secret = await _answered_late(town, here)
    await writes(town, there, f"{reference[:4]} {reference[4:]}", secret)
    assert screen(there).count(ANSWER) == 1
    assert "delivered" in await opened(town, town.people["Leyla"])
    await answers(town, town.people["Leyla"], "And on Sundays.")
    assert "Sundays" in screen(there)
    await writes(town, here, "1", f"MC {reference}")
    assert ANSWER not in screen(here)
    assert "Sundays" not in screen(here)
    assert f"{ANSWER}" not in str(sent_to(town, FIRST_ID))
    await there.block()
    await town.settled()
    await answers(town, town.people["Leyla"], "And in summer.")
    assert "cannot be reached" in await opened(town, town.people["Leyla"])
    await writes(town, here, secret)
    assert "And in summer." in screen(here)
    assert "And in summer." not in screen(there)
    await there.unblock()
    await town.settled()
    assert "And in summer." not in screen(there)
    assert screen(here).count("And in summer.") == 1


async def test_an_answer_twilio_has_is_brought_to_the_other_phone(town: Town) -> None:
    """A phone that is lost gets no answer any more: whoever opens the request elsewhere gets it, and
    what becomes of the other one is no news."""
    leyla, post = town.people["Leyla"], twilio(town)
    lost: Any = agreed_there(town, "Farid", number=NUMBER, user_id=FIRST_ID)
    opens = await asks(town, lost)
    lost.offline = True
    await answers(town, leyla)
    call = next(one for one in reversed(post.calls) if ANSWER in str(one.form))
    again: Any = agreed_there(town, "Farid", number=OTHER, user_id=SECOND_ID)
    await writes(town, again, *opens)
    assert screen(again).count(ANSWER) == 1
    failed = {
        "MessageSid": call.answer["sid"],
        "MessageStatus": "undelivered",
        "ErrorCode": "63024",
        "To": f"whatsapp:{FIRST_ID}",
        "From": post.sender,
    }
    assert (await post.webhooks.post(call.form["StatusCallback"], failed)).ended == 200
    await town.settled()
    assert "read your last answer" in await opened(town, leyla)
    assert "cannot be reached" not in screen(leyla)


async def test_a_link_into_the_council(town: Town) -> None:
    """Opened on WhatsApp it seats nobody, is kept by nobody, and still works where it belongs."""
    token = town.work(
        lambda s: membership.invite(
            s,
            town.charter,
            town.clock.now(),
            alias="Nigar",
            role="member",
            languages=["en"],
            topics=[],
        )
    )
    rana = town.on_whatsapp("Rana", number=OTHER)
    await writes(town, rana, f"/start {token}", "2", "1", f"/start {token}")
    with town.database.read() as session:
        assert [m.alias for m in session.scalars(select(Member))] == ["Leyla"]
    assert "code" not in screen(rana).lower().replace("secret code", "")
    assert places_of(town.database, token) == set()
    nigar = town.person("Nigar")
    await nigar.start(token)
    await town.settled()
    code = "".join(c for c in nigar.last().text.split("\n")[0] if c.isdigit())
    town.work(lambda s: membership.confirm(s, town.charter, code, town.clock.now()))


async def test_voice_and_digits_alone(town: Town) -> None:
    """Whoever neither reads nor writes words gets through everything, in their own digits."""
    leyla = town.people["Leyla"]
    amara = town.on_whatsapp("Amara", number=NUMBER, language="fa")
    await amara.voice()
    await town.settled()
    await writes(town, amara, "۵", "۱", "۱")
    assert cases(town)[0].state == "open"
    reference = cases(town)[0].reference
    await leyla.press("Ask")
    await town.settled()
    await writes(town, leyla, "Where was it?")
    await leyla.press("Send")
    await town.settled()
    await amara.voice()
    await town.settled()
    assert cases(town)[0].state == "open"
    await answers(town, leyla)
    assert ANSWER in screen(amara)
    await writes(town, amara, "۱")
    assert cases(town)[0].rating == "helped"
    await writes(town, amara, "۹۹", "۴", "۱")  # no such choice: the menu; my requests; the first
    assert reference in screen(amara).replace(" ", "")
    await writes(town, amara, "۰", "۰", "۶", "۲", "۱")  # back, menu, delete, yes, now
    assert migrants(town) == []
    assert cases(town) == []


async def test_erasure_forgets_number_and_id(town: Town) -> None:
    """Deleting leaves no number, no id, no hash of either and no receipt, whatever they were before."""
    farid: Any = agreed_there(town, "Farid", number=NUMBER, user_id=None)
    hashes = [people.chat_hash("whatsapp", one) for one in (NUMBER, OTHER, FIRST_ID)]
    await asks(town, farid)
    farid.user_id = FIRST_ID
    await writes(town, farid, "/requests")
    farid.number = OTHER
    await answers(town, town.people["Leyla"])
    await writes(town, farid, "DELETE", "2")
    assert places_of(town.database, OTHER, FIRST_ID, hashes[2])
    await writes(town, farid, "1")
    assert "Deleted on our side" in screen(farid)
    assert town.whatsapp is not None
    await town.whatsapp.channel.copies.delete_some()
    assert places_of(town.database, NUMBER, OTHER, FIRST_ID, *hashes) == set()
    with town.database.read() as session:
        assert list(session.scalars(select(Receipt))) == []
    assert {"person": 1, "case": 0} | _left(town) == {"person": 1, "case": 0}


def _left(town: Town) -> dict[str, int]:
    return {
        name: count for name, count in rows(town.database).items() if name in ("person", "case")
    }
