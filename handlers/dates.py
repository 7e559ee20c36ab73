"""The dates a person was told, and what happens on the way to them if nobody acts."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from handlers.charter import Charter, Span, WorkingTime
from handlers.rules.deadlines import Calendar, due_dates
from storage.model import ANSWERED, ASKED, OPEN, Case

DAY_ONE = date(2000, 1, 1)
STAGES = (("half", 0.5), ("chair", 0.8), ("late", 1.0))


@cache
def _calendar(working_time: WorkingTime) -> Calendar:
    return Calendar(working_time)


def calendar(charter: Charter) -> Calendar:
    """The council's calendar."""
    return _calendar(charter.working_time)


def day_seconds(charter: Charter) -> float:
    """How long a working day is."""
    day = charter.working_time
    opens, closes = (datetime.combine(DAY_ONE, at, UTC) for at in (day.opens, day.closes))
    return (closes - opens).total_seconds()


def promise(case: Case, charter: Charter, now: datetime) -> None:
    """Set by when the case is read and answered, counted from now, and its first stage."""
    due = due_dates(charter.promises[case.urgency], now, calendar(charter))
    case.routed_at, case.read_by_at, case.answer_by_at = now, due.read_by, due.answer_by
    case.taken_at, case.stage = None, ""
    next_stage(case, charter)


def promise_again(case: Case, charter: Charter, now: datetime, date: str) -> None:
    """A date was missed: give a new one, measured from now."""
    due = due_dates(charter.promises[case.urgency], now, calendar(charter))
    case.routed_at, case.stage = now, ""
    if date == "read":
        case.read_by_at = due.read_by
    else:
        case.answer_by_at = due.answer_by


def sooner(case: Case, charter: Charter, now: datetime) -> bool:
    """Its class changed: what comes sooner by the new one is due then, and nothing ever later.

    True if the answer comes sooner than its writer was told.
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
        next_stage(case, charter)


def pause(case: Case, charter: Charter, now: datetime) -> None:
    """The migrant is asked: the clock waits, for ten working days at most."""
    case.state, case.paused_at = ASKED, now
    case.closes_at = calendar(charter).add(now, Span(days=10))
    next_stage(case, charter)


def resume(case: Case, charter: Charter, now: datetime) -> None:
    """The migrant wrote: the dates move by the working time that the clock stood still."""
    days = calendar(charter)
    if case.paused_at is not None and case.answer_by_at is not None:
        case.answer_by_at = days.after_pause(case.answer_by_at, case.paused_at, now)
    case.state, case.paused_at, case.closes_at = OPEN, None, None
    case.stage = ""
    next_stage(case, charter)


def answered(case: Case, charter: Charter, now: datetime) -> None:
    """An answer is on its way: clocks stop; five working days of silence close the case."""
    taken(case, charter, now)
    case.state, case.answered_at, case.paused_at = ANSWERED, now, None
    case.closes_at = calendar(charter).add(now, Span(days=charter.close_after_days))
    if case.track == "private":
        case.closes_at = None
    next_stage(case, charter)


def reopen_until(case: Case, charter: Charter) -> datetime | None:
    """Until when a closed case can be opened again."""
    return case.closed_at + timedelta(days=charter.reopen_days) if case.closed_at else None
