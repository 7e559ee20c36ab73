"""What fails: tried again, kept for the person, parked, told to those who must know."""

from datetime import timedelta
from itertools import pairwise

import pytest
from delivery_world import World
from hypothesis import given
from hypothesis import strategies as st

from bot.outcomes import growing_pause
from storage import outbox
from storage.model import (
    BLOCKED,
    LATER,
    PARKED,
    SENT,
    UNCERTAIN,
    WAITING,
    Entry,
    Outbox,
)
from storage.outbox import Chat


async def test_a_retry_arrives(world: World) -> None:
    """What could not be sent is sent later, after pauses that grow."""
    world.channel.fail("retry", times=5)
    row = world.put("alice", "salam")
    async with world.running():
        assert (world.the(row).state, world.the(row).error) == (LATER, "retry")
        await world.advance(60)
        assert world.channel.said("alice") == ["salam"]
        pauses = [b - a for a, b in pairwise(call.at for call in world.channel.calls)]
        for number, pause in enumerate(pauses):
            assert 2**number <= pause <= 2**number * 1.6 + 0.1
        assert world.the(row).was_uncertain is False


@given(attempts=st.integers(1, 10_000))
def test_pauses_grow_but_not_for_ever(attempts: int) -> None:
    """The first pause is a second, and even after a day none is longer than five minutes."""
    doubled = 2 ** min(attempts - 1, 20)
    assert min(300, doubled) <= growing_pause(attempts) <= min(300, 1.5 * doubled)


async def test_the_pause_named_is_obeyed(world: World) -> None:
    """Not a moment before the time that the provider named, for this chat alone."""
    world.channel.fail("retry", address="alice", after=17)
    world.put("alice", "salam")
    async with world.running():
        world.put("alice", "help", urgent=True)
        await world.advance(16.9)
        assert world.channel.texts() == ["salam"]
        world.put("bob", "salam")
        await world.rest()
        assert world.channel.said("bob") == ["salam"]
        await world.advance(0.2)
        await world.advance(2)
        assert world.channel.said("alice") == ["help", "salam"]


async def test_a_pause_for_the_whole_bot_is_obeyed(world: World) -> None:
    """If chat after chat is told to wait, no chat is served until the time is over."""
    names = [f"p{number}" for number in range(6)]
    world.channel.fail("retry", times=5, after=20)
    world.put_many({name: ["salam"] for name in names})
    async with world.running():
        calls = len(world.channel.calls)
        world.put("late", "salam", urgent=True)
        await world.advance(19.9)
        assert len(world.channel.calls) == calls
        await world.advance(5)
        assert world.channel.said("late") == ["salam"]
        assert all(world.channel.said(name) == ["salam"] for name in names)


async def test_two_chats_told_to_wait_do_not_stop_the_others(world: World) -> None:
    """As long as something is taken in between, a pause holds for its own chat only."""
    world.channel.fail("retry", address="alice", after=20)
    world.channel.fail("retry", address="bob", after=20)
    world.channel.fail("retry", address="dora", after=20)
    async with world.running():
        for name in ("alice", "bob", "carol", "dora", "emin"):
            world.put(name, "salam")
            await world.rest()
        assert world.channel.said("carol") == world.channel.said("emin") == ["salam"]


async def test_what_may_have_arrived_is_sent_again_and_says_so(world: World) -> None:
    """A lost answer means doubt: sent again, and recorded as such."""
    world.channel.fail("retry", maybe_sent=True)
    row = world.put("alice", "salam")
    async with world.running():
        assert world.the(row).state == UNCERTAIN
        await world.advance(5)
        assert (world.the(row).state, world.the(row).was_uncertain) == (SENT, True)


async def test_a_retry_holds_back_for_ten_minutes(world: World) -> None:
    """Those behind a retry wait for it ten minutes and no longer; urgent ones do not wait."""
    world.deliver(looks_every=5.0)
    world.channel.fail("retry", text="first", times=1000)
    world.put("alice", "first")
    world.put("alice", "second")
    async with world.running():
        await world.advance(30)
        world.put("alice", "help", urgent=True)
        await world.advance(1)
        assert world.channel.said("alice") == ["help"]
        await world.advance(560)
        assert world.channel.said("alice") == ["help"]
        await world.advance(15)
        assert world.channel.said("alice") == ["help", "second"]
        world.channel.faults.clear()
        await world.advance(300)
        assert world.channel.said("alice") == ["help", "second", "first"]


async def test_another_form_goes_at_once(world: World) -> None:
    """What the channel wants said otherwise is said otherwise, without waiting."""
    from handlers.messages import Outgoing

    world.channel.fail("otherwise", instead=Outgoing("plain"), text="<b>rich</b>")
    row = world.put("alice", "<b>rich</b>")
    async with world.running():
        assert world.channel.said("alice") == ["plain"]
        assert (world.the(row).state, world.the(row).attempts) == (SENT, 1)


