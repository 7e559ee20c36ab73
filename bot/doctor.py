"""`council-bot doctor`: what is wrong and how to mend it, in one line each."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken

from bot import catalogues, doctor_mail, doctor_whatsapp
from bot.finding import Finding
from bot.opening import Opened
from bot.telegram_channel import TelegramChannel
from handlers.charter import Charter
from handlers.language import OWN_NAMES
from handlers.rules.deadlines import Calendar
from handlers.rules.safety import languages_with_lists
from storage import audit, members, migrate, view
from storage.database import WindowShut
from storage.model import PARKED, Member, Outbox, Stuck
from storage.windows import ROLES

CLOCK_SECONDS = 30


def examine(here: Opened, now: datetime, *, fix: bool = False) -> Iterator[Finding]:
    """Everything that can be checked without sending anything to anybody.

    With `fix`, what can be mended at Twilio is.
    """
    yield from _database(here)
    yield from _windows(here)
    yield from _council(here)
    yield from _calendar(here.settings.charter, now)
    yield from _numbers(here.settings.charter)
    yield from _languages(here.settings.charter)
    yield from _stuck(here)
    yield from _record(here)
    yield from (
        Finding("warning", f"{line}; settle it in council.toml")
        for line in here.settings.open_questions
    )
    yield from asyncio.run(_telegram(here))
    yield from doctor_whatsapp.examine(here.settings, fix=fix)
    yield from doctor_mail.examine(here)


def _database(here: Opened) -> Iterator[Finding]:
    if migrate.needs_migration(here.database):
        yield Finding("fault", "the database is older than this program: run `council-bot migrate`")
    else:
        yield Finding("ok", f"database: {here.database.dialect}, up to date; the keys open it")


def _windows(here: Opened) -> Iterator[Finding]:
    """Whether the Service can be shown what was sent to it, and the digest be computed."""
    for side in ROLES:
        try:
            with here.database.window(side) as window:
                view.weeks(window)
        except (WindowShut, SQLAlchemyError):
            yield Finding(
                "fault",
                f'the window {side!r} is shut: see "The Service\'s role" in docs/running.md',
            )


def _council(here: Opened) -> Iterator[Finding]:
    with here.database.read() as session:
        seats = members.seated(session)
    roles = {seat.role for seat in seats}
    spoken = {code for seat in seats if seat.role in members.READERS for code in seat.languages}
    if not roles & set(members.READERS):
        yield Finding(
            "fault", "nobody reads yet: invite a member with `council-bot invite --alias …`"
        )
    if "chair" not in roles:
        yield Finding(
            "warning",
            "there is no chair: what no member can take has nobody; invite one with --role chair",
        )
    if not any(members.is_focal(seat) for seat in seats):
        yield Finding(
            "warning",
            "there is no focal person: nobody reads what is private unless its writer lets an ordinary member; invite one with --role focal",
        )
    yield from _offices(seats)
    if "operator" not in roles:
        yield Finding("warning", "no chat receives alerts: invite yourself with --role operator")
    silent = [OWN_NAMES.get(c, c) for c in here.settings.charter.languages if c not in spoken]
    if silent:
        yield Finding(
            "warning",
            f"offered, and no member speaks it: {', '.join(silent)}; invite somebody who does",
        )


def _offices(seats: Sequence[Member]) -> Iterator[Finding]:
    """Who reads what concerns whoever would read it otherwise."""
    if sum(members.is_focal(seat) for seat in seats) == 1:
        yield Finding(
            "warning",
            "there is one focal person alone: nobody reads privately what is about them; name a second one",
        )
    if not any(seat.is_acting for seat in seats):
        yield Finding(
            "warning",
            "nobody stands in for the chair: the chair names somebody under /chair",
        )
    if not any(seat.role == "outside" for seat in seats):
        yield Finding(
            "warning",
            "no focal contact outside the council: what is about the chair has one reader less; invite one with --role outside",
        )


def _record(here: Opened) -> Iterator[Finding]:
    with here.database.read() as session:
        broken = next(audit.verify(session), None)
        count = audit.count(session)
    if broken is None:
        yield Finding("ok", f"the record is whole: {count} rows")
    else:
        yield Finding(
            "fault",
            f"the record is not whole from row {broken.row}: see `council-bot audit verify`",
        )


def _calendar(charter: Charter, now: datetime) -> Iterator[Finding]:
    calendar = Calendar(charter.working_time)
    opens = calendar.next_open(now).astimezone(ZoneInfo(charter.working_time.zone))
    days = sum(
        calendar.is_working_day(date.fromordinal(day))
        for day in range(date(now.year, 1, 1).toordinal(), date(now.year + 1, 1, 1).toordinal())
    )
    yield Finding(
        "ok",
        f"calendar: {days} working days in {now.year}, next open {opens:%Y-%m-%d %H:%M}",
    )
    if now.month == 12:
        yield Finding(
            "warning", f"holidays of {now.year + 1}: compare council.toml with the official list"
        )


def _numbers(charter: Charter) -> Iterator[Finding]:
    for number in charter.numbers:
        if number.state == "unverified":
            yield Finding(
                "warning",
                f"number {number.number} ({number.id}) is unverified and shown to nobody: dial it, then write state and checked_on",
            )
    undialled = [number.number for number in charter.numbers if number.state == "sourced"]
    if undialled:
        yield Finding(
            "warning",
            f'nobody has dialled {", ".join(undialled)}: call each and write state = "dialled"',
        )


def _languages(charter: Charter) -> Iterator[Finding]:
    have = set(catalogues.languages()) | {"en"}
    for code in charter.languages:
        if code not in have:
            yield Finding(
                "warning", f"{OWN_NAMES.get(code, code)} has no catalogue: people see English"
            )
        if code not in languages_with_lists():
            yield Finding(
                "warning",
                f"{OWN_NAMES.get(code, code)} has no safety lists: danger is seen only by a person",
            )
    faults = list(catalogues.faults())
    if faults:
        yield Finding(
            "warning", f"{len(faults)} faults in catalogues: see `council-bot catalogues check`"
        )
    else:
        yield Finding("ok", f"catalogues: {', '.join(sorted(have))}")


def _stuck(here: Opened) -> Iterator[Finding]:
    with here.database.read() as session:
        stuck = session.query(Stuck).filter(Stuck.replayed_at.is_(None)).count()
        parked = session.query(Outbox).filter(Outbox.state == PARKED).count()
    if stuck:
        yield Finding(
            "warning",
            f"{stuck} messages could not be handled: after the mend run `council-bot replay`",
        )
    if parked:
        yield Finding(
            "warning", f"{parked} messages could not be sent; whoever is responsible was told"
        )


async def _telegram(here: Opened) -> list[Finding]:
    settings = here.settings
    if settings.telegram_bot_token is None:
        return [Finding("fault", "TELEGRAM_BOT_TOKEN is missing: @BotFather in Telegram gives one")]
    channel = TelegramChannel(
        settings.telegram_bot_token.get_secret_value(),
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
    )
    await channel.open()
    try:
        name = await channel.username()
    except InvalidToken:
        return [
            Finding("fault", "Telegram does not know TELEGRAM_BOT_TOKEN: copy it from @BotFather")
        ]
    except Exception as error:
        return [
            Finding(
                "fault",
                f"Telegram is not reached at {settings.telegram_api_base_url}: check the network"
                f" ({type(error).__name__})",
            )
        ]
    finally:
        await channel.close()
    return [
        Finding("ok", f"Telegram knows the bot as @{name}"),
        *await _clock(settings.telegram_api_base_url),
    ]


async def _clock(address: str) -> list[Finding]:
    """Whether this machine's clock agrees with Telegram's."""
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as client, client.head(address) as answer:
            told = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, KeyError, TypeError, ValueError, TimeoutError):
        return []
    apart = abs((datetime.now(UTC) - told).total_seconds())
    if apart > CLOCK_SECONDS:
        return [Finding("fault", f"this machine's clock is {apart:.0f} seconds off: set it by NTP")]
    return [Finding("ok", "the clock agrees with Telegram's")]
