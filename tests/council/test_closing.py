"""Closing and opening again; what is private is closed by two taps and by nothing else."""

from datetime import timedelta

import pytest
from talk import Talk

from handlers.council import membership
from storage.model import Case

CRY = "My uncle beats me every evening."


@pytest.fixture
def case(talk: Talk) -> Case:
    """Farid's question, read by Leyla."""
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk.hand_in("Farid", "How can I learn the language?")


@pytest.fixture
def private(talk: Talk) -> Case:
    """Rana's cry, read by Nigar."""
    talk.seat("Nigar", "focal")
    talk.agreed("Rana")
    return talk.hand_in("Rana", CRY)


def test_reopened_by_the_member(talk: Talk, case: Case) -> None:
    """It has new dates, and the writer hears of them once."""
    talk.press("Leyla", f"closed:{case.reference}:twice")
    talk.later(days=3)
    talk.press("Leyla", f"reopen:{case.reference}")
    talk.press("Leyla", f"reopen:{case.reference}")
    talk.deliver()
    now = talk.case()
    assert now.state == "open"
    assert now.close_reason is None
    assert now.answer_by_at is not None
    assert now.answer_by_at > talk.now
    assert talk.ever_said("Farid").count("is open again") == 1


def test_nobody_reopens_for_who_left(talk: Talk, case: Case) -> None:
    """A closed request of a member who left is opened again by its writer alone."""
    talk.seat("Samir")
    talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    for who in ("Leyla", "Samir"):
        talk.press(who, f"reopen:{case.reference}")
        assert talk.case().state == "closed"
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "One more thing.")
    assert talk.case().state == "open"


def test_private_takes_two_taps(talk: Talk, private: Case) -> None:
    """One tap, also a doubled or a forged one for another reason, closes nothing private."""
    talk.press("Nigar", f"closed:{private.reference}:solved")
    talk.press("Nigar", f"closed:{private.reference}:twice")
    assert talk.case().state == "open"
    talk.deliver()
    assert "is private. Is the writer safe" in talk.screen("Nigar")
    talk.press("Nigar", f"closed:{private.reference}:twice")
    assert talk.case().state == "closed"


def test_silence_closes_nothing_private(talk: Talk, private: Case) -> None:
    """After a question that is not answered the reader goes on; after an answer it stays."""
    reference = private.reference
    talk.press("Nigar", f"ask:{reference}")
    talk.write("Nigar", "Where are you now?")
    talk.press("Nigar", f"sendit:{reference}")
    talk.deliver()
    closes_at = talk.case().closes_at
    assert closes_at is not None
    talk.later(seconds=(closes_at - talk.now).total_seconds())
    talk.deliver()
    assert talk.case().state == "open"
    talk.opens("Nigar", reason="answer")
    talk.press("Nigar", f"answer:{reference}")
    talk.write("Nigar", "Come to us.")
    talk.press("Nigar", f"sendit:{reference}")
    talk.deliver()
    talk.later(days=60)
    assert talk.case().state == "answered"


def test_what_became_private_while_it_waited(talk: Talk, case: Case) -> None:
    """A date of closing that was set before it was private closes nothing either."""
    talk.seat("Nigar", "focal")
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are courses.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.press("Leyla", f"privately:{case.reference}")
    talk.later(days=60)
    assert talk.case().state == "answered"
    assert talk.case().track == "private"


def test_closing_is_told(talk: Talk, case: Case) -> None:
    """The writer reads why, the card shows it, and a second press changes nothing."""
    talk.press("Leyla", f"close:{case.reference}")
    talk.press("Leyla", f"closed:{case.reference}:not_ours")
    talk.now += timedelta(minutes=1)
    talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.deliver()
    assert talk.case().close_reason == "not_ours"
    assert talk.screen("Farid").count("is closed") == 1
    assert "not a matter for the council" in talk.screen("Farid")
