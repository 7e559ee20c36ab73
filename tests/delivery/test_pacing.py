"""How fast: never past a channel's limits, never slower than need be, and fair among chats."""

import asyncio
from collections import Counter

from delivery_world import FakeTempo, World
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import PACES, Bucket, Pace, Pacing, Rate

CALLS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.floats(0, 20), st.booleans()), min_size=1, max_size=120
)


async def drive(
    calls: list[tuple[str, float, bool]], pace: Pace
) -> list[tuple[float, float, str, bool]]:
    """When each call asked and when it was let go: (asked, went, chat, message)."""
    tempo = FakeTempo()
    pacing = Pacing(pace, tempo)
    went: list[tuple[float, float, str, bool]] = []

    async def call(chat: str, at: float, message: bool) -> None:
        await tempo.sleep(at)
        asked = tempo.now()
        await pacing.enter(chat, message=message)
        went.append((asked, tempo.now(), chat, message))

    tasks = [asyncio.ensure_future(call(*one)) for one in calls]
    while not all(task.done() for task in tasks):
        for _ in range(10):
            await asyncio.sleep(0)
        tempo.ring(tempo.now() + 1000)
    for task in tasks:
        task.result()
    return went


def most_within(times: list[float], seconds: float) -> int:
    """The most calls in any stretch of so many seconds."""
    times = sorted(times)
    return max(sum(1 for other in times if start <= other < start + seconds) for start in times)


@settings(max_examples=40, deadline=None)
@given(calls=CALLS)
def test_never_past_the_limits(calls: list[tuple[str, float, bool]]) -> None:
    """In no second more than 30 calls, in no chat more than a burst and then one a second."""
    went = asyncio.run(drive(calls, PACES["telegram"]))
    assert len(went) == len(calls)
    assert most_within([at for _, at, _, _ in went], 1) <= 30
    for chat in {chat for _, _, chat, _ in went}:
        said = [at for _, at, one, message in went if one == chat and message]
        for seconds in (1, 5, 30) if said else ():
            assert most_within(said, seconds - 1e-6) <= 4 + seconds


@settings(max_examples=40, deadline=None)
@given(calls=CALLS)
def test_no_chat_makes_another_wait(calls: list[tuple[str, float, bool]]) -> None:
    """A chat that was silent waits at most for one call of every other that came before it."""
    pace = Pace(overall=Rate(2, 1), chat=Rate(1, 4))
    quiet = [("quiet", 10.0, True)]
    went = asyncio.run(drive([(c, t, True) for c, t, _ in calls] + quiet, pace))
    asked, at = next((asked, at) for asked, at, chat, _ in went if chat == "quiet")
    before = sum(1 for a, t, chat, _ in went if chat != "quiet" and a <= asked and t > asked)
    assert at - asked <= (before + 1) / 2 + 1e-6


def test_a_burst_then_steadily() -> None:
    """Four at once, then one a second, and full again after a rest."""
    bucket = Bucket(Rate(1, 4))
    for _ in range(4):
        assert bucket.ready_at() <= 100
        bucket.take(100)
    assert bucket.ready_at() == 101
    assert not bucket.rested(103)
    assert bucket.rested(104)
    bucket.give_back()
    assert bucket.ready_at() == 100


async def test_a_chat_that_rests_is_forgotten() -> None:
    """Pacing remembers chats only while they have to wait."""
    tempo = FakeTempo()
    pacing = Pacing(PACES["telegram"], tempo)
    for _ in range(4):
        await pacing.enter("alice")
    pacing.hold(3, "bob")
    assert pacing.resting_chats() == {"alice": 1.0, "bob": 3.0}
    tempo.ring(tempo.now() + 10)
    assert pacing.resting_chats() == {}
    assert not pacing._chats
    assert not pacing._chats_from


async def test_a_chat_gets_a_burst_then_one_a_second(world: World) -> None:
    """Through the whole delivery: four at once, then one each second."""
    world.put_many({"alice": [f"n{number}" for number in range(7)]})
    async with world.running():
        await world.advance(0.5)
        assert len(world.channel.texts()) == 4
        for expected in (5, 6, 7):
            await world.advance(1)
            assert len(world.channel.texts()) == expected


async def test_chats_take_turns(world: World) -> None:
    """Who has one message does not wait for those with many; among these nobody gets twice."""
    world.deliver(
        chats_at_once=5, paces={"telegram": Pace(overall=Rate(10, 1), chat=Rate(100, 100))}
    )
    world.put_many({f"p{number:02}": ["x"] * 8 for number in range(12)} | {"late": ["at last"]})
    async with world.running():
        await world.advance(12)
    order = [call.address for call in world.channel.calls]
    assert len(order) == 12 * 8 + 1
    assert order.index("late") < 2 * 13
    for end in range(13, len(order)):
        served = Counter(order[:end])
        assert max(served.values()) <= 2 * min(served[f"p{n:02}"] for n in range(12))


async def test_the_hurried_are_not_delayed_by_the_many(world: World) -> None:
    """A direct answer goes out while hundreds of notices wait."""
    world.put_many({f"p{number:03}": ["news"] for number in range(120)})
    async with world.running():
        await world.advance(1)
        world.put("alice", "answer", urgent=True)
        await world.advance(2)
    texts = world.channel.texts()
    assert "answer" in texts[:75]
