"""The Service in the demo: who sits there, where it is written to, and when it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.moments import Weekly
from handlers.charter import Charter, RecipientRule
from handlers.rules.deadlines import DAY, Calendar

NAME = "Kamran"
"""Whose phone it is; invented, as everybody of the demo."""
CONTACT, MAILBOX = "contact", "mailbox"
ADDRESS, COUNCIL = "office@service.example", "council@council.example"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def with_service(charter: Charter) -> Charter:
    """The same council, whose Service has a phone and a mailbox whatever council.toml says."""
    unit = next(iter(charter.units), "")
    contact = next(
        (rule for rule in charter.recipients if rule.channel == "telegram"),
        RecipientRule(CONTACT, "telegram", "en", unit),
    )
    office = RecipientRule(MAILBOX, "email", "en", contact.unit, ADDRESS)
    others = [rule for rule in charter.recipients if rule.name not in (contact.name, MAILBOX)]
    return replace(charter, recipients=(contact, office, *others))


def moments(charter: Charter) -> tuple[Weekly, ...]:
    """When the council gets the digest's draft, and when the Service gets the digest."""
    plan = charter.digest
    return (
        _weekly("draft", plan.draft_day, plan.draft_at, "when the chair gets the digest’s draft"),
        _weekly("digest", plan.day, plan.at, "when the digest goes to the Service"),
    )


def hint(charter: Charter) -> str:
    """What the empty mailbox waits for."""
    return f"The digest arrives here on {DAYS[charter.digest.day - 1]}."


def _weekly(name: str, day: int, at: time, words: str) -> Weekly:
    on = DAYS[day - 1]
    return Weekly(name, f"{on[:3]} {at:%H:%M}", f"{on} {at:%H:%M}, {words}", day, at)


def day_before_draft(charter: Charter, now: datetime) -> datetime:
    """An hour into the last working day before the next draft: most of its week has been lived."""
    calendar, zone = Calendar(charter.working_time), charter.working_time.zone
    on = moments(charter)[0].after(now, zone).astimezone(ZoneInfo(zone)).date() - DAY
    while not calendar.is_working_day(on):
        on -= DAY
    opens = datetime.combine(on, charter.working_time.opens, ZoneInfo(zone))
    return opens.astimezone(UTC) + timedelta(hours=1)


def stops(charter: Charter, now: datetime, until: datetime) -> Iterator[datetime]:
    """The digest's moments on the way there, in order, each once."""
    zone = charter.working_time.zone
    while now < until:
        now = min(each.after(now, zone) for each in moments(charter))
        if now < until:
            yield now
