"""What the writer was told is what is measured: kept, or apologised for with a new date."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from talk import Talk

from handlers.council import membership
from storage.model import Case, Member, Told

SMALL = "How can I learn the language?"
BAKU = ZoneInfo("Asia/Baku")


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """Two members, a chair and a migrant."""
    talk.seat("Leyla")
    talk.seat("Samir")
    talk.seat("Vusal", "chair")
    talk.agreed("Farid")


def _told(talk: Talk) -> list[tuple[str, str]]:
    with talk.database.read() as session:
        rows = session.scalars(select(Told).order_by(Told.id)).all()
        return [(row.what, row.outcome) for row in rows]


def _until(talk: Talk, at: datetime) -> None:
    talk.later(seconds=(at - talk.now).total_seconds())
    talk.deliver()


def _answers(talk: Talk, who: str, reference: str) -> None:
    talk.press(who, f"answer:{reference}")
    talk.write(who, "There are courses.")
    talk.press(who, f"sendit:{reference}")
    talk.deliver()


def test_answered_in_time(talk: Talk) -> None:
    """Both dates were kept."""
    case = talk.hand_in("Farid", SMALL)
    assert _told(talk) == [("read", ""), ("answer", "")]
    _answers(talk, "Leyla", case.reference)
    assert _told(talk) == [("read", "kept"), ("answer", "kept")]


def test_a_hand_over_moves_no_date(talk: Talk) -> None:
    """The next reader has what is left of the time; the writer is told the same date again."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"take:{case.reference}")
    talk.later(days=2)
    talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.deliver()
    assert talk.case().answer_by_at == case.answer_by_at
    assert talk.case().taken_at is None
    assert talk.case().read_by_at <= case.answer_by_at  # type: ignore[operator]
    assert _told(talk) == [("read", "kept"), ("answer", ""), ("read", "")]


def test_silence_moves_it_once(talk: Talk) -> None:
    """Silent past the reminder: another member gets it, and has until the same date."""
    case = talk.hand_in("Farid", SMALL)
    _until(talk, datetime(2026, 11, 25, 16, tzinfo=BAKU))
    assert (case.responsible_id, talk.case().responsible_id) == (1, 2)
    assert talk.case().read_by_at == case.read_by_at
    assert SMALL not in talk.screen("Leyla")
    assert SMALL in talk.screen("Samir")
    assert "another council member looks after it now" in talk.screen("Farid")
    _until(talk, datetime(2026, 11, 25, 17, 59, tzinfo=BAKU))
    assert talk.case().responsible_id == 2


def test_silence_of_the_only_one(talk: Talk) -> None:
    """With nobody but the chair left it stays, and the chair knows."""
    talk.work(lambda s: _leave(s.get_one(Member, 2), talk.now))
    talk.hand_in("Farid", SMALL)
    _until(talk, datetime(2026, 11, 25, 16, tzinfo=BAKU))
    assert talk.case().responsible_id == 1
    assert "Leyla, by Wed 25 Nov" in talk.screen("Vusal")
    assert SMALL not in talk.ever_said("Vusal")


def _leave(member: Member, at: datetime) -> None:
    member.left_at = at


def test_more_urgent_words_take_no_date_back(talk: Talk) -> None:
    """Our own dates move nearer; what was told is still what is measured."""
    case = talk.hand_in("Farid", "My employer keeps my wages")
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "The police caught my brother at the bus station and held him")
    talk.deliver()
    assert talk.case().urgency == "P2"
    assert talk.case().answer_by_at < case.answer_by_at  # type: ignore[operator]
    assert _told(talk) == [("read", ""), ("answer", "")]
    own = talk.case().read_by_at
    assert own is not None
    _until(talk, own + timedelta(minutes=1))
    assert "sorry" not in talk.ever_said("Farid")  # the told one is still ahead
    assert talk.case().read_by_at == case.read_by_at


def test_a_question_moves_the_answer(talk: Talk) -> None:
    """The clock stands still only while the writer is asked, and then moves by working time."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"ask:{case.reference}")
    talk.write("Leyla", "In which city?")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    _until(talk, talk.now + timedelta(days=1))
    talk.write("Farid", "In Ganja")
    talk.deliver()
    assert case.answer_by_at is not None
    assert talk.case().answer_by_at > case.answer_by_at + timedelta(days=2)  # type: ignore[operator]
    assert _told(talk) == [("read", "kept"), ("answer", "moved"), ("answer", "")]


def test_late_and_said_so(talk: Talk) -> None:
    """The apology has a new date, and that one is measured, too."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"take:{case.reference}")
    assert case.answer_by_at is not None
    _until(talk, case.answer_by_at + timedelta(minutes=1))
    assert "sorry, it takes longer than we said" in talk.screen("Farid")
    assert talk.case().answer_by_at == datetime(2026, 12, 2, 18, tzinfo=BAKU)
    assert _told(talk)[-2:] == [("answer", "late"), ("answer", "")]
    _answers(talk, "Leyla", case.reference)
    assert _told(talk)[-1] == ("answer", "kept")


