"""The whole bot with WhatsApp."""

import pytest

import bot.whatsapp_client


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits fifteen seconds for a Twilio that says nothing."""
    monkeypatch.setattr(bot.whatsapp_client, "TIMEOUT", 1.5)
