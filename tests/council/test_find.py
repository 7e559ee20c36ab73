"""Finding a request again: by number, by day, by topic; never one that may not be opened."""

from datetime import datetime, timedelta

import pytest
from full_desk import fill, request
from furnished import ring_of
from sqlalchemy.orm import Session
from talk import Talk

from storage import secrecy
from storage.database import Database
from storage.model import CLOSED, Review


@pytest.fixture
def talk(sqlite: Database) -> Talk:
    """Leyla and Samir sit in the council, Farid is a migrant."""
    return _peopled(sqlite)


def _peopled(database: Database) -> Talk:
    secrecy.use(ring_of(database))
    talk = Talk(database)
    talk.seat("Leyla")
    talk.seat("Samir")
    talk.agreed("Farid")
    return talk


def _opens(talk: Talk, who: str = "Leyla") -> list[str]:
    talk.deliver()
    return [does.split(":")[1] for does in talk.buttons(who) if does.startswith("open:")]


@pytest.mark.parametrize("form", ["{}", "MC {}", "/{}", "no. {}"])
def test_by_number(talk: Talk, form: str) -> None:
    """A number in any form opens the card at once."""
    reference = talk.work(lambda s: request(s, talk.now, 5))
    written = f"{reference[:4]} {reference[4:8]} {reference[8:]}"
    if form == "/{}":
        written = written.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        form = "{}"
    talk.write("Leyla", f"/find {form.format(written)}")
    talk.deliver()
    assert "Number 5 asks." in talk.screen("Leyla")


def test_in_two_steps(talk: Talk) -> None:
    """Without words it asks for them, once more where they mean nothing, and then finds."""
    reference = talk.work(lambda s: request(s, talk.now, 5, topic="housing"))
    talk.write("Leyla", "/find")
    talk.deliver()
    assert "a number, a day or a topic" in talk.screen("Leyla")
    talk.write("Leyla", "qwrtz")
    talk.deliver()
    assert "I did not understand" in talk.screen("Leyla")
    talk.write("Leyla", "hous")
    assert _opens(talk) == [reference]
    assert "🏠 Housing: 1 request" in talk.screen("Leyla")


@pytest.mark.parametrize(
    ("language", "text", "days_ago"),
    [
        ("en", "today", 0),
        ("en", "Yesterday", 1),
        ("en", "23.11", 1),
        ("en", "23.11.2026", 1),
        ("en", "2026-11-23", 1),
        ("en", "۲۳.۱۱", 1),
        ("en", "23 Nov", 1),
        ("en", "23 November", 1),
        ("ru", "23 ноября", 1),
        ("ru", "23 нояб.", 1),
        ("az", "23 noyabr", 1),
        ("tr", "23 Kasım", 1),
        ("tr", "23 kasim", 1),
        ("en", "last week", 4),
        ("en", "this week", 1),
        ("en", "24.12", 335),
    ],
)
def test_by_day(talk: Talk, language: str, text: str, days_ago: int) -> None:
    """Days as people write them, in the member's language and in English."""
    handed_in = talk.now - timedelta(days=days_ago)
    reference = talk.work(lambda s: request(s, talk.now, 1, handed_in_at=handed_in))
    talk.work(lambda s: request(s, talk.now, 2, handed_in_at=talk.now - timedelta(days=90)))
    talk.press("Leyla", f"lang:{language}")
    talk.write("Leyla", f"/find {text}")
    assert _opens(talk) == [reference]


def test_the_days_are_the_councils(talk: Talk) -> None:
    """A request of half past midnight in Baku is of that day, though it was the day before in UTC."""
    night = datetime.fromisoformat("2026-11-24T00:30:00+04:00")
    reference = talk.work(lambda s: request(s, talk.now, 1, handed_in_at=night))
    talk.write("Leyla", "/find yesterday")
    assert not _opens(talk)
    talk.write("Leyla", "/find today")
    assert _opens(talk) == [reference]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Housing"), ("en", "housing"), ("en", "landlord"), ("ru", "Жильё"), ("ru", "housing")],
)
def test_by_topic(talk: Talk, language: str, text: str) -> None:
    """A topic's label, a part of it, or a word that is usually about it."""
    reference = talk.work(lambda s: request(s, talk.now, 1, topic="housing"))
    talk.work(lambda s: request(s, talk.now, 2, topic="health"))
    talk.press("Leyla", f"lang:{language}")
    talk.write("Leyla", f"/find {text}")
    assert _opens(talk) == [reference]


def test_pages(database: Database) -> None:
    """Many are found in pages, each once, the newest first; closed ones too."""
    talk = _peopled(database)
    everyone = talk.work(lambda s: fill(s, 20, talk.now))
    everyone.append(talk.work(lambda s: request(s, talk.now, 40, state=CLOSED, closed_at=talk.now)))
    talk.write("Leyla", "/find today")
    seen = _opens(talk)
    for _ in range(2):
        talk.press("Leyla", [d for d in talk.buttons("Leyla") if d.startswith("found:")][-1])
        seen += _opens(talk)
    assert seen == everyone[::-1]


@pytest.mark.parametrize("text", ["{reference}", "today", "housing"])
def test_nothing_of_others(talk: Talk, text: str) -> None:
    """What is with somebody else is not found, as if it did not exist."""
    reference = talk.work(lambda s: request(s, talk.now, 1, alias="Samir", topic="housing"))
    talk.write("Leyla", "/find " + text.format(reference=reference))
    assert not _opens(talk)
    assert "Number 1 asks" not in talk.ever_said("Leyla")
    nothing = "No request of this number is with you." if "{" in text else ": 0 requests"
    assert nothing in talk.screen("Leyla")


def test_a_second_reader_finds_it(talk: Talk) -> None:
    """Whoever was asked to read an answer finds the request, and reads what was written in it."""
    reference = talk.work(lambda s: request(s, talk.now, 1, alias="Samir", topic="housing"))
    case = talk.case()

    def asked(s: Session) -> None:
        s.add(Review(case_id=case.id, author_id=2, reader_id=1, held={}, at=talk.now))

    talk.work(asked)
    talk.write("Leyla", "/find housing")
    assert _opens(talk) == [reference]
    talk.press("Leyla", f"open:{reference}")
    talk.deliver()
    assert "Number 1 asks" in talk.screen("Leyla")
    assert "Number 1 asks" not in talk.ever_said("Samir")


def test_private_ones_by_number_and_day_only(talk: Talk) -> None:
    """No topic of a private request is told by what finds it."""
    talk.seat("Nigar", "focal")
    reference = talk.work(
        lambda s: request(s, talk.now, 1, alias="Nigar", track="private", topic="housing")
    )
    talk.write("Nigar", "/find housing")
    assert not _opens(talk, "Nigar")
    assert "by number or day only" in talk.screen("Nigar")
    talk.write("Nigar", "/find today")
    assert _opens(talk, "Nigar") == [reference]
    talk.write("Nigar", f"/find {reference}")
    talk.deliver()
    assert "why do you open it?" in talk.screen("Nigar")
    talk.press("Nigar", f"look:{reference}:check")
    talk.deliver()
    assert "Number 1 asks" in talk.screen("Nigar")


def test_a_migrant_finds_nothing(talk: Talk) -> None:
    """The command is the council's: to anybody else it is the menu."""
    talk.work(lambda s: request(s, talk.now, 1))
    talk.write("Farid", "/find today")
    talk.deliver()
    assert "asks" not in talk.ever_said("Farid")
