"""A place of the Service's is whose council.toml means, and nobody else's who once sat there."""

from dataclasses import replace

import pytest
from talk import Talk
from town import charter

from handlers.charter import RecipientRule
from handlers.service import digests as service
from handlers.service import places
from storage import digests
from storage.database import Database
from storage.model import Recipient

OFFICE = RecipientRule("office", "email", "en", "permits", "Office@service.example")


@pytest.mark.parametrize(
    ("rules", "copies"),
    [
        ((OFFICE,), 1),
        ((replace(OFFICE, address=" office@SERVICE.example "),), 1),
        ((replace(OFFICE, unit="fines"),), 1),
        ((replace(OFFICE, address="another@service.example"),), 0),
        ((replace(OFFICE, channel="telegram", address=""),), 0),
        ((replace(OFFICE, name="another"),), 0),
        ((), 0),
    ],
)
def test_who_is_sent_the_digest(
    database: Database, rules: tuple[RecipientRule, ...], copies: int
) -> None:
    """By the same address on the same channel: the digest of a week goes there, else nowhere."""
    talk = Talk(database, replace(charter(), recipients=rules))
    joined = Recipient(
        name="office",
        channel="email",
        address="office@service.example",
        invited_at=talk.now,
        joined_at=talk.now,
    )
    talk.work(lambda s: s.add(joined))
    talk.work(lambda s: service.begin(s, talk.charter, talk.now))
    talk.later(days=7)
    assert talk.work(lambda s: digests.count_copies(s, "2026-W48")) == copies
    for unit in ("permits", "fines", "asylum"):
        found = talk.work(lambda s, u=unit: places.taken(s, talk.charter, u))  # type: ignore[misc]
        assert len(found) == sum(one.unit == unit for one in rules) * copies
