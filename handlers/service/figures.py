"""Stand-in."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.rules.deadlines import Calendar
from handlers.rules.figures import Exact, Safeguarding


def exact(window: Session, calendar: Calendar, start: datetime, end: datetime) -> Exact:
    """Stand-in."""
    raise NotImplementedError


def safeguarding(
    window: Session, calendar: Calendar, start: datetime, end: datetime
) -> Safeguarding:
    """Stand-in."""
    raise NotImplementedError
