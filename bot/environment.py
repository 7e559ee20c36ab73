"""What the environment says, or a file .env beside the program: addresses, tokens and keys."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.exc import ArgumentError

from bot.charter_values import EMAIL
from bot.faults import Faults, suggestion
from storage.database import open_database
from storage.masters import parse_masters

LogLevel = Literal["debug", "info", "warning", "error"]
Security = Literal["starttls", "tls", "none"]

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{8,}")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
AUTH_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")
SENDER = re.compile(r"whatsapp:\+[1-9]\d{6,14}")
MESSAGING_SERVICE = re.compile(r"MG[0-9a-f]{32}")
MAIL_SERVER = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|::1")
MAIL_PORT = 587
WEBHOOK_PORTS = (None, 80, 88, 443, 8443)
AT_HOME = ("127.0.0.1", "localhost", "::1")
TWILIO_API = "https://api.twilio.com"


def _token(value: SecretStr) -> SecretStr:
    if not TOKEN.fullmatch(value.get_secret_value().strip()):
        raise ValueError("is not a bot token; BotFather gives one like 123456:AbC-dEf…")
    return SecretStr(value.get_secret_value().strip())


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("must be 16 to 256 of A–Z a–z 0–9 _ -")
    return value


def _keys(value: SecretStr) -> SecretStr:
    try:
        parse_masters(value.get_secret_value())
    except ValueError as error:
        raise ValueError(f"{error}; separate keys by commas, the current one first") from None
    return value


def _database(value: SecretStr) -> SecretStr:
    try:
        open_database(value.get_secret_value())
    except (ValueError, ArgumentError):
        raise ValueError(
            "is no database; write sqlite:///a/file or postgresql://user:password@host/name"
        ) from None
    return value


def _service_database(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("is no PostgreSQL; write postgresql://user:password@host/name")
    return _database(value)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an address; write one like https://example.org")
    if parts.scheme == "http" and parts.hostname not in AT_HOME:
        raise ValueError("must begin with https://")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must end with its path, without ? # or @")
    if not re.fullmatch(r"(\[[^\]]*\]|[^:]*)(:\d{1,5})?", parts.netloc):
        raise ValueError("has something that is not a port after its colon")
    return value.rstrip("/")


def telegram_calls(public_url: str) -> bool:
    """Whether Telegram calls addresses with this one's port."""
    parts = urlsplit(public_url)
    return parts.port in WEBHOOK_PORTS or parts.hostname in AT_HOME


def _account(value: str) -> str:
    if not ACCOUNT.fullmatch(value.strip()):
        raise ValueError("is not an account's SID; it is AC and 32 more of 0–9 a–f")
    return value.strip()


def _auth_token(value: SecretStr) -> SecretStr:
    if not AUTH_TOKEN.fullmatch(value.get_secret_value().strip()):
        raise ValueError("is not an auth token; copy it from Twilio's console")
    return SecretStr(value.get_secret_value().strip())


def _sender(value: str) -> str:
    if not SENDER.fullmatch(value.strip()):
        raise ValueError("is not a sender; write one like whatsapp:+994500000001")
    return value.strip()


def _messaging_service(value: str) -> str:
    if not MESSAGING_SERVICE.fullmatch(value.strip()):
        raise ValueError("is not a messaging service's SID; it is MG and 32 more of 0–9 a–f")
    return value.strip()


def _port(value: object) -> int:
    if not re.fullmatch(r"\d{1,5}", str(value)) or int(str(value)) > 65535:
        raise ValueError("is not a port; write a whole number up to 65535")
    return int(str(value))


def _mail_server(value: str) -> str:
    if not MAIL_SERVER.fullmatch(value.strip()):
        raise ValueError("is not a server's name; write one like smtp.example.org")
    return value.strip()


def _mail_address(value: str) -> str:
    if not EMAIL.fullmatch(value.strip()):
        raise ValueError("is not an e-mail address; write one like council@example.org")
    return value.strip()


def _mail_secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isascii() or not value.get_secret_value().isprintable():
        raise ValueError("has a character that mail servers do not take; use A–Z a–z 0–9 and signs")
    return value


def _mail_user(value: str) -> str:
    _mail_secret(SecretStr(value))
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class ConfigFile(BaseSettings):
    """Where council.toml is: known even while another variable is at fault."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    council_config: Path = Path("council.toml")


class Environment(ConfigFile):
    """The variables by name; what is secret shows in no repr and in no error."""

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_api_base_url: Annotated[str, AfterValidator(_address)] = "https://api.telegram.org"
    telegram_webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = None
    twilio_account_sid: Annotated[str, AfterValidator(_account)] | None = None
    twilio_auth_token: Annotated[SecretStr, AfterValidator(_auth_token)] | None = None
    twilio_whatsapp_from: Annotated[str, AfterValidator(_sender)] | None = None
    twilio_messaging_service_sid: Annotated[str, AfterValidator(_messaging_service)] | None = None
    twilio_api_base_url: Annotated[str, AfterValidator(_address)] = TWILIO_API
    twilio_content_base_url: Annotated[str, AfterValidator(_address)] | None = None
    twilio_messaging_base_url: Annotated[str, AfterValidator(_address)] | None = None
    smtp_host: Annotated[str, AfterValidator(_mail_server)] | None = None
    smtp_port: Annotated[int, BeforeValidator(_port)] = MAIL_PORT
    smtp_user: Annotated[str, AfterValidator(_mail_user)] | None = None
    smtp_password: Annotated[SecretStr, AfterValidator(_mail_secret)] | None = None
    smtp_security: Annotated[Security, BeforeValidator(_lower)] = "starttls"
    mail_from: Annotated[str, AfterValidator(_mail_address)] | None = None
    public_url: Annotated[str, AfterValidator(_address)] | None = None
    council_data_dir: Path = Path("data")
    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = None
    service_database_url: Annotated[SecretStr, AfterValidator(_service_database)] | None = None
    council_keys: Annotated[SecretStr, AfterValidator(_keys)] | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, BeforeValidator(_port)] = 8080
    log_level: Annotated[LogLevel, BeforeValidator(_lower)] = "info"


def read_environment(env_file: Path | None, faults: Faults) -> Environment:
    """The environment, completed by `env_file`; faults are noted by the variable's name.

    What is at fault has a stand-in, so that reading goes on to the next fault.
    """
    for name in _misspelt(env_file):
        known = (field.upper() for field in Environment.model_fields)
        faults.add(name, f"is not a variable of this program{suggestion(name, known)}")
    try:
        return _environment(env_file)
    except ValidationError as error:
        stand_ins = {}
        for fault in error.errors(include_input=False, include_context=False, include_url=False):
            name = str(fault["loc"][0])
            faults.add(name.upper(), fault["msg"].removeprefix("Value error, "))
            stand_ins[name] = Environment.model_fields[name].default
        return _environment(env_file, **stand_ins)


def _environment(env_file: Path | None, **stand_ins: Any) -> Environment:
    return Environment(_env_file=env_file, **stand_ins)  # type: ignore[call-arg]


def config_file(env_file: Path | None) -> Path:
    """Where council.toml is."""
    return ConfigFile(_env_file=env_file).council_config  # type: ignore[call-arg]


def _misspelt(env_file: Path | None) -> Iterator[str]:
    """Names in the file that look much like ours and are not."""
    known = {field.upper() for field in Environment.model_fields}
    for name in dotenv_values(env_file) if env_file and env_file.is_file() else ():
        # other programs have passwords in there too
        if name.upper() not in known and suggestion(name.upper(), known, how_alike=0.8):
            yield name
