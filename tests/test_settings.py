"""Settings: what is read, what is refused and how that is said, and the first run's key."""

import os
import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from furnished import COUNCIL_KEYS

from bot.charter_file import open_questions, read_charter
from bot.clock import JumpingClock, SystemClock
from bot.environment import Environment
from bot.faults import SettingsFault
from bot.first_keys import ensure_keys
from bot.settings import Settings, load
from handlers.charter import CLASSES, Span
from storage.database import Database, open_database
from storage.masters import KeysMissing, parse_masters

ROOT = Path(__file__).parents[1]
COUNCIL = (ROOT / "council.toml").read_text(encoding="utf-8")
TOKEN = "123456:AbC-dEfGhIjKlMnOpQrStUvWxYz"
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "TWILIO_AUTH_TOKEN": "fedcba9876543210" * 2,
    "TWILIO_WHATSAPP_FROM": "whatsapp:+994500000001",
}


@pytest.fixture(autouse=True)
def empty_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with council.toml and nothing else, and an environment that says nothing."""
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    shutil.copy(ROOT / "council.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(**more: Any) -> list[str]:
    with pytest.raises(SettingsFault) as caught:
        load(**more)
    return list(caught.value.lines)


def council(*changes: tuple[str, str]) -> None:
    text = COUNCIL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    Path("council.toml").write_text(text, encoding="utf-8")


class TestEnvironment:
    """Variables and .env."""

    def test_nothing_needs_to_be_set(self) -> None:
        """Without any variable there is a database file in ./data and a port on this machine."""
        settings = load()
        assert settings.database_url.get_secret_value() == "sqlite:///data/council.db"
        assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8080, "info")
        assert settings.telegram_base_url == "https://api.telegram.org/bot"
        assert settings.telegram_base_file_url == "https://api.telegram.org/file/bot"
        assert settings.masters == ()
        assert settings.charter.council["az"] == "Miqrant Şurası"

    def test_the_file_is_read_and_the_environment_goes_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """.env completes the environment and never overrides it."""
        Path(".env").write_text("PORT=9000\nHOST=0.0.0.0\nLOG_LEVEL=\n")
        monkeypatch.setenv("PORT", "9001")
        settings = load()
        assert (settings.host, settings.port, settings.log_level) == ("0.0.0.0", 9001, "info")

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("TELEGRAM_BOT_TOKEN", "geheim", "is not a bot token"),
            ("TELEGRAM_API_BASE_URL", "geheim", "is not an address"),
            ("TELEGRAM_API_BASE_URL", "http://geheim.example", "must begin with https://"),
            ("TELEGRAM_WEBHOOK_SECRET", "geheim", "must be 16 to 256"),
            ("PUBLIC_URL", "https://bot.example/x?geheim=1", "must end with its path"),
            ("PUBLIC_URL", "https://bot.example:8081", "a port that Telegram does not call"),
            ("DATABASE_URL", "mysql://geheim@host/x", "is no database"),
            ("DATABASE_URL", "geheim", "is no database"),
            ("DATABASE_URL", "sqlite://", "is no database"),
            ("SERVICE_DATABASE_URL", "sqlite:///geheim", "is no PostgreSQL"),
            ("SERVICE_DATABASE_URL", "postgresql://geheim@host/x", "DATABASE_URL is not set"),
            ("PUBLIC_URL", "https://bot.example:geheim", "is not a port"),
            ("TWILIO_ACCOUNT_SID", "geheim", "is not an account's SID"),
            ("TWILIO_AUTH_TOKEN", "geheim geheim geheim", "is not an auth token"),
            ("TWILIO_WHATSAPP_FROM", "whatsapp:geheim", "is not a sender"),
            ("TWILIO_WHATSAPP_FROM", "+994500000001", "one like whatsapp:+994"),
            ("TWILIO_MESSAGING_SERVICE_SID", "MGgeheim", "is not a messaging service's SID"),
            ("TWILIO_API_BASE_URL", "http://geheim.example", "must begin with https://"),
            ("TWILIO_CONTENT_BASE_URL", "geheim", "is not an address"),
            ("TWILIO_MESSAGING_BASE_URL", "geheim", "is not an address"),
            ("SMTP_HOST", "smtp://geheim.example", "is not a server's name"),
            ("SMTP_HOST", "geheim.example:587", "is not a server's name"),
            ("SMTP_PORT", "geheim", "is not a port"),
            ("SMTP_USER", "geheimə", "a character that mail servers do not take"),
            ("SMTP_PASSWORD", "geheimə", "a character that mail servers do not take"),
            ("SMTP_PASSWORD", "geheim\nx", "a character that mail servers do not take"),
            ("SMTP_SECURITY", "geheim", "'starttls', 'tls' or 'none'"),
            ("MAIL_FROM", "geheim", "is not an e-mail address"),
            ("MAIL_FROM", "Council <geheim@x.example>", "is not an e-mail address"),
            ("COUNCIL_KEYS", f"{COUNCIL_KEYS},geheim", "key 2 is not 32 bytes"),
            ("PORT", "geheim", "is not a port"),
            ("PORT", "70000", "is not a port"),
            ("LOG_LEVEL", "geheim", "'debug', 'info', 'warning' or 'error'"),
        ],
    )
    def test_a_bad_value_is_named_and_not_shown(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
    ) -> None:
        """The fault names the variable and what to write, and repeats nothing of the value."""
        monkeypatch.setenv(name, value)
        line = faults()[0]
        assert line.startswith(f"{name}: ")
        assert said in line
        assert "geheim" not in line

    @pytest.mark.parametrize(
        ("own", "said"),
        [
            ("sqlite:///council.db", "names another database"),
            ("postgresql://staff@host/name", "must be another login"),
        ],
    )
    def test_a_second_login_is_another_one(
        self, monkeypatch: pytest.MonkeyPatch, own: str, said: str
    ) -> None:
        """The Service's window is opened by somebody who is not the bot itself, or not at all."""
        monkeypatch.setenv("SERVICE_DATABASE_URL", "postgresql://staff:geheim@host/name")
        monkeypatch.setenv("DATABASE_URL", own)
        (line,) = faults()
        assert said in line
        monkeypatch.setenv("DATABASE_URL", "postgresql://council@host/name")
        assert "geheim" not in repr(load())

    def test_what_is_needed_for_telegram_is_asked_for(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A token where Telegram is to be used, a secret where Telegram is to call."""
        monkeypatch.setenv("PUBLIC_URL", "https://bot.example/")
        assert [line.split(":")[0] for line in faults(telegram=True)] == [
            "TELEGRAM_BOT_TOKEN",
            "TELEGRAM_WEBHOOK_SECRET",
        ]
        monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "0123456789abcdef")
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        assert load(telegram=True).public_url == "https://bot.example"

    def test_telegram_calls_only_some_ports(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A port that Telegram does not call is a fault only where Telegram is to call."""
        monkeypatch.setenv("PUBLIC_URL", "https://bot.example:9443")
        for name, value in TWILIO.items():
            monkeypatch.setenv(name, value)
        settings = load()
        assert settings.public_url == "https://bot.example:9443"
        assert not settings.telegram_webhook
        monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "0123456789abcdef")
        (line,) = faults()
        assert line.startswith("PUBLIC_URL: has a port that Telegram does not call")
        monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
        assert load().telegram_webhook

    def test_a_misspelt_variable_is_noticed(self) -> None:
        """A name in .env that is almost one of ours is a fault, others are left alone."""
        Path(".env").write_text("TELEGRAM_BOT_TOKN=x\nPOSTGRES_PASSWORD=y\n")
        assert faults() == [
            "TELEGRAM_BOT_TOKN: is not a variable of this program; did you mean TELEGRAM_BOT_TOKEN?"
        ]

    def test_secrets_show_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither repr nor str of the settings hold a token, a key or a password."""
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("COUNCIL_KEYS", COUNCIL_KEYS)
        monkeypatch.setenv("DATABASE_URL", "postgresql://u:geheim@host/name")
        monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "0123456789geheim")
        monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
        for name, value in TWILIO.items():
            monkeypatch.setenv(name, value)
        settings = load()
        shown = f"{settings!r} {settings}"
        assert settings.masters == parse_masters(COUNCIL_KEYS)
        for secret in (TOKEN, COUNCIL_KEYS, "geheim", TWILIO["TWILIO_AUTH_TOKEN"]):
            assert secret not in shown

    def test_settings_do_not_change(self) -> None:
        """What was read at the start holds until the end."""
        with pytest.raises(AttributeError):
            load().port = 1  # type: ignore[misc]

    def test_the_example_names_every_variable(self) -> None:
        """.env.example can be copied as it is and leaves nothing out."""
        example = (ROOT / ".env.example").read_text()
        for name in Environment.model_fields:
            assert f"{name.upper()}=" in example
        shutil.copy(ROOT / ".env.example", ".env")
        assert load() == load(None)


MAIL = {
    "SMTP_HOST": "smtp.example.org",
    "SMTP_USER": "council",
    "SMTP_PASSWORD": "geheim",
    "MAIL_FROM": "council@example.org",
}
BY_MAIL = """
[[recipients]]
name = "chancellery"
channel = "email"
address = "office@service.example"
language = "az"
unit = "council_contact"
"""


class TestMail:
    """The mail server, which is needed only where somebody is sent e-mail."""

    @pytest.fixture(autouse=True)
    def account(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server with a password."""
        for name, value in MAIL.items():
            monkeypatch.setenv(name, value)

    def test_without_it_nobody_is_sent_e_mail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing of it is needed, and how it would be reached alone sets nothing up."""
        for name in MAIL:
            monkeypatch.delenv(name)
        monkeypatch.setenv("SMTP_PORT", "465")
        assert load().mail is None

    def test_a_server_is_whole(self) -> None:
        """Encrypted by STARTTLS on port 587 unless it is said otherwise; the password shows nowhere."""
        account = load().mail
        assert account is not None
        assert (account.host, account.port, account.security) == (
            "smtp.example.org",
            587,
            "starttls",
        )
        assert (account.user, account.password.get_secret_value()) == ("council", "geheim")
        assert (account.sender, account.domain) == ("council@example.org", "example.org")
        assert "geheim" not in repr(account)

    @pytest.mark.parametrize(
        ("only", "needed"),
        [
            ("SMTP_HOST", ["MAIL_FROM"]),
            ("MAIL_FROM", ["SMTP_HOST"]),
            ("SMTP_USER", ["SMTP_HOST", "MAIL_FROM", "SMTP_PASSWORD"]),
            ("SMTP_PASSWORD", ["SMTP_HOST", "MAIL_FROM", "SMTP_USER"]),
        ],
    )
    def test_half_of_it_is_told_at_once(
        self, monkeypatch: pytest.MonkeyPatch, only: str, needed: list[str]
    ) -> None:
        """Whatever single part is set, what goes with it is asked for."""
        for name in MAIL.keys() - {only}:
            monkeypatch.delenv(name)
        lines = faults()
        assert [line.partition(":")[0] for line in lines] == needed
        assert all("is missing; " in line for line in lines)

    def test_somebody_is_sent_e_mail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An address in council.toml asks for a server, and says which entry does."""
        Path("council.toml").write_text(COUNCIL + BY_MAIL, encoding="utf-8")
        assert load().mail is not None
        for name in MAIL:
            monkeypatch.delenv(name)
        host, sender = faults()
        assert host.startswith("SMTP_HOST: is missing; ")
        assert sender.startswith("MAIL_FROM: is missing; ")
        assert "(chancellery of council.toml is sent e-mail)" in host

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
    def test_unencrypted_only_on_this_machine(
        self, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        """Everywhere else a password and a digest would be read on the way."""
        monkeypatch.setenv("SMTP_SECURITY", "NONE")
        (line,) = faults()
        assert line.startswith("SMTP_SECURITY: is none: that goes only to 127.0.0.1")
        monkeypatch.setenv("SMTP_HOST", host)
        account = load().mail
        assert account is not None
        assert account.security == "none"


class TestWhatsApp:
    """The account at Twilio, which may be missing as a whole and not by half."""

    @pytest.fixture(autouse=True)
    def account(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An account, and an address at which it reaches us."""
        for name, value in TWILIO.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PUBLIC_URL", "https://bot.example/council/")

    def test_without_it_there_is_telegram_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing of Twilio's is needed by whoever does not want WhatsApp."""
        for name in TWILIO:
            monkeypatch.delenv(name)
        monkeypatch.delenv("PUBLIC_URL")
        monkeypatch.setenv("TWILIO_API_BASE_URL", "https://api.twilio.com")
        assert load().whatsapp is None

    def test_an_account_is_whole(self) -> None:
        """Who speaks, where Twilio is called and where Twilio calls stand in one frozen value."""
        account = load().whatsapp
        assert account is not None
        assert (account.account_sid, account.sender) == (
            TWILIO["TWILIO_ACCOUNT_SID"],
            TWILIO["TWILIO_WHATSAPP_FROM"],
        )
        assert account.auth_token.get_secret_value() == TWILIO["TWILIO_AUTH_TOKEN"]
        assert account.messaging_service_sid is None
        assert account.inbound_url == "https://bot.example/council/whatsapp"
        assert account.fallback_url == "https://bot.example/council/whatsapp/fallback"
        assert account.status_url == "https://bot.example/council/whatsapp/status"
        with pytest.raises(AttributeError):
            account.sender = ""  # type: ignore[misc]

    @pytest.mark.parametrize("only", [*TWILIO, "TWILIO_MESSAGING_SERVICE_SID"])
    def test_half_an_account_is_told_at_once(
        self, monkeypatch: pytest.MonkeyPatch, only: str
    ) -> None:
        """Whatever single part is set, every other one is asked for, and each says where it is."""
        for name in (*TWILIO, "PUBLIC_URL"):
            monkeypatch.delenv(name)
        monkeypatch.setenv(only, TWILIO.get(only, "MG" + "0123456789abcdef" * 2))
        needed = {*TWILIO, "PUBLIC_URL"} - {only}
        lines = faults()
        assert {line.partition(":")[0] for line in lines} == needed
        assert all("is missing; " in line for line in lines)

    def test_what_is_wrong_and_what_is_missing_are_told_together(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A part at fault is not called missing, and hides no part that is."""
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
        monkeypatch.delenv("TWILIO_AUTH_TOKEN")
        monkeypatch.setenv("PORT", "many")
        lines = faults(telegram=True)
        assert [line.partition(":")[0] for line in lines] == [
            "TWILIO_ACCOUNT_SID",
            "PORT",
            "TWILIO_AUTH_TOKEN",
            "TELEGRAM_BOT_TOKEN",
        ]

    def test_another_server_takes_the_place_of_all_three(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of Twilio's three addresses those not set follow the first where it is not Twilio's."""
        account = load().whatsapp
        assert account is not None
        assert [account.api_base_url, account.content_base_url, account.messaging_base_url] == [
            "https://api.twilio.com",
            "https://content.twilio.com",
            "https://messaging.twilio.com",
        ]
        monkeypatch.setenv("TWILIO_API_BASE_URL", "http://127.0.0.1:4010")
        monkeypatch.setenv("TWILIO_MESSAGING_BASE_URL", "http://127.0.0.1:4011")
        account = load().whatsapp
        assert account is not None
        assert [account.api_base_url, account.content_base_url, account.messaging_base_url] == [
            "http://127.0.0.1:4010",
            "http://127.0.0.1:4010",
            "http://127.0.0.1:4011",
        ]


class TestCharter:
    """council.toml."""

    def test_the_council_of_azerbaijan(self) -> None:
        """The file that comes with the program is whole, in every language it offers."""
        charter = read_charter(ROOT / "council.toml")
        assert charter.languages == ("az", "en", "ru", "tr", "fa")
        assert charter.working_time.zone == "Asia/Baku"
        assert (charter.working_time.opens, charter.working_time.closes) == (time(9), time(18))
        assert charter.working_time.weekend == {6, 7}
        assert set(charter.promises) == set(CLASSES)
        assert charter.promises["P2"].read == Span(hours=4)
        assert charter.promises["P5"].close == Span(days=15)
        assert charter.draft_handed_in == timedelta(hours=24)
        everywhere = [charter.council, charter.service, charter.controller]
        for texts in everywhere + [number.use for number in charter.numbers]:
            assert set(texts) == set(charter.languages)

    def test_no_number_is_called_dialled_before_somebody_did(self) -> None:
        """The file that comes with the program claims no call that nobody made."""
        charter = read_charter(ROOT / "council.toml")
        assert {number.state for number in charter.numbers} == {"sourced", "unverified"}

    def test_an_open_question_is_told(self) -> None:
        """Whoever answers for the data is not decided, until the file says so."""
        assert open_questions(Path("council.toml")) == load().open_questions
        assert "not yet decided" in load().open_questions[0]
        council(("decided = false\n", ""))
        assert load().open_questions == ()

    def test_every_fault_is_told_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Environment and file are read to the end, whatever is wrong on the way."""
        monkeypatch.setenv("PORT", "many")
        council(
            ('P2 = { read = "4h"', 'P2 = { read = "four hours"'),
            ('P3 = { read = "1d"', 'P3 = { raed = "1d"'),
            ('zone = "Asia/Baku"', 'zone = "Asia/Bakuu"'),
            ('"Saturday", "Sunday"', '"Saturday", "Sonday"'),
            ("open_cap = 15", "opencap = 15"),
            ('en = "State Migration Service"\n', ""),
            ('settle = "1.5s"', 'settle = "soon"'),
            ("extra_holidays = []", 'extra_holidays = ["9 March"]'),
        )
        assert faults() == [
            "PORT: is not a port; write a whole number up to 65535",
            "council.toml: service.en: is missing; "
            "English stands in wherever a language has no text",
            "council.toml: working_time.zone: 'Asia/Bakuu' is no time zone; "
            "write one like Asia/Baku",
            "council.toml: working_time.weekend[2]: 'Sonday' is not a day of the week; "
            "did you mean Sunday?",
            "council.toml: working_time.extra_holidays[1]: '9 March' is not a date; "
            "write 2027-03-09",
            "council.toml: deadlines.P2.read: 'four hours' is not a length of working time; "
            "write 4h or 2d",
            "council.toml: deadlines.P3.read: is missing; "
            "write a length of working time like 4h or 2d",
            "council.toml: deadlines.P3.raed: is not a setting; did you mean read?",
            "council.toml: limits.opencap: is not a setting; did you mean open_cap?",
            "council.toml: waiting.settle: 'soon' is not a length of time; write 15m, 24h or 2d",
        ]

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('"en", ', "", "languages: must hold en"),
            ('"en", ', '"en", "az", ', "languages[3]: 'az' stands there twice"),
            ('prefix = "MC"', 'prefix = "M-1"', "prefix: 'M-1' is not one to four capital"),
            ('prefix = "MC"', "prefix = 7", "prefix: 7 is not a text in quotes"),
            ("members = 8", "members = 0", "limits.members: 0 is not a whole number from 1"),
            ("members = 8", "members = true", "limits.members: True is not a whole number"),
            ("closes = 18:00:00", "closes = 08:00:00", "closes: 08:00 is not after 09:00"),
            ("closes = 18:00:00", 'closes = "late"', "closes: 'late' is not a time of day"),
            ('holidays = "AZ"', 'holidays = "AS1"', "'AS1' is no country with known holidays"),
            ('media_kept = "20h"', 'media_kept = "3d"', "media_kept: '3d' must be longer"),
            ('settle = "1.5s"', 'settle = "0s"', "settle: '0s' must be longer than nothing"),
            ('id = "police"', 'id = "emergency"', "numbers[2].id: 'emergency' stands there twice"),
            ('number = "112"', 'number = "one"', "numbers[1].number: 'one' is not a telephone"),
            ('state = "sourced"', 'state = "dialled"', "numbers[1].checked_on: is missing"),
            ('state = "sourced"', 'state = "called"', "state: 'called' is not one of dialled"),
            ('az = "polis"', 'azeri = "polis"', "numbers[2].use.azeri: is not a setting"),
            ("[deadlines]", "[dead lines]", "council.toml: Expected"),
            ("[deadlines]", "[deadline]", "deadlines: is missing; write a table [deadlines]"),
            (
                "decided = false\naz",
                "decided = 0\naz",
                "controller.decided: 0 is not true or false",
            ),
        ],
    )
    def test_faults_say_where_and_what(self, old: str, new: str, said: str) -> None:
        """Each line names the place in the file and what to write there."""
        council((old, new))
        assert any(said in line for line in faults()), faults()

    def test_a_number_that_was_dialled_keeps_its_day(self) -> None:
        """Who called and listened writes the day beside it."""
        council(('state = "sourced"', 'state = "dialled"\nchecked_on = 2026-11-23'))
        assert load().charter.numbers[0].checked_on == date(2026, 11, 23)

    def test_a_file_that_is_not_there_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The fault names the file that was looked for."""
        monkeypatch.setenv("COUNCIL_CONFIG", "elsewhere.toml")
        assert faults() == [
            "elsewhere.toml: there is no such file; copy the project's council.toml there"
        ]

    def test_the_shortest_file_is_enough(self) -> None:
        """Limits, waiting times and relations may be left out; the usual ones hold."""
        document = COUNCIL
        for table in ("limits", "waiting", "related"):
            start = document.index(f"[{table}]")
            after = document.index("\n[", start) if "\n[" in document[start:] else len(document)
            document = document[:start] + document[after:]
        Path("council.toml").write_text(document, encoding="utf-8")
        charter = load().charter
        assert (charter.members, charter.open_cap, charter.related) == (8, 15, {})


class TestFirstRun:
    """Keys where nothing was ever stored."""

    @pytest.fixture
    def said(self) -> list[str]:
        return []

    def start(self, said: list[str], tmp_path: Path) -> tuple[Settings, Database]:
        database = open_database(f"sqlite:///{tmp_path}/new.db")
        return ensure_keys(load(), database, said.append), database

    def test_a_first_key_is_made_kept_and_told(self, said: list[str], tmp_path: Path) -> None:
        """It stands in .env, for its owner's eyes only, and is the one read next time."""
        settings, _ = self.start(said, tmp_path)
        assert len(settings.masters) == 1
        assert Path(".env").stat().st_mode & 0o777 == 0o600
        assert load().masters == settings.masters
        (line,) = said
        assert str(tmp_path / ".env") in line
        assert settings.council_keys is not None
        assert settings.council_keys.get_secret_value() not in line

    def test_what_stands_in_the_file_stays(self, said: list[str], tmp_path: Path) -> None:
        """Other lines are kept, an empty one for the key is filled, and the file becomes private."""
        Path(".env").write_text("PORT=9000\nCOUNCIL_KEYS=\nHOST=0.0.0.0")
        os.chmod(".env", 0o644)
        settings, _ = self.start(said, tmp_path)
        again = load()
        assert (again.port, again.host, again.masters) == (9000, "0.0.0.0", settings.masters)
        assert Path(".env").read_text().count("COUNCIL_KEYS") == 1
        assert Path(".env").stat().st_mode & 0o777 == 0o600

    def test_given_keys_are_used(
        self, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With keys in the environment nothing is written."""
        monkeypatch.setenv("COUNCIL_KEYS", COUNCIL_KEYS)
        settings, _ = self.start(said, tmp_path)
        assert settings.masters == parse_masters(COUNCIL_KEYS)
        assert not said
        assert not Path(".env").exists()

    def test_missing_keys_stop_the_start(self, database: Database, said: list[str]) -> None:
        """Where there is data, no fresh key is made: it could open nothing."""
        with pytest.raises(KeysMissing, match="COUNCIL_KEYS is empty"):
            ensure_keys(load(), database, said.append)
        assert not said
        assert not Path(".env").exists()

    def test_a_place_that_cannot_be_written_is_said(self, said: list[str], tmp_path: Path) -> None:
        """Without a place for the key nothing is begun."""
        database = open_database(f"sqlite:///{tmp_path}/new.db")
        with pytest.raises(SettingsFault, match="cannot be written"):
            ensure_keys(load(), database, said.append, Path("no/such/place/.env"))
        assert not said


class TestClock:
    """The clock on the wall, and the one that jumps."""

    def test_the_system_clock_is_utc(self) -> None:
        """It tells an aware instant, called either way."""
        clock = SystemClock()
        assert clock.now().tzinfo is UTC
        assert clock() - clock.now() < timedelta(seconds=1)

    def test_a_jumping_clock_goes_on_and_jumps(self) -> None:
        """Seconds pass by themselves, hours at a word, and never backwards."""
        seconds = [100.0]
        start = datetime(2026, 11, 23, 9, tzinfo=UTC)
        clock = JumpingClock(start, monotonic=lambda: seconds[0])
        seconds[0] += 5
        assert clock.now() == start + timedelta(seconds=5)
        assert clock.jump(timedelta(hours=2)) == clock() == start + timedelta(hours=2, seconds=5)
        with pytest.raises(ValueError, match="never goes back"):
            clock.jump(timedelta(seconds=-1))
        with pytest.raises(ValueError, match="time zone"):
            JumpingClock(start.replace(tzinfo=None))
