"""Whatever dies when: nothing is lost, and what may be there twice says so."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from delivery_world import Call, World

from storage.database import Busy
from storage.model import SENDING, SENT


class Death:
    """The program stops for good at its n-th step: a transaction or a call, before or after it."""

    def __init__(self, world: World, at: int) -> None:
        self._world, self._left = world, at
        self.died = asyncio.Event()
        channel = world.channel
        channel.send = self._mortal(channel.send)  # type: ignore[method-assign]
        channel.delete = self._mortal(channel.delete)  # type: ignore[method-assign]
        channel.edit = self._mortal(channel.edit)  # type: ignore[method-assign]
        for lane in world.delivery._lanes:
            lane.carrier.do = self._mortal(lane.carrier.do)  # type: ignore[method-assign]

    def _mortal(self, work: Any) -> Any:
        async def step(*args: Any) -> Any:
            await self._die_here()
            result = await work(*args)
            await self._die_here()
            return result

        return step

    async def _die_here(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.died.set()
            await asyncio.get_running_loop().create_future()  # for ever


@pytest.mark.parametrize("of", [range(1, 200, 2), range(2, 200, 2)], ids=["before", "after"])
async def test_a_death_at_every_step(world: World, of: range) -> None:
    """However far it came, the next start says everything in order, and again only in doubt."""
    alice = world.person("alice", role="member")
    case_id = world.case(alice, alice)
    channel = world.channel
    send, edit, delete = channel.send, channel.edit, channel.delete
    for at in of:
        channel.calls.clear()
        channel.chats.clear()
        channel.send, channel.edit, channel.delete = send, edit, delete  # type: ignore[method-assign]
        world.deliver(grace=0.0)
        death = Death(world, at)
        rows = [
            world.put("alice", f"{at}:first"),
            world.put("alice", f"{at}:one|{at}:two", case_id=case_id),
            world.put("alice", f"{at}:screen", key="screen", mode="below"),
        ]
        async with world.running():
            for _ in range(20):
                await world.advance(1)
                if death.died.is_set():
                    break
            else:
                assert at > 20
                return  # it came to its end before it could die
        channel.send, channel.edit, channel.delete = send, edit, delete  # type: ignore[method-assign]
        world.deliver()
        async with world.running():
            await world.advance(30)
        said = world.channel.texts()
        parts = [f"{at}:first", f"{at}:one", f"{at}:two", f"{at}:screen"]
        assert list(dict.fromkeys(said)) == parts, at
        assert all(world.the(row).state == SENT for row in rows), at
        twice = sum(Counter(said).values()) - len(parts)
        assert twice <= sum(world.the(row).was_uncertain for row in rows) <= 1, at
        assert len([one for one in world.shown() if one.key == "screen"]) == 1, at
    raise AssertionError("the program has more steps than this test tries")


@contextmanager
def away(world: World) -> Iterator[None]:
    """The database is gone."""
    begin, read = world.database.begin, world.database.read

    def gone() -> Any:
        raise Busy

    world.database.begin = world.database.read = gone  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        world.database.begin, world.database.read = begin, read  # type: ignore[method-assign]


async def test_what_was_sent_is_recorded_in_the_end(world: World) -> None:
    """While the database is gone after a send, the row stays as it is and nothing is sent twice."""
    world.faults_expected = {"not recorded", "outbox not read", "chat not served"}
    free, called = asyncio.Event(), asyncio.Event()

    async def slow(call: Call) -> None:
        called.set()
        await free.wait()

    world.channel.before = slow
    row = world.put("alice", "salam")
    second = world.put("alice", "more")
    async with world.running():
        assert called.is_set()
        with away(world):
            free.set()
            await world.advance(60)
        assert world.the(row).state == SENDING
        assert world.channel.texts() == ["salam"]
        await world.advance(6)
        assert world.the(row).state == SENT
        assert world.the(row).was_uncertain is False
        await world.advance(6)
        assert world.the(second).state == SENT
        assert world.channel.texts() == ["salam", "more"]


async def test_it_outlives_the_database(world: World) -> None:
    """While the database is gone nothing is done, and nothing needs a new start."""
    world.faults_expected = {"not recorded", "outbox not read"}
    world.put("alice", "salam")
    with away(world):
        world.start()
        await world.advance(100)
        assert world.channel.calls == []
    await world.advance(6)
    assert world.channel.texts() == ["salam"]


async def test_consequences_that_fail_undo_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in what follows is reported, and the message still counts as sent."""

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    for name in ("sent", "refused", "unreachable"):
        monkeypatch.setattr(f"handlers.delivered.{name}", broken)
    world.faults_expected = {"consequences failed"}
    world.channel.fail("refused", text="no")
    world.channel.fail("unreachable", text="gone")
    rows = [world.put("alice", text) for text in ("yes", "no", "gone")]
    async with world.running():
        await world.advance(10)
        assert [world.the(row).state for row in rows] == ["sent", "parked", "blocked"]


