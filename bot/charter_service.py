"""What council.toml says about the Service: the digest's days, units, and who is sent it."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from bot import charter_values as read
from bot.faults import Section, suggestion
from handlers.charter import DigestPlan, RecipientRule
from handlers.language import OWN_NAMES, RIGHT_TO_LEFT

CHANNELS = ("telegram", "email")


def read_service(top: Section) -> dict[str, Any]:
    """The digest's plan, the units and the recipients; every fault in them is noted."""
    digest = _plan(top.section("digest")) if top.has("digest") else DigestPlan()
    units = _units(top.section("units")) if top.has("units") else {}
    tables = top.sections("recipients") if top.has("recipients") else ()
    recipients: dict[str, RecipientRule] = {}
    for table in tables:
        found = _recipient(table, digest, units)
        if found.name in recipients:
            table.fault("name", f"{found.name!r} stands there twice")
        recipients[found.name] = found
    return {"digest": digest, "units": units, "recipients": tuple(recipients.values())}


def _plan(table: Section) -> DigestPlan:
    usual = DigestPlan()
    languages = read.languages(table, "languages") or usual.languages
    for language in languages:
        if language not in OWN_NAMES or language in RIGHT_TO_LEFT:
            known = [code for code in OWN_NAMES if code not in RIGHT_TO_LEFT]
            hint = suggestion(language, known)
            table.fault("languages", f"{language!r} is not a language of digests{hint}")
    found = DigestPlan(
        day=_weekday(table, "day", usual.day),
        at=read.hour(table, "at") if table.has("at") else usual.at,
        draft_day=_weekday(table, "draft_day", usual.draft_day),
        draft_at=read.hour(table, "draft_at") if table.has("draft_at") else usual.draft_at,
        languages=languages,
    )
    table.close()
    return found


def _weekday(table: Section, key: str, usual: int) -> int:
    if not table.has(key):
        return usual
    said = table.value(key, str, "Monday", "a day of the week")
    if said not in read.WEEKDAYS:
        table.fault(key, f"{said!r} is not a day of the week{suggestion(said, read.WEEKDAYS)}")
        return usual
    return read.WEEKDAYS[said]


def _units(table: Section) -> Mapping[str, Mapping[str, str]]:
    return {unit: read.names(table, unit) for unit in table.keys()}  # noqa: SIM118


def _recipient(
    table: Section, digest: DigestPlan, units: Mapping[str, Mapping[str, str]]
) -> RecipientRule:
    channel = read.text(table, "channel")
    if channel not in CHANNELS:
        table.fault("channel", f"{channel!r} is not one of {', '.join(CHANNELS)}")
    language = read.text(table, "language")
    if language not in digest.languages:
        table.fault("language", f"{language!r} is not one of the digest's languages")
    unit = read.text(table, "unit")
    if unit not in units:
        table.fault("unit", f"{unit!r} is none of [units]{suggestion(unit, units)}")
    found = RecipientRule(
        name=read.plain_name(table, "name"),
        channel=cast(Literal["telegram", "email"], channel),
        language=language,
        unit=unit,
        address=read.email(table, "address") if channel == "email" else "",
    )
    table.close()
    return found
