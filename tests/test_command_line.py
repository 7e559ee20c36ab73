"""The command line: documented, helpful, and honest about what is wrong."""

import asyncio
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from town import ROOT
from typer.main import get_command

from bot.__main__ import cli
from bot.sandbox.twilio import TwilioSandbox

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "NO_COLOR": "1", "COLUMNS": "120", "PYTHONPATH": str(ROOT)}


def council_bot(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=ENVIRONMENT | {"COUNCIL_CONFIG": str(ROOT / "council.toml")} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def commands() -> list[str]:
    """Every command with its group."""
    found = []
    for name, command in get_command(cli).commands.items():  # type: ignore[attr-defined]
        parts = getattr(command, "commands", None)
        found += [f"{name} {part}" for part in parts] if parts else [name]
    return sorted(found)


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    """What the README and docs do not mention does not exist for anybody."""
    known = (ROOT / "README.md").read_text() + (ROOT / "docs" / "running.md").read_text()
    assert re.search(rf"(council-bot |`){command}\b", known), command


def test_the_first_run_makes_keys_and_says_so(tmp_path: Path) -> None:
    """An empty folder becomes a database with a key that only its owner can read."""
    done = council_bot(tmp_path, "members", "list")
    assert done.returncode == 0
    assert "Made a key" in done.stderr
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    again = council_bot(tmp_path, "members", "list")
    assert "Made a key" not in again.stderr


def test_the_ready_answers_are_listed(tmp_path: Path) -> None:
    """Title, state, languages and last day, as the database has them."""
    council_bot(tmp_path, "members", "list")
    with closing(sqlite3.connect(next(tmp_path.rglob("*.db")))) as database:
        database.execute(
            "INSERT INTO template (title, topic, source, state, corrects, created_at, expires_at)"
            " VALUES ('[b]Visa', 'visa_entry', 'a law', 'approved', 0, '2026-11-24 08:00:00.000000',"
            " '2027-02-21 20:00:00.000000')"
        )
        database.execute(
            "INSERT INTO template_text (template_id, language, text) VALUES (1, 'en', 'Apply.')"
        )
        database.commit()
    done = council_bot(tmp_path, "answers", "list")
    assert done.returncode == 0, done.stderr
    for part in ("[b]Visa", "approved", "en", "2027-02-21"):
        assert part in done.stdout


def test_missing_keys_stop_the_start(tmp_path: Path) -> None:
    """Data without its keys: nothing is made anew, and it says what to do."""
    council_bot(tmp_path, "members", "list")
    (tmp_path / ".env").unlink()
    done = council_bot(tmp_path, "members", "list")
    assert done.returncode == 1
    assert "Put back the keys" in done.stderr.replace("\n", " ")
    assert not (tmp_path / ".env").exists()


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Three wrong values are three lines, each naming its place."""
    done = council_bot(tmp_path, "run", PUBLIC_URL="ftp://x", PORT="99999", LOG_LEVEL="loud")
    assert done.returncode == 1
    for name in ("PUBLIC_URL", "PORT", "LOG_LEVEL"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--alias", "", "--languages", "en"], "alias"),
        (["--alias", "A", "--languages", "xx"], "'xx' is not a language"),
        (["--alias", "A", "--role", "king"], "'king' is not a role"),
        (["--alias", "A", "--topics", "sorrow"], "'sorrow' is not a topic"),
        (["--alias", "A·1"], "alias"),
    ],
)
def test_a_wrong_invitation_is_explained(tmp_path: Path, words: list[str], said: str) -> None:
    """Nothing is made, and the line names what is wrong."""
    done = council_bot(tmp_path, "invite", *words)
    assert done.returncode == 1
    assert said in done.stderr


def test_an_invitation_without_telegram(tmp_path: Path) -> None:
    """The token is printed even where Telegram cannot be asked for the bot's name."""
    done = council_bot(tmp_path, "invite", "--alias", "Leyla", "--languages", "az,ru")
    assert done.returncode == 0
    assert "/start join_" in done.stdout
    listed = council_bot(tmp_path, "members", "list")
    assert "invited: Leyla" in listed.stdout
    wrong = council_bot(tmp_path, "members", "confirm", "000000")
    assert wrong.returncode == 1


def test_a_recipient_is_invited(tmp_path: Path) -> None:
    """Invited by a link, listed, a wrong code refused and counted, and taken back."""
    done = council_bot(tmp_path, "recipients", "invite", "contact")
    assert done.returncode == 0, done.stderr
    assert "/start service_" in done.stdout
    listed = council_bot(tmp_path, "recipients", "list").stdout
    assert "invited, link not opened yet, until" in listed
    assert "nobody" in listed
    wrong = council_bot(tmp_path, "recipients", "confirm", "123456")
    assert (wrong.returncode, "nobody was shown this code" in wrong.stderr) == (1, True)
    with closing(sqlite3.connect(next(tmp_path.rglob("*.db")))) as database:
        assert database.execute("SELECT count FROM attempt").fetchall() == [(1,)]
    left = council_bot(tmp_path, "recipients", "leave", "contact")
    assert (left.returncode, left.stdout) == (0, "contact is not invited any more.\n")
    unknown = council_bot(tmp_path, "recipients", "invite", "permit")
    assert "did you mean permits?" in unknown.stderr


def test_a_recipient_by_e_mail(tmp_path: Path) -> None:
    """The code is on its way to the address of council.toml, which is said nowhere else."""
    council = (
        (ROOT / "council.toml").read_text(encoding="utf-8")
        + """
[[recipients]]
name = "chancellery"
channel = "email"
address = "office@service.example"
language = "az"
unit = "council_contact"
"""
    )
    (tmp_path / "council.toml").write_text(council, encoding="utf-8")
    mail = {"SMTP_HOST": "smtp.example.org", "MAIL_FROM": "council@example.org"}
    words = ("recipients", "invite", "chancellery")
    here = {"COUNCIL_CONFIG": str(tmp_path / "council.toml")}
    assert "SMTP_HOST: is missing" in council_bot(tmp_path, *words, **here).stderr
    done = council_bot(tmp_path, *words, **here, **mail)
    assert done.returncode == 0, done.stderr
    assert "sends a code to the address of chancellery" in done.stdout
    listed = council_bot(tmp_path, "recipients", "list", **here, **mail)
    assert "a code was sent" in listed.stdout.replace("\n", " ")
    assert "service.example" not in done.stdout + done.stderr + listed.stdout


def test_the_doctor_names_what_is_missing(tmp_path: Path) -> None:
    """One line each, and an exit code that a script can use."""
    done = council_bot(tmp_path, "doctor")
    assert done.returncode == 1
    for line in ("✓ database", "✗ nobody reads yet", "TELEGRAM_BOT_TOKEN is missing", "no focal"):
        assert line in done.stdout
    assert "✓ WhatsApp is not set up: the bot runs on Telegram alone" in done.stdout


def test_keys_are_changed(tmp_path: Path) -> None:
    """Rotation says what it did; the data stays readable."""
    council_bot(tmp_path, "invite", "--alias", "Leyla")
    done = council_bot(tmp_path, "keys", "rotate")
    assert done.returncode == 0
    assert "fresh key" in done.stdout
    assert "invited: Leyla" in council_bot(tmp_path, "members", "list").stdout


class TestTemplates:
    """`council-bot templates`, and what the doctor mends, at a Twilio on this machine."""

    @pytest.fixture
    async def twilio(self) -> AsyncIterator[TwilioSandbox]:
        """A Twilio."""
        sandbox = TwilioSandbox()
        await sandbox.start()
        yield sandbox
        await sandbox.stop()

    async def at(
        self, twilio: TwilioSandbox, folder: Path, *words: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the real command with an account at this Twilio."""
        account = {
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_WHATSAPP_FROM": twilio.sender,
            "TWILIO_API_BASE_URL": twilio.origin,
            "PUBLIC_URL": "https://bot.example",
        }
        return await asyncio.to_thread(council_bot, folder, *words, **account)

    async def test_a_plan_is_shown_and_nothing_done_unasked(
        self, twilio: TwilioSandbox, tmp_path: Path
    ) -> None:
        """Whoever does not say yes has only looked."""
        done = await self.at(twilio, tmp_path, "templates", "sync")
        assert done.returncode == 1
        assert re.search(r"^\+ council_update_en_v\w+: make it, and submit it", done.stdout, re.M)
        assert not twilio.contents

    async def test_sync_is_done_once(self, twilio: TwilioSandbox, tmp_path: Path) -> None:
        """The second time there is nothing to do; the list shows what Meta said."""
        done = await self.at(twilio, tmp_path, "templates", "sync", "--yes")
        assert done.returncode == 0, done.stderr
        assert re.search(r"^submitted council_update_en_v\w+: received$", done.stdout, re.M)
        made = len(twilio.contents)
        again = await self.at(twilio, tmp_path, "templates", "sync", "--yes")
        assert "Nothing to do." in again.stdout
        assert len(twilio.contents) == made > 10
        listed = await self.at(twilio, tmp_path, "templates", "list")
        assert re.search(r"^✓ council_update_en_v\w+: received$", listed.stdout, re.M)

    async def test_a_refusal_is_explained(self, twilio: TwilioSandbox, tmp_path: Path) -> None:
        """One line that says what to do, no traceback and no token."""
        twilio.suspend()
        done = await self.at(twilio, tmp_path, "templates", "list")
        assert done.returncode == 1
        assert "the account is suspended" in done.stderr.replace("\n", " ")
        assert "Traceback" not in done.stderr
        assert twilio.auth_token not in done.stdout + done.stderr

    def test_without_an_account_it_says_what_is_missing(self, tmp_path: Path) -> None:
        """The settings are named."""
        done = council_bot(tmp_path, "templates", "list")
        assert done.returncode == 1
        assert "TWILIO_ACCOUNT_SID" in done.stderr

    async def test_the_doctor_mends_addresses(self, twilio: TwilioSandbox, tmp_path: Path) -> None:
        """Where Twilio calls is set by one word, and only by that word."""
        looked = await self.at(twilio, tmp_path, "doctor")
        assert "✗ the sender has not our callback_url" in looked.stdout
        assert not twilio.sender_webhook
        mended = await self.at(twilio, tmp_path, "doctor", "--fix")
        assert "✓ the sender was mended" in mended.stdout
        assert twilio.sender_webhook["callback_url"].startswith("https://bot.example/whatsapp#")
