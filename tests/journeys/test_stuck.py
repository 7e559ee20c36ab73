"""What cannot be understood or handled: kept, told, stepped over, and added after the mend."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from remains import bytes_of, places_of
from seats import agreed, seated, shows, was_sent
from sqlalchemy import select
from town import Town, a_town

from bot.replay import replay
from bot.sandbox.phones import Phone
from handlers.migrant import draft
from storage.database import Database
from storage.model import Entry, Stuck

POISON = "Mirvari, whose message nobody could handle"


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Town]:
    """A town with a member, an operator and two migrants."""
    async with a_town(database) as town:
        seated(town, "Leyla")
        seated(town, "Olga", "operator")
        agreed(town, "Farid")
        agreed(town, "Rana")
        yield town


def _break(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on one text is too much for us."""
    write_down = draft.write_down

    def broken(scene: Any, case: Any, text: str, *more: Any) -> None:
        if "Mirvari" in text:
            raise ValueError(text)
        write_down(scene, case, text, *more)

    monkeypatch.setattr(draft, "write_down", broken)


def _kept(town: Town) -> list[Stuck]:
    with town.database.read() as session:
        return list(session.scalars(select(Stuck).order_by(Stuck.id)))


def _replayed(town: Town) -> dict[str, int]:
    counts = dict(replay(town.database, town.charter, 42, town.clock.now()))
    town.app.delivery.wake()
    return counts


async def test_a_message_nobody_could_handle(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is kept, its writer and the operator are told, others are served; after the mend it is
    added, once, with its attachments."""
    farid, rana, olga = (town.people[name] for name in ("Farid", "Rana", "Olga"))
    with monkeypatch.context() as patch:
        _break(patch)
        await farid.write(POISON)
        await farid.photo(f"a photo by {POISON}")
        await farid.write("and one more")
        await rana.write("How can I learn the language?")
        await town.settled()
    assert shows(farid).count("What you sent is safe") >= 1
    assert "1 part" in shows(farid)
    assert "1 part" in shows(rana)
    assert was_sent(town, olga).count("what=stuck") == 2
    assert "ValueError" in was_sent(town, olga)
    assert len(_kept(town)) == 2
    assert places_of(town.database, "Mirvari") == {"stuck.raw"}
    for place in (was_sent(town, olga), capsys.readouterr().out):
        assert "Mirvari" not in place
        assert str(farid.user_id) not in place.replace(f"'chat_id': {olga.user_id}", "")
    assert b"Mirvari" not in bytes_of(town.database)
    assert _replayed(town) == {"added": 2}
    await town.settled()
    assert "3 parts" in shows(farid)
    with town.database.read() as session:
        written = list(session.scalars(select(Entry)))
    its_case = next(entry.case_id for entry in written if entry.text == "and one more")
    entries = [entry for entry in written if entry.case_id == its_case]
    assert sorted(entry.text for entry in entries) == sorted(
        ["and one more", POISON, f"a photo by {POISON}"]
    )
    assert [bool(entry.attachment) for entry in entries].count(True) == 1
    assert _replayed(town) == {}
    assert places_of(town.database, "Mirvari") == {"entry.text"}


async def test_still_too_much(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay that fails again keeps the message for the next one."""
    with monkeypatch.context() as patch:
        _break(patch)
        await town.people["Farid"].write(POISON)
        await town.settled()
        assert _replayed(town) == {"still stuck": 1}
        assert places_of(town.database, "Mirvari") == {"stuck.raw"}
    assert _replayed(town) == {"added": 1}


def _raw(phone: Phone, **content: Any) -> dict[str, Any]:
    who = {"id": phone.user_id, "is_bot": False, "first_name": "Mirvari"}
    chat = {"id": phone.user_id, "first_name": "Mirvari", "type": "private"}
    number = phone.world.next_message_id()  # type: ignore[attr-defined]
    now = int(phone.world.clock().timestamp())  # type: ignore[attr-defined]
    return {"message": {"message_id": number, "from": who, "chat": chat, "date": now, **content}}


async def test_what_nobody_understands(town: Town) -> None:
    """Kept encrypted and reported, of strangers without its content; nothing behind it waits."""
    farid, olga = town.people["Farid"], town.people["Olga"]
    stranger = town.person("Somebody")
    await town.telegram.update(_raw(farid, voice={"file_id": ["Mirvari"]}))
    await town.telegram.update(_raw(stranger, voice="Mirvari"))
    await farid.write("How can I learn the language?")
    await town.settled()
    assert "1 part" in shows(farid)
    assert sorted(bool(one.raw) for one in _kept(town)) == [False, True]
    assert was_sent(town, olga).count("Unparsable") == 2
    assert "Mirvari" not in was_sent(town, olga)
    assert b"Mirvari" not in bytes_of(town.database)
    assert places_of(town.database, str(stranger.user_id)) == set()
    assert _replayed(town).get("still stuck", 0) == 1
    for does in ("delete", "forget:sure", "forget:now"):
        await farid.write("/delete") if does == "delete" else await farid.press(f"data={does}")
        await town.settled()
    assert all(one.raw is None for one in _kept(town))
    await town.later(days=31)
    assert _kept(town) == []
