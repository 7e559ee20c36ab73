"""Messages that stand in a chat: edited in place, taken away, emptied, remembered."""

from typing import Any

import pytest
from delivery_world import World

from storage.model import DROPPED, SENT, Entry, Outbox, Shown


def member_card(world: World, text: str, **more: Any) -> int:
    """A card of a request in a member's chat."""
    if "gulnar" not in world.chats:
        member = world.person("gulnar", role="member")
        world.case_id = world.case(world.person("alice"), member)  # type: ignore[attr-defined]
    case_id = world.case_id  # type: ignore[attr-defined]
    key = more.pop("key", "card:1:1")
    return world.put("gulnar", show="card", key=key, case_id=case_id, args={"text": text}, **more)


async def test_a_card_is_edited_in_place(world: World) -> None:
    """An edit changes the newest message of its key and adds none."""
    async with world.running():
        member_card(world, "new")
        await world.advance(5)
        row = member_card(world, "taken", mode="edit")
        await world.advance(5)
        assert world.channel.said("gulnar") == ["taken"]
        assert world.the(row).state == SENT
        (card,) = world.shown()
        assert (card.state, card.key, card.show) == ("full", "card:1:1", "card")
        assert card.touched_at > card.at


async def test_an_edit_needs_something_to_edit(world: World) -> None:
    """Where nothing of the key stands in the chat, an edit is a new message."""
    async with world.running():
        member_card(world, "new", mode="edit")
        await world.rest()
        assert world.channel.said("gulnar") == ["new"]
        assert [one.key for one in world.shown()] == ["card:1:1"]


async def test_what_cannot_be_edited_is_sent_anew(world: World) -> None:
    """An edit that is refused becomes a new message, and the former one is taken away."""
    async with world.running():
        member_card(world, "new")
        await world.advance(5)
        world.channel.fail("refused", what="edit")
        member_card(world, "taken", mode="edit")
        await world.advance(5)
        assert world.channel.said("gulnar") == ["taken"]
        assert len(world.shown()) == 1


@pytest.mark.parametrize("text", ["one|two", "photo"])
async def test_what_does_not_fit_in_place_is_sent_anew(world: World, text: str) -> None:
    """A message with files, or of many parts, cannot stand in place of another."""
    async with world.running():
        world.put("alice", "short", key="screen")
        await world.advance(5)
        files = {"files": ["f1"]} if text == "photo" else {}
        world.put("alice", text, key="screen", mode="edit", body={"text": text, **files})
        await world.advance(5)
        assert world.channel.texts("edit") == []
        assert world.channel.said("alice") == text.split("|")


async def test_an_edit_that_broke_off_is_tried_again(world: World) -> None:
    """An edit whose answer was lost is made again, and is no doubtful message."""
    async with world.running():
        member_card(world, "new")
        await world.advance(5)
        world.channel.fail("retry", what="edit", maybe_sent=True)
        row = member_card(world, "taken", mode="edit")
        await world.advance(5)
        assert world.channel.said("gulnar") == ["taken"]
        assert (world.the(row).state, world.the(row).was_uncertain) == (SENT, False)


async def test_shrinking_never_becomes_a_new_message(world: World) -> None:
    """A card that cannot be shrunk where it stands is left, and nobody is disturbed."""
    async with world.running():
        member_card(world, "new")
        await world.advance(5)
        world.channel.fail("refused", what="edit")
        args = {"text": "MC 1", "leaves": "shrunk"}
        world.put("gulnar", show="card", mode="edit", key="card:1:1", args=args)
        await world.advance(5)
        assert world.channel.said("gulnar") == ["new"]
        assert [one.state for one in world.shown()] == ["shrunk"]
        world.put("gulnar", show="card", mode="edit", key="card:9:9", args=args)
        await world.advance(5)
        assert world.channel.said("gulnar") == ["new"]


@pytest.mark.parametrize("leaves", ["shrunk", "emptied"])
async def test_a_card_shrinks_where_it_stands(world: World, leaves: str) -> None:
    """An edit says itself what it leaves behind."""
    async with world.running():
        member_card(world, "new")
        await world.advance(5)
        args = {"text": "MC 1", "leaves": leaves}
        world.put("gulnar", show="card", mode="edit", key="card:1:1", args=args)
        await world.advance(5)
        assert world.channel.said("gulnar") == ["MC 1"]
        assert [one.state for one in world.shown()] == [leaves]


async def test_a_screen_stays_below(world: World) -> None:
    """The new message comes first, then the former one goes."""
    async with world.running():
        world.put("alice", "one", key="screen", mode="below")
        await world.advance(5)
        world.put("alice", "two", key="screen", mode="below")
        await world.advance(5)
        assert world.channel.said("alice") == ["two"]
        assert [call.what for call in world.channel.calls] == ["send", "send", "delete"]
        assert [one.message_id for one in world.shown()] == [world.channel.calls[1].message_id]


async def test_a_screen_that_cannot_go_loses_its_buttons(world: World) -> None:
    """A former screen that must stay keeps its words, and is no longer the one to be edited."""
    async with world.running():
        world.put("alice", "one", key="screen", mode="below")
        await world.advance(5)
        world.channel.fail("refused", what="delete")
        world.put("alice", "two", key="screen", mode="below")
        await world.advance(5)
        assert world.channel.said("alice") == ["one", "two"]
        assert world.channel.texts("edit") == [""]
        world.put("alice", "three", key="screen", mode="edit")
        await world.advance(5)
        assert world.channel.said("alice") == ["one", "three"]


