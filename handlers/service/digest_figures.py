"""The figures of one week as they may be published: counted through the window, then made safe."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.rules import published as shapes
from handlers.rules import small_numbers, weeks
from handlers.rules.published import Published, band
from handlers.service import figures
from storage import digests
from storage.database import window_of
from storage.model import DigestRun


def published(run: DigestRun) -> Published:
    """The figures of a week as they were published, for ever."""
    assert run.published is not None
    return shapes.from_json(run.published)


def of_week(session: Session, charter: Charter, week: str, upto: datetime) -> Published:
    """What may be said of a week, as far as it is over at `upto`.

    Every figure is of exactly that week, however late it is counted; what earlier digests showed is
    taken from them as it was shown.
    """
    zone, calendar = charter.working_time.zone, dates.calendar(charter)
    start, ends = weeks.bounds(week, zone)
    end = max(start, min(ends, upto))
    before = [published(one) for one in digests.sent(session, week)]
    with window_of(session) as window:
        exact = figures.exact(window, calendar, start, end)
        span = small_numbers.span_to_show(week, band(exact.received), before)
        of_span = None
        if span is not None:
            first, _ = weeks.bounds(span.first, zone)
            of_span = span, figures.exact(window, calendar, first, end)
        private = None
        if weeks.begins_quarter(week):
            quarter = weeks.quarter_before(weeks.quarter_of(week))
            bounds = weeks.quarter_bounds(quarter, zone)
            private = quarter, figures.safeguarding(window, calendar, *bounds)
    return small_numbers.publish(week, exact, of_span, private, before, charter.languages)
