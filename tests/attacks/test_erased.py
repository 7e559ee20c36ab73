"""Erased is erased: whoever they are, wherever their request went, and whatever still stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from talk import CHANNEL, Talk

from handlers.council import membership
from storage import people
from storage.model import Case, Entry, Newcomer, Outbox, Person, Shown

SMALL = "How can I learn the language?"


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member, and a migrant who agreed."""
    talk.seat("Leyla")
    talk.agreed("Farid")


def _erases(talk: Talk, who: str) -> None:
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press(who, does)
    talk.deliver()


def _left_of(talk: Talk, who: str) -> dict[str, int]:
    chat = people.chat_hash(CHANNEL, talk.addresses[who])
    columns = {
        "shown": Shown.chat,
        "outbox": Outbox.chat,
        "person": Person.address_hash,
        "newcomer": Newcomer.address_hash,
    }
    found = {
        name: len(talk.work(lambda s, c=column: s.scalars(select(c).where(c == chat)).all()))
        for name, column in columns.items()
    }
    return {name: count for name, count in found.items() if count}


def test_a_former_member(talk: Talk) -> None:
    """Somebody who left the council and erases everything can be found by no address."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are free courses.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    talk.deliver()
    _erases(talk, "Leyla")
    assert _left_of(talk, "Leyla") == {}
    talk.press("Farid", f"again:{case.reference}")
    talk.deliver()
    assert "from council member Leyla" in talk.screen("Farid")
    talk.write("Leyla", "hello")
    talk.deliver()
    assert _left_of(talk, "Leyla").keys() == {"newcomer", "outbox"} - {"outbox"}


def test_a_member(talk: Talk) -> None:
    """A member is not told that the address of their desk is gone."""
    _erases(talk, "Leyla")
    assert "stay until your seat ends" in talk.screen("Leyla")
    case = talk.hand_in("Farid", SMALL)
    assert case.responsible_id == 1


def test_a_former_member_a_year_later(talk: Talk) -> None:
    """Whoever left is forgotten after the time that the table says, without asking for it."""
    case = talk.hand_in("Farid", SMALL)
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    talk.deliver()
    talk.later(days=364)
    talk.deliver()
    assert _left_of(talk, "Leyla")
    talk.later(days=2)
    assert _left_of(talk, "Leyla") == {}
    assert case.reference


def test_old_requests_leave_no_trace_in_their_chat(talk: Talk) -> None:
    """A year after closing nothing says that this chat had a request; then not who it was."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Farid", f"done:{case.reference}")
    talk.deliver()
    talk.later(days=370)
    talk.deliver()
    about = select(Shown).where(Shown.case_id == case.id)
    assert not [
        shown for shown in talk.work(lambda s: s.scalars(about).all()) if not shown.member_id
    ]
    talk.later(days=10)
    talk.deliver()
    assert _left_of(talk, "Farid") == {}


def test_all_that_was_just_said_goes(talk: Talk) -> None:
    """What the bot said within two days goes out of the chat, words about danger first of all."""
    talk.press("Farid", "write:complaint")
    talk.write("Farid", "my uncle beats me")
    talk.write("Farid", "my passport is AA1234567")
    talk.write("Farid", "/help")
    talk.deliver()
    assert "in danger now" in talk.screen("Farid")
    _erases(talk, "Farid")
    assert [
        m.text for m in talk.chats["Farid"].values() if "Deleted on our side" not in m.text
    ] == []


def test_what_was_said_is_not_remembered_for_long(talk: Talk) -> None:
    """What concerns no request is remembered only while it can be taken out of the chat."""
    from handlers import keeping

    talk.write("Farid", "/help")
    talk.deliver()
    of_nothing = select(Shown).where(*keeping.OF_NOTHING)
    assert talk.work(lambda s: s.scalars(of_nothing).all())
    talk.work(lambda s: keeping.forget_old(s, talk.charter, talk.now + timedelta(days=3)))
    assert not talk.work(lambda s: s.scalars(of_nothing).all())


def test_words_that_waited_for_consent(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a new consent goes with everything else."""
    monkeypatch.setattr("handlers.rules.consent.TEXT_VERSION", "2027-01-1")
    talk.write("Farid", SMALL)
    _erases(talk, "Farid")
    assert _left_of(talk, "Farid") == {}


def test_a_request_that_moved(talk: Talk) -> None:
    """In the chat where a request is now, no message is taken for one of the chat it came from."""
    talk.agreed("Rana")
    case = talk.hand_in("Farid", SMALL)
    secret = next(
        message.text for message in talk.chats["Farid"].values() if "Secret code" in message.text
    )
    digits = "".join(c for c in secret.split("</b>")[0] if c.isdigit())
    talk.write("Rana", f"{case.reference} {digits}")
    talk.deliver()
    assert "is open in this chat now" in talk.screen("Rana")
    number = talk.mine["Farid"][0]
    talk.edit("Rana", number, "Something else entirely")
    talk.edit("Farid", number, "Something else again")
    assert [entry.text for entry in talk.work(lambda s: s.scalars(select(Entry)).all())] == [SMALL]
    _erases(talk, "Rana")
    assert not talk.work(lambda s: s.scalars(select(Case)).all())
    _erases(talk, "Farid")
    assert _left_of(talk, "Farid") == _left_of(talk, "Rana") == {}


def test_no_means_back_to_the_draft(talk: Talk) -> None:
    """Who keeps everything is shown again what they were writing."""
    talk.write("Farid", SMALL)
    talk.press("Farid", "delete")
    talk.deliver()
    talk.write("Farid", "1")
    talk.deliver()
    assert "It is not sent yet" in talk.screen("Farid")
