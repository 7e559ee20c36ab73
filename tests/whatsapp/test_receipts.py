"""What Twilio tells of a message after it took it, in any order, and what the member is told."""

import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from correspondence import (
    alerts,
    answers,
    asks,
    calm,
    card,
    later,
    moved_in,
    opened,
    reads,
    rows,
    said,
    sends,
    told_leyla,
    twilio_of,
)
from remains import places_of
from seats import agreed_there, cases
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from town import Town, a_town

import bot.carrier
import bot.outcomes
from bot.sandbox.bubbles import Event
from bot.sandbox.twilio import WhatsAppPhone
from bot.whatsapp_untold import Untold
from handlers import delivered
from storage.database import Database
from storage.model import SENDING, Outbox, Receipt

LINES = 100
LONG = "".join(f"({line}) دوره‌ها رایگان است 👩‍👩‍👧‍👦🇦🇿 " for line in range(LINES)).strip()


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A member, an operator, and Farid, who asked on WhatsApp and looks at nothing now."""
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    async with a_town(database, whatsapp=True) as town:
        phone: Any = await moved_in(town)
        phone.looking = False
        yield town


@pytest.fixture
def farid(town: Town) -> WhatsAppPhone:
    """The writer."""
    phone: Any = town.people["Farid"]
    return phone


def _got(farid: Any, part: str = "courses") -> int:
    return sum(part in text for text in said(farid))


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(number) for number in re.findall(r"\((\d+)\)", " ".join(texts))]


async def test_each_state_is_on_the_card(town: Town, farid: WhatsAppPhone) -> None:
    """On its way, at WhatsApp, on the phone, read: the card says no more than is known."""
    twilio = twilio_of(town)
    farid.offline = True
    twilio.hold_callbacks()
    await answers(town, "There are courses.")
    assert "Your last answer waits to be sent." in await opened(town)
    twilio.release_callbacks()
    await calm(town)
    assert "WhatsApp has your last answer. It is not on the writer's phone yet." in card(town).text
    await farid.online()
    await calm(town)
    assert "Your last answer is on the writer's phone." in card(town).text
    await farid.seen()
    await calm(town)
    assert "The writer has read your last answer." in card(town).text


@pytest.mark.parametrize("order", ["normal", "reversed"])
async def test_in_any_order_and_twice(town: Town, farid: WhatsAppPhone, order: str) -> None:
    """The furthest state stays, whatever is told after it and however often."""
    twilio = twilio_of(town)
    farid.looking, twilio.duplicate_callbacks = True, True
    twilio.hold_callbacks()
    await answers(town, "There are courses.")
    twilio.callback_order = order
    twilio.release_callbacks()
    await calm(town)
    assert "The writer has read your last answer." in await opened(town)
    assert rows(town, "answer") == [("sent", None)]


async def test_shown_again(town: Town, farid: WhatsAppPhone) -> None:
    """An answer that was read stays read, though its writer has it sent once more."""
    farid.looking = True
    await answers(town, "There are courses.")
    farid.looking = False
    await reads(town, town.people["Farid"], cases(town)[0].reference)
    twilio_of(town).fail_next(30008, times=3)
    await farid.press("Show the answer")
    await calm(town)
    await later(town, seconds=5)
    await later(town, seconds=5)
    assert "The writer has read your last answer." in await opened(town)
    assert "could not be sent" not in told_leyla(town)


async def test_told_of_nothing_of_ours(town: Town, farid: WhatsAppPhone) -> None:
    """Unknown ids, labels that name nothing, and what Twilio did not sign change nothing."""
    twilio = twilio_of(town)
    await answers(town, "There are courses.")
    form = _form(twilio.calls, "courses")
    url = form.pop("url")
    await farid.seen()
    await calm(town)
    before = _receipts(town)
    failed = form | {"MessageStatus": "failed", "SmsStatus": "failed", "ErrorCode": "63024"}
    strange = failed | {"MessageSid": "SM" + "0" * 32, "SmsSid": "SM" + "0" * 32}
    for label in ("", "x", "1", "1-0", "-1-0", "1-0-0", "9" * 30, "%D9%A3-0", "1--0"):
        told = await twilio.webhooks.post(f"{url.partition('?')[0]}?label={label}", strange)
        assert told.ended == 200
    assert (await twilio.webhooks.post(url, strange)).ended == 200
    twilio.unsigned = True
    assert (await twilio.webhooks.post(url, failed)).ended == 403
    twilio.unsigned = False
    await calm(town)
    assert _receipts(town) <= before + 1
    assert "The writer has read your last answer." in await opened(town)
    assert _got(farid) == 1


def _form(calls: Iterable[Any], part: str) -> dict[str, str]:
    """The form of a callback about the newest message with this in it, and where it goes."""
    sent = next(c for c in reversed(list(calls)) if part in str(c.form) and "To" in c.form)
    return {
        "url": sent.form["StatusCallback"],
        "MessageSid": sent.answer["sid"],
        "SmsSid": sent.answer["sid"],
        "To": sent.form["To"],
        "From": sent.form["From"],
        "AccountSid": sent.answer["account_sid"],
        "ApiVersion": "2010-04-01",
    }


def _receipts(town: Town) -> int:
    with town.database.read() as session:
        return session.scalar(select(func.count(Receipt.id))) or 0


async def test_a_label_of_another_row(town: Town, farid: WhatsAppPhone) -> None:
    """What is told of one message under the name of another counts for the one it is about."""
    twilio = twilio_of(town)
    await answers(town, "There are courses.")
    first = _form(twilio.calls, "courses")
    twilio.hold_callbacks()
    await answers(town, "And on Sundays.")
    second = _form(twilio.calls, "Sundays")
    failed = {"MessageStatus": "undelivered", "SmsStatus": "undelivered", "ErrorCode": "63024"}
    await twilio.webhooks.post(first.pop("url"), second | failed)
    await calm(town)
    assert rows(town, "answer") == [("sent", None), ("blocked", "63024")]
    assert "cannot be reached now" in await opened(town)


async def test_a_row_s_number_is_used_again(town: Town, farid: WhatsAppPhone) -> None:
    """A backup came back, and a number with it: what is told of the former row is not of this."""
    twilio = twilio_of(town)
    twilio.hold_callbacks()
    await answers(town, "There are courses.")
    form = _form(twilio.calls, "courses")
    url, before = form.pop("url"), _receipts(town)
    row, _, _ = url.partition("label=")[2].split("-")
    former = {"MessageSid": "SM" + "1" * 32, "SmsSid": "SM" + "1" * 32, "MessageStatus": "read"}
    await twilio.webhooks.post(
        f"{url.partition('label=')[0]}label={row}-24093000000000-0", form | former
    )
    assert _receipts(town) == before
    assert "Your last answer waits to be sent." in await opened(town)


async def test_before_the_call_returns(town: Town, farid: WhatsAppPhone) -> None:
    """Its states arrive while our own call still waits for Twilio's answer, which never comes."""
    bot_client_waits = pytest.MonkeyPatch()
    bot_client_waits.setattr("bot.whatsapp_client.TIMEOUT", 0.5)
    twilio_of(town).faults.add("create", "accept_hang")
    await answers(town, "There are courses.")
    bot_client_waits.undo()
    assert _got(farid) == 1
    assert "Your last answer is on the writer's phone." in await opened(town)


