"""The dates a person was told, and what happens on the way to them if nobody acts."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import object_session

from handlers.charter import Charter, Span, WorkingTime
from handlers.rules.deadlines import Calendar, due_dates
from storage import milestones, told
from storage.model import ANSWERED, ASKED, CLOSED, OPEN, PRIVATE, Case

DAY_ONE = date(2000, 1, 1)
STAGES = (("half", 0.5), ("chair", 0.8), ("late", 1.0))


@cache
def _calendar(working_time: WorkingTime) -> Calendar:
    return Calendar(working_time)


def calendar(charter: Charter) -> Calendar:
    """The council's calendar."""
    return _calendar(charter.working_time)


def end_of(charter: Charter, day: date) -> datetime:
    """The moment when this day is over, where the council works."""
    zone = ZoneInfo(charter.working_time.zone)
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)


def day_seconds(charter: Charter) -> float:
    """How long a working day is."""
    day = charter.working_time
    opens, closes = (datetime.combine(DAY_ONE, at, UTC) for at in (day.opens, day.closes))
    return (closes - opens).total_seconds()


def promise(case: Case, charter: Charter, now: datetime) -> None:
    """Tell by when the case is read and answered, counted from now, and plan its first stage."""
    due = due_dates(charter.promises[case.urgency], now, calendar(charter))
    case.routed_at, case.read_by_at, case.answer_by_at = now, due.read_by, due.answer_by
    case.taken_at, case.stage = None, ""
    told.end(case, "moved", now)
    told.tell(case, "read", due.read_by, now)
    told.tell(case, "answer", due.answer_by, now)
    next_stage(case, charter)


def given(case: Case, charter: Charter, now: datetime) -> None:
    """Somebody else reads it now: what its writer was told stays, and is what they have time for."""
    if not told.stands(case) or case.answer_by_at is None or case.read_by_at is None:
        promise(case, charter, now)
        return
    due = due_dates(charter.promises[case.urgency], now, calendar(charter))
    if case.taken_at is not None:  # read in time once; the next reader has time to read it, too
        case.read_by_at = min(due.read_by, max(case.answer_by_at, now))
        told.tell(case, "read", case.read_by_at, now)
    case.routed_at, case.taken_at, case.stage = now, None, ""
    next_stage(case, charter)


def promise_again(case: Case, charter: Charter, now: datetime, date: told.What) -> None:
    """A date was missed: give a new one, measured from now.

    Who missed an hour once is not believed a second time: then it is a working day at least.
    """
    due = due_dates(charter.promises[case.urgency], now, calendar(charter))
    new = due.read_by if date == "read" else due.answer_by
    if told.times_late(case, date):
        new = max(new, calendar(charter).add(now, Span(days=1)))
    if date == "read":
        case.read_by_at = new
    else:
        unread = case.read_by_at if case.taken_at is None else None
        case.answer_by_at = max(new, unread or new)  # no answer before it is read
    case.routed_at, case.stage = now, ""
    told.end(case, "late", now, date)
    told.tell(case, date, new, now)


def falls_back_on_told(case: Case, date: told.What, now: datetime) -> bool:
    """Where only a date of our own has passed, the one that was told is what counts from now on."""
    row = told.open_row(case, date)
    if row is None or row.due_at <= now:
        return False
    if date == "read":
        case.read_by_at = row.due_at
    else:
        case.answer_by_at = row.due_at
    case.routed_at, case.stage = now, ""
    return True


def sooner(case: Case, charter: Charter, now: datetime) -> bool:
    """Its class changed: what comes sooner by the new one is due then, and nothing ever later.

    True if the answer comes sooner than before; what its writer was told is still what is measured.
    """
    if case.state not in (OPEN, ASKED) or case.read_by_at is None or case.answer_by_at is None:
        return False
    due = due_dates(charter.promises[case.urgency], now, calendar(charter))
    read_by, answer_by = min(case.read_by_at, due.read_by), min(case.answer_by_at, due.answer_by)
    is_sooner = answer_by < case.answer_by_at
    if is_sooner or read_by < case.read_by_at:
        case.routed_at, case.read_by_at, case.answer_by_at = now, read_by, answer_by
        case.stage = ""
        next_stage(case, charter)
    return is_sooner


def told_sooner(case: Case, now: datetime) -> None:
    """Its writer is told the nearer date of the answer: from now on that one is measured."""
    if case.answer_by_at is not None:
        told.end(case, "moved", now, "answer")
        told.tell(case, "answer", case.answer_by_at, now)


