"""A seat that rests: at once they see and do nothing of the council's, and are told so plainly."""

import pytest
from sqlalchemy import select
from talk import Talk

from handlers import steps
from handlers.council import suspend
from storage import members
from storage.audit import Audit
from storage.database import Database
from storage.model import Member

WORDS = "My boss Mirvari keeps my wages."


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A chair, Vusal, who suspends Leyla, who reads Farid's request; Samir is there too."""
    talk = Talk(sqlite_in_use)
    talk.seat("Leyla", agreed=True)
    talk.agreed("Farid")
    talk.hand_in("Farid", WORDS)
    talk.seat("Samir")
    talk.seat("Vusal", "chair")
    return talk


def _suspended(talk: Talk) -> None:
    talk.press("Vusal", "suspend:1")
    talk.press("Vusal", "suspended:1")
    talk.deliver()


def test_at_once(talk: Talk) -> None:
    """Their chat is emptied, their requests go on with history, the writer hears who reads it."""
    case = talk.case()
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "You can complain about Mirvari.")
    talk.press("Leyla", "desk")
    talk.deliver()
    _suspended(talk)
    assert talk.case().responsible_id == 2
    assert "wages" in talk.screen("Samir")
    assert "Samir reads it" in talk.screen("Farid")
    shown = talk.screen("Leyla")
    assert "wages" not in shown
    assert "complain" not in shown
    assert case.reference[:4] not in shown.replace(" ", "")
    assert "Your seat in the council is suspended" in shown
    assert "Ask the chair: Vusal" in shown


def test_every_button_is_dead(talk: Talk) -> None:
    """No button of the council's does anything for them; they hear why."""
    case = talk.case()
    _suspended(talk)
    for verb in sorted(steps.COUNCIL.keys() - steps.MIGRANT.keys()):
        assert "suspended" in talk.press("Leyla", f"{verb}:{case.reference}"), verb
    talk.deliver()
    assert "wages" not in talk.screen("Leyla")
    assert talk.case().responsible_id == 2


def test_commands_and_replies(talk: Talk) -> None:
    """The desk's command and a reply to a card are answered with why, and go nowhere."""
    card = talk.find("Leyla", "wages")
    talk.press("Vusal", "suspend:1")
    talk.press("Vusal", "suspended:1")
    talk.write("Leyla", "Farid, sue Mirvari.", reply_to=card)
    talk.write("Leyla", "/desk")
    talk.deliver()
    assert "Your desk" not in talk.screen("Leyla")
    assert "Your seat in the council is suspended" in talk.screen("Leyla")
    assert "sue Mirvari" not in talk.ever_said("Farid")
    assert len(list(talk.cases())) == 1


def test_they_still_write_as_migrants(talk: Talk) -> None:
    """Whoever is suspended may ask for themselves, and somebody else reads it."""
    _suspended(talk)
    case = talk.hand_in("Leyla", "How can I learn the language?")
    assert (case.state, case.responsible_id) == ("open", 2)
    assert "learn the language" in talk.screen("Samir")


def test_lifting_brings_an_empty_desk(talk: Talk) -> None:
    """What was handed on stays where it is; new requests come again."""
    _suspended(talk)
    talk.press("Vusal", "lift:1")
    talk.write("Leyla", "/desk")
    talk.deliver()
    shown = talk.screen("Leyla")
    assert "is empty" in shown
    assert "suspended" not in shown
    assert talk.case().responsible_id == 2
    talk.hand_in("Farid", "Where is the next school?")
    assert talk.case().responsible_id == 1
    notes = select(Audit.what).where(Audit.what.in_(("suspended", "returned")))
    notes = notes.order_by(Audit.id)
    assert talk.work(lambda s: s.scalars(notes).all()) == ["suspended", "returned"]


def test_not_oneself(talk: Talk) -> None:
    """The chair cannot suspend themselves, and nobody but the chair suspends anybody."""
    assert talk.press("Vusal", "suspend:3") == "That is not possible now."
    assert talk.press("Samir", "suspend:1") == "This is for the chair only."
    assert talk.work(lambda s: members.suspended(s)) == []


def test_a_suspended_chair(talk: Talk) -> None:
    """An operator suspends the chair: whoever stands in goes on, and suspended ones ask them."""
    talk.work(lambda s: setattr(s.get_one(Member, 2), "is_acting", True))
    talk.work(lambda s: suspend.begin(s, talk.charter, s.get_one(Member, 3), talk.now) and None)
    talk.deliver()
    assert "Ask the chair: Samir" in talk.screen("Vusal")
    assert "You stand in now" in talk.screen("Samir")
    talk.press("Samir", "chair")
    talk.deliver()
    assert "The whole queue" in talk.screen("Samir")


def test_an_answer_meant_for_later_does_not_come(talk: Talk) -> None:
    """Of what was queued for them before, nothing is shown after it, nor after lifting."""
    talk.write("Farid", "He also keeps my passport.", reply_to=talk.find("Farid", "We have"))
    talk.work(lambda s: suspend.begin(s, talk.charter, s.get_one(Member, 1), talk.now) and None)
    talk.work(lambda s: suspend.end(s, talk.charter, s.get_one(Member, 1), talk.now))
    talk.deliver()
    assert "passport" not in talk.ever_said("Leyla")


def test_forgetting_keeps_the_seat(talk: Talk) -> None:
    """Who is suspended and deletes what they wrote can still be lifted into a chat that is theirs."""
    _suspended(talk)
    talk.hand_in("Leyla", "How can I learn the language?")
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Leyla", does)
    talk.press("Vusal", "lift:1")
    talk.deliver()
    assert "open again" in talk.screen("Leyla")
