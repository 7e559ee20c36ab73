"""When a week's digest is drafted and sent, by the council's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.charter import DigestPlan
from handlers.rules import weeks

DAYS = 7


def sent_at(week: str, plan: DigestPlan, zone: str | ZoneInfo) -> datetime:
    """The first day of sending after the week has ended."""
    on = weeks.monday(weeks.after(week)) + timedelta(days=plan.day - 1)
    return weeks.moment(on, plan.at, zone)


def drafted_at(week: str, plan: DigestPlan, zone: str | ZoneInfo) -> datetime:
    """The last moment for drafts before it is sent: less than a week before, or just a week."""
    back = (plan.day - plan.draft_day) % DAYS
    if back == 0 and plan.draft_at >= plan.at:
        back = DAYS
    on = weeks.monday(weeks.after(week)) + timedelta(days=plan.day - 1 - back)
    return weeks.moment(on, plan.draft_at, zone)
