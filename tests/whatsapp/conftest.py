"""The whole bot with WhatsApp: each journey on one of the two databases, drawn by its name.

A town with two providers takes seconds. `--both` plays every journey on both, as everything else.
"""

from zlib import crc32

import pytest

import bot.whatsapp_client


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the half whose turn it is not; the choice changes only with a test's name."""
    if config.getoption("--both"):
        return
    here = [item for item in items if item.path.parent.name == "whatsapp" and _twice(item)]
    left_out = {item for item in here if not _turn(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=sorted(left_out, key=lambda item: item.nodeid))


def _database(item: pytest.Item) -> str:
    return str(getattr(item, "callspec").params["database"])  # noqa: B009


def _twice(item: pytest.Item) -> bool:
    return "database" in getattr(getattr(item, "callspec", None), "params", {})


def _turn(item: pytest.Item) -> bool:
    name = item.nodeid.replace("postgresql", "*").replace("sqlite", "*")
    return _database(item) == ("sqlite", "postgresql")[crc32(name.encode()) % 2]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits fifteen seconds for a Twilio that says nothing."""
    monkeypatch.setattr(bot.whatsapp_client, "TIMEOUT", 1.5)
