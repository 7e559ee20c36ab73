"""What is put into the outbox, what gives way to what, and whose turn it is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from furnished import ring_of
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from two_hands import until_waiting

from storage import outbox, people, secrecy, sending, turns
from storage.database import Database
from storage.model import (
    BLOCKED,
    DROPPED,
    LATER,
    PARKED,
    SENDING,
    SENT,
    UNCERTAIN,
    WAITING,
    Case,
    Entry,
    Outbox,
    Person,
    Shown,
)
from storage.outbox import Chat

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
LONG_AGO = NOW - timedelta(minutes=11)

ALICE = Chat("telegram", "a" * 64, "1001", person_id=1)
BOB = Chat("telegram", "b" * 64, "1002", person_id=2)


def put(session: Session, to: Chat = ALICE, show: str = "card", **more: Any) -> Outbox:
    """Put a row in, with what matters here."""
    state = {name: more.pop(name) for name in STATE if name in more}
    row = outbox.add(session, to, show, NOW, **more)
    for name, value in state.items():
        setattr(row, name, value)
    session.flush()
    return row


STATE = ("state", "parts_sent", "first_tried_at", "attempts", "was_uncertain")


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    """A transaction that leaves nothing behind."""
    with database.begin() as session:
        yield session
        session.rollback()


def rows(session: Session) -> list[Outbox]:
    """All rows, in the order of their making."""
    return list(session.scalars(select(Outbox).order_by(Outbox.id)))


def seen(session: Session, key: str, to: Chat = ALICE, state: str = "full") -> Shown:
    """A message that stands in a chat."""
    one = Shown(
        channel=to.channel,
        chat=to.chat,
        person_id=to.person_id,
        message_id="17",
        show="card",
        key=key,
        state=state,
        at=NOW,
        touched_at=NOW,
    )
    session.add(one)
    session.flush()
    return one


# --- putting in


def test_a_row_names_what_to_show_and_where(database: Database) -> None:
    """A row keeps the view, its arguments and the chat, and is due at once."""
    with database.begin() as session:
        person = people.add(session, "telegram", "1001", "az", NOW)
        to = Chat.of(person)
        put(session, to, "card", args={"case": 3}, body={"text": "salam"}, case_id=3, key="card:3")
    with database.read() as session:
        (row,) = rows(session)
        assert (row.chat, row.address, row.person_id) == (person.address_hash, "1001", person.id)
        assert (row.show, row.args, row.body) == ("card", {"case": 3}, {"text": "salam"})
        assert (row.state, row.mode, row.due_at) == (WAITING, "new", NOW)


REPLACED = [
    # state of the former row, parts sent, is it replaced?
    (WAITING, 0, True),
    (LATER, 0, True),
    (BLOCKED, 0, True),
    (LATER, 1, False),
    (UNCERTAIN, 0, False),
    (SENDING, 0, False),
    (SENT, 0, False),
    (DROPPED, 0, False),
    (PARKED, 0, False),
]


def test_what_nobody_saw_gives_way(database: Database) -> None:
    """Only a row of which nothing can have been seen is replaced by one of the same key."""
    for state, parts_sent, replaced in REPLACED:
        with undone(database) as session:
            put(session, key="card:3", args={"n": 1}, state=state, parts_sent=parts_sent)
            put(session, key="card:3", args={"n": 2})
            put(session, key="card:4", args={"n": 3})
            put(session, BOB, key="card:3", args={"n": 4})
            kept = [row.args["n"] for row in rows(session)]
            assert kept == ([2, 3, 4] if replaced else [1, 2, 3, 4]), (state, parts_sent)


MODES: list[tuple[Any, bool, Any, str]] = [
    # former mode, was the key shown before?, new mode, mode that stays
    ("new", False, "below", "new"),
    ("new", True, "below", "below"),
    ("below", False, "below", "below"),
    ("edit", False, "new", "new"),
    ("edit", True, "edit", "edit"),
    ("new", False, "new", "new"),
]


def test_the_mode_of_a_replacement(database: Database) -> None:
    """What was never shown stays a new message, whatever replaces it."""
    for former, shown, mode, stays in MODES:
        with undone(database) as session:
            if shown:
                seen(session, "screen")
            put(session, key="screen", mode=former)
            put(session, key="screen", mode=mode)
            assert [row.mode for row in rows(session)] == [stays], (former, shown, mode)


@pytest.mark.parametrize("former", ["new", "below"])
def test_an_edit_of_what_is_unsent_changes_it(database: Database, former: Any) -> None:
    """An edit of a message that is still waiting changes what it will say, not its place."""
    with database.begin() as session:
        first = put(session, key="card:3", mode=former, args={"n": 1}, body={"text": "one"})
        put(session, show="notice")
        again = put(session, key="card:3", mode="edit", args={"n": 2}, body={"text": "two"})
        assert again.id == first.id
        assert [(r.show, r.mode, r.args) for r in rows(session)] == [
            ("card", former, {"n": 2}),
            ("notice", "new", {}),
        ]
        assert first.body == {"text": "two"}


def test_a_delete_never_gives_way(database: Database) -> None:
    """What takes a message away is neither replaced nor replaces."""
    with database.begin() as session:
        put(session, key="card:3", mode="delete", args={"shown": 1})
        put(session, key="card:3", args={"n": 2})
        put(session, key="card:3", mode="delete", args={"shown": 2})
        assert [row.mode for row in rows(session)] == ["delete", "new", "delete"]


def test_a_blocked_chat_stays_blocked(database: Database) -> None:
    """What replaces a blocked row waits for the person like that one."""
    with database.begin() as session:
        put(session, key="card:3", state=BLOCKED)
        assert put(session, key="card:3").state == BLOCKED


def test_they_are_back(database: Database) -> None:
    """Blocked rows of this chat alone become due, and the person is reachable again."""
    with database.begin() as session:
        alice = people.add(session, "telegram", "1001", "az", NOW)
        alice.unreachable_since = LONG_AGO
        entry = _answer(session, alice)
        to = Chat.of(alice)
        put(session, to, state=BLOCKED, entry_id=entry.id, first_tried_at=LONG_AGO, attempts=3)
        put(session, to, state=SENT)
        put(session, BOB, state=BLOCKED)
    with database.begin() as session:
        assert outbox.wake_person(session, "telegram", to.chat, SOON) == 1
    with database.read() as session:
        row, *others = rows(session)
        assert (row.state, row.due_at, row.first_tried_at) == (WAITING, SOON, None)
        assert [one.state for one in others] == [SENT, BLOCKED]
        assert session.get_one(Person, alice.id).unreachable_since is None
        assert session.get_one(Entry, entry.id).delivery == "queued"


def _answer(session: Session, person: Person) -> Entry:
    case = Case(
        reference="482719356",
        person_id=person.id,
        state="answered",
        language="az",
        created_at=NOW,
        touched_at=NOW,
    )
    session.add(case)
    session.flush()
    entry = Entry(case_id=case.id, kind="answer", text="Bəli", delivery="unreachable", at=NOW)
    session.add(entry)
    session.flush()
    return entry


# --- whose turn it is

held: dict[str, Any] = {"state": LATER, "due_at": SOON, "first_tried_at": NOW}
overdue: dict[str, Any] = {"state": LATER, "due_at": SOON, "first_tried_at": LONG_AGO}

TURNS: dict[str, tuple[list[dict[str, Any]], int | None]] = {
    "nothing to do": ([], None),
    "the first goes first": ([{}, {}], 0),
    "what is not due holds nothing back": ([{"due_at": SOON}, {}], 1),
    "what ended holds nothing back": ([{"state": PARKED}, {"state": DROPPED}, {}], 2),
    "a retry holds back what is behind it": ([held, {}], None),
    "… also when it may have gone out": ([held | {"state": UNCERTAIN}, {}], None),
    "… not what stands before it": ([{}, held], 0),
    "… not what is urgent": ([held, {}, {"urgent": True}], 2),
    "… for ten minutes at most": ([overdue, {}], 1),
    "… until it is due again": ([held | {"due_at": NOW}, {}], 0),
    "an urgent retry holds back what is urgent": (
        [held | {"urgent": True}, {"urgent": True}],
        None,
    ),
    "urgent ones pass": ([{}, {"urgent": True}, {"urgent": True}], 1),
    "a doubtful one goes out again": ([{"state": UNCERTAIN}, {}], 0),
    "a blocked chat gets nothing": ([{"state": BLOCKED}, {}, {"urgent": True}], None),
    "one at a time": ([{"state": SENDING}, {}, {"urgent": True}], None),
}


def test_whose_turn_it_is(database: Database) -> None:
    """A chat's rows go out in order, and only the right ones wait for others."""
    for name, (made, expected) in TURNS.items():
        with undone(database) as session:
            ids = [put(session, **row).id for row in made]
            put(session, BOB, due_at=SOON)
            due = turns.chats_due(session, "telegram", NOW)
            row = turns.claim(session, "telegram", ALICE.chat, NOW)
            assert (row and row.id) == (None if expected is None else ids[expected]), name
            assert due == ([] if expected is None else [ALICE.chat]), name