async def test_forms_come_to_an_end(world: World) -> None:
    """A channel that wants it otherwise for ever has refused it."""
    from handlers.messages import Outgoing

    world.channel.fail("otherwise", instead=Outgoing("again"), times=100)
    row = world.put("alice", "salam")
    async with world.running():
        await world.advance(10)
        assert world.the(row).state == PARKED


# --- the person cannot be reached


def answered(world: World) -> tuple[int, int, int]:
    """An answer of Gulnar's on its way to Alice: case, entry, row; an operator looks on."""
    member = world.person("gulnar", role="member")
    world.person("ops", role="operator")
    case_id = world.case(world.person("alice"), member)
    entry = world.entry(case_id, text="Bəli")
    row = world.put("alice", "Bəli", case_id=case_id, entry_id=entry)
    return case_id, entry, row


async def test_an_answer_that_arrived_is_noted(world: World) -> None:
    """Only the migrant's own copy counts as delivery."""
    case_id, entry, _ = answered(world)
    other = world.entry(case_id)
    world.put("gulnar", "copy", case_id=case_id, entry_id=other)
    async with world.running():
        await world.rest()
        assert world.of(Entry, entry).delivery == "sent"
        assert world.of(Entry, other).delivery == "queued"


async def test_blocked_and_back(world: World) -> None:
    """What cannot reach a person waits for them, its writer hears of it, and it arrives later."""
    case_id, entry, row = answered(world)
    world.channel.fail("unreachable", address="alice", code="blocked")
    second = world.put("alice", "more", urgent=True, case_id=case_id)
    async with world.running():
        await world.advance(3)
        assert world.of(Entry, entry).delivery in ("unreachable", "queued")
        assert world.person_of("alice").unreachable_since == world.the(second).first_tried_at
        assert {world.the(one).state for one in (row, second)} == {WAITING, BLOCKED}
        (told,) = world.rows("delivery_failed")
        assert told.member_id == world.chats["gulnar"].member_id
        assert (told.args, told.case_id, told.state) == ({"why": "blocked"}, case_id, SENT)
        assert world.channel.said("alice") == []
        with world.database.begin() as session:
            outbox.wake_person(session, "telegram", world.chats["alice"].chat, world.now())
        world.delivery.wake()
        await world.advance(3)
        assert world.channel.said("alice") == ["more", "Bəli"]
        assert world.of(Entry, entry).delivery == "sent"
        assert world.person_of("alice").unreachable_since is None


async def test_an_answer_that_waits_says_so(world: World) -> None:
    """The entry is unreachable while the row is blocked."""
    _, entry, row = answered(world)
    world.channel.fail("unreachable", address="alice")
    async with world.running():
        assert world.of(Entry, entry).delivery == "unreachable"
        assert world.the(row).state == BLOCKED
        assert world.the(row).body == {"text": "Bəli"}


async def test_a_member_who_blocked_the_bot(world: World) -> None:
    """The operators hear of a member who cannot be reached, by ids and the kind of fault."""
    world.person("gulnar", role="member")
    world.person("ops", role="operator")
    row = world.put("gulnar", show="card")
    world.channel.fail("unreachable", address="gulnar", code="blocked")
    async with world.running():
        await world.rest()
        silent, alert = world.rows("alert")
        assert silent.args["what"] == "member_silent"
        assert alert.args == {"code": "blocked", "row": row, "show": "card"}
        assert world.channel.said("ops") == ["alert", "alert"]


async def test_somebody_of_the_service_who_blocked_the_bot(world: World) -> None:
    """The operators hear of it, by the recipient's id: nobody else is responsible for them."""
    world.person("ops", role="operator")
    row = world.put("rauf", show="digest", args={"recipient": 3})
    world.channel.fail("unreachable", address="rauf", code="blocked")
    async with world.running():
        await world.rest()
        (alert,) = world.rows("alert")
        assert alert.args == {"code": "blocked", "row": row, "show": "digest", "recipient": 3}
        assert world.the(row).state == BLOCKED


async def test_no_alert_about_an_alert(world: World) -> None:
    """An operator's own blocked chat does not set off alerts without end."""
    world.person("ops", role="operator")
    world.person("ops2", role="operator")
    for reaction in ("unreachable", "refused"):
        world.channel.fail(reaction, what="send")
        world.put("ops", show="alert", args={"code": "x"})
    async with world.running():
        await world.advance(5)
        assert len(world.rows("alert")) == 2


async def test_a_newcomer_who_left_is_forgotten(world: World) -> None:
    """Nothing is kept for somebody who never agreed and cannot be reached."""
    stranger = Chat("telegram", "n" * 64, "stranger")
    world.channel.fail("unreachable", address="stranger")
    world.put(stranger, "welcome")
    world.put(stranger, "numbers")
    async with world.running():
        await world.advance(5)
        assert world.rows() == []
        assert world.channel.texts() == ["welcome"]


# --- refused


