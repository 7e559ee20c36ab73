"""Topic, kind and class: what was suggested stays known, and no told date is ever moved later."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from storage.audit import Audit
from storage.model import Case, Member


@pytest.fixture
def case(talk: Talk) -> Case:
    """Farid's question, read by Leyla."""
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk.hand_in("Farid", "How can I learn the language?")


def _details(talk: Talk, what: str) -> list[str]:
    return talk.work(lambda s: list(s.scalars(select(Audit.detail).where(Audit.what == what))))


def test_the_suggested_topic_is_kept(talk: Talk, case: Case) -> None:
    """The member's topic stands beside the suggested one, so that both can be compared."""
    assert case.topic_suggested == "education"
    talk.press("Leyla", f"sort:{case.reference}:topic")
    talk.deliver()
    labels = talk.ever_said("Leyla")
    assert "✔️ School, language" in labels
    talk.press("Leyla", f"sorted:{case.reference}:topic:housing")
    talk.deliver()
    now = talk.case()
    assert (now.topic, now.topic_suggested, now.topic_chosen) == ("housing", "education", True)
    assert now.responsible_id == case.responsible_id
    assert "Housing" in talk.screen("Leyla")
    assert "(our guess)" not in talk.screen("Leyla")
    assert _details(talk, "sorted") == ['{"after":"housing","before":"education","which":"topic"}']


def test_a_topic_they_do_not_cover(talk: Talk, case: Case) -> None:
    """The card then says so, and Hand over is on it."""

    def covers(session: Session) -> None:
        session.get_one(Member, 1).topics = ["education"]

    talk.work(covers)
    talk.press("Leyla", f"sorted:{case.reference}:topic:housing")
    talk.deliver()
    assert "You do not cover this topic" in talk.screen("Leyla")
    assert f"hand:{case.reference}" in talk.buttons("Leyla")


def test_the_kind(talk: Talk, case: Case) -> None:
    """It is what the member says it is."""
    talk.press("Leyla", f"sorted:{case.reference}:kind:complaint")
    assert talk.case().kind == "complaint"


@pytest.mark.parametrize("class_", ["P1", "P2", "P3", "P4", "P5"])
def test_no_date_is_moved_later(talk: Talk, case: Case, class_: str) -> None:
    """Whatever class it gets, it is due no later than its writer was told."""
    talk.now += timedelta(hours=5)
    for lowered in (class_, "P5"):
        talk.press("Leyla", f"sorted:{case.reference}:class:{lowered}")
        talk.press("Leyla", f"sorted:{case.reference}:class:{lowered}:misread")
        now = talk.case()
        assert now.urgency == lowered
        assert now.read_by_at <= case.read_by_at  # type: ignore[operator]
        assert now.answer_by_at <= case.answer_by_at  # type: ignore[operator]


def test_a_sooner_date_is_told(talk: Talk, case: Case) -> None:
    """A raised class is due sooner, and the writer hears the new date once."""
    talk.press("Leyla", f"sorted:{case.reference}:class:P2")
    talk.deliver()
    now = talk.case()
    assert now.answer_by_at is not None
    assert case.answer_by_at is not None
    assert now.answer_by_at < case.answer_by_at
    assert talk.ever_said("Farid").count("sooner than we said") == 1
    talk.press("Leyla", f"sorted:{case.reference}:class:P4:no_danger")
    talk.deliver()
    assert talk.case().answer_by_at == now.answer_by_at
    assert talk.ever_said("Farid").count("sooner than we said") == 1


def test_lowering_what_is_pressing_takes_a_reason(talk: Talk, case: Case) -> None:
    """Without a reason it stays; with one, the reason is in the record."""
    talk.press("Leyla", f"sorted:{case.reference}:class:P1")
    talk.press("Leyla", f"sorted:{case.reference}:class:P3")
    assert talk.case().urgency == "P1"
    talk.deliver()
    assert "Why is" in talk.screen("Leyla")
    talk.press("Leyla", f"sorted:{case.reference}:class:P3:because")
    assert talk.case().urgency == "P1"
    talk.press("Leyla", f"sorted:{case.reference}:class:P3:no_danger")
    assert talk.case().urgency == "P3"
    assert '"why":"no_danger"' in _details(talk, "sorted")[-1]


def test_private_stays_pressing(talk: Talk) -> None:
    """What is private is never less urgent than P2, and the record does not say what it is about."""
    talk.seat("Nigar", "focal")
    talk.agreed("Rana")
    case = talk.hand_in("Rana", "My uncle beats me every evening.")
    assert case.track == "private"
    for value in ("P3", "P5"):
        talk.press("Nigar", f"sorted:{case.reference}:class:{value}:misread")
        assert talk.case().urgency in ("P1", "P2")
    talk.press("Nigar", f"sorted:{case.reference}:topic:family")
    assert talk.case().topic == "family"
    assert _details(talk, "sorted") == ['{"which":"topic"}']


def test_a_stale_sort_button(talk: Talk, case: Case) -> None:
    """Nothing of a closed request is sorted any more."""
    talk.press("Leyla", f"closed:{case.reference}:solved")
    assert "closed" in talk.press("Leyla", f"sorted:{case.reference}:topic:housing")
    assert talk.case().topic == "education"
