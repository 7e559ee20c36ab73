"""The council's desk is played on SQLite, so that there can be many scenes."""

import pytest
from talk import Talk

from storage.database import Database


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A town where nobody lives yet."""
    return Talk(sqlite_in_use)
