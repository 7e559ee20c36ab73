"""One week's digest put together: the figures, the council's lines, and what the calendar holds."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.language import named
from handlers.rules import weeks
from handlers.rules.published import Published
from handlers.service import digest_parts
from handlers.staff.digest import SECTIONS, Digest, Line
from storage import digests
from storage.model import DigestLine, DigestRun

DAY = timedelta(days=1)
AHEAD = 28
"""Days after the week of which the days off are told."""


def of_run(
    session: Session,
    charter: Charter,
    run: DigestRun,
    published: Published,
    language: str,
    now: datetime,
) -> Digest:
    """The digest of a week as it would be sent at this moment, in one language."""
    first = weeks.monday(run.week)
    return Digest(
        week=run.week,
        language=language,
        council=named(charter.council, language),
        service=named(charter.service, language),
        begins_on=first,
        ends_on=first + 6 * DAY,
        published=published,
        lines=_lines(session, charter, run, language, now),
        asked=digest_parts.asked(session, charter, run.week, language),
        owed=digest_parts.owed(session, charter, run.week, language, now),
        outcomes=digest_parts.outcomes(session, charter, run.week),
        holidays=days_off(charter, first + 7 * DAY),
        missing_languages=tuple(code for code in charter.spoken if code not in charter.languages),
        approved=run.approved_at is not None,
    )


def days_off(charter: Charter, start: date) -> tuple[date, ...]:
    """Days off in four weeks from a day on, the usual weekends aside."""
    calendar = dates.calendar(charter)
    days = [start + n * DAY for n in range(AHEAD)]
    weekend = charter.working_time.weekend
    return tuple(
        on for on in days if on.isoweekday() not in weekend and not calendar.is_working_day(on)
    )


def order(line: DigestLine) -> tuple[int, date, int]:
    """As the page shows them: by section, days ahead by their day, then as they were written."""
    return SECTIONS.index(line.section), line.on or date.min, line.id


def _lines(
    session: Session, charter: Charter, run: DigestRun, language: str, now: datetime
) -> tuple[Line, ...]:
    today = now.astimezone(ZoneInfo(charter.working_time.zone)).date()
    approved = sorted(digests.lines(session, run.week, "approved"), key=order)
    return tuple(
        _line(one, charter, language) for one in approved if one.on is None or one.on >= today
    )


def _line(line: DigestLine, charter: Charter, language: str) -> Line:
    written = digest_parts.written_in(line.texts, charter, language)
    return Line(
        section=line.section,
        text=line.texts[written],
        topic=line.topic,
        on=line.on,
        language="" if written == language else written,
    )
