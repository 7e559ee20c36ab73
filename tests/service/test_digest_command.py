"""`council-bot digest`: shown, kept in a file, sent once by hand, corrected; bad weeks explained."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import delete
from typer.testing import CliRunner, Result
from weekly import Weekly, at

from bot import digest_command
from bot.__main__ import cli
from storage.database import Database
from storage.model import DigestRun


@dataclass
class Shell:
    """A town, and a shell beside it whose clock is the town's."""

    town: Weekly

    def says(self, *words: str) -> str:
        """What the command prints; it must not fail."""
        result = self.call(*words)
        assert result.exit_code == 0, result.output
        return " ".join(result.output.split())

    def refuses(self, *words: str) -> str:
        """What it says where it cannot."""
        result = self.call(*words)
        assert result.exit_code == 1, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return " ".join(result.output.split())

    def call(self, *words: str) -> Result:
        """Call it, and deliver what follows."""
        result = CliRunner().invoke(cli, ["digest", *words])
        self.town.deliver()
        return result


@pytest.fixture
def shell(database: Database, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Leyla has a line approved; the draft of week 48 is there."""
    town = Weekly(database)

    @contextmanager
    def opened(say: Callable[[str], None]) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(settings=SimpleNamespace(charter=town.charter), database=database)

    monkeypatch.setattr(digest_command, "opened", opened)
    monkeypatch.setattr(
        digest_command, "SystemClock", lambda: SimpleNamespace(now=lambda: town.now)
    )
    town.seat("Vusal", "chair")
    town.joins("Gunel")
    town.begins("2026-11-24 09:00")
    town.line("Vusal", "Wages come late.", az="Maaş gecikir.")
    town.until("2026-11-29 23:00")
    return Shell(town)


def test_a_preview(shell: Shell) -> None:
    """Without an option the last week that is over is shown, and nothing is sent."""
    shell.town.now = at("2026-11-30 08:00")
    assert "Maaş gecikir." in shell.says()
    assert "Wages come late." in shell.says("--week", "2026-W48", "--preview", "--language", "en")
    assert "Wages" not in shell.says("--week", "2026-W31")
    assert not shell.town.copies()


def test_sent_by_hand_once(shell: Shell) -> None:
    """Before its time, and then neither by hand nor by the schedule again."""
    shell.town.now = at("2026-11-30 08:00")
    assert "to 1 recipient" in shell.says("--week", "2026-W48", "--send")
    assert "was sent already: Mon 30 Nov" in shell.refuses("--week", "2026-W48", "--send")
    shell.town.until("2026-11-30 12:00")
    assert shell.town.copies() == [("2026-W48", 1)]
    assert len(shell.town.digests_to("Gunel")) == 1
    assert shell.town.weeks() == {"2026-W48": "sent", "2026-W49": "waiting"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--week", "2026-W54"), "not a week. Write year and week, like 2026-W47"),
        (("--week", "next"), "not a week"),
        (("--week", "2026-48"), "not a week"),
        (("--week", "2026-W49"), "has not begun yet"),
        (("--week", "2027-W02", "--send"), "has not begun yet"),
        (("--week", "2026-W48", "--send"), "is not over yet"),
        (("--week", "2026-W40", "--send"), "There is no digest of 2026-W40"),
        (("--week", "2026-W48", "--correct", "It was wrong."), "was not sent yet"),
        (("--language", "fa"), "it is in az, en"),
        (("--preview", "--send"), "Choose one"),
        (("--to", "digest.docx"), "must end in .html, .png, .xlsx, .txt, .json"),
        (("--to", "/no/such/place/digest.txt"), "cannot be written"),
    ],
)
def test_what_cannot_be(shell: Shell, words: tuple[str, ...], says: str) -> None:
    """Each gets one clear answer, and nothing happens."""
    assert says in shell.refuses(*words)
    assert not shell.town.copies()


def test_weeks_follow_each_other(shell: Shell) -> None:
    """What was published stands on what was published before."""
    shell.town.now = at("2026-12-08 08:00")
    assert "2026-W48 comes first" in shell.refuses("--week", "2026-W49", "--send")


def test_the_first_one_ever(database: Database, shell: Shell) -> None:
    """A council that begins on a Monday may send the week that is just over, and no other."""
    with database.begin() as session:
        session.execute(delete(DigestRun))
    shell.town.now = at("2026-11-30 08:00")
    assert "There is no digest of 2026-W46" in shell.refuses("--week", "2026-W46", "--send")
    with database.begin() as session:
        session.execute(delete(DigestRun))
    assert "to 1 recipient" in shell.says("--week", "2026-W48", "--send")
    assert shell.town.weeks() == {"2026-W48": "sent", "2026-W49": "waiting"}


def test_into_files(shell: Shell, tmp_path: Path) -> None:
    """By the end of the name; of a digest that was sent, as it was published."""
    shell.town.until("2026-11-30 09:00")
    path = tmp_path / "digest.txt"
    shell.says("--week", "2026-W48", "--to", str(path))
    assert "Maaş gecikir." in path.read_text()
    path = tmp_path / "digest.json"
    shell.says("--week", "2026-W48", "--to", str(path), "--language", "en")
    kept = json.loads(path.read_text())
    assert kept["lines"][0]["text"] == "Wages come late."
    assert "received" in kept["published"]["counts"]


@pytest.mark.parametrize(
    ("ending", "begins"), [("html", b"<!"), ("png", b"\x89PNG"), ("xlsx", b"PK")]
)
def test_into_each_form(shell: Shell, tmp_path: Path, ending: str, begins: bytes) -> None:
    """Page, chart and workbook, also before it is sent."""
    path = tmp_path / f"digest.{ending}"
    shell.says("--week", "2026-W48", "--to", str(path))
    assert path.read_bytes()[:9].lstrip().startswith(begins)


def test_a_correction(shell: Shell) -> None:
    """Once more with the council's words, once; personal and empty ones are refused."""
    shell.town.until("2026-11-30 09:00")
    week = ("--week", "2026-W48")
    assert "may be somebody's own" in shell.refuses(*week, "--correct", "Call 050 123 45 67")
    assert "say what was wrong" in shell.refuses(*week, "--correct", " … ")
    assert "too long" in shell.refuses(*week, "--correct", "a" * 601)
    words = ("--correct", "Ganja was open on Tuesday.")
    assert "once more to 1 recipient" in shell.says(*week, *words)
    assert "with these words already" in shell.refuses(*week, *words)
    first, second = shell.town.digests_to("Gunel")
    assert "Ganja" not in first.text
    assert "Ganja was open on Tuesday." in second.text
    assert "Ganja" in shell.says(*week)