def test_a_claimed_row_is_marked(database: Database) -> None:
    """Who takes a row finds its text, its first try and its count of tries."""
    with database.begin() as session:
        put(session, body={"text": "salam"})
    with database.begin() as session:
        row = turns.claim(session, "telegram", ALICE.chat, NOW)
        assert row is not None
        assert (row.state, row.attempts, row.first_tried_at) == (SENDING, 1, NOW)
        assert row.body == {"text": "salam"}
        sending.put_off(row, NOW, "TimedOut", maybe_sent=False)
    with database.begin() as session:
        row = turns.claim(session, "telegram", ALICE.chat, SOON)
        assert row is not None
        assert (row.attempts, row.first_tried_at, row.due_at) == (2, NOW, NOW)


def test_of_many_claimers_one_wins(database: Database) -> None:
    """However many take at once, a row goes to one of them."""
    with database.begin() as session:
        put(session)

    def take(_: int) -> int | None:
        with database.begin() as session:
            row = turns.claim(session, "telegram", ALICE.chat, NOW)
            return row.id if row is not None else None

    with ThreadPoolExecutor(8) as pool:
        won = [one for one in pool.map(take, range(24)) if one is not None]
    assert len(won) == 1


def test_a_replacement_and_a_claimer_never_both_win(database: Database) -> None:
    """A row that is being replaced while it is taken is either sent or replaced."""
    for round_ in range(10):
        with database.begin() as session:
            old = put(session, key="card:3", args={"round": round_}).id

        def take() -> int | None:
            with database.begin() as session:
                row = turns.claim(session, "telegram", ALICE.chat, NOW)
                return row.id if row is not None else None

        def replace() -> int:
            with database.begin() as session:
                return outbox.add(session, ALICE, "card", NOW, key="card:3").id

        with ThreadPoolExecutor(2) as pool:
            taking, replacing = pool.submit(take), pool.submit(replace)
            taken, new = taking.result(), replacing.result()
        with database.begin() as session:
            left = {row.id for row in rows(session)}
            assert (taken == old) == (old in left)
            assert new in left
            for row in rows(session):
                session.delete(row)