def next_stage(case: Case, charter: Charter) -> None:
    """Plan what happens after the present stage: at half time, at 80 %, and when it is late."""
    if case.state != OPEN or case.responsible_id is None:
        case.stage, case.stage_at = "", None
        return
    date = "answer" if case.taken_at else "read"
    due = case.answer_by_at if case.taken_at else case.read_by_at
    done = case.stage.removeprefix(f"{date}:") if case.stage.startswith(date) else ""
    left = [name for name, _ in STAGES]
    left = left[left.index(done) + 1 :] if done in left else left
    assert due is not None
    assert case.routed_at is not None
    if not left:
        case.stage_at = None
        return
    part = dict(STAGES)[left[0]]
    case.stage = f"{date}:{left[0]}"
    case.stage_at = calendar(charter).share(case.routed_at, due, part)


def taken(case: Case, charter: Charter, now: datetime) -> None:
    """Read by the member: that clock stops, the one to the answer goes on."""
    if case.taken_at is None:
        case.taken_at, case.stage = now, ""
        _note(case, "read", now)
        told.end(case, "kept", now, "read")
        next_stage(case, charter)


def pause(case: Case, charter: Charter, now: datetime) -> None:
    """The migrant is asked: the clock waits, for ten working days at most.

    Then an ordinary request is closed, and the clock of a private one goes on.
    """
    case.state, case.paused_at = ASKED, now
    _note(case, "asked", now)
    case.closes_at = calendar(charter).add(now, Span(days=10))
    next_stage(case, charter)


def resume(case: Case, charter: Charter, now: datetime) -> None:
    """The migrant wrote: the dates move by the working time that the clock stood still."""
    days = calendar(charter)
    if case.paused_at is not None and case.answer_by_at is not None:
        case.answer_by_at = days.after_pause(case.answer_by_at, case.paused_at, now)
        told.end(case, "moved", now, "answer")
        told.tell(case, "answer", case.answer_by_at, now)
    _clock_goes_on(case, now)
    case.state, case.closes_at = OPEN, None
    case.stage = ""
    next_stage(case, charter)


def answered(case: Case, charter: Charter, now: datetime) -> None:
    """An answer is on its way: clocks stop; five working days of silence close the case."""
    taken(case, charter, now)
    told.end(case, "kept", now, stood_still_since=case.paused_at)
    _clock_goes_on(case, now)
    if case.state == CLOSED:
        _note(case, "reopened", now)
    case.state, case.answered_at = ANSWERED, now
    case.closes_at = _closes(case, charter, now, days=charter.close_after_days)
    next_stage(case, charter)


def closed(case: Case, now: datetime) -> None:
    """It is closed: no clock runs any more."""
    told.end(case, "closed", now)
    _clock_goes_on(case, now)
    case.stage, case.stage_at = "", None


def withdrawn(case: Case, now: datetime) -> None:
    """Nobody can read it, and its writer is told so instead of a date."""
    told.end(case, "withdrawn", now)
    _clock_goes_on(case, now)
    case.stage, case.stage_at = "", None


def unsent(case: Case, kind: str, sent_at: datetime) -> None:
    """What was sent then was taken back: nothing is noted that did not come of it."""
    session = object_session(case)
    assert session is not None
    if case.paused_at is not None:
        milestones.take_back(session, case.id, "resumed", case.paused_at)
    elif kind == "question":
        milestones.take_back(session, case.id, "asked", sent_at)
    if case.state == CLOSED and case.closed_at is not None:
        milestones.take_back(session, case.id, "reopened", case.closed_at)


def _clock_goes_on(case: Case, now: datetime) -> None:
    """Its writer is not waited for any more."""
    if case.paused_at is not None:
        case.paused_at = None
        _note(case, "resumed", now)


def _note(case: Case, what: milestones.What, now: datetime) -> None:
    session = object_session(case)
    assert session is not None
    milestones.note(session, case.id, what, now)


def is_halfway(case: Case, charter: Charter, now: datetime) -> bool:
    """Whether half the time to the date that is due next has passed."""
    due = case.answer_by_at if case.taken_at else case.read_by_at
    if case.state != OPEN or due is None or case.routed_at is None:
        return False
    return calendar(charter).share(case.routed_at, due, 0.5) <= now


def next_quiet_end(charter: Charter, urgency: str, now: datetime) -> datetime:
    """When a member may be disturbed about a request of this class: at once, or when work begins."""
    return now if urgency == "P1" else calendar(charter).next_open(now)


def _closes(case: Case, charter: Charter, now: datetime, days: int) -> datetime | None:
    """When so many working days of silence after an answer close it; what is private they never do."""
    if case.track == PRIVATE:
        return None
    return calendar(charter).add(now, Span(days=days))


def reopen_until(case: Case, charter: Charter) -> datetime | None:
    """Until when a closed case can be opened again."""
    return case.closed_at + timedelta(days=charter.reopen_days) if case.closed_at else None
