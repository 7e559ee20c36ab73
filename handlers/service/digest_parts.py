"""What a digest says of proposals and of answers that the Service owes, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.language import named
from handlers.rules import weeks
from handlers.rules.published import Band
from handlers.staff.digest import Asked, Outcome, Owed
from storage import proposals, released
from storage.proposals import ForDigest

DAY = timedelta(days=1)


def asked(session: Session, charter: Charter, week: str, language: str) -> tuple[Asked, ...]:
    """Actions asked of the Service that wait, the new ones first."""
    return tuple(
        Asked(
            number=one.number,
            unit=_unit(charter, one.unit, language),
            concerns=_in(one.concerns, charter, language),
            problem=_in(one.problem, charter, language),
            asked=_in(one.asked, charter, language),
            evidence=Band(*one.evidence),
            wished_on=one.wished_on,
            state=one.state,
            sent_on=one.sent_at.astimezone(ZoneInfo(charter.working_time.zone)).date(),
            age=_age(charter, one.sent_at, _end(charter, week)),
            is_new=one.is_new,
            language=_other(one.asked, charter, language),
        )
        for one in _found(session, charter, week)
        if one.ended_at is None
    )


def outcomes(session: Session, charter: Charter, week: str) -> tuple[Outcome, ...]:
    """What the Service decided in this week."""
    return tuple(
        Outcome(number=one.number, state=one.state, text=one.answer)
        for one in _found(session, charter, week)
        if one.ended_at is not None
    )


def owed(
    session: Session, charter: Charter, week: str, language: str, now: datetime
) -> tuple[Owed, ...]:
    """What the Service has not answered, and for how many working days."""
    on = now.astimezone(ZoneInfo(charter.working_time.zone)).date()
    waiting = [
        ("proposal", one.number, one.unit, one.sent_at) for one in proposals.owed(session, on)
    ]
    waiting += [
        ("released", one.id, one.unit, one.sent_at)
        for one in released.owed(session)
        if one.sent_at is not None
    ]
    end = _end(charter, week)
    return tuple(
        Owed(
            what=what,
            number=number,
            unit=_unit(charter, unit, language),
            age=_age(charter, sent_at, end),
        )
        for what, number, unit, sent_at in waiting
        if sent_at < end
    )


def _found(session: Session, charter: Charter, week: str) -> list[ForDigest]:
    return proposals.for_digest(session, *weeks.bounds(week, charter.working_time.zone))


def _end(charter: Charter, week: str) -> datetime:
    return weeks.bounds(week, charter.working_time.zone)[1]


def _age(charter: Charter, sent_at: datetime, end: datetime) -> int:
    """Working days that lie behind it: the day on which it was sent is none of them."""
    zone = ZoneInfo(charter.working_time.zone)
    on, last, days = sent_at.astimezone(zone).date() + DAY, end.astimezone(zone).date(), 0
    while on < last:
        days += dates.calendar(charter).is_working_day(on)
        on += DAY
    return days


def _unit(charter: Charter, unit: str, language: str) -> str:
    return named(charter.units[unit], language) if unit in charter.units else unit


def _in(texts: Mapping[str, str], charter: Charter, language: str) -> str:
    """The text in this language, else in the first of the digest's that there is."""
    return texts.get(written_in(texts, charter, language), "")


def _other(texts: Mapping[str, str], charter: Charter, language: str) -> str:
    """The language in which it stands, if that is not the reader's."""
    written = written_in(texts, charter, language)
    return "" if written == language else written


def written_in(texts: Mapping[str, str], charter: Charter, language: str) -> str:
    """Which of the languages of a text a reader of this one is shown; empty if there is none."""
    order = (language, *charter.digest.languages, *texts)
    return next((code for code in order if texts.get(code)), "")
