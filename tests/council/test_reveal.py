"""Hidden numbers are shown to whoever is responsible, for a reason, on the record, for minutes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import membership
from storage.audit import Audit
from storage.database import Database
from storage.model import Case, Outbox, Review

CARD = "4169 7388 1234 5670"
QUESTION = f"They took my card {CARD}. How can I learn the language?"
PLAIN = "How can I learn the language?"


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Leyla reads what Farid asks."""
    talk = Talk(sqlite_in_use)
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk


def _offered(talk: Talk, case: Case) -> bool:
    talk.press("Leyla", f"more:{case.reference}")
    talk.deliver()
    return f"reveal:{case.reference}" in talk.buttons("Leyla")


def _reasons(talk: Talk) -> list[str]:
    rows = talk.work(lambda s: list(s.scalars(select(Audit).where(Audit.what == "revealed"))))
    return [row.detail for row in rows]


def _reveals(talk: Talk, who: str, case: Case, reason: str = "check") -> str:
    said = talk.press(who, f"revealed:{case.reference}:{reason}")
    talk.deliver()
    return said


def test_for_a_reason(talk: Talk) -> None:
    """Asked why, recorded, protected, and gone after a quarter of an hour."""
    case = talk.hand_in("Farid", QUESTION)
    assert CARD not in talk.screen("Leyla")
    assert _offered(talk, case)
    talk.press("Leyla", f"reveal:{case.reference}")
    talk.deliver()
    assert CARD not in talk.screen("Leyla")
    assert "Your reason is recorded" in talk.screen("Leyla")
    talk.write("Leyla", "1")
    talk.deliver()
    shown = talk.chats["Leyla"][talk.find("Leyla", CARD)]
    assert shown.protect
    assert "after 15 minutes" in shown.text
    assert _reasons(talk) == ['{"reason":"check"}']
    talk.later(minutes=14)
    talk.deliver()
    assert CARD in talk.screen("Leyla")
    talk.later(minutes=2)
    talk.deliver()
    assert CARD not in talk.screen("Leyla")


def test_nothing_hidden(talk: Talk) -> None:
    """Where nothing is hidden it is not offered, and a forged button says so."""
    case = talk.hand_in("Farid", PLAIN)
    assert not _offered(talk, case)
    assert "Nothing is hidden" in talk.press("Leyla", f"reveal:{case.reference}")
    assert "Nothing is hidden" in _reveals(talk, "Leyla", case)
    assert _reasons(talk) == []


def test_no_reason(talk: Talk) -> None:
    """Without one of the reasons nothing is shown."""
    case = talk.hand_in("Farid", QUESTION)
    for reason in ("", "curious", "²"):
        _reveals(talk, "Leyla", case, reason)
    assert CARD not in talk.ever_said("Leyla")
    assert _reasons(talk) == []


@pytest.mark.parametrize("who", ["Samir", "Vusal", "Nigar", "Farid"])
def test_only_who_is_responsible(talk: Talk, who: str) -> None:
    """Nobody else: no member, no chair, no focal person, and not the writer's own chat."""
    case = talk.hand_in("Farid", QUESTION)
    for name, role in (("Samir", "member"), ("Vusal", "chair"), ("Nigar", "focal")):
        talk.seat(name, role)
    _reveals(talk, who, case)
    assert CARD not in talk.ever_said(who)
    assert _reasons(talk) == []


def test_private_ones(talk: Talk) -> None:
    """Of what is private, the focal person who is responsible; not another one."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", f"My uncle beats me every evening. {CARD}")
    talk.seat("Aysu", "focal")
    assert (case.track, case.responsible_id) == ("private", 2)
    for who in ("Leyla", "Aysu"):
        _reveals(talk, who, case)
        assert CARD not in talk.ever_said(who)
    _reveals(talk, "Nigar", case)
    assert CARD in talk.screen("Nigar")


def test_lost_before_it_is_shown(talk: Talk) -> None:
    """Handed over between the press and the message: it is not shown any more."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"revealed:{case.reference}:form")
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.deliver()
    assert CARD not in talk.ever_said("Leyla") + talk.ever_said("Samir")


def test_lost_and_read_again_as_second_reader(talk: Talk) -> None:
    """Whoever only reads an answer before it goes is not shown what waited from before."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"revealed:{case.reference}:form")
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.press("Samir", f"answer:{case.reference}")
    talk.write("Samir", "There are courses.")

    def asked(session: Session) -> None:
        # as if she were asked before she handed it over: her own choice excludes her since then
        held = {"kind": "answer", "text": "There are courses.", "attachments": []}
        review = Review(case_id=case.id, author_id=2, reader_id=1, held=held, at=talk.now)
        session.add(review)

    talk.work(asked)
    talk.deliver()
    assert CARD not in talk.ever_said("Leyla")


def test_shown_too_late(talk: Talk) -> None:
    """What could not be shown at once is not shown hours later, when nobody asks for it."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"revealed:{case.reference}:form")
    talk.later(hours=3)
    talk.deliver()
    assert CARD not in talk.ever_said("Leyla")


@pytest.mark.parametrize("how", ["hand over", "leave", "erase"])
def test_sight_ends(talk: Talk, how: str) -> None:
    """Whoever loses the request loses what was revealed at once."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", QUESTION)
    _reveals(talk, "Leyla", case, "pass_on")
    assert CARD in talk.screen("Leyla")
    if how == "hand over":
        talk.press("Leyla", f"over:{case.reference}:2:topic")
    elif how == "leave":
        talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    else:
        for does in ("delete", "forget:sure", "forget:now"):
            talk.press("Farid", does)
    talk.deliver()
    assert CARD not in talk.screen("Leyla")


def test_no_number_is_queued(talk: Talk) -> None:
    """What waits to be shown names the request and holds no word of it."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"revealed:{case.reference}:form")
    row = talk.work(lambda s: s.scalars(select(Outbox).where(Outbox.show == "revealed")).one())
    assert (row.args, row.body) == ({}, None)


def test_what_was_removed(talk: Talk) -> None:
    """A number that its writer took out of their message is not shown."""
    case = talk.hand_in("Farid", PLAIN)
    talk.press("Farid", f"add:{case.reference}")
    message = talk.write("Farid", f"My card is {CARD}")
    talk.edit("Farid", message, "My card is lost.")
    talk.deliver()
    assert not _offered(talk, case)
    _reveals(talk, "Leyla", case)
    assert CARD not in talk.ever_said("Leyla")


def test_on_both_databases(database: Database) -> None:
    """It goes in time on either database."""
    talk = Talk(database)
    talk.seat("Leyla")
    talk.agreed("Farid")
    case = talk.hand_in("Farid", QUESTION)
    _reveals(talk, "Leyla", case)
    assert CARD in talk.screen("Leyla")
    talk.later(minutes=16)
    talk.deliver()
    assert CARD not in talk.screen("Leyla")