def test_the_order_of_chats(database: Database) -> None:
    """The urgent and the oldest chats come first; those served last, except for what is urgent."""
    carol = Chat("telegram", "c" * 64, "1003", person_id=3)
    with database.begin() as session:
        put(session, ALICE)
        put(session, BOB)
        put(session, BOB)
        put(session, carol)
        put(session, carol, urgent=True)
        put(session, Chat("whatsapp", "d" * 64, "1004", person_id=4))
    names = {ALICE.chat: "alice", BOB.chat: "bob", carol.chat: "carol"}
    with database.read() as session:

        def due(**more: Any) -> list[str]:
            return [names[one] for one in turns.chats_due(session, "telegram", NOW, **more)]

        assert due() == ["carol", "alice", "bob"]
        assert due(limit=2) == ["carol", "alice"]
        assert due(skip=[ALICE.chat, carol.chat]) == ["bob"]
        assert due(served=[ALICE.chat, carol.chat]) == ["carol", "bob", "alice"]


def test_when_to_look_again(database: Database) -> None:
    """The next due row is found, and rows about to go out count as busy."""
    with database.begin() as session:
        put(session, ALICE, due_at=SOON)
        put(session, BOB, due_at=SOON + timedelta(hours=1))
    with database.read() as session:
        assert turns.next_due(session, "telegram", NOW) == SOON
        assert turns.next_due(session, "telegram", SOON + timedelta(days=1)) is None
        assert turns.busy_chats(session, "telegram", NOW) == set()
        assert turns.busy_chats(session, "telegram", SOON) == {ALICE.chat}
    with database.begin() as session:
        turns.claim(session, "telegram", ALICE.chat, SOON)
        assert turns.busy_chats(session, "telegram", NOW) == {ALICE.chat}


