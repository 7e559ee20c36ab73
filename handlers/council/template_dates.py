"""How long a ready answer may be sent after the day on which its source was looked up."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.charter import Charter
from storage.model import Template

SOON = timedelta(days=14)
"""How long before its last day it is to be checked again."""


def today(charter: Charter, now: datetime) -> date:
    """The day it is where the council works."""
    return now.astimezone(ZoneInfo(charter.working_time.zone)).date()


def expires_at(charter: Charter, checked_on: date) -> datetime:
    """From when on it may not be sent any more: the beginning of that day."""
    last = checked_on + timedelta(days=charter.template_days)
    return datetime.combine(last, time(0), ZoneInfo(charter.working_time.zone))


def is_too_old(charter: Charter, checked_on: date, now: datetime) -> bool:
    """Whether it would have run out already."""
    return expires_at(charter, checked_on) <= now


def was_stopped(template: Template, charter: Charter) -> bool:
    """Whether a member said that it is wrong, so that it ended before its time."""
    if template.state != "expired" or template.checked_on is None or template.expires_at is None:
        return False
    return template.expires_at < expires_at(charter, template.checked_on)
