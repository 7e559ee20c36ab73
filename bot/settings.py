"""Everything that can be set, read once at the start and frozen."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url

from bot.charter_file import charter_from, open_questions
from bot.environment import (
    Environment,
    LogLevel,
    config_file,
    read_environment,
    telegram_calls,
)
from bot.faults import Faults, SettingsFault
from bot.mail_account import MailAccount, mail_account
from bot.whatsapp_account import WhatsAppAccount, account_from, wanted
from handlers.charter import Charter
from storage.masters import parse_masters

__all__ = ["MailAccount", "Settings", "SettingsFault", "WhatsAppAccount", "load"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What this program was told; secrets show themselves only to `get_secret_value`.

    `public_url` is where Telegram and Twilio reach us. Where Telegram has no secret to be known by,
    the bot asks Telegram for news itself. `whatsapp` is None where the bot runs on Telegram alone,
    `mail` where nobody is sent e-mail.
    `service_database_url` is the login that may look through the Service's window and no further.
    `open_questions` are what council.toml leaves undecided, for `doctor` to repeat.
    """

    telegram_bot_token: SecretStr | None
    telegram_api_base_url: str
    telegram_webhook_secret: SecretStr | None
    public_url: str | None
    data_dir: Path
    database_url: SecretStr
    council_keys: SecretStr | None
    council_config: Path
    host: str
    port: int
    log_level: LogLevel
    charter: Charter
    open_questions: tuple[str, ...] = ()
    whatsapp: WhatsAppAccount | None = None
    service_database_url: SecretStr | None = None
    mail: MailAccount | None = None

    @property
    def telegram_webhook(self) -> bool:
        """Whether Telegram calls us, rather than we ask Telegram."""
        return self.public_url is not None and self.telegram_webhook_secret is not None

    @property
    def masters(self) -> tuple[bytes, ...]:
        """The master keys, the current one first; none before the first run."""
        return parse_masters(self.council_keys.get_secret_value()) if self.council_keys else ()

    @property
    def telegram_base_url(self) -> str:
        """Where the Bot API is called, as the client wants it."""
        return f"{self.telegram_api_base_url}/bot"

    @property
    def telegram_base_file_url(self) -> str:
        """Where files are fetched, as the client wants it."""
        return f"{self.telegram_api_base_url}/file/bot"


def load(env_file: Path | None = Path(".env"), *, telegram: bool = False) -> Settings:
    """Read environment, .env and council.toml; raises SettingsFault with every fault in them.

    `telegram` says that the bot's token is needed for what is to be done.
    """
    faults = Faults()
    environment = read_environment(env_file, faults)
    whatsapp = account_from(environment, faults)
    _telegram_faults(environment, faults, needed=telegram)
    _service_faults(environment, faults)
    config = config_file(env_file)
    charter = charter_from(config, faults)
    mail = mail_account(environment, charter.recipients if charter else (), faults)
    faults.settle()
    assert charter is not None
    home = environment.council_data_dir
    return Settings(
        telegram_bot_token=environment.telegram_bot_token,
        telegram_api_base_url=environment.telegram_api_base_url,
        telegram_webhook_secret=environment.telegram_webhook_secret,
        public_url=environment.public_url,
        data_dir=home,
        database_url=environment.database_url or SecretStr(f"sqlite:///{home / 'council.db'}"),
        council_keys=environment.council_keys,
        council_config=config,
        host=environment.host,
        port=environment.port,
        log_level=environment.log_level,
        charter=charter,
        open_questions=open_questions(config),
        whatsapp=whatsapp,
        service_database_url=environment.service_database_url,
        mail=mail,
    )


def _service_faults(environment: Environment, faults: Faults) -> None:
    """A second login is one to the same database, and another one than the bot's own."""
    if environment.service_database_url is None:
        return
    if environment.database_url is None:
        faults.add("SERVICE_DATABASE_URL", "is for PostgreSQL; DATABASE_URL is not set")
        return
    own, service = (
        make_url(one.get_secret_value())
        for one in (environment.database_url, environment.service_database_url)
    )
    if own.get_backend_name() == "sqlite":
        faults.add("SERVICE_DATABASE_URL", "is for PostgreSQL; DATABASE_URL names another database")
    elif own.username == service.username:
        faults.add("SERVICE_DATABASE_URL", "must be another login than that of DATABASE_URL")


def _telegram_faults(environment: Environment, faults: Faults, *, needed: bool) -> None:
    """What is missing to reach Telegram, or to be reached by it."""
    given = environment.model_fields_set
    if needed and "telegram_bot_token" not in given:
        faults.add("TELEGRAM_BOT_TOKEN", "is missing; @BotFather in Telegram gives one")
    if environment.public_url is None:
        return
    secret, polls = "telegram_webhook_secret" in given, wanted(environment)
    if (secret or not polls) and not telegram_calls(environment.public_url):
        faults.add(
            "PUBLIC_URL", "has a port that Telegram does not call; it calls 80, 88, 443, 8443"
        )
    if not secret and not polls:
        faults.add(
            "TELEGRAM_WEBHOOK_SECRET",
            "is missing; with PUBLIC_URL write any 16 to 256 of A–Z a–z 0–9 _ -",
        )