def test_nobody_left_to_read(talk: Talk) -> None:
    """Where nobody can read it any more the writer knows, and no date pretends otherwise."""
    talk.hand_in("Farid", SMALL)
    for number in (2, 3):
        talk.work(lambda s, n=number: _leave(s.get_one(Member, n), talk.now))  # type: ignore[misc]
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    talk.deliver()
    assert "there is no council member who can read it" in talk.screen("Farid")
    assert {outcome for _, outcome in _told(talk)} == {"withdrawn"}
    assert talk.case().stage_at is None


def test_nothing_falls_due_on_a_holiday(talk: Talk) -> None:
    """Around the new year every reminder, move and date lies in working time."""
    talk.now = datetime(2026, 12, 30, 17, 30, tzinfo=BAKU)
    case = talk.hand_in("Farid", SMALL)
    assert case.read_by_at is not None
    assert case.read_by_at.astimezone(BAKU).date().isoformat() == "2027-01-05"
    for day in (31, 32, 33, 34, 35):
        _until(talk, datetime(2026, 12, 30, 12, tzinfo=BAKU) + timedelta(days=day - 30))
        if day < 35:
            assert "sorry" not in talk.ever_said("Farid")
            assert "waits for you" not in talk.ever_said("Leyla")


def test_one_damaged_row_holds_up_nobody(talk: Talk) -> None:
    """A person whose row cannot be read any more delays no other request."""
    talk.seat("Olga", "operator")
    talk.agreed("Rana")
    talk.hand_in("Farid", SMALL)
    talk.hand_in("Rana", SMALL)
    talk.press("Leyla", f"take:{next(talk.cases()).reference}")
    with talk.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE person SET address = x'00' WHERE id = (SELECT person_id FROM \"case\" WHERE id = 1)"
        )
    talk.now = datetime(2026, 11, 27, 19, tzinfo=BAKU)
    talk.later(minutes=0)
    talk.deliver()
    assert "sorry, it takes longer" in talk.screen("Rana")
    assert "case_id=1" in talk.ever_said("Olga")


def test_quiet_nights(talk: Talk) -> None:
    """Cards come without a sound outside working hours; reminders wait for the morning."""
    talk.now = datetime(2026, 11, 24, 22, tzinfo=BAKU)
    talk.hand_in("Farid", SMALL)
    cards = [m for who, m in talk.said if who == "Leyla" and SMALL in m.text]
    assert cards[-1].silent
    talk.now = datetime(2026, 11, 25, 10, tzinfo=BAKU)
    talk.hand_in("Farid", "Where is the school?")
    cards = [m for who, m in talk.said if "Where is the school?" in m.text and who != "Farid"]
    assert not cards[-1].silent


def test_ten_reminders_are_one(talk: Talk) -> None:
    """One message says all that waits."""
    for number in range(10):
        talk.agreed(f"Writer {number}")
        talk.hand_in(f"Writer {number}", SMALL)
    for case in talk.cases():
        talk.work(lambda s, n=case.id: _give(s.get_one(Case, n)))  # type: ignore[misc]
    before = len(talk.said)
    _until(talk, datetime(2026, 11, 25, 9, 50, tzinfo=BAKU))
    told = [m.text for who, m in talk.said[before:] if who == "Leyla" and "wait for you" in m.text]
    assert len(told) == 1
    assert "10 requests" in told[0]
    assert "2 more" in told[0]


def _give(case: Case) -> None:
    case.responsible_id = 1


def test_it_goes_round_once(talk: Talk) -> None:
    """Where the next one is silent too, the chair sees to it: the writer hears of no third reader."""
    talk.hand_in("Farid", SMALL)
    _until(talk, datetime(2026, 11, 27, 17, tzinfo=BAKU))
    assert talk.ever_said("Farid").count("another council member looks after it now") == 1
    assert "Late, new date" in talk.ever_said("Vusal")


def test_who_missed_an_hour_is_not_believed_again(talk: Talk) -> None:
    """After a second miss the new date is a working day away: no apology an hour after another."""
    talk.seat("Nigar", "focal")
    talk.hand_in("Farid", "My uncle beats me and keeps my passport")
    _until(talk, datetime(2026, 11, 24, 17, 59, tzinfo=BAKU))
    late = [outcome for what, outcome in _told(talk) if what == "answer" and outcome == "late"]
    assert len(late) == 2
    assert talk.case().answer_by_at == datetime(2026, 11, 25, 18, tzinfo=BAKU)


def test_no_answer_before_it_is_read(talk: Talk) -> None:
    """Where the new hour of reading lies behind the told answer, that one is put off as well, aloud."""
    talk.now = datetime(2026, 11, 24, 13, tzinfo=BAKU)
    talk.seat("Nigar", "focal")
    talk.hand_in("Farid", "they took our passports")
    assert (talk.case().urgency, talk.case().track) == ("P2", "amber")
    _until(talk, datetime(2026, 11, 25, 17, 59, tzinfo=BAKU))
    case = talk.case()
    assert case.read_by_at == datetime(2026, 11, 26, 18, tzinfo=BAKU)
    assert case.answer_by_at is not None
    assert case.answer_by_at >= case.read_by_at
    assert _told(talk)[-2:] == [("read", ""), ("answer", "")]
    assert "Thu 26 Nov, 18:00" in talk.screen("Farid")
    _until(talk, datetime(2026, 11, 25, 18, 1, tzinfo=BAKU))
    assert talk.case().answer_by_at == case.answer_by_at
