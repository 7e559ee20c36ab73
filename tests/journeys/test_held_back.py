"""A card that was queued, or just being sent, when its reader lost the request."""

from collections.abc import AsyncIterator, Callable

import pytest
from remains import places_of
from seats import agreed, cases, seated, shows
from sqlalchemy.orm import Session
from town import Town, a_town

import bot.outcomes
from bot.sandbox.bubbles import Event
from handlers import assign
from handlers.council import cards, membership
from handlers.migrant import follow, forget
from handlers.turn import Scene, scene_of
from storage import cases as requests
from storage.database import Database
from storage.model import Case, Member

QUESTION = "How can I learn the language, asks Mirvari?"


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A town with a member, another, a focal person, and a migrant."""
    monkeypatch.setattr(bot.outcomes, "growing_pause", lambda attempts: 0.05)
    async with a_town(database) as town:
        seated(town, "Leyla")
        seated(town, "Samir", languages="az")
        seated(town, "Nigar", "focal", languages="ru")
        agreed(town, "Farid")
        yield town


def _scene(session: Session, town: Town) -> tuple[Scene, Case]:
    case = requests.by_reference(session, cases(town)[0].reference)
    assert case is not None
    writer = requests.writer(session, case)
    return scene_of(session, writer, town.charter, town.clock.now()), case


def _to_samir(session: Session, town: Town) -> None:
    scene, case = _scene(session, town)
    cards.lose_sight(scene, case, session.get_one(Member, 1))
    assign.give(scene, case, session.get_one(Member, 2), "handed_over")


def _private(session: Session, town: Town) -> None:
    follow.make_private(*_scene(session, town))


def _erased(session: Session, town: Town) -> None:
    forget.erase(_scene(session, town)[0])


def _left(session: Session, town: Town) -> None:
    membership.leave(session, town.charter, "Leyla", town.clock.now())


LOST: dict[str, Callable[[Session, Town], None]] = {
    "handed over": _to_samir,
    "private": _private,
    "erased": _erased,
    "left": _left,
}
NEW_READER = {"handed over": "Samir", "private": "Nigar"}


async def _sends(town: Town) -> None:
    await town.people["Farid"].write(QUESTION)
    await town.settled()
    await town.people["Farid"].press("Send")


async def _new_reader_sees(town: Town, lost: str) -> None:
    """Whoever reads it now has it; what is private says so only once it is opened."""
    if lost not in NEW_READER:
        return
    reader = town.people[NEW_READER[lost]]
    if lost == "private":
        assert QUESTION not in shows(reader)
        for verb in ("open:", "look:"):
            found = next(
                one.data
                for bubble in reversed(reader.chat)
                for row in bubble.buttons
                for one in row
                if one.data.startswith(verb)
            )
            await reader.press(f"data={found}")
            await town.settled()
    assert QUESTION in shows(reader)


@pytest.mark.parametrize("lost", LOST)
async def test_a_card_that_could_not_leave(town: Town, lost: str) -> None:
    """Telegram refuses it for a while; meanwhile it is lost; from then on its text never leaves."""
    leyla = town.people["Leyla"]
    town.telegram.faults.add("sendMessage", 500, times=None, chat=leyla.user_id)
    await _sends(town)
    await town.telegram.wait(lambda: any(call.fault for call in town.telegram.calls))
    town.work(lambda s: LOST[lost](s, town))
    before = len(town.telegram.calls)
    town.telegram.faults.clear()
    await town.settled()
    for call in town.telegram.calls[before + 1 :]:  # one may have been under way
        if call.params.get("chat_id") == leyla.user_id:
            assert "Mirvari" not in str(call.params)
    assert "Mirvari" not in shows(leyla)
    await _new_reader_sees(town, lost)


@pytest.mark.parametrize("lost", LOST)
async def test_a_card_that_was_just_leaving(town: Town, lost: str) -> None:
    """It is lost in the very moment Telegram shows the card: the card is taken away again."""
    leyla = town.people["Leyla"]

    def lose(event: Event) -> None:
        if event.change == "shown" and event.phone is leyla:
            stop()
            town.work(lambda s: LOST[lost](s, town))

    stop = town.telegram.listen(lose)
    await _sends(town)
    await town.settled()
    town.app.delivery.wake()
    await town.settled()
    assert "Mirvari" not in shows(leyla)
    await _new_reader_sees(town, lost)
    if lost == "erased":
        assert places_of(town.database, "Mirvari", str(town.people["Farid"].user_id)) == set()
        assert "Deleted on our side" in shows(town.people["Farid"])


async def test_an_answer_for_who_is_just_leaving(town: Town) -> None:
    """Everything is deleted in the moment an answer is shown: the answer is taken away again."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await _sends(town)
    await town.settled()
    await leyla.write("Mirvari, there are courses.", reply_to=leyla.last())
    await town.settled()

    def lose(event: Event) -> None:
        if event.change == "shown" and event.phone is farid:
            stop()
            town.work(lambda s: _erased(s, town))

    stop = town.telegram.listen(lose)
    await leyla.press("Send")
    await town.settled()
    town.app.delivery.wake()
    await town.settled()
    assert "Mirvari" not in shows(farid)
    assert places_of(town.database, "Mirvari", str(farid.user_id)) == set()
