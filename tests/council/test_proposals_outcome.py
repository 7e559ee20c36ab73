"""You said, we did: everybody whose request was part of it is told, once, and nobody else."""

import proposals_kit as kit
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.language import Tongue
from handlers.migrant import forget, outcome
from handlers.turn import scene_of
from storage.database import Database
from storage.model import PRIVATE, Case, Released

DONE = {"en": "Two more days are open.", "az": "İki gün də açıqdır."}


@pytest.fixture
def talk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A council and five people who ask."""
    return kit.council(Talk(database), monkeypatch)


def _accepted(talk: Talk) -> int:
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    kit.reply(talk, clerk, number, "accepted", "Yes.")
    return number


def _told(talk: Talk) -> list[str]:
    heading = "📣 <b>You said, we did</b> · {reference}"
    spoken = [Tongue(code, talk.charter) for code in talk.charter.languages]
    heads = tuple(t(heading, reference="").split(" · ")[0] for t in spoken)
    said = [who for who, message in talk.said if message.text.startswith(heads)]
    return [who for who in said if who in kit.WRITERS]


def _is_told(talk: Talk) -> list[str]:
    """Tell them; gives who heard."""
    talk.later(minutes=1)
    talk.deliver()
    return sorted(_told(talk))


def test_once_each_in_their_language(talk: Talk) -> None:
    """Three requests of one person are one message, in the language they have when it is sent."""
    number = kit.draft(talk)
    kit.gathered(talk, number, *kit.WRITERS, "Rana", "Rana")
    talk.press("Samir", f"phand:{number}")
    kit.approve(talk, number)
    kit.reply(talk, kit.clerk(talk), number, "partly", "One day.")
    kit.worded(talk, number, DONE)

    def speaks(session: Session) -> None:
        kit.person(session, talk, "Zahra").language = "az"
        kit.person(session, talk, "Ikram").language = "tr"

    talk.work(speaks)
    kit.tell(talk, number)
    assert _is_told(talk) == sorted(kit.WRITERS)
    assert DONE["az"] in talk.screen("Zahra")
    assert "Daha çox gün açın." in talk.screen("Zahra")
    assert DONE["az"] in talk.screen("Ikram")  # nearer to them than English
    assert DONE["en"] in talk.screen("Olena")


def test_who_is_left_out(talk: Talk) -> None:
    """Whoever wrote STOP, what is private now, and whoever is not there any more; then it is done."""
    number = kit.draft(talk)
    cases = kit.gathered(talk, number)
    talk.press("Samir", f"phand:{number}")
    kit.approve(talk, number)
    kit.reply(talk, kit.clerk(talk), number, "accepted")
    kit.worded(talk, number, DONE)
    talk.write("Rana", "STOP")
    talk.deliver()

    def private(session: Session) -> None:
        session.get_one(Case, cases[1].id).track = PRIVATE

    talk.work(private)
    talk.press("Ikram", "forget:sure")
    talk.press("Ikram", "forget:now")
    talk.deliver()
    kit.tell(talk, number)
    assert _is_told(talk) == ["Olena", "Zahra"]
    assert kit.known(talk, number).told_at is not None
    assert kit.known(talk, number).evidence == [5, 9]
    assert "2 writers are told" in talk.screen("Vusal")


def test_private_before_it_goes_out(talk: Talk) -> None:
    """What was on its way says nothing of a request that a member makes private."""
    number = _accepted(talk)
    kit.worded(talk, number, DONE)
    kit.tell(talk, number)
    talk.later(minutes=1)
    farid = next(one for one in talk.cases() if one.person_id == _id(talk, "Farid"))
    talk.press("Leyla", f"privately:{farid.reference}")
    talk.deliver()
    assert "Farid" not in _told(talk)
    assert len(set(_told(talk))) == 4


def _id(talk: Talk, name: str) -> int:
    return talk.work(lambda s: kit.person(s, talk, name).id)


def test_opened_on_another_phone_before_it_goes_out(talk: Talk) -> None:
    """What was on its way to the former chat goes to the one where the request is now."""
    number = _accepted(talk)
    kit.worded(talk, number, DONE)
    kit.tell(talk, number)
    talk.later(minutes=1)
    talk.agreed("Rana's daughter", "az")
    rana = talk.work(lambda s: kit.person(s, talk, "Rana").id)
    (case,) = [case for case in talk.cases() if case.person_id == rana]
    talk.opens_here("Rana's daughter", case, "Rana")
    talk.deliver()
    assert sorted(_told(talk)) == sorted(name for name in kit.WRITERS if name != "Rana")
    assert talk.ever_said("Rana's daughter").count("kim olduğunuzu") == 1
    assert DONE["az"] in talk.screen("Rana's daughter")


def test_closed_and_handed_over(talk: Talk) -> None:
    """A closed request's writer is told; it stays closed, and who reads it does not matter."""
    number = _accepted(talk)
    for case in talk.cases():
        talk.press("Leyla", f"closed:{case.reference}:solved")
    kit.worded(talk, number, DONE)
    kit.tell(talk, number)
    assert _is_told(talk) == sorted(kit.WRITERS)
    assert {case.state for case in talk.cases()} == {"closed"}


