"""A conflict of interest: sight is lost at once, the case goes on, somebody unconcerned decides."""

from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk

from handlers.council import membership
from storage.database import Database
from storage.model import Case, Conflict, Member

WORDS = "My boss Mirvari keeps my wages."


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Leyla reads Farid's request; Samir and the chair, Vusal, are there."""
    talk = Talk(sqlite_in_use)
    talk.seat("Leyla")
    talk.agreed("Farid")
    talk.hand_in("Farid", WORDS)
    talk.seat("Samir")
    talk.seat("Vusal", "chair")
    return talk


def _declares(talk: Talk, who: str) -> None:
    reference = talk.case().reference
    talk.press(who, f"conflict:{reference}")
    talk.press(who, f"conflicted:{reference}")
    talk.deliver()


def _states(talk: Talk) -> list[str]:
    return list(talk.work(lambda s: s.scalars(select(Conflict.state)).all()))


def test_it_goes_on_without_them(talk: Talk) -> None:
    """They lose sight, another gets it with its history, the writer hears of another member only."""
    _declares(talk, "Leyla")
    assert talk.case().responsible_id == 2
    assert "wages" not in talk.screen("Leyla")
    assert "wages" in talk.screen("Samir")
    assert "another council member looks after it now" in talk.screen("Farid")
    assert "conflict" not in talk.ever_said("Farid").lower()
    assert "1 conflict of interest" in talk.screen("Vusal")
    assert _states(talk) == ["declared"]


@pytest.mark.parametrize("state", ["upheld", "none"])
def test_the_chair_decides(talk: Talk, state: str) -> None:
    """Right keeps them out for good; no conflict lets them be given it again, by nobody's self."""
    _declares(talk, "Leyla")
    talk.press("Vusal", "conflicts")
    talk.press("Vusal", "judge:1")
    talk.deliver()
    assert "Leyla declared a conflict" in talk.screen("Vusal")
    assert "wages" not in talk.ever_said("Vusal")
    assert talk.press("Vusal", f"judged:1:{state}") == "Decided."
    case = talk.case()
    assert _states(talk) == [state]
    assert case.responsible_id == 2
    assert case.excluded == ([1] if state == "upheld" else [])
    assert talk.press("Vusal", "judged:1:none") == "That is not possible now."


def test_told_once(talk: Talk) -> None:
    """Several conflicts are one message to the chair."""
    _declares(talk, "Leyla")
    talk.hand_in("Farid", "My landlord Mirvari keeps our deposit.")
    _declares(talk, "Leyla")
    notices = [m for m in talk.chats["Vusal"].values() if "of interest to decide" in m.text]
    assert [m.text for m in notices] == ["⚖️ 2 conflicts of interest to decide."]


def test_the_last_one(talk: Talk) -> None:
    """The last member declares one: it is the chair's; then the acting chair's; then nobody's."""
    talk.work(lambda s: membership.leave(s, talk.charter, "Samir", talk.now))
    _declares(talk, "Leyla")
    assert talk.case().responsible_id == 3
    talk.seat("Nasrin", languages="ka")
    talk.work(lambda s: setattr(s.get_one(Member, 4), "is_acting", True))
    _declares(talk, "Vusal")
    assert talk.case().responsible_id == 4
    assert "Nasrin reads it" in talk.screen("Farid")
    assert "wages" not in talk.screen("Vusal")
    _declares(talk, "Nasrin")
    assert talk.case().responsible_id is None
    assert "there is no council member who can read it" in talk.screen("Farid")


def test_the_chairs_own(talk: Talk) -> None:
    """A conflict of the chair is decided by whoever stands in, and not by the chair."""
    talk.work(lambda s: setattr(s.get_one(Member, 2), "is_acting", True))
    reference = talk.case().reference
    talk.press("Leyla", f"over:{reference}:3:topic")
    _declares(talk, "Vusal")
    assert talk.press("Vusal", "judge:1") == "That is not possible now."
    assert talk.press("Vusal", "judged:1:none") == "That is not possible now."
    talk.deliver()
    assert "1 conflict of interest" in talk.screen("Samir")
    talk.press("Samir", "conflicts")
    talk.press("Samir", "judged:1:upheld")
    assert _states(talk) == ["upheld"]


def test_private_ones_stay_out_of_sight(talk: Talk) -> None:
    """A focal person's conflict is upheld at once: the chair hears nothing of it."""
    talk.seat("Nigar", "focal")
    talk.seat("Aysu", "focal")
    talk.hand_in("Farid", "My uncle beats me every evening.")
    case = talk.case()
    who, other = ("Nigar", 5) if case.responsible_id == 4 else ("Aysu", 4)
    _declares(talk, who)
    assert talk.case().responsible_id == other
    assert _states(talk) == ["upheld"]
    assert "conflict" not in talk.ever_said("Vusal")
    assert "uncle" not in talk.screen(who)
    _declares(talk, "Aysu" if who == "Nigar" else "Nigar")
    assert talk.case().state == "awaiting_choice"


@pytest.mark.parametrize("concerned", ["writer", "subject"])
def test_what_concerns_the_chair(talk: Talk, concerned: str) -> None:
    """Of a request of the chair's own, or about them, the chair decides no conflict."""
    case_id = talk.case().id

    def concerns(session: Any) -> None:
        found = session.get_one(Case, case_id)
        if concerned == "writer":
            found.person_id = session.get_one(Member, 3).person_id
        else:
            found.subjects = [3]

    talk.work(concerns)
    _declares(talk, "Leyla")
    talk.press("Vusal", "conflicts")
    talk.deliver()
    assert "judge:1" not in talk.buttons("Vusal")
    assert "of interest to decide" not in talk.ever_said("Vusal")
    assert talk.press("Vusal", "judged:1:none") == "That is not possible now."


def test_pressed_twice_and_by_others(talk: Talk) -> None:
    """Only whoever reads it declares one, once; an answered request stays answered."""
    reference = talk.case().reference
    assert talk.press("Samir", f"conflicted:{reference}") == "This is not with you any more."
    talk.press("Leyla", f"answer:{reference}")
    talk.write("Leyla", "You can complain.")
    talk.press("Leyla", f"sendit:{reference}")
    talk.deliver()
    _declares(talk, "Leyla")
    assert talk.press("Leyla", f"conflicted:{reference}") == "This is not with you any more."
    assert talk.case().state == "answered"
    assert talk.case().responsible_id == 2
    assert _states(talk) == ["declared"]
