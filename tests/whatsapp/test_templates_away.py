"""The notice itself may not go: the operator sees to it, and the card says why an answer waits."""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from correspondence import (
    NOTICE,
    alerts,
    answers,
    asks,
    bare,
    calm,
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
from seats import agreed_there, shows
from sqlalchemy import select
from sqlalchemy.orm import Session
from town import Town, a_town

import bot.outcomes
from bot.richtext import plain
from bot.sandbox.phones import Phone
from bot.sandbox.twilio import TwilioSandbox
from bot.sandbox.twilio_contents import Content
from handlers.language import Tongue
from handlers.migrant.notice import TEXT
from storage.database import Database
from storage.model import Case

NO_TEMPLATE = "WhatsApp does not let us tell them now; the operator knows."
WAITS = "The writer was told, and gets it when they write."


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A member, an operator, and two who asked on WhatsApp more than a day ago."""
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    async with a_town(database, whatsapp=True) as town:
        await moved_in(town)
        amara = agreed_there(town, "Amara", number="+994500000002")
        await asks(town, amara, "Where can my son go to school?")
        await later(town, hours=25)
        yield town


@pytest.fixture
def farid(town: Town) -> Phone:
    """The writer of the first request."""
    return town.people["Farid"]


@pytest.fixture
def secret(farid: Phone) -> str:
    """What opens the first request on another phone."""
    found = re.search(r"Secret code\D*(\d{3} ?\d{3})", bare(shows(farid)))
    assert found
    return found[1]


def _texts(twilio: TwilioSandbox) -> list[Content]:
    return [one for one in twilio.contents.values() if "_update_" in one.friendly_name]


def _missing(twilio: TwilioSandbox) -> None:
    for one in _texts(twilio):
        del twilio.contents[one.sid]


def _standing(status: str) -> Callable[[TwilioSandbox], None]:
    def stand(twilio: TwilioSandbox) -> None:
        for one in _texts(twilio):
            assert one.approval is not None
            one.approval.status = status

    return stand


HINDERED: dict[str, Callable[[TwilioSandbox], None]] = {
    "template_missing": _missing,
    "template_pending": _standing("pending"),
    "template_paused": _standing("paused"),
    "template_rejected": _standing("rejected"),
}


async def _looks_again(town: Town) -> None:
    assert town.whatsapp is not None
    await town.whatsapp.channel.templates.load()


@pytest.mark.parametrize("why", HINDERED)
async def test_until_it_is_approved(town: Town, farid: Phone, why: str) -> None:
    """Nobody is told that something waits but the operator, once; approved, each notice goes."""
    twilio = twilio_of(town)
    kept = dict(twilio.contents)
    HINDERED[why](twilio)
    await _looks_again(town)
    await answers(town, "There are courses.", about=0)
    await answers(town, "In Nizami street.", about=1)
    for _ in range(3):
        await later(town, minutes=31)
    await answers(town, "And on Sundays.", about=0)
    assert notices(farid) == notices(town.people["Amara"]) == []
    assert alerts(town) == [f"⚠️ code={why} · what=template"]
    assert NO_TEMPLATE in await opened(town, 0)
    assert NO_TEMPLATE in await opened(town, 1)
    twilio.contents |= kept
    _standing("approved")(twilio)
    await _looks_again(town)
    await later(town, minutes=31)
    assert len(notices(farid)) == len(notices(town.people["Amara"])) == 1
    assert WAITS in await opened(town, 0)
    assert WAITS in await opened(town, 1)
    assert not sends(town, "courses")
    got = await reads(town, farid)
    assert ["courses" in text for text in got] == [True, False]
    assert "Sundays" in got[1]
    assert len(alerts(town)) == 1


@pytest.mark.parametrize("code", [63016, 63041, 63040])
async def test_refused_after_it_was_taken(town: Town, farid: Phone, code: int) -> None:
    """Twilio took the notice and could not bring it: as if it had not been approved."""
    twilio = twilio_of(town)
    twilio.fail_next(code, times=2)
    await answers(town, "There are courses.", about=0)
    await later(town, minutes=31)
    await later(town, minutes=5)
    assert notices(farid) == []
    assert alerts(town) == [f"⚠️ code={code} · what=template"]
    assert NO_TEMPLATE in await opened(town, 0)
    await later(town, minutes=31)
    assert len(notices(farid)) == 1
    assert WAITS in await opened(town, 0)
    assert "courses" in (await reads(town, farid))[0]


async def test_they_write_first(town: Town, farid: Phone) -> None:
    """They write before it is approved: the answer comes, and no notice of it any more."""
    _standing("pending")(twilio_of(town))
    await _looks_again(town)
    await answers(town, "There are courses.", about=0)
    got = await reads(town, farid, "Hello, is anybody there?")
    assert any("courses" in text for text in got)
    _standing("approved")(twilio_of(town))
    await _looks_again(town)
    await later(town, minutes=31)
    assert notices(farid) == []
    assert rows(town, "notice")[0][0] == "dropped"


async def test_a_number_before_any_notice(town: Town, farid: Phone) -> None:
    """No notice could go: a number they write answers what they saw last, as ever."""
    _standing("pending")(twilio_of(town))
    await _looks_again(town)
    await reads(town, farid, "DELETE")
    await later(town, hours=25)
    await answers(town, "There are courses.", about=0)
    got = await reads(town, farid, "2")
    assert "Are you sure?" in "".join(got)
    assert "courses" in "".join(got)


async def test_the_notice_reaches_nobody(town: Town, farid: Phone) -> None:
    """They blocked us: the card does not say that they were told; back, they get the answer."""
    await farid.block()
    await answers(town, "There are courses.", about=0)
    assert "cannot be reached now. It is sent when they come back" in await opened(town, 0)
    assert "they closed or blocked this chat" in told_leyla(town)
    await answers(town, "And on Sundays.", about=0)
    await farid.unblock()
    got = await reads(town, farid, "Hello, I am back")
    assert ["courses" in text for text in got if "📩" in text] == [True, False]
    assert notices(farid) == []


async def test_the_notice_is_refused(town: Town, farid: Phone) -> None:
    """For a reason nobody knows: the operator is told, the card says why; the next answer tries."""
    twilio_of(town).fail_next(63099)
    await answers(town, "There are courses.", about=0)
    assert NO_TEMPLATE in await opened(town, 0)
    assert ["show=notice" in text for text in alerts(town)] == [True]
    await answers(town, "And on Sundays.", about=0)
    assert len(notices(farid)) == 1
    assert WAITS in await opened(town, 0)
    assert len(await reads(town, farid)) == 2


@pytest.mark.parametrize("wrong", ["accept_drop", "accept_hang"])
async def test_nobody_knows_whether_the_notice_went(
    town: Town, farid: Phone, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twilio took it and its answer was lost: it is looked up, and not sent twice."""
    monkeypatch.setattr("bot.whatsapp_client.TIMEOUT", 0.3)
    twilio = twilio_of(town)
    twilio.hold_callbacks()
    twilio.faults.add("create", wrong)
    await answers(town, "There are courses.", about=0)
    twilio.release_callbacks()
    await calm(town)
    assert len([text for text in said(farid) if "update" in text]) == 1
    assert WAITS in await opened(town, 0)


async def test_a_doubtful_notice_in_a_related_language(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who reads Turkish was told in Azerbaijani, and nobody knows it: not told twice."""
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    async with a_town(database, whatsapp=True) as town:
        farid = await moved_in(town, "tr")
        await later(town, hours=25)
        twilio = twilio_of(town)
        for one in _texts(twilio):
            assert one.approval is not None
            if one.language == "tr":
                one.approval.status = "pending"
        await _looks_again(town)
        before = len(said(farid))
        twilio.hold_callbacks()
        twilio.faults.add("create", "accept_drop")
        await answers(town, "Kurslar var.")
        twilio.release_callbacks()
        await calm(town)
        notice = Tongue("az", town.charter)(TEXT, reference=reference(town))
        assert said(farid)[before:] == [bare(plain(notice))]


async def test_content_cannot_be_read(town: Town, farid: Phone) -> None:
    """Twilio does not say what stands there: a few tries, then the card and the operator know."""
    twilio = twilio_of(town)
    await town.stop_bot()
    for operation in ("ListContentAndApprovals", "ListContent"):
        twilio.faults.add(operation, 404, times=None)
    await town.start_bot()
    await answers(town, "There are courses.", about=0)
    assert notices(farid) == []
    assert NO_TEMPLATE in await opened(town, 0)
    assert alerts(town) == ["⚠️ code=templates_unread · what=template"]
    twilio.faults.clear()
    await _looks_again(town)
    await later(town, minutes=31)
    assert len(notices(farid)) == 1
    assert WAITS in await opened(town, 0)


def _all_taken(session: Session) -> None:
    for case in session.scalars(select(Case)):
        case.taken_at, case.stage_at = case.created_at, None


async def test_the_notice_s_request_is_taken_elsewhere(
    town: Town, farid: Phone, secret: str
) -> None:
    """The request that a notice was about is opened on another phone: what else waits is told."""
    await asks(town, farid, "Where do I find a doctor?")
    town.work(_all_taken)  # so that none of them is late
    await later(town, hours=25)
    _standing("pending")(twilio_of(town))
    await _looks_again(town)
    await answers(town, "There are courses.", about=0)
    await answers(town, "In Nizami street.", about=2)
    other = agreed_there(town, "Other", number="+994500000003")
    await reads(town, other, f"{reference(town, 0)} {secret}")
    assert "courses" in bare(shows(other))
    _standing("approved")(twilio_of(town))
    await _looks_again(town)
    await later(town, minutes=31)
    await later(town, hours=5)
    assert notices(farid) == [f"{NOTICE} {reference(town, 2)}. Reply 1 to read it."]
    assert WAITS in await opened(town, 2)
