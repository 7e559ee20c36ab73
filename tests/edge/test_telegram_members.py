"""Members' own commands: given when they are seated, in their language, and taken away again."""

from datetime import UTC, datetime

import pytest
from furnished import ring_of
from sqlalchemy import update
from town import charter

from bot.sandbox.telegram import TelegramSandbox
from bot.telegram_bot import TelegramBot
from bot.telegram_members import MembersCommands
from storage import people, secrecy
from storage.database import Database
from storage.model import Member, Person

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def _seat(database: Database, address: str, role: str = "member", language: str = "en") -> None:
    with database.begin() as session:
        person = people.add(session, "telegram", address, language, NOW)
        session.add(
            Member(
                person_id=person.id, alias=address, role=role, languages=[language], joined_at=NOW
            )
        )


def _writes(telegram: TelegramSandbox) -> list[str]:
    return [call.method for call in telegram.calls if not call.method.startswith("get")]


async def test_members_commands(
    telegram: TelegramSandbox, bot: TelegramBot, sqlite: Database
) -> None:
    """Set once for whoever sits; nothing for operators; deleted for whoever left."""
    secrecy.use(ring_of(sqlite))
    leyla, olga, farid = (telegram.phone(name) for name in ("Leyla", "Olga", "Farid"))
    for phone in (leyla, olga, farid):
        await phone.start()
    _seat(sqlite, str(leyla.user_id))
    _seat(sqlite, str(olga.user_id), "operator")
    commands = MembersCommands(bot, sqlite, charter())
    telegram.calls.clear()
    assert await commands.bring_up_to_date() == 1
    assert [one["command"] for one in leyla.commands()][:2] == ["desk", "find"]
    assert not olga.commands()
    assert not farid.commands()
    assert await commands.bring_up_to_date() == 0
    assert await MembersCommands(bot, sqlite, charter()).bring_up_to_date() == 0
    with sqlite.begin() as session:
        session.execute(update(Member).values(left_at=NOW))
    assert await commands.bring_up_to_date() == 1
    assert not leyla.commands()
    assert _writes(telegram) == ["setMyCommands", "deleteMyCommands"]


async def test_another_language(
    telegram: TelegramSandbox, bot: TelegramBot, sqlite: Database
) -> None:
    """Whoever changes their language reads their commands in it."""
    secrecy.use(ring_of(sqlite))
    leyla = telegram.phone("Leyla")
    await leyla.start()
    _seat(sqlite, str(leyla.user_id))
    commands = MembersCommands(bot, sqlite, charter())
    await commands.bring_up_to_date()
    before = leyla.commands()
    with sqlite.begin() as session:
        session.execute(update(Person).values(language="ru"))
    await commands.bring_up_to_date()
    after = {one["command"]: one["description"] for one in leyla.commands()}
    assert after["language"] != {one["command"]: one["description"] for one in before}["language"]


@pytest.mark.parametrize(("code", "asked_again"), [(429, True), (403, False)])
async def test_telegram_says_no(
    telegram: TelegramSandbox, bot: TelegramBot, sqlite: Database, code: int, asked_again: bool
) -> None:
    """A fault stops nothing; only what may pass is tried again."""
    secrecy.use(ring_of(sqlite))
    leyla = telegram.phone("Leyla")
    await leyla.start()
    _seat(sqlite, str(leyla.user_id))
    more = {"retry_after": 1} if code == 429 else {}
    telegram.faults.add("setMyCommands", code, **more)
    commands = MembersCommands(bot, sqlite, charter())
    assert await commands.bring_up_to_date() == 0
    assert await commands.bring_up_to_date() == int(asked_again)
