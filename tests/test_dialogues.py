"""Every conversation in tests/dialogues, on the whole bot, the migrants on either channel."""

from pathlib import Path

import pytest
from dialogue import Player
from town import a_town

from storage.database import Database

DIALOGUES = sorted((Path(__file__).parent / "dialogues").glob("*.txt"))


@pytest.mark.one_database
@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
async def test_dialogue(path: Path, database: Database) -> None:
    """The conversation goes as its file says."""
    async with a_town(database) as town:
        await Player(town).play(path)


@pytest.mark.one_database
@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
async def test_dialogue_on_whatsapp(path: Path, database: Database) -> None:
    """The same conversation with migrants on WhatsApp; where it differs, the file says so."""
    async with a_town(database, whatsapp=True) as town:
        await Player(town, "whatsapp").play(path)
