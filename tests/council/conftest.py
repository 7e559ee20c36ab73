"""People who talk without a network, on SQLite where nothing else is asked for."""

import pytest
from talk import Talk

from storage.database import Database


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Nobody is there yet."""
    return Talk(sqlite_in_use)
