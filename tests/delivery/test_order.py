"""In one chat in order, in many side by side, and each thing as it may be seen when it leaves."""

import asyncio

from delivery_world import Call, World

from storage.model import DROPPED, LATER, SENDING, SENT


async def test_a_message_arrives(world: World) -> None:
    """What is put into the outbox is sent, and noted with the provider's time."""
    row = world.put("alice", "salam")
    async with world.running():
        assert world.channel.said("alice") == ["salam"]
        sent = world.the(row)
        assert (sent.state, sent.shown_at, sent.ended_at) == (SENT, world.now(), world.now())
        assert sent.body is None
        assert world.delivery.counts["sent"] == 1


async def test_one_chat_is_served_in_order(world: World) -> None:
    """A chat gets its messages one after the other, in the order of their making."""
    texts = [f"n{number}" for number in range(8)]
    world.put_many({"alice": texts})
    async with world.running():
        await world.advance(30)
    assert world.channel.said("alice") == texts
    assert world.channel.most_at_once == 1


async def test_many_chats_are_served_side_by_side(world: World) -> None:
    """A chat whose message takes long makes no other chat wait."""
    free = asyncio.Event()

    async def slow(call: Call) -> None:
        if call.address == "alice":
            await free.wait()

    world.channel.before = slow
    world.put_many({"alice": ["a1", "a2"], "bob": ["b1"], "carol": ["c1"]})
    async with world.running():
        assert sorted(world.channel.texts()) == ["a1", "b1", "c1"]
        free.set()
        await world.rest()
        assert world.channel.said("alice") == ["a1", "a2"]


async def test_at_most_so_many_at_once(world: World) -> None:
    """There is a limit to the chats served at once, and it is used."""
    world.deliver(chats_at_once=3)
    free = asyncio.Event()

    async def slow(call: Call) -> None:
        await free.wait()

    world.channel.before = slow
    world.put_many({f"p{number}": ["salam"] for number in range(5)})
    async with world.running():
        assert world.channel.at_once == 3
        free.set()
        await world.advance(5)
    assert len(world.channel.texts()) == 5
    assert world.channel.most_at_once == 3


async def test_urgent_ones_pass(world: World) -> None:
    """A safety text goes before what was waiting, and past what is tried again."""
    world.channel.fail("retry", code="down", after=60)
    world.put("alice", "card")
    async with world.running():
        world.put("alice", "later")
        await world.advance(0.5)
        world.channel.faults.clear()
        await world.advance(61)
        assert world.channel.said("alice") == ["card", "later"]
        world.put_many({"alice": [f"n{number}" for number in range(6)]})
        await world.rest()
        world.put("alice", "help", urgent=True)
        await world.advance(10)
    said = world.channel.said("alice")
    assert said.index("help") < said.index("n5")


async def test_what_is_not_due_waits_alone(world: World) -> None:
    """A message for later holds nothing back and leaves when it is due."""
    world.put("alice", "later", due_at=world.now().replace(minute=1))
    world.put("alice", "now")
    async with world.running():
        assert world.channel.said("alice") == ["now"]
        await world.advance(59)
        assert world.channel.said("alice") == ["now"]
        await world.advance(1.1)
        assert world.channel.said("alice") == ["now", "later"]


async def test_what_may_not_be_seen_never_leaves(world: World) -> None:
    """The right to see is asked at the moment of sending; what nobody may see is dropped."""
    row = world.put("alice", "private", show="card")
    world.unseen.add("card")
    after = world.put("alice", "salam")
    async with world.running():
        assert world.channel.texts() == ["salam"]
        assert (world.the(row).state, world.the(row).body) == (DROPPED, None)
        assert world.the(after).state == SENT


async def test_it_is_drawn_when_it_leaves(world: World) -> None:
    """While a chat or the channel must wait, nothing is drawn ahead of its time."""
    world.channel.fail("retry", what="send", after=30)
    world.put("alice", "first")
    async with world.running():
        drawn = len(world.drawn)
        row = world.put("alice", "second")
        await world.advance(20)
        assert row not in world.drawn
        assert len(world.drawn) == drawn
        world.unseen.add("said")
        await world.advance(20)
    assert world.channel.texts() == ["first"]


async def test_a_call_is_never_lost(world: World) -> None:
    """A row committed while the outbox is being looked at goes out without another call."""
    lane = world.delivery._lanes[0]
    look = lane._line_up
    late: list[int] = []

    async def look_and_put(skip: set[str]) -> None:
        await look(skip)
        if not late:  # after the look, before the lane goes to rest
            late.append(world.put("alice", "late"))

    lane._line_up = look_and_put  # type: ignore[method-assign]
    async with world.running():
        assert world.channel.texts() == ["late"]


async def test_rows_of_others_are_noticed(world: World) -> None:
    """What another process puts in goes out within a second, though nobody calls."""
    world.deliver(looks_every=1.0)
    async with world.running():
        world.delivery.wake = lambda: None  # type: ignore[method-assign]
        world.put("alice", "salam")
        await world.advance(1.1)
        assert world.channel.texts() == ["salam"]


async def test_no_transaction_is_open_during_a_call(world: World) -> None:
    """While the channel is called, no connection of the database is in use."""
    seen: list[int] = []

    async def look(call: Call) -> None:
        seen.append(world.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        assert [row.state for row in world.rows()] == [SENDING]

    world.channel.before = look
    world.put("alice", "one|two")
    async with world.running():
        await world.advance(2)
    assert seen == [0, 0]


async def test_parts_are_sent_once_each(world: World) -> None:
    """A retry goes on with the part that failed."""
    row = world.put("alice", "one|two|three")
    world.channel.fail("retry", text="three")
    async with world.running():
        assert world.channel.said("alice") == ["one", "two"]
        assert (world.the(row).state, world.the(row).parts_sent) == (LATER, 2)
        await world.advance(5)
        assert world.channel.said("alice") == ["one", "two", "three"]
        assert world.the(row).state == SENT
