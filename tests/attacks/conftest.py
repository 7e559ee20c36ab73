"""Attacks play on SQLite, so that there can be many; tests/promises plays on both."""

import pytest
from furnished import ring_of
from talk import Talk

from storage import secrecy
from storage.database import Database


@pytest.fixture
def talk(sqlite: Database) -> Talk:
    """A town where nobody lives yet."""
    secrecy.use(ring_of(sqlite))
    return Talk(sqlite)
