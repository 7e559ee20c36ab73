"""council.toml → Charter, or every fault in it at once."""

import tomllib
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from bot import charter_service
from bot import charter_values as read
from bot.faults import Faults, Section, suggestion
from handlers.charter import CLASSES, Charter, EmergencyNumber, Promise, WorkingTime
from handlers.rules.topics import TOPICS

STATES = ("dialled", "sourced", "unverified")
LONGEST = {
    "draft_reminder": timedelta(days=1),
    "draft_handed_in": timedelta(days=7),
    "consent_held": timedelta(hours=24),
    "invitation_valid": timedelta(days=30),
    "card_idle": timedelta(hours=24),
    "media_kept": timedelta(hours=47),  # Telegram deletes nothing older than 48 hours
    "undo": timedelta(minutes=2),
    "flood": timedelta(hours=1),
    "settle": timedelta(seconds=30),
}
DESK = {
    "template_days": (1, 730),
    "chair_term_months": (1, 120),
    "nomination_days": (1, 60),
    "ballot_days": (1, 60),
    "flood_messages": (3, 1000),
}
"""Numbers of the council's desk, with the least and the most."""
USUAL: dict[str, Any] = {each.name: each.default for each in fields(Charter)}


def read_charter(path: Path) -> Charter:
    """The charter in this file; raises SettingsFault with every fault."""
    faults = Faults()
    charter = charter_from(path, faults)
    faults.settle()
    return cast(Charter, charter)


def charter_from(path: Path, faults: Faults) -> Charter | None:
    """The charter in this file; faults are noted, and then it must not be used."""
    document = _document(path, faults)
    if document is None:
        return None
    top = Section(faults, path.name, "", document)
    charter = _charter(top)
    top.close()
    return charter


def open_questions(path: Path) -> tuple[str, ...]:
    """What the file itself says is not decided yet, for `doctor` to repeat."""
    document = _document(path, Faults()) or {}
    if document.get("controller", {}).get("decided", True):
        return ()
    return ("not yet decided: who is responsible for the data (controller)",)


def _document(path: Path, faults: Faults) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.add(str(path), "there is no such file; copy the project's council.toml there")
    except (OSError, UnicodeDecodeError) as error:
        faults.add(str(path), f"cannot be read ({type(error).__name__})")
    except tomllib.TOMLDecodeError as error:
        faults.add(path.name, str(error))
    return None


def _charter(top: Section) -> Charter:
    languages = read.languages(top, "languages")
    if "en" not in languages:
        top.fault("languages", "must hold en: whatever has no translation is said in English")
    return Charter(
        council=read.names(top, "council"),
        service=read.names(top, "service"),
        controller=_controller(top),
        official_complaint=read.text(top, "official_complaint"),
        prefix=_prefix(top),
        languages=languages,
        working_time=_working_time(top.section("working_time")),
        promises=_promises(top.section("deadlines")),
        numbers=_numbers(top),
        related=_related(top),
        spoken=read.languages(top, "spoken"),
        **charter_service.read_service(top),
        **_limits(_optional(top, "limits")),
        **_waiting(_optional(top, "waiting")),
        **_desk(_optional(top, "desk")),
    )


def _optional(top: Section, key: str) -> Section:
    return top.section(key) if top.has(key) else Section(top.faults, "", key, {})


def _controller(top: Section) -> dict[str, str]:
    table = top.section("controller")
    if table.has("decided"):
        table.value("decided", bool, True, "true or false")
    return dict(read.by_language(table))


def _prefix(top: Section) -> str:
    prefix = read.text(top, "prefix")
    if not (prefix.isascii() and prefix.isalpha() and prefix.isupper() and len(prefix) <= 4):
        top.fault("prefix", f"{prefix!r} is not one to four capital letters A–Z")
    return prefix


def _working_time(table: Section) -> WorkingTime:
    zone = read.text(table, "zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.fault("zone", f"{zone!r} is no time zone; write one like Asia/Baku")
    opens, closes = read.hour(table, "opens"), read.hour(table, "closes")
    if opens >= closes:
        table.fault("closes", f"{closes:%H:%M} is not after {opens:%H:%M}, when working time opens")
    weekend = read.weekdays(table, "weekend")
    if len(weekend) == 7:
        table.fault("weekend", "leaves no day to work")
    country = read.text(table, "holidays", empty=True)
    known = holidays.list_supported_countries()
    code, _, part = country.partition("-")
    if country and (code not in known or (part and part not in known[code])):
        hint = suggestion(code, known)
        table.fault("holidays", f"{country!r} is no country with known holidays{hint}")
    found = WorkingTime(
        zone=zone,
        opens=opens,
        closes=closes,
        weekend=weekend,
        holidays=country,
        extra_holidays=read.days(table, "extra_holidays"),
        working_days=read.days(table, "working_days"),
    )
    table.close()
    return found


def _promises(table: Section) -> dict[str, Promise]:
    promises = {}
    for name in CLASSES:
        row = table.section(name)
        promises[name] = Promise(
            read=read.working_span(row, "read"),
            answer=read.working_span(row, "answer"),
            close=read.working_span(row, "close"),
        )
        row.close()
    table.close()
    return promises


def _numbers(top: Section) -> tuple[EmergencyNumber, ...]:
    found: dict[str, EmergencyNumber] = {}
    for table in top.sections("numbers"):
        number = _number(table)
        if number.id in found:
            table.fault("id", f"{number.id!r} stands there twice")
        found[number.id] = number
    return tuple(found.values())


def _number(table: Section) -> EmergencyNumber:
    state = read.text(table, "state")
    if state not in STATES:
        table.fault("state", f"{state!r} is not one of {', '.join(STATES)}")
    checked_on = None
    if table.has("checked_on"):
        checked_on = table.value("checked_on", date, date.min, "a date like 2026-11-23")
    elif state == "dialled":
        table.fault("checked_on", "is missing; write the day on which somebody dialled it")
    number = EmergencyNumber(
        id=read.text(table, "id"),
        number=read.telephone(table, "number"),
        use=read.names(table, "use"),
        state=cast(Literal["dialled", "sourced", "unverified"], state),
        checked_on=checked_on,
    )
    table.close()
    return number


def _related(top: Section) -> dict[str, tuple[str, ...]]:
    if not top.has("related"):
        return {}
    table = top.section("related")
    return {language: read.languages(table, language) for language in table.keys()}  # noqa: SIM118


def _limits(table: Section) -> dict[str, Any]:
    found = {
        "members": read.whole(table, "members", 8, 1, 500),
        "open_cap": read.whole(table, "open_cap", USUAL["open_cap"], 1, 1000),
        "close_after_days": read.whole(table, "close_after_days", USUAL["close_after_days"], 1, 90),
        "reopen_days": read.whole(table, "reopen_days", USUAL["reopen_days"], 0, 365),
        "keep_months": read.whole(table, "keep_months", USUAL["keep_months"], 1, 120),
    }
    table.close()
    return found


def _desk(table: Section) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: read.whole(table, name, USUAL[name], least, most)
        for name, (least, most) in DESK.items()
    }
    topics = (
        table.value("second_reader", list, [], "a list of topics")
        if table.has("second_reader")
        else []
    )
    for topic in topics:
        if topic not in TOPICS:
            table.fault("second_reader", f"{topic!r} is no topic{suggestion(str(topic), TOPICS)}")
    found["second_reader"] = tuple(topics)
    table.close()
    return found


def _waiting(table: Section) -> dict[str, Any]:
    found = {
        name: read.length(table, name, USUAL[name], longest) for name, longest in LONGEST.items()
    }
    table.close()
    return found