async def test_a_row_that_cannot_be_served_stops_no_other_chat(world: World) -> None:
    """A fault of ours in one chat is logged, tried again now and then, and stops nobody else."""
    world.faults_expected = {"chat not served"}
    lane = world.delivery._lanes[0]
    serve = lane.carrier.serve

    async def broken(chat: str) -> None:
        if chat == world.chats["alice"].chat:
            raise ZeroDivisionError
        await serve(chat)

    lane.carrier.serve = broken  # type: ignore[method-assign]
    world.put("alice", "salam")
    world.put("bob", "salam")
    async with world.running():
        await world.advance(20)
        assert world.channel.said("bob") == ["salam"]
        assert 3 <= len([log for log in world.logs if log["event"] == "chat not served"]) <= 6


# --- the end


async def test_it_ends_in_good_order(world: World) -> None:
    """At the end, what is under way is finished and recorded; nothing new is begun."""
    free = asyncio.Event()

    async def slow(call: Call) -> None:
        await free.wait()

    world.channel.before = slow
    first, second = world.put("alice", "first"), world.put("alice", "second")
    async with world.running():
        ending = asyncio.create_task(world.stop())
        await world.rest()
        assert not ending.done()
        free.set()
        await ending
    assert world.the(first).state == SENT
    assert world.the(second).attempts == 0
    assert world.channel.texts() == ["first"]


async def test_it_does_not_wait_for_ever(world: World) -> None:
    """A call that does not come back is given up, and its row is doubtful at the next start."""

    async def hang(call: Call) -> None:
        await asyncio.get_running_loop().create_future()

    world.deliver(grace=0.05)
    world.channel.before = hang
    row = world.put("alice", "salam")
    async with world.running():
        pass
    assert world.the(row).state == SENDING
    world.channel.before = None
    world.deliver()
    async with world.running():
        assert (world.the(row).state, world.the(row).was_uncertain) == (SENT, True)
    assert world.channel.texts() == ["salam", "salam"]


async def test_who_only_waits_for_leave_ends_at_once(world: World) -> None:
    """Chats that were not yet drawn do not delay the end."""
    world.deliver(grace=30.0)
    world.put_many({f"p{number}": ["salam"] for number in range(20)})
    async with asyncio.timeout(20), world.running():
        pass  # five went at once; the others wait for leave
    assert len(world.channel.texts()) == 5
    assert all(row.state in (SENT, "waiting") for row in world.rows())


# --- settled


async def test_settled(world: World) -> None:
    """It comes back when nothing is under way or soon due, however far later things are."""
    free = asyncio.Event()

    async def slow(call: Call) -> None:
        await free.wait()

    world.channel.before = slow
    world.put("alice", "now")
    world.put("bob", "tomorrow", due_at=world.now().replace(day=25))
    world.put("carol", "soon", due_at=world.now().replace(second=2))
    async with world.running():
        with pytest.raises(TimeoutError):
            await world.delivery.settled(0.05)
        free.set()
        await world.rest()
        with pytest.raises(TimeoutError):
            await world.delivery.settled(0.05)
        await world.delivery.settled(1, soon=1)
        await world.advance(2.1)
        await world.delivery.settled(1)
        assert world.channel.texts() == ["now", "soon"]


async def test_settled_counts_no_one_who_cannot_go(world: World) -> None:
    """What waits for a person, or behind a retry further away, does not count."""
    world.channel.fail("unreachable", address="alice")
    world.channel.fail("retry", address="bob", after=100)
    world.put_many({"alice": ["a", "b"], "bob": ["c", "d"]})
    async with world.running():
        await world.delivery.settled(2)


async def test_settled_counts_no_channel_at_a_stand(world: World) -> None:
    """A channel that is tried again minutes later does not keep anyone waiting."""
    world.channel.fail("operator", times=100)
    world.put_many({f"p{number}": ["salam"] for number in range(40)})
    async with world.running():
        await world.delivery.settled(2)