@pytest.mark.parametrize("told", [True, False], ids=["told of it", "told later"])
@pytest.mark.parametrize("wrong", ["accept_drop", "accept_hang", "drop", "hang", "garbage"])
async def test_nobody_knows_whether_it_went(
    town: Town,
    farid: WhatsAppPhone,
    wrong: Any,
    told: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer of Twilio is lost, after or before it took the message: it arrives once."""
    monkeypatch.setattr("bot.whatsapp_client.TIMEOUT", 0.3)
    twilio = twilio_of(town)
    if not told:
        twilio.hold_callbacks()
    twilio.faults.add("create", wrong)
    await answers(town, "There are courses.")
    twilio.release_callbacks()
    await calm(town)
    assert _got(farid) == 1
    assert rows(town, "answer") == [("sent", None)]


@pytest.mark.parametrize("told", [True, False], ids=["told of it", "told later"])
async def test_it_dies_between_their_yes_and_our_note(
    town: Town, farid: WhatsAppPhone, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends after Twilio took the answer and before that is stored: it arrives once."""
    twilio = twilio_of(town)
    if not told:
        twilio.hold_callbacks()
    done = bot.outcomes.done

    def never(*given: Any) -> bool:
        if given[1].kind == "answer":
            raise OSError("the machine goes down")
        return done(*given)

    monkeypatch.setattr(bot.outcomes, "done", never)
    monkeypatch.setattr(bot.carrier, "RECORD_PAUSES", (30.0,))
    leyla = town.people["Leyla"]
    await leyla.write("There are courses.", reply_to=card(town))
    await calm(town)
    await leyla.press("Send")
    await twilio.wait(lambda: _got(farid))
    for lane in town.app.delivery._lanes:
        lane._grace = 0.0
    await town.stop_bot()
    monkeypatch.setattr(bot.outcomes, "done", done)
    await town.start_bot()
    await calm(town)
    twilio.release_callbacks()
    await calm(town)
    assert _got(farid) == 1
    assert len(sends(town, "courses")) == 1


@pytest.mark.parametrize("code", [30008, 63019])
async def test_tried_again_a_few_times(town: Town, farid: WhatsAppPhone, code: int) -> None:
    """What failed for no one's fault goes again, twice; then the member and the operator know."""
    twilio = twilio_of(town)
    twilio.fail_next(code)
    await answers(town, "There are courses.")
    await later(town, minutes=2)
    assert _got(farid) == 1
    assert "Your last answer is on the writer's phone." in await opened(town)
    twilio.fail_next(code, times=9)
    await answers(town, "And on Sundays.")
    for _ in range(6):
        await later(town, minutes=2)
    assert len(sends(town, "Sundays")) == 3
    assert "Your last answer could not be sent. Please answer in another form." in await opened(
        town
    )
    assert "your message could not be sent" in told_leyla(town)
    assert [f"code={code}" in text for text in alerts(town)] == [True]


@pytest.mark.parametrize("code", [63013, 63005, 63041, 63099])
async def test_refused_later(town: Town, farid: WhatsAppPhone, code: int) -> None:
    """WhatsApp does not want these words, or nobody knows why: said at once, and not sent again."""
    twilio_of(town).fail_next(code)
    await answers(town, "There are courses.")
    await later(town, hours=2)
    assert len(sends(town, "courses")) == 1
    assert "Your last answer could not be sent" in await opened(town)
    assert [f"code={code}" in text for text in alerts(town)] == [True]


async def test_not_reached_and_back(town: Town, farid: WhatsAppPhone) -> None:
    """They cannot be reached: the member knows; when they write, all comes in order, once."""
    await farid.block()
    await answers(town, "There are courses.")
    assert "The writer cannot be reached now" in await opened(town)
    assert told_leyla(town).count("they closed or blocked this chat") == 1
    await answers(town, "And on Sundays.")
    await farid.unblock()
    got = await reads(town, town.people["Farid"], "Hello again")
    assert ["courses" in text for text in got if "📩" in text] == [True, False]
    assert _got(farid) == 1
    assert "Your last answer is on the writer's phone." in await opened(town)


async def test_two_could_not_reach_them(town: Town, farid: WhatsAppPhone) -> None:
    """Two answers were at Twilio when they blocked us: the member hears of it once."""
    twilio = twilio_of(town)
    twilio.hold_callbacks()
    twilio.fail_next(63024, times=2)
    await answers(town, "There are courses.")
    await answers(town, "And on Sundays.")
    twilio.release_callbacks()
    await calm(town)
    assert told_leyla(town).count("they closed or blocked this chat") == 1
    got = await reads(town, town.people["Farid"], "Hello again")
    assert ["courses" in text for text in got if "📩" in text] == [True, False]


async def test_what_is_no_answer(town: Town, farid: WhatsAppPhone) -> None:
    """A text of ours fails later: it goes again with its words, or the operator hears of it."""
    twilio = twilio_of(town)
    twilio.fail_next(30008)
    await reads(town, town.people["Farid"], "HELP")
    await later(town, minutes=2)
    assert rows(town, "said")[-1] == ("sent", None)
    count = len(said(farid))
    twilio.fail_next(63013)
    await reads(town, town.people["Farid"], "HELP")
    assert [state for state, _ in rows(town, "said")].count("parked") == 1
    assert ["show=said" in text for text in alerts(town)] == [True]
    assert "could not be sent" not in told_leyla(town)
    assert len(said(farid)) >= count


async def test_the_account_is_locked(
    town: Town, farid: WhatsAppPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """63051 told later stops the channel; the operator hears of it on Telegram; later all goes."""
    monkeypatch.setattr(bot.carrier, "STOPPED_FOR", 6.0)
    twilio = twilio_of(town)
    twilio.fail_next(63051)
    await answers(town, "There are courses.")
    assert town.app.delivery.at_fault == {"whatsapp": "63051"}
    assert alerts(town) == ["⚠️ channel=whatsapp · code=63051"]
    assert "Your last answer waits to be sent." in await opened(town)
    await twilio.wait(lambda: _got(farid), timeout=15.0)
    await calm(town)
    assert town.app.delivery.at_fault == {}
    assert "Your last answer is on the writer's phone." in await opened(town)
    assert len(alerts(town)) == 1


async def test_a_long_answer(town: Town, farid: WhatsAppPhone) -> None:
    """Over 1,600 characters, right to left, with emoji: whole, in order, its parts known as one."""
    farid.offline = True
    await answers(town, LONG)
    await opened(town)
    await farid.online()
    await calm(town)
    assert _numbers(said(farid)) == list(range(LINES))
    words = " ".join(said(farid)).split()
    assert [word for word in words if word in LONG.split()] == LONG.split()
    assert "Your last answer is on the writer's phone." in card(town).text


async def test_a_part_fails(town: Town, farid: WhatsAppPhone) -> None:
    """One part of a long answer could not be brought: that part alone goes again."""
    twilio = twilio_of(town)

    def fail(event: Event) -> None:
        if event.change == "shown" and event.phone is farid:
            stop()
            twilio.fail_next(30008)

    stop = twilio.listen(fail)
    await answers(town, LONG)
    await later(town, minutes=2)
    numbers = _numbers(said(farid))
    assert sorted(numbers) == list(range(LINES))
    assert "Your last answer is on the writer's phone." in await opened(town)


async def test_all_is_deleted_meanwhile(town: Town, farid: WhatsAppPhone) -> None:
    """Everything is deleted while an answer is at Twilio: what is told of it finds nothing."""
    twilio = twilio_of(town)
    twilio.hold_callbacks()
    await answers(town, "Farid, there are courses.")
    for word in ("DELETE", "2", "1"):
        await reads(town, town.people["Farid"], word)
    assert cases(town) == []
    twilio.fail_next(30008)
    twilio.release_callbacks()
    await calm(town)
    await later(town, minutes=2)
    assert len(sends(town, "courses")) == 1
    assert places_of(town.database, "courses", "AZ.0002ABCDEF") == set()
    assert _receipts(town) == 0
    assert alerts(town) == []


async def test_two_people(town: Town, farid: WhatsAppPhone) -> None:
    """What is told of Amara's message says nothing of Farid's."""
    amara: Any = agreed_there(town, "Amara", number="+994500000002")
    await asks(town, amara, "Where can my son go to school?")
    amara.looking = False
    await farid.block()
    await answers(town, "There are courses.", about=0)
    await answers(town, "In Nizami street.", about=1)
    assert "cannot be reached now" in await opened(town, 0)
    assert "Your last answer is on the writer's phone." in await opened(town, 1)


@pytest.mark.parametrize("code", [0, 30008, 63016, 63024])
async def test_nobody_listened(town: Town, farid: WhatsAppPhone, code: int) -> None:
    """Twilio told what became of an answer while no bot ran: it is asked for, and followed."""
    twilio = twilio_of(town)
    if code:
        twilio.fail_next(code)
    twilio.hold_callbacks()
    await answers(town, "There are courses.")
    await town.stop_bot()
    twilio.release_callbacks()
    await twilio.wait(lambda: not twilio.pending())
    await town.start_bot()
    await later(town, minutes=6)
    assert town.whatsapp is not None
    untold = Untold(town.whatsapp.channel._client, town.database, town.app.told, town.clock.now)
    assert await untold.ask() >= 1
    await calm(town)
    await later(town, minutes=2)
    if code == 63016:
        assert _got(farid) == 0
        assert "The writer was told" in await opened(town)
    if code == 63024:
        assert "cannot be reached now" in await opened(town)
    if code in (63016, 63024):
        await reads(town, town.people["Farid"])
    assert _got(farid) == 1
    assert "Your last answer is on the writer's phone." in await opened(town)
    await later(town, minutes=6)
    assert await untold.ask() == 0


async def test_one_that_cannot_be_asked_for(town: Town, farid: WhatsAppPhone) -> None:
    """Twilio stumbles over one message: of the other it is known what became of it."""
    twilio = twilio_of(town)
    twilio.hold_callbacks()
    await answers(town, "There are courses.")
    await answers(town, "And on Sundays.")
    await later(town, minutes=6)
    twilio.faults.add("fetch", 500)
    assert town.whatsapp is not None
    assert await town.whatsapp.channel.untold.ask() == 2
    await calm(town)
    assert sorted(state for state, _ in rows(town, "answer")) == ["sent", "taken"]


async def test_not_reached_before_they_wrote(town: Town, farid: WhatsAppPhone) -> None:
    """It is told late that they could not be reached, and they wrote since: they get the answer."""
    twilio = twilio_of(town)
    farid.offline = True
    twilio.hold_callbacks()
    await answers(town, "There are courses.")
    call = sends(town, "courses")[-1]
    await later(town, minutes=5)
    farid.offline = False
    await reads(town, town.people["Farid"], "I have a new phone, is there news?")
    await later(town, minutes=1)
    form = {
        "MessageSid": call.answer["sid"],
        "MessageStatus": "undelivered",
        "ErrorCode": "63024",
        "To": call.form["To"],
        "From": twilio.sender,
    }
    assert (await twilio.webhooks.post(call.form["StatusCallback"], form)).ended == 200
    await calm(town)
    assert _got(farid) == 1
    assert rows(town, "answer")[0][0] != "blocked"
    assert "cannot be reached" not in told_leyla(town)


async def test_told_while_the_card_is_being_opened(town: Town, farid: WhatsAppPhone) -> None:
    """A shrunk card is on its way to being whole, drawn a moment ago: it is drawn once more."""
    await answers(town, "There are courses.")
    await later(town, minutes=20)
    assert "———" not in card(town).text

    def read(session: Session) -> bool:
        rows = list(session.scalars(select(Outbox).where(Outbox.show == "card")))
        rows[-1].state = SENDING
        session.flush()
        answer = session.scalars(select(Outbox).where(Outbox.show == "answer")).one()
        delivered.arrived(session, answer, "read", town.clock.now())
        rows[-1].state = "sent"
        session.flush()
        return session.scalars(select(Outbox.id).order_by(Outbox.id.desc())).first() != rows[-1].id

    assert town.work(read)
    town.app.delivery.wake()
    await calm(town)
    assert "The writer has read your last answer." in card(town).text
