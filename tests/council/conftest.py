"""A council to talk to, without a network."""

import pytest
from talk import Talk

from storage.database import Database


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Nobody is there yet."""
    return Talk(sqlite_in_use)
