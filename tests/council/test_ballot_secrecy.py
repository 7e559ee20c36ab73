"""Nothing that is stored, shown or on its way tells who voted for whom.

Two councils do the same in the same seconds; only some members vote for somebody else. Whatever then
differs between the two databases could tell it: nothing may but the totals.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from eight import NAMES, Council
from furnished import furnish, ring_of
from remains import values
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from talk import CHANNEL

from handlers import stuck
from handlers.messages import Incoming
from storage import migrate, secrecy
from storage.database import Database, open_database
from storage.model import Candidate, Stuck, Voter

AT_RANDOM = {
    *("pseudonym.number", "audit.actor", "audit.subject", "audit.seal", "note.value"),
    *("data_key.wrapped", "received.key_hash", "person.counted_as"),
}
"""Drawn anew in every database; who did something in the record is seen from its order."""
TOTALS = "candidate.votes"


def _stored(council: Council) -> dict[str, list[str]]:
    """Every value of every table in the order of its rows, but what is drawn at random."""
    found: dict[str, list[str]] = defaultdict(list)
    secrecy.use(council.ring)
    for place, value in values(council.talk.database):
        if place not in AT_RANDOM:
            found[place].append(value)
    return found


def _differs(one: Council, other: Council) -> set[str]:
    first, second = _stored(one), _stored(other)
    return {place for place in first.keys() | second.keys() if first[place] != second[place]}


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[Council, Council]]:
    """Two councils with the same keys, whose members do the same in the same seconds."""
    furnish(open_database(f"sqlite:///{tmp_path}/one.db"))
    (tmp_path / "other.db").write_bytes((tmp_path / "one.db").read_bytes())
    councils = []
    for name in ("one", "other"):
        database = open_database(f"sqlite:///{tmp_path}/{name}.db")
        secrecy.use(ring_of(database))
        council = Council(database)
        council.calls("Leyla")
        council.stand("Rana", "Samir", "Aysu")
        councils.append(council)
    yield councils[0], councils[1]
    for council in councils:
        council.talk.database.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_only_the_totals_differ(twins: tuple[Council, Council], seed: int) -> None:
    """After every vote the two databases are the same but for the totals; at the end altogether."""
    random = Random(seed)
    votes = ["Rana"] * 3 + ["Samir"] * 3 + ["Aysu"] * 2
    order = list(NAMES)
    random.shuffle(order)
    ballots = []
    for _ in twins:
        random.shuffle(votes)
        ballots.append(dict(zip(order, votes, strict=True)))
    once = iter(range(10_000))
    for voter in order:
        drawn = f"{next(once):012d}"
        for council, ballot in zip(twins, ballots, strict=True):
            secrecy.use(council.ring)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("handlers.council.ballot.secrets.token_hex", lambda _, d=drawn: d)
                council.votes(voter, ballot[voter])
        assert _differs(*twins) <= {TOTALS}
        said = [_said(council, voter) for council in twins]
        assert said[0] == said[1]
    assert _differs(*twins) == set()
    assert twins[0].election().round == 2


def _said(council: Council, who: str) -> dict[str, str]:
    """What stands in a chat."""
    return {at: message.text for at, message in council.talk.chats[who].items()}


def test_between_the_two_steps(twins: tuple[Council, Council]) -> None:
    """A choice that is not confirmed stands in the open question alone, and goes with the next one."""
    for council, whom in zip(twins, ("Rana", "Samir"), strict=True):
        secrecy.use(council.ring)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("handlers.council.ballot.secrets.token_hex", lambda _: "0")
            council.talk.press("Leyla", f"vote:1:1:{council.member(whom).id}")
    assert _differs(*twins) == {"person.screen_args"}
    for council in twins:
        secrecy.use(council.ring)
        council.talk.deliver()
    assert _differs(*twins) == {"person.screen_args"}
    for council in twins:
        secrecy.use(council.ring)
        council.talk.write("Leyla", "/election")
        council.talk.deliver()
    assert _differs(*twins) == set()


@pytest.mark.parametrize("screen", ["ballot", "sure", "elsewhere"])
def test_a_fault_keeps_no_vote(sqlite_in_use: Database, screen: str) -> None:
    """What we fail to handle while somebody votes is kept without their choice."""
    council = Council(sqlite_in_use)
    council.calls("Leyla")
    council.stand("Rana", "Samir")
    rana = council.member("Rana").id
    if screen != "ballot":
        council.chooses("Leyla", "Rana")
    what = {
        "ballot": {"happened": "press", "press": f"vote:1:1:{rana}"},
        "sure": {"happened": "press", "press": council.sure("Leyla") if screen == "sure" else ""},
        "elsewhere": {"text": "one thing more"},
    }[screen]
    talk = council.talk
    incoming = Incoming(CHANNEL, "stuck", talk.addresses["Leyla"], **what)  # type: ignore[arg-type]
    raw = json.dumps(what)
    talk.work(lambda s: stuck.set_aside(s, incoming, "KeyError", raw, talk.now, talk.charter))
    kept = talk.work(lambda s: s.scalars(select(Stuck)).one().raw)
    if screen == "elsewhere":
        assert "one thing more" in kept
        assert "choice" not in kept
        assert "vote" not in kept
    else:
        assert kept is None


def test_postgresql_wrote_all_rows_last(postgresql_in_use: Database) -> None:
    """The transaction that wrote a row last is the same for all voters and candidates of a round."""
    council = Council(postgresql_in_use)
    council.calls("Leyla")
    council.stand("Rana", "Samir", "Aysu")
    for name in NAMES[:3]:
        council.votes(name, "Rana")
        for table in (Voter, Candidate):
            wrote = text(f"SELECT DISTINCT xmin::text FROM {table.__tablename__} WHERE round = 1")
            assert len(council.work(lambda s, q=wrote: s.scalars(q).all())) == 1


def test_sqlite_numbers_no_votes(tmp_path: Path) -> None:
    """The table of voters has no hidden number that would tell an order, made either way."""
    made, migrated = (open_database(f"sqlite:///{tmp_path}/{name}.db") for name in ("a", "b"))
    furnish(made)
    migrate.upgrade(migrated)
    for database in (made, migrated):
        with database.read() as session, pytest.raises(OperationalError, match="rowid"):
            session.execute(text("SELECT rowid FROM voter"))
        database.close()
