"""A world for each test, on both databases."""

from collections.abc import AsyncIterator

import pytest
from delivery_world import World
from structlog.testing import capture_logs

from storage.database import Database

OURS = ("outbox not read", "chat not served", "not recorded", "consequences failed")
"""Faults that no test may meet, unless it makes them."""

SECRETS = ("salam", "Bəli", "secret", "must not be logged")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """People, an outbox, a channel in memory and a time that stands still."""
    with capture_logs() as logs:
        world = World(database)
        world.logs = logs
        yield world
        await world.stop()
    faults = {log["event"] for log in logs if log["event"] in OURS}
    assert faults <= world.faults_expected, logs
    assert not [secret for secret in SECRETS if secret in str(logs)]
