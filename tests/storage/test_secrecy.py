"""Values at rest: what opens, what does not, and which key a value is written with."""

import base64
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text

from storage import secrecy
from storage.masters import WrappedKey, generate_master, parse_masters, wrap
from storage.secrecy import Keyring, NoDataKey, SecretJson, SecretText, Unreadable, WrongKeys

MASTER, OTHER = parse_masters(f"{generate_master()},{generate_master()}")
RETIRED = datetime(2026, 11, 1, tzinfo=UTC)


def wrapped(
    number: int, purpose: Any = "data", *, master: bytes = MASTER, **more: Any
) -> WrappedKey:
    plain = bytes([number]) * 32
    return WrappedKey(number, purpose, wrap(master, number, purpose, plain), **more)


LOOKUP = wrapped(9, "lookup")


def ring_of(*keys: WrappedKey, masters: tuple[bytes, ...] = (MASTER,), **more: Any) -> Keyring:
    return Keyring(masters, lambda: (*keys, LOOKUP), **more)


RING = ring_of(wrapped(1))


@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_is_encrypted_opens_at_its_place(plain: bytes, place: str) -> None:
    """A value comes back as it went in, and is never the same twice at rest."""
    sealed = RING.encrypt(plain, place)
    assert RING.decrypt(sealed, place) == plain
    assert sealed != RING.encrypt(plain, place)


def test_nothing_of_the_text_is_visible() -> None:
    """The stored bytes hold no part of the text."""
    sealed = RING.encrypt(b"my employer keeps my passport", "entry.text")
    assert b"passport" not in sealed


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_flipped_bit_does_not_open(where: int, change: int) -> None:
    """A value damaged anywhere is refused, its header included."""
    sealed = bytearray(RING.encrypt(b"rent", "entry.text"))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(Unreadable):
        RING.decrypt(bytes(sealed), "entry.text")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"plain text left from long ago", b"\x01" * 17])
def test_what_is_none_of_ours_is_refused(sealed: bytes) -> None:
    """Too short, of another form or of no known key: one clear error."""
    with pytest.raises(Unreadable):
        RING.decrypt(sealed, "entry.text")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    """The place is part of what is authenticated."""
    sealed = RING.encrypt(b"4711", "person.address")
    with pytest.raises(Unreadable):
        RING.decrypt(sealed, "outbox.address")


def test_another_master_opens_nothing() -> None:
    """A ring with a wrong master does not even start."""
    with pytest.raises(WrongKeys, match="COUNCIL_KEYS do not open this database"):
        ring_of(wrapped(1), masters=(OTHER,))


def test_any_of_the_masters_may_fit() -> None:
    """While masters change, data keys wrapped by the old and the new one both open."""
    ring = ring_of(wrapped(1), wrapped(2, master=OTHER), masters=(OTHER, MASTER))
    assert ring.current == 2


def test_a_data_key_cannot_be_passed_off_as_another() -> None:
    """The number and purpose of a data key are authenticated with it."""
    moved = WrappedKey(5, "data", wrapped(1).wrapped)
    with pytest.raises(WrongKeys):
        ring_of(moved)


@pytest.mark.parametrize("keys", [(), (wrapped(1, retired_at=RETIRED),)])
def test_a_database_without_a_live_key_is_said(keys: tuple[WrappedKey, ...]) -> None:
    """No key to write with is an error of its own."""
    with pytest.raises(NoDataKey):
        ring_of(*keys)


def test_the_newest_live_key_writes() -> None:
    """A retired key still opens but is written with no more, however high its number."""
    ring = ring_of(wrapped(1), wrapped(2), wrapped(3, retired_at=RETIRED))
    assert secrecy.key_of(ring.encrypt(b"", "a.b")) == 2
    assert ring_of(wrapped(3)).encrypt(b"x", "a.b")[:5] == secrecy.header_of(3)
    assert ring.decrypt(ring_of(wrapped(3)).encrypt(b"x", "a.b"), "a.b") == b"x"


def test_an_unknown_key_is_looked_up_once() -> None:
    """A value by a newer key makes the ring read the keys anew, and then it opens."""
    keys, reads = [wrapped(1), LOOKUP], []
    ring = Keyring((MASTER,), lambda: reads.append(1) or keys)
    keys.append(wrapped(2))
    sealed = ring_of(wrapped(2)).encrypt(b"news", "entry.text")
    assert ring.decrypt(sealed, "entry.text") == b"news"
    assert ring.decrypt(sealed, "entry.text") == b"news"
    assert len(reads) == 2
    assert ring.current == 2


def test_old_knowledge_is_renewed_before_writing() -> None:
    """A ring that nobody refreshes still writes with a new key after five minutes."""
    now = [0.0]
    keys = [wrapped(1), LOOKUP]
    ring = Keyring((MASTER,), lambda: keys, monotonic=lambda: now[0])
    keys.append(wrapped(2))
    now[0] = secrecy.STALE_AFTER
    assert secrecy.key_of(ring.encrypt(b"", "a.b")) == 1
    now[0] += 1
    assert secrecy.key_of(ring.encrypt(b"", "a.b")) == 2