async def test_the_former_screen_goes_even_after_a_bad_minute(world: World) -> None:
    """A deletion that fails for now is made later, and the new screen is not sent twice."""
    async with world.running():
        world.put("alice", "one", key="screen", mode="below")
        await world.advance(5)
        world.channel.fail("retry", what="delete", times=3, maybe_sent=True)
        world.put("alice", "two", key="screen", mode="below")
        await world.advance(30)
        assert world.channel.said("alice") == ["two"]
        assert world.channel.texts() == ["one", "two"]


TAKEN_AWAY = [
    # what is refused, what stands afterwards, what is remembered
    ((), [], []),
    (("delete",), ["emptied"], ["emptied"]),
    (("delete", "edit"), ["secret"], ["left"]),
]


@pytest.mark.parametrize(("refused", "stands", "states"), TAKEN_AWAY)
async def test_what_is_taken_away(
    world: World, refused: tuple[str, ...], stands: list[str], states: list[str]
) -> None:
    """It is deleted, else emptied, else recorded as left."""
    async with world.running():
        member_card(world, "secret")
        await world.advance(5)
        for what in refused:
            world.channel.fail("refused", what=what)
        (card,) = world.shown()
        row = world.put("gulnar", show="emptied", mode="delete", args={"shown": card.id})
        await world.advance(5)
        assert world.channel.said("gulnar") == stands
        assert [one.state for one in world.shown()] == states
        assert world.the(row).state == SENT


@pytest.mark.parametrize("show", ["emptied", "broken"])
async def test_taking_away_needs_no_right_to_see(world: World, show: str) -> None:
    """What may not be drawn any more, or cannot be, is deleted all the same."""
    async with world.running():
        member_card(world, "secret")
        await world.advance(5)
        world.unseen.add("emptied")
        (card,) = world.shown()
        world.put("gulnar", show=show, mode="delete", args={"shown": card.id})
        await world.advance(5)
        assert world.channel.said("gulnar") == []
        assert world.shown() == []


async def test_only_what_stands_in_this_chat_is_taken_away(world: World) -> None:
    """A row names no message of another chat, and one that is gone needs no call."""
    async with world.running():
        member_card(world, "secret")
        await world.advance(5)
        (card,) = world.shown()
        rows = [
            world.put("alice", show="emptied", mode="delete", args={"shown": card.id}),
            world.put("gulnar", show="emptied", mode="delete", args={"shown": 999}),
            world.put("gulnar", show="emptied", mode="delete"),
        ]
        await world.advance(5)
        assert [world.the(row).state for row in rows] == [DROPPED] * 3
        assert world.channel.texts("delete") == []


async def test_a_lost_case_is_taken_back(world: World) -> None:
    """A card that was under way when its member lost the case does not stay with them."""

    async def meanwhile(call: Any) -> None:
        if call.what == "send":
            world.unseen.add("card")

    async with world.running():
        world.channel.before = meanwhile
        member_card(world, "one|two")
        await world.advance(10)
        assert world.channel.texts() == ["one", "two"]
        assert world.channel.said("gulnar") == []
        assert world.shown() == []


@pytest.mark.parametrize("under_way", ["one", "two", "three"])
async def test_what_was_erased_meanwhile_is_taken_back(world: World, under_way: str) -> None:
    """A message that was under way while its person was forgotten does not stay in the chat."""

    async def forget(call: Any) -> None:
        if call.text == under_way:
            with world.database.begin() as session:
                session.delete(session.get_one(Outbox, row))

    world.channel.before = forget
    row = world.put("alice", "one|two|three", key="screen")
    async with world.running():
        await world.advance(10)
        assert world.channel.texts()[-1] == under_way
        assert world.channel.said("alice") == []
        assert world.delivery.counts["taken_back"] == 1


async def test_every_message_of_a_case_is_remembered(world: World) -> None:
    """All parts are kept for the case, the key with the last one."""
    async with world.running():
        member_card(world, "one|two")
        await world.advance(5)
        shown = world.shown()
        assert [one.key for one in shown] == ["", "card:1:1"]
        assert {one.member_id for one in shown} == {world.chats["gulnar"].member_id}
        assert {one.case_id for one in shown} == {1}


async def test_our_own_copy_of_a_file_is_kept(world: World) -> None:
    """The handle of what we uploaded is stored with the entry it came from."""
    case_id = world.case(world.person("alice"))
    entry = world.entry(case_id, attachment={"kind": "photo", "file_id": "f1"})
    other = world.entry(case_id, attachment={"kind": "photo", "file_id": "f2"})
    world.channel.own_files = True
    world.put("alice", "files", body={"files": ["f1"]}, entry_id=entry, case_id=case_id)
    async with world.running():
        assert world.of(Entry, entry).attachment == {
            "kind": "photo",
            "file_id": "f1",
            "own_file_id": "own-f1",
        }
        assert "own_file_id" not in world.of(Entry, other).attachment
        assert [one.has_media for one in world.shown()] == [True]


async def test_of_a_newcomer_nothing_remains(world: World) -> None:
    """Before consent, neither the row nor the message is kept once it is sent."""
    from storage.outbox import Chat

    stranger = Chat("telegram", "n" * 64, "stranger")
    row = world.put(stranger, "welcome", key="consent")
    async with world.running():
        assert world.channel.said("stranger") == ["welcome"]
        assert world.row(row) is None
        assert world.shown() == []
        assert world.of(Shown, 1) is None
