"""Going away and coming back: nothing that cannot wait stays with somebody who is not there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import away, membership
from storage.audit import Audit
from storage.model import Case, Member

BAKU = ZoneInfo("Asia/Baku")
STORY = "Where can I learn the language?"


def member(talk: Talk, name: str) -> Member:
    """Their seat as it is."""
    return talk.work(lambda s: s.scalars(select(Member).where(Member.alias == name)).one())


def change(talk: Talk, name: str, **to: Any) -> None:
    """Their seat is changed."""

    def changed(session: Any) -> None:
        seat = session.scalars(select(Member).where(Member.alias == name)).one()
        for column, value in to.items():
            setattr(seat, column, value)

    talk.work(changed)


def changed(talk: Talk, case: Case, **to: Any) -> None:
    """A request is changed."""

    def doing(session: Any) -> None:
        one = session.get_one(Case, case.id)
        for column, value in to.items():
            setattr(one, column, value)

    talk.work(doing)


def reader(talk: Talk, case: Case) -> str:
    """Who is responsible for it."""

    def found(session: Session) -> str:
        one = session.get_one(Case, case.id)
        return session.get_one(Member, one.responsible_id).alias if one.responsible_id else ""

    return talk.work(found)


def goes(talk: Talk, who: str, until: str = "until Friday") -> None:
    """They go away."""
    talk.write(who, f"/away {until}")
    talk.deliver()
    talk.press(who, next(b for b in talk.buttons(who) if b.startswith("awaynow:")))
    talk.deliver()


@pytest.fixture
def case(talk: Talk) -> Case:
    """Leyla reads what Rana asked; Samir came later."""
    talk.seat("Leyla")
    talk.agreed("Rana")
    given = talk.hand_in("Rana", STORY)
    talk.seat("Samir")
    return given


def test_what_is_new_is_handed_on(talk: Talk, case: Case) -> None:
    """The day understood and what happens are said first; then the writer hears who reads it."""
    talk.write("Leyla", "/away until Friday")
    talk.deliver()
    asked = talk.screen("Leyla")
    assert "Away until Fri 27 Nov" in asked
    assert "Mon 30 Nov, 09:00" in asked
    assert "1 request goes to Samir now." in asked
    talk.press("Leyla", "awaynow:2026-11-27")
    talk.deliver()
    assert reader(talk, case) == "Samir"
    assert STORY in talk.screen("Samir")
    assert STORY not in talk.screen("Leyla")
    assert "Samir reads it" in talk.screen("Rana")
    assert member(talk, "Leyla").away_until == datetime(2026, 11, 30, 9, tzinfo=BAKU)


def test_what_was_taken_waits(talk: Talk, case: Case) -> None:
    """Taken, not urgent, and not due before they are back: it stays, and so do later words."""
    talk.press("Leyla", f"take:{case.reference}")
    goes(talk, "Leyla", "today")
    assert "1 request waits for you." in talk.ever_said("Leyla")
    assert reader(talk, case) == "Leyla"
    talk.write("Rana", f"{case.reference} and where is the school?")
    assert reader(talk, case) == "Leyla"


def test_what_is_due_before_they_are_back_is_handed_on(talk: Talk, case: Case) -> None:
    """Three working days for an answer: a week is too long."""
    talk.press("Leyla", f"take:{case.reference}")
    goes(talk, "Leyla", "a week")
    assert reader(talk, case) == "Samir"


def test_what_is_urgent_is_handed_on_also_while_its_writer_is_asked(talk: Talk, case: Case) -> None:
    """An urgent one never waits for somebody who is away, and keeps its state."""
    changed(talk, case, urgency="P2")
    talk.press("Leyla", f"ask:{case.reference}")
    talk.write("Leyla", "Since when?")
    talk.press("Leyla", f"sendit:{case.reference}")
    goes(talk, "Leyla", "today")
    assert reader(talk, case) == "Samir"
    assert talk.case().state == "asked"


def test_nothing_new_while_away_and_back_by_itself(talk: Talk, case: Case) -> None:
    """Nothing new comes while they are away; then they are told what waits, and get new ones."""
    talk.press("Leyla", f"take:{case.reference}")
    goes(talk, "Leyla", "today")
    talk.agreed("Farid")
    assert reader(talk, talk.hand_in("Farid", STORY)) == "Samir"
    talk.now = datetime(2026, 11, 25, 8, 59, tzinfo=BAKU)
    talk.later(seconds=30)
    assert away.is_away(member(talk, "Leyla"), talk.now)
    talk.later(minutes=1)
    talk.deliver()
    assert not away.is_away(member(talk, "Leyla"), talk.now)
    assert member(talk, "Leyla").away_since is None
    assert "Welcome back" in talk.screen("Leyla")
    assert reader(talk, case) == "Leyla"


def test_what_becomes_urgent_while_they_are_away(talk: Talk, case: Case) -> None:
    """Words that point at danger do not wait until somebody is back."""
    talk.press("Leyla", f"take:{case.reference}")
    goes(talk, "Leyla", "today")
    assert reader(talk, case) == "Leyla"
    talk.write("Rana", f"{case.reference} I am afraid of my boss, he threatens me")
    talk.deliver()
    assert reader(talk, case) == "Samir"
    assert "afraid of my boss" in talk.screen("Samir")
    assert "afraid of my boss" not in talk.ever_said("Leyla")


def test_what_is_opened_again_while_they_are_away(talk: Talk, case: Case) -> None:
    """Closed before they went, and due before they are back: it goes to another."""
    talk.press("Leyla", f"closed:{case.reference}:solved")
    goes(talk, "Leyla", "two weeks")
    assert reader(talk, case) == "Leyla"
    talk.write("Rana", f"{case.reference} it is not solved at all")
    talk.deliver()
    assert reader(talk, case) == "Samir"
    assert "not solved at all" in talk.screen("Samir")


def test_back_sooner(talk: Talk, case: Case) -> None:
    """`/back` ends it; what was handed on stays where it is."""
    goes(talk, "Leyla")
    talk.write("Leyla", "/back")
    talk.deliver()
    assert member(talk, "Leyla").away_until is None
    assert "No request waits with you." in talk.screen("Leyla")
    assert reader(talk, case) == "Samir"
    talk.write("Leyla", "/back")
    talk.deliver()
    assert "You are not away." in talk.screen("Leyla")


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("until Friday", (2026, 11, 30, 9)),
        ("until Saturday", (2026, 11, 30, 9)),
        ("30.12", (2027, 1, 5, 9)),
        ("today", (2026, 11, 25, 9)),
    ],
)
def test_back_on_a_working_day(talk: Talk, said: str, back: tuple[int, int, int, int]) -> None:
    """Nobody is back on a weekend or a holiday: at the next opening after it."""
    talk.seat("Leyla")
    goes(talk, "Leyla", said)
    assert member(talk, "Leyla").away_until == datetime(*back, tzinfo=BAKU)


def test_until_when_is_asked(talk: Talk, case: Case) -> None:
    """Without a day, and with one that is not clear; a number chooses, words are understood."""
    talk.write("Leyla", "/away")
    talk.deliver()
    assert "Until when are you away?" in talk.screen("Leyla")
    talk.write("Leyla", "next Friday")
    talk.deliver()
    assert "I do not know which day that is." in talk.screen("Leyla")
    talk.write("Leyla", "3 days")
    talk.deliver()
    assert "Away until Thu 26 Nov" in talk.screen("Leyla")
    talk.write("Leyla", "3")
    talk.deliver()
    talk.write("Leyla", "3")
    talk.deliver()
    assert "Away until Fri 27 Nov" in talk.screen("Leyla")
    talk.write("Leyla", "0")
    talk.deliver()
    assert "Nothing changes." in talk.screen("Leyla")
    assert member(talk, "Leyla").away_until is None


def test_words_of_a_migrant_behind_it_are_a_message(talk: Talk, case: Case) -> None:
    """Whoever does not sit in the council goes nowhere: nothing they wrote is lost."""
    talk.write("Rana", "/away from my husband, please help")
    assert talk.case().state == "draft"
    talk.write("Rana", "/away")
    assert talk.press("Rana", "awaynow:2026-11-27")


@pytest.mark.parametrize(
    "day", ["2026-11-23", "2028-01-01", "Friday", "", "9999-99-99", "２０２６-11-27"]
)
def test_a_forged_day(talk: Talk, case: Case, day: str) -> None:
    """A day that has passed, or is none, sends nobody away."""
    talk.press("Leyla", f"awaynow:{day}")
    assert member(talk, "Leyla").away_until is None
    assert reader(talk, case) == "Leyla"


class TestSubstitute:
    """Who stands in comes first, unless they may not read it."""

    @pytest.fixture
    def chosen(self, talk: Talk, case: Case) -> Case:
        """Vusal stands in for Leyla; Samir has less to do."""
        talk.seat("Vusal")
        talk.press("Leyla", f"standin:{member(talk, 'Vusal').id}")
        talk.deliver()
        change(talk, "Vusal", last_given_at=talk.now)
        return case

    def test_they_are_told_and_get_it(self, talk: Talk, chosen: Case) -> None:
        """Before the others, and their card says why."""
        assert "Leyla chose you as a substitute." in talk.screen("Vusal")
        goes(talk, "Leyla")
        assert reader(talk, chosen) == "Vusal"
        assert "you stand in for a member who is away" in talk.screen("Vusal")

    def test_chosen_on_the_way(self, talk: Talk, case: Case) -> None:
        """From the question about going away and back to it."""
        talk.write("Leyla", "/away until Friday")
        talk.press("Leyla", "standins:2026-11-27")
        talk.deliver()
        assert "Samir · en" in talk.ever_said("Leyla")
        talk.write("Leyla", "1")
        talk.deliver()
        assert "Your substitute: Samir" in talk.screen("Leyla")
        assert "Away until Fri 27 Nov" in talk.screen("Leyla")

    def test_they_decline(self, talk: Talk, chosen: Case) -> None:
        """Nobody has to; the one who chose them hears of it."""
        talk.press("Vusal", f"notme:{member(talk, 'Leyla').id}")
        talk.deliver()
        assert member(talk, "Leyla").substitute_id is None
        assert "Vusal cannot be your substitute." in talk.screen("Leyla")
        goes(talk, "Leyla")
        assert reader(talk, chosen) == "Samir"

    def test_nobody_declines_for_another(self, talk: Talk, chosen: Case) -> None:
        """A forged button changes nothing."""
        talk.press("Samir", f"notme:{member(talk, 'Leyla').id}")
        assert member(talk, "Leyla").substitute_id == member(talk, "Vusal").id

    @pytest.mark.parametrize("why", ["left", "away", "conflict", "subject", "full", "language"])
    def test_who_may_not_or_cannot(self, talk: Talk, chosen: Case, why: str) -> None:
        """Left, away, in conflict, above the cap, or without the language: another."""
        vusal = member(talk, "Vusal").id
        does: dict[str, Callable[[], None]] = {
            "left": lambda: talk.work(
                lambda s: membership.leave(s, talk.charter, "Vusal", talk.now) and None
            ),
            "away": lambda: change(talk, "Vusal", away_until=talk.now + timedelta(days=9)),
            "conflict": lambda: changed(talk, chosen, excluded=[vusal]),
            "subject": lambda: changed(talk, chosen, subjects=[vusal]),
            "full": lambda: change(talk, "Vusal", cap=0),
            "language": lambda: change(talk, "Vusal", languages=["fa"]),
        }
        does[why]()
        goes(talk, "Leyla")
        assert reader(talk, chosen) == "Samir"

    def test_a_private_one_only_to_a_focal_person(self, talk: Talk) -> None:
        """A substitute who does not read what is private does not get it."""
        talk.seat("Nigar", "focal")
        talk.seat("Vusal")
        talk.agreed("Rana")
        talk.press("Rana", "safe:yes")
        talk.write("Rana", "He beats me.")
        draft = talk.case()
        talk.press("Rana", f"send:{draft.reference}")
        talk.seat("Aysel", "focal")
        talk.press("Nigar", f"standin:{member(talk, 'Vusal').id}")
        goes(talk, "Nigar")
        assert reader(talk, draft) == "Aysel"

    def test_the_only_focal_person_goes_away(self, talk: Talk) -> None:
        """Nobody else may read it: it stays, and that is said before they go."""
        talk.seat("Nigar", "focal")
        talk.seat("Vusal")
        talk.agreed("Rana")
        talk.press("Rana", "safe:yes")
        talk.write("Rana", "He beats me.")
        draft = talk.case()
        talk.press("Rana", f"send:{draft.reference}")
        goes(talk, "Nigar")
        assert "1 urgent or new request stays: nobody else may read it." in talk.ever_said("Nigar")
        assert reader(talk, draft) == "Nigar"


def test_nobody_speaks_the_language(talk: Talk) -> None:
    """Then it goes to the chair."""
    talk.seat("Leyla", languages="fa,en")
    talk.agreed("Rana", "fa")
    case = talk.hand_in("Rana", "مدرسه زبان کجاست؟")
    talk.seat("Samir", languages="ru")
    talk.seat("Aysu", "chair", languages="az")
    goes(talk, "Leyla")
    assert reader(talk, case) == "Aysu"


def test_all_members_away(talk: Talk, case: Case) -> None:
    """The chair; with the chair away who stands in; with both away the chair still is."""
    talk.seat("Aysu", "chair")
    goes(talk, "Samir")
    goes(talk, "Leyla")
    assert reader(talk, case) == "Aysu"
    change(talk, "Samir", is_acting=True)
    talk.write("Samir", "/back")
    change(talk, "Samir", cap=0)
    goes(talk, "Aysu")
    assert reader(talk, case) == "Samir"
    goes(talk, "Samir")
    talk.agreed("Farid")
    assert reader(talk, talk.hand_in("Farid", STORY)) == "Aysu"


def test_nobody_else_at_all(talk: Talk, case: Case) -> None:
    """Whoever is alone goes away and keeps what they have: somebody always is responsible."""
    goes(talk, "Samir")
    goes(talk, "Leyla")
    assert reader(talk, case) == "Leyla"


def test_it_is_written_down(talk: Talk, case: Case) -> None:
    """Away, each request handed on, and back."""
    goes(talk, "Leyla")
    talk.write("Leyla", "/back")
    noted = talk.work(lambda s: list(s.scalars(select(Audit.what).order_by(Audit.id))))
    assert [what for what in noted if what in ("away", "handed_on", "back")] == [
        "handed_on",
        "away",
        "back",
    ]