async def test_what_is_refused_is_parked_and_told(world: World) -> None:
    """It is tried no more, keeps no text; its member and the operators are told."""
    case_id, entry, row = answered(world)
    world.channel.fail("refused", address="alice", code="too_long")
    async with world.running():
        await world.advance(600)
        parked = world.the(row)
        assert (parked.state, parked.error, parked.body) == (PARKED, "too_long", None)
        assert parked.ended_at is not None
        assert world.of(Entry, entry).delivery == "failed"
        (told,) = world.rows("delivery_failed")
        assert (told.args, told.case_id) == ({"why": "refused"}, case_id)
        (alert,) = world.rows("alert")
        assert alert.args == {"code": "too_long", "row": row, "show": "said"}
        assert len([call for call in world.channel.calls if call.address == "alice"]) == 1


async def test_what_is_refused_holds_nothing_back(world: World) -> None:
    """The next message goes."""
    world.channel.fail("refused", text="bad")
    world.put_many({"alice": ["bad", "good"]})
    async with world.running():
        assert world.channel.said("alice") == ["good"]


async def test_a_view_that_fails_is_refused(world: World) -> None:
    """A fault in a view parks its row, tells the operators its kind only, and stops nobody."""
    world.person("ops", role="operator")
    row = world.put("alice", show="broken")
    world.put("alice", "salam")
    async with world.running():
        await world.rest()
        assert world.the(row).state == PARKED
        assert world.rows("alert")[0].args["code"] == "undrawable:KeyError"
        assert world.channel.said("alice") == ["salam"]


@pytest.mark.parametrize(("hours", "attempts", "ends"), [(23.9, 290, False), (24.1, 290, True)])
async def test_it_is_tried_for_a_day(world: World, hours: float, attempts: int, ends: bool) -> None:
    """No message is given up before it was tried for 24 hours; then it is parked and told."""
    _, entry, row = answered(world)
    with world.database.begin() as session:
        tried = session.get_one(Outbox, row)
        tried.first_tried_at, tried.attempts = world.now() - timedelta(hours=hours), attempts
    world.channel.fail("retry", address="alice", code="network")
    async with world.running():
        await world.rest()
        assert (world.the(row).state, world.the(row).error) == (
            PARKED if ends else LATER,
            "network",
        )
        assert world.of(Entry, entry).delivery == ("failed" if ends else "queued")
        assert len(world.rows("delivery_failed")) == len(world.rows("alert")) == ends


async def test_a_day_switched_off_is_no_day_of_trying(world: World) -> None:
    """After a long stop of the program, a message is not given up at its first failure."""
    world.channel.fail("retry", times=2)
    row = world.put("alice", "salam")
    async with world.running():
        pass
    world.wound_forward = timedelta(days=3)
    world.deliver()
    async with world.running():
        assert world.the(row).state == LATER
        await world.advance(5)
        assert world.channel.said("alice") == ["salam"]


# --- the channel is at fault


async def test_a_channel_at_fault_stops(world: World) -> None:
    """The channel rests, the operators have an alert waiting, nothing is lost, and it runs again."""
    world.person("ops", role="operator")
    world.channel.fail("operator", times=2, code="token")
    row = world.put("alice", "salam")
    async with world.running():
        calls = len(world.channel.calls)
        assert world.delivery.at_fault == {"telegram": "token"}
        world.put("bob", "salam")
        await world.advance(170)
        assert len(world.channel.calls) == calls
        assert (world.the(row).state, world.the(row).attempts) == (WAITING, 0)
        await world.advance(20)
        assert len(world.channel.calls) == calls + 1
        await world.advance(200)
        assert world.delivery.at_fault == {}
        assert world.channel.said("alice") == world.channel.said("bob") == ["salam"]
        (alert,) = world.rows("alert")
        assert alert.args == {"code": "token", "channel": "telegram"}
        assert alert.state == SENT


async def test_a_channel_at_fault_is_tried_with_one_message(world: World) -> None:
    """Not every chat finds out by itself that the token is still no good."""
    world.channel.fail("operator", times=1000)
    world.put_many({f"p{number}": ["salam"] for number in range(40)})
    async with world.running():
        await world.advance(100)
        calls = len(world.channel.calls)
        assert calls <= 30
        await world.advance(3 * 190)
        assert len(world.channel.calls) == calls + 3


async def test_a_fault_of_the_transport_is_a_doubt(world: World) -> None:
    """A transport that breaks its word stops nothing, and its message is tried again."""
    from delivery_world import Fault

    world.channel.faults.append(Fault(lambda: KeyError("secret"), "send", "", None, 1))
    row = world.put("alice", "salam")
    async with world.running():
        assert (world.the(row).state, world.the(row).error) == (UNCERTAIN, "bug:KeyError")
        await world.advance(3)
        assert world.channel.said("alice") == ["salam"]


# --- buttons


async def test_a_press_is_answered_at_once(world: World) -> None:
    """Answers to presses pass the outbox by, and their failures are counted and forgotten."""
    await world.delivery.acknowledge("telegram", "p1", "done")
    assert world.channel.texts("press") == ["done"]
    for error in ("refused", "retry"):
        world.channel.fail(error, what="press")
        await world.delivery.acknowledge("telegram", "p2")
    assert world.delivery.counts["press_failed"] == 2