def test_what_a_dead_sender_left_goes_out_again(database: Database) -> None:
    """Rows found on their way are doubtful, and only those of this channel."""
    with database.begin() as session:
        put(session, ALICE, state=SENDING, due_at=LONG_AGO)
        put(session, BOB)
        put(session, Chat("whatsapp", "d" * 64, "1004"), state=SENDING)
    with database.begin() as session:
        assert turns.resume(session, "telegram", NOW) == 1
    with database.read() as session:
        assert [(row.state, row.was_uncertain) for row in rows(session)] == [
            (UNCERTAIN, True),
            (WAITING, False),
            (SENDING, False),
        ]


# --- what becomes of it


@pytest.mark.parametrize("state", [SENT, DROPPED, PARKED])
def test_the_text_goes_at_the_end(database: Database, state: str) -> None:
    """At the end a row keeps no text; a newcomer's row is gone as a whole."""
    with database.begin() as session:
        known = put(session, ALICE, "said", body={"text": "salam"})
        stranger = put(session, Chat("telegram", "n" * 64, "7"), "said", body={"text": "salam"})
        for row in (known, stranger):
            sending.end(session, row, state, NOW, "x" * 200)
    with database.read() as session:
        (row,) = rows(session)
        assert (row.id, row.state, row.body, row.ended_at) == (known.id, state, None, NOW)
        assert row.error == "x" * 80


def test_doubt_stays(database: Database) -> None:
    """A row that may have been seen once is never again one that nobody saw."""
    with database.begin() as session:
        row = put(session, first_tried_at=NOW, attempts=1)
        sending.put_off(row, SOON, "TimedOut", maybe_sent=True)
        assert (row.state, row.was_uncertain, row.due_at) == (UNCERTAIN, True, SOON)
        sending.put_off(row, SOON, "ConnectError", maybe_sent=False)
        assert row.state == UNCERTAIN
        sending.put_back(row, "InvalidToken", maybe_sent=False)
        assert (row.state, row.first_tried_at, row.attempts) == (UNCERTAIN, None, 1)
        assert row.in_doubt_since == NOW


def test_what_is_shown_is_remembered(database: Database) -> None:
    """Every message id is kept, the key with the last one of the last part."""
    with database.begin() as session:
        row = put(session, key="card:3", case_id=3, args={"leaves": "shrunk"})
        sending.remember_shown(session, row, ["1", "2"], NOW, has_media=True, last=False)
        sending.remember_shown(session, row, ["3", "4"], NOW, has_media=False, last=True)
    with database.read() as session:
        kept = session.scalars(select(Shown).order_by(Shown.id)).all()
        assert [(one.message_id, one.key, one.has_media) for one in kept] == [
            ("1", "", True),
            ("2", "", True),
            ("3", "", False),
            ("4", "card:3", False),
        ]
        assert {one.state for one in kept} == {"shrunk"}
        assert [one.message_id for one in sending.shown(session, row)] == ["4"]


def test_what_is_not_remembered(database: Database) -> None:
    """No message is remembered of who did not agree."""
    with database.begin() as session:
        row = put(session, Chat("telegram", "n" * 64, "7"), key="consent")
        sending.remember_shown(session, row, ["1"], NOW, has_media=False, last=True)
        assert session.scalar(select(func.count(Shown.id))) == 0


@pytest.mark.parametrize(
    ("state", "found"), [("full", 1), ("shrunk", 1), ("emptied", 0), ("left", 0)]
)
def test_what_can_be_edited(database: Database, state: str, found: int) -> None:
    """A message emptied or left behind is not edited again."""
    with database.begin() as session:
        seen(session, "card:3", state=state)
        seen(session, "card:3", BOB)
        assert len(sending.shown(session, put(session, key="card:3"))) == found
        assert sending.shown(session, put(session)) == []


def test_who_writes_and_who_sends_never_lock_each_other_out(postgresql: Database) -> None:
    """What comes in holds the person and then wants a row; a claimer waits for it without one."""
    secrecy.use(ring_of(postgresql))
    with postgresql.begin() as session:
        chat = Chat.of(people.add(session, "telegram", "1001", "az", NOW))
        put(session, chat, key="screen")

    def take() -> int | None:
        with postgresql.begin() as session:
            row = turns.claim(session, "telegram", chat.chat, NOW)
            return row.id if row is not None else None

    with ThreadPoolExecutor(1) as pool:
        with postgresql.begin() as session:
            assert people.find(session, "telegram", "1001") is not None
            taking = pool.submit(take)
            until_waiting(postgresql)
            new = outbox.add(session, chat, "card", NOW, key="screen").id
        assert taking.result() in (None, new)
