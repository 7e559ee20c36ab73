"""What the Service says to a proposal, and what happens as long as it says nothing."""

from datetime import UTC, date, datetime

import proposals_kit as kit
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers import dates
from handlers.council import membership
from storage.database import Database
from storage.model import Case


@pytest.fixture
def talk(sqlite_in_use: Database, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A council and five people who ask."""
    return kit.council(Talk(sqlite_in_use), monkeypatch)


def test_another_units_staff(talk: Talk) -> None:
    """Nobody but the unit that was asked replies, and only as long as they are a recipient."""
    other, clerk = kit.clerk(talk, "Other", "contact"), kit.clerk(talk)
    number = kit.sent(talk)
    assert kit.reply(talk, other, number, "accepted") == "gone"
    assert kit.reply(talk, clerk, 999, "accepted") == "gone"
    kit.leave(talk, clerk)
    assert kit.reply(talk, clerk, number, "accepted") == "gone"
    assert (kit.known(talk, number).state, kit.replies(talk, number)) == ("sent", [])


def test_before_it_is_sent(talk: Talk) -> None:
    """What the council still writes at is no business of theirs."""
    clerk = kit.clerk(talk)
    number = kit.draft(talk)
    assert kit.reply(talk, clerk, number, "accepted") == "gone"


def test_twice(talk: Talk) -> None:
    """Who decides first decides; what comes later is told to the council and changes nothing."""
    one, two = kit.clerk(talk, "One"), kit.clerk(talk, "Two")
    number = kit.sent(talk)
    assert kit.reply(talk, one, number, "accepted", "Yes.") == "taken"
    assert kit.reply(talk, one, number, "accepted", "Yes.") == "taken"
    assert kit.replies(talk, number) == ["accepted"]
    assert kit.reply(talk, two, number, "refused", "Not with us.") == "added"
    assert kit.known(talk, number).state == "accepted"
    assert kit.replies(talk, number) == ["accepted", "refused"]
    assert "Not with us." in talk.screen("Vusal")
    assert "This came after their decision." in talk.screen("Vusal")


@pytest.mark.parametrize(
    ("kind", "text", "until_on", "says"),
    [
        ("refused", "", None, "words"),
        ("refused", " \u202e ", None, "words"),
        ("question", "", None, "words"),
        ("more_time", "", None, "until"),
        ("more_time", "", date(2020, 1, 1), "until"),
        ("accepted", "x" * 10_000, None, "long"),
        ("answer", "As the council.", None, "gone"),
        ("withdrawn", "As the council.", None, "gone"),
    ],
)
def test_replies_that_are_not_taken(
    talk: Talk, kind: str, text: str, until_on: date | None, says: str
) -> None:
    """A no needs a reason, more time a day to come; nobody speaks for the council."""
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    assert kit.reply(talk, clerk, number, kind, text, until_on) == says
    assert (kit.known(talk, number).state, kit.replies(talk, number)) == ("sent", [])


def test_a_question_and_its_answer(talk: Talk) -> None:
    """The chair or its author answers; it goes to that unit, whose turn it is then."""
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    kit.reply(talk, clerk, number, "question", "Which <b>days</b>?")
    assert "Which &lt;b&gt;days&lt;/b&gt;?" in talk.screen("Samir")
    talk.press("Leyla", f"panswer:{number}")
    talk.write("Leyla", "All of them.")
    assert kit.known(talk, number).state == "question"
    talk.press("Samir", f"panswer:{number}")
    talk.write("Samir", "Call 050 123 45 67")
    talk.write("Samir", "All of them.")
    talk.deliver()
    assert kit.replies(talk, number) == ["question", "answer"]
    assert kit.known(talk, number).state == "sent"
    assert len(kit.rows(talk, "proposal")) == 2


def _shown(talk: Talk) -> list[bool]:
    """What the unit was shown in its chat: each time, whether as a reminder."""
    return [
        message.text.endswith("True")
        for who, message in talk.said
        if who == "Clerk" and message.text.startswith("proposal")
    ]


def _jump(talk: Talk, until: datetime) -> None:
    talk.later(seconds=(until - talk.now).total_seconds())
    talk.deliver()


def _nothing_else(talk: Talk) -> None:
    """The requests themselves are closed, so that nothing falls due but what is looked at."""

    def closed(session: Session) -> None:
        for case in session.scalars(select(Case)):
            case.state, case.stage, case.stage_at = "closed", "", None
            case.closed_at, case.closes_at = talk.now, None

    talk.work(closed)


def test_reminders_around_new_year(talk: Talk) -> None:
    """After ten working days and then every five, in the morning of a working day."""
    _jump(talk, datetime(2026, 12, 21, 8, tzinfo=UTC))
    kit.clerk(talk)
    number = kit.sent(talk)
    _nothing_else(talk)
    days = dates.calendar(talk.charter)
    first = kit.known(talk, number).remind_at
    assert first is not None
    assert days.working_seconds(talk.now, first) > 10 * dates.day_seconds(talk.charter)
    assert first > datetime(2027, 1, 5, tzinfo=UTC)
    _jump(talk, first)
    assert _shown(talk) == [False, True]
    assert "They are reminded now." in talk.screen("Vusal")
    told = len([m for who, m in talk.said if who == "Vusal" and "reminded now" in m.text])
    for _ in range(2):
        again = kit.known(talk, number).remind_at
        assert again is not None
        assert days.is_open(again)
        _jump(talk, again)
    assert _shown(talk) == [False, True, True, True]
    after = len([m for who, m in talk.said if who == "Vusal" and "reminded now" in m.text])
    assert (told, after) == (1, 1)


def test_more_time(talk: Talk) -> None:
    """Nobody is reminded before the day they named is over."""
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    _nothing_else(talk)
    assert kit.reply(talk, clerk, number, "more_time", "", date(2027, 3, 1)) == "taken"
    _jump(talk, datetime(2027, 3, 1, 12, tzinfo=UTC))
    assert _shown(talk) == [False]
    _jump(talk, datetime(2027, 3, 2, 6, tzinfo=UTC))
    assert _shown(talk) == [False, True]
    kit.reply(talk, clerk, number, "partly", "Two days.")
    assert kit.known(talk, number).remind_at is None


def test_its_author_left(talk: Talk) -> None:
    """The chair alone hears; nothing goes to whoever left."""
    clerk = kit.clerk(talk)
    number = kit.sent(talk)
    talk.work(lambda s: membership.leave(s, talk.charter, "Samir", talk.now))
    talk.deliver()
    kit.reply(talk, clerk, number, "partly", "Two days a week.")
    assert "Two days a week." in talk.screen("Vusal")
    assert "Two days a week." not in talk.ever_said("Samir")
