"""Stand-in."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


def exact(session: Session, calendar: Any, start: datetime, end: datetime) -> Any:
    """Stand-in."""
    raise NotImplementedError


def safeguarding(session: Session, calendar: Any, start: datetime, end: datetime) -> Any:
    """Stand-in."""
    raise NotImplementedError