def test_it_stops_half_way(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops between two people goes on there: nobody is told twice and nobody forgotten."""
    number = _accepted(talk)
    kit.worded(talk, number, DONE)
    kit.tell(talk, number)
    monkeypatch.setattr(outcome, "TOGETHER", 2)
    talk.work(lambda s: outcome.tell(s, talk.charter, talk.now, talk.now))
    assert len(kit.rows(talk, "outcome")) == 2
    assert kit.known(talk, number).told_at is None
    with pytest.raises(ZeroDivisionError):
        talk.work(lambda s: (outcome.tell(s, talk.charter, talk.now, talk.now), 1 / 0))
    assert len(kit.rows(talk, "outcome")) == 2
    assert _is_told(talk) == sorted(kit.WRITERS)


def test_erased_while_they_are_told(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever deletes everything between two steps hears nothing, and stops nothing."""
    number = _accepted(talk)
    kit.worded(talk, number, DONE)
    kit.tell(talk, number)
    monkeypatch.setattr(outcome, "TOGETHER", 2)
    talk.work(lambda s: outcome.tell(s, talk.charter, talk.now, talk.now))

    def erase(session: Session) -> None:
        for name in ("Rana", "Zahra"):  # one was queued, one not yet
            there = scene_of(session, kit.person(session, talk, name), talk.charter, talk.now)
            forget.erase(there)

    talk.work(erase)
    assert _is_told(talk) == ["Farid", "Ikram", "Olena"]
    assert kit.known(talk, number).told_at is not None


def test_all_of_its_requests_were_erased(talk: Talk) -> None:
    """It still stands with what it rested on, and tells nobody."""
    number = _accepted(talk)
    for name in kit.WRITERS:
        talk.press(name, "forget:sure")
        talk.press(name, "forget:now")
    talk.deliver()
    assert kit.parts(talk, number) == []
    kit.worded(talk, number, DONE)
    assert "It goes to 0 people." in talk.screen("Vusal")
    kit.tell(talk, number)
    assert _is_told(talk) == []
    stands = kit.known(talk, number)
    assert (stands.state, stands.evidence) == ("accepted", [5, 9])
    assert stands.told_at is not None


def test_only_the_chair_and_only_what_was_read(talk: Talk) -> None:
    """Members do not word it; English is needed; words changed since are read again; told once."""
    number = _accepted(talk)
    talk.press("Samir", f"ptell:{number}")
    talk.write("Samir", "My own words.")
    assert kit.known(talk, number).outcome is None
    talk.press("Vusal", f"ptell:{number}")
    talk.press("Vusal", f"ptold:{number}:00000000")
    assert kit.known(talk, number).outcome_at is None
    kit.worded(talk, number, DONE)
    old = next(b for b in talk.buttons("Vusal") if b.startswith("ptold"))
    talk.press("Vusal", f"psay:{number}:en")
    talk.write("Vusal", "Three more days are open.")
    talk.deliver()
    assert "read it again" in talk.press("Vusal", old)
    talk.deliver()
    kit.tell(talk, number)
    assert _is_told(talk) == sorted(kit.WRITERS)
    talk.press("Vusal", f"ptell:{number}")
    talk.press("Vusal", old)
    assert _is_told(talk) == sorted(kit.WRITERS)
    assert "Three more days are open." in talk.screen("Rana")


def test_nothing_untrue_is_said_to_whoever_released_a_text(talk: Talk) -> None:
    """Who let the Service read a text about them may be known there: that is not denied."""
    number = _accepted(talk)
    kit.worded(talk, number, DONE)

    def is_sent(session: Session) -> None:
        case = session.scalars(
            select(Case).where(Case.person_id == kit.person(session, talk, "Rana").id)
        ).first()
        assert case is not None
        session.add(
            Released(
                case_id=case.id,
                member_id=1,
                unit=kit.UNIT,
                text="About Rana.",
                state="sent",
                asked_at=talk.now,
                sent_at=talk.now,
            )
        )

    talk.work(is_sent)
    kit.tell(talk, number)
    assert _is_told(talk) == sorted(kit.WRITERS)
    assert "Nobody told the" in talk.screen("Farid")
    assert "Nobody told the" not in talk.screen("Rana")
