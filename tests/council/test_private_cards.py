"""A private request says nothing in its reader's chat until a reason to open it is recorded."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from storage.audit import Audit
from storage.model import Case

RED = "My uncle beats me every evening."
LINE = "private · P1"


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """Two focal persons, a member, and a migrant who wrote something private."""
    talk.seat("Nigar", "focal")
    talk.seat("Rana", "focal", "ru")
    talk.seat("Leyla")
    talk.agreed("Farid")
    talk.hand_in("Farid", RED)


def _opened(talk: Talk) -> list[str]:
    with talk.database.read() as session:
        noted = session.scalars(select(Audit).where(Audit.what == "opened").order_by(Audit.id))
        return [str(json.loads(row.detail)["reason"]) for row in noted]


def test_it_says_nothing(talk: Talk) -> None:
    """Not a word of it, its topic or its kind; one button."""
    said = talk.ever_said("Nigar")
    assert LINE in said
    assert "read by" in said
    for word in ("beats", "Question", "Something else", "English", "Why you"):
        assert word not in said
    assert [does.partition(":")[0] for does in talk.buttons("Nigar")] == ["open"]
    assert talk.ever_said("Leyla") == ""


def test_it_opens_for_a_reason(talk: Talk) -> None:
    """Open asks why; with the answer it is recorded and shows all."""
    talk.press("Nigar", f"open:{talk.case().reference}")
    talk.deliver()
    assert "why do you open it" in talk.screen("Nigar")
    assert RED not in talk.screen("Nigar")
    assert _opened(talk) == []
    talk.press("Nigar", f"look:{talk.case().reference}:check")
    talk.deliver()
    assert RED in talk.screen("Nigar")
    assert _opened(talk) == ["check"]


def test_it_stays_open_while_it_is_worked_on(talk: Talk) -> None:
    """Take does not fold it; after idle minutes it is a line again, and asks anew."""
    talk.opens("Nigar")
    talk.press("Nigar", f"take:{talk.case().reference}")
    talk.deliver()
    assert RED in talk.screen("Nigar")
    talk.later(minutes=16)
    talk.deliver()
    assert RED not in talk.screen("Nigar")
    assert LINE in talk.screen("Nigar")
    talk.press("Nigar", f"take:{talk.case().reference}")
    talk.deliver()
    assert RED not in talk.screen("Nigar")
    talk.opens("Nigar", reason="answer")
    assert _opened(talk) == ["first", "answer"]


@pytest.mark.parametrize("verb", ["whole", "files", "more", "less", "take"])
def test_no_way_around_the_reason(talk: Talk, verb: str) -> None:
    """Old buttons show nothing of what is folded."""
    talk.press("Nigar", f"{verb}:{talk.case().reference}")
    talk.deliver()
    assert RED not in talk.ever_said("Nigar")
    assert _opened(talk) == []


@pytest.mark.parametrize("who", ["Leyla", "Rana", "Farid"])
@pytest.mark.parametrize("reason", ["first", "nonsense"])
def test_nobody_else_opens_it(talk: Talk, who: str, reason: str) -> None:
    """A forged button opens and records nothing."""
    talk.press(who, f"look:{talk.case().reference}:{reason}")
    talk.deliver()
    assert _opened(talk) == []
    if who != "Farid":
        assert RED not in talk.ever_said(who)


def test_news_names_only_the_reference(talk: Talk) -> None:
    """Words added later fold an open card: it is a new message, and that may be seen by others."""
    talk.opens("Nigar")
    talk.press("Farid", f"add:{talk.case().reference}")
    talk.write("Farid", "He has a knife.")
    talk.deliver()
    assert "knife" not in talk.ever_said("Nigar")
    assert "beats" not in talk.screen("Nigar")
    assert "🆕" in talk.screen("Nigar")


def test_handed_over_without_a_sound(talk: Talk) -> None:
    """The one who gives it away keeps the number only; the other opens it for a reason too."""
    talk.opens("Nigar")
    case = talk.case()
    talk.press("Nigar", f"hand:{case.reference}")
    to = next(does for does in _choices(talk, "Nigar") if does.startswith("to:"))
    talk.press("Nigar", to)
    talk.press("Nigar", f"over:{to.partition(':')[2]}:absent")
    talk.deliver()
    assert "beats" not in talk.screen("Nigar")
    assert "beats" not in talk.ever_said("Rana")
    talk.opens("Rana")
    assert RED in talk.screen("Rana")
    assert RED not in talk.screen("Nigar")


def _choices(talk: Talk, who: str) -> list[str]:
    talk.deliver()
    return talk.buttons(who)


def test_a_child(talk: Talk) -> None:
    """Where a child may be writing, the reader is told how to write; otherwise not."""
    talk.opens("Nigar")
    assert "under 18" not in talk.screen("Nigar")
    talk.hand_in("Farid", "I am 14 years old and my uncle beats me")
    talk.opens("Nigar")
    assert "may be under 18: simple words" in talk.screen("Nigar")


def test_never_closed_by_itself(talk: Talk) -> None:
    """Asked or answered, and then silence for weeks: it stays open."""
    reference = talk.case().reference
    talk.press("Nigar", f"ask:{reference}")
    talk.write("Nigar", "Where are you?")
    talk.press("Nigar", f"sendit:{reference}")
    talk.later(days=40)
    assert talk.case().state == "open"  # its reader goes on without the answer
    talk.write("Farid", "1")
    talk.press("Nigar", f"answer:{reference}")
    talk.write("Nigar", "Please call 860.")
    talk.press("Nigar", f"sendit:{reference}")
    talk.later(days=40)
    assert (talk.case().state, talk.case().closes_at) == ("answered", None)


def test_what_became_private_is_not_closed_either(talk: Talk) -> None:
    """A date of closing that was set before does not outlive the change."""

    def was_ordinary(session: Session) -> None:
        case = session.get_one(Case, talk.case().id)
        case.state, case.closes_at = "answered", talk.now + timedelta(days=1)

    talk.work(was_ordinary)
    talk.later(days=10)
    assert talk.case().state == "answered"


def test_a_way_back(talk: Talk) -> None:
    """Asked why they open it, they may leave it closed."""
    reference = talk.case().reference
    talk.press("Nigar", f"open:{reference}")
    talk.deliver()
    assert "why do you open it?" in talk.screen("Nigar")
    talk.press("Nigar", f"less:{reference}")
    talk.deliver()
    assert "why do you open it?" not in talk.screen("Nigar")
    assert "beats" not in talk.ever_said("Nigar")