def test_a_failed_reading_keeps_what_was_known() -> None:
    """When the keys cannot be read anew, what was known goes on working."""
    keys = [wrapped(1), LOOKUP]
    ring = Keyring((MASTER,), lambda: keys)
    sealed = ring.encrypt(b"still here", "a.b")
    keys.clear()
    with pytest.raises(NoDataKey):
        ring.refresh()
    assert ring.decrypt(sealed, "a.b") == b"still here"


def test_lookup_finds_and_separates() -> None:
    """The same text is found in its place, elsewhere it has another hash, and nothing collides."""
    assert RING.lookup("person.address", "4711") == RING.lookup("person.address", "4711")
    places = ["person.address", "received.key", "person.address4", "person.addres"]
    hashes = {RING.lookup(place, text) for place in places for text in ("4711", "711", "s4711")}
    assert len(hashes) == 12
    assert all(len(value) == 64 for value in hashes)


def test_many_threads_share_a_ring() -> None:
    """Threads that meet new keys at the same time all read right values."""
    keys, wrong = [wrapped(1), LOOKUP], []
    ring = Keyring((MASTER,), lambda: tuple(keys))

    def work(number: int) -> None:
        for turn in range(200):
            plain = f"{number}:{turn}".encode()
            if ring.decrypt(ring.encrypt(plain, "a.b"), "a.b") != plain:
                wrong.append(plain)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 7):
        keys.append(wrapped(number))
        ring.refresh()
    for thread in threads:
        thread.join()
    assert not wrong
    assert ring.current == 6


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("hunter2", "key 1 is not 32 bytes"),
        ("x" * 43 + ",short", "key 2 is not 32 bytes"),
        (base64.urlsafe_b64encode(b"x" * 31).decode(), "key 1 is not 32 bytes"),
        ("ключ" * 11, "key 1 is not 32 bytes"),
    ],
)
def test_bad_masters_are_named_by_position_only(value: str, problem: str) -> None:
    """The error says which key is wrong and shows nothing of it."""
    with pytest.raises(ValueError, match=problem) as caught:
        parse_masters(value)
    assert value.split(",")[-1] not in str(caught.value)


def test_masters_are_read_with_spaces_padding_and_trailing_comma() -> None:
    """What people paste is understood."""
    one, two = generate_master(), generate_master()
    assert len(parse_masters(f" {one}= , {two} ,")) == 2
    assert parse_masters("") == ()


class TestColumns:
    """The column types, on a table of their own."""

    letters = Table(
        "letter",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("text", SecretText("letter.text")),
        Column("extra", SecretJson("letter.extra")),
        Column("other", SecretText("letter.other")),
    )

    @pytest.fixture
    def connection(self) -> Any:
        engine = create_engine("sqlite://")
        self.letters.metadata.create_all(engine)
        secrecy.use(RING)
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    @pytest.mark.parametrize("value", [None, "", "سلام", "a\x00b", "half \ud83d of a pair"])
    def test_texts_come_back(self, connection: Any, value: str | None) -> None:
        """Whatever a person can type comes back, and None stays None."""
        extra = None if value is None else {"said": value, "n": [1, None]}
        connection.execute(insert(self.letters).values(text=value, extra=extra))
        assert connection.execute(select(self.letters.c.text, self.letters.c.extra)).one() == (
            value,
            extra,
        )

    def test_none_is_null_in_the_database(self, connection: Any) -> None:
        """Rows without a value can be found by the database itself."""
        connection.execute(insert(self.letters).values(text=None, other="here"))
        found = select(self.letters.c.other).where(self.letters.c.text.is_(None))
        assert connection.scalar(found) == "here"
        missing = select(self.letters.c.id).where(self.letters.c.other == None)  # noqa: E711
        assert connection.scalar(missing) is None

    def test_swapped_columns_refuse(self, connection: Any) -> None:
        """Somebody who exchanges two columns in the database gains an error and no text."""
        connection.execute(
            insert(self.letters).values(text="for the member", other="for the chair")
        )
        connection.execute(text("UPDATE letter SET text = other, other = text"))
        with pytest.raises(Unreadable):
            connection.execute(select(self.letters.c.text)).all()

    @pytest.mark.parametrize("value", ["hello", "", b"", ["hello"], ("a", "b"), {"a": 1}])
    def test_searching_for_a_text_is_refused(self, value: Any) -> None:
        """A search that could never match is an error when it is written."""
        with pytest.raises(TypeError, match="cannot be searched"):
            select(self.letters).where(self.letters.c.text == value)
        with pytest.raises(TypeError, match="cannot be searched"):
            select(self.letters).where(self.letters.c.extra.in_([value]))
