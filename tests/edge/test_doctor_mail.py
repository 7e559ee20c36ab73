"""What the doctor says of recipients and of the mail server, without sending anything."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mail_kit import KNOWN, MailServer, account, certificate, mail_server
from pydantic import SecretStr
from town import MORNING, charter

from bot import doctor_mail
from bot.finding import Finding
from bot.opening import Opened
from bot.settings import Settings
from handlers.charter import RecipientRule
from storage import secrecy
from storage.database import Database
from storage.model import Recipient

ENTRIES = (
    RecipientRule("contact", "telegram", "en", "council_contact"),
    RecipientRule("chancellery", "email", "en", "council_contact", "office@service.example"),
)


@pytest.fixture
def here(sqlite_in_use: Database, tmp_path: Path) -> Opened:
    """A council with two entries, and no mail server."""
    settings = Settings(
        telegram_bot_token=None,
        telegram_api_base_url="",
        telegram_webhook_secret=None,
        public_url=None,
        data_dir=tmp_path,
        database_url=SecretStr(""),
        council_keys=None,
        council_config=tmp_path,
        host="",
        port=0,
        log_level="info",
        charter=charter(recipients=ENTRIES),
    )
    return Opened(settings, sqlite_in_use, secrecy.ring())


async def examined(
    here: Opened, trust: ssl.SSLContext | None = None, **mail: Any
) -> list[tuple[str, str]]:
    """What it says; the server answers in this thread meanwhile."""
    if mail:
        here = replace(here, settings=replace(here.settings, mail=account(**mail)))

    def say() -> list[Finding]:
        return list(doctor_mail.examine(here, trust=trust))

    return [(one.level, one.text) for one in await asyncio.to_thread(say)]


def joined(
    here: Opened, *names: str, channel: str = "telegram", address: str | None = None
) -> None:
    with here.database.begin() as session:
        for name in names:
            session.add(
                Recipient(
                    name=name,
                    channel=channel,
                    address=address,
                    invited_at=MORNING,
                    joined_at=MORNING,
                )
            )


async def test_nobody_joined(here: Opened) -> None:
    """It says how to invite somebody."""
    told = await examined(here)
    assert told == [
        (
            "warning",
            "nobody at the Service is sent the digest yet: `council-bot recipients invite contact`",
        ),
        ("ok", "e-mail is not set up: the digest goes by Telegram alone"),
    ]


async def test_no_entries(here: Opened) -> None:
    """Without [[recipients]] there is nobody to invite."""
    here = replace(here, settings=replace(here.settings, charter=charter(recipients=())))
    assert (await examined(here))[0][1].startswith("council.toml names no [[recipients]]")


async def test_who_joined(here: Opened) -> None:
    """Who is sent it, who is not yet, and who stands in council.toml no more."""
    joined(here, "contact", "former")
    told = await examined(here)
    assert told[:2] == [
        ("ok", "the digest goes to: contact; not yet: chancellery"),
        (
            "warning",
            "former joined, stands no more in council.toml, and is sent nothing: "
            "`council-bot recipients leave former`",
        ),
    ]


async def test_who_joined_by_another_address(here: Opened) -> None:
    """They are sent nothing until whoever sits there now is invited."""
    joined(here, "chancellery", channel="email", address="former@service.example")
    told = await examined(here)
    assert told[:2] == [
        ("ok", "the digest goes to: nobody; not yet: contact"),
        (
            "warning",
            "chancellery joined by another channel or address than council.toml names now, and is "
            "sent nothing: `council-bot recipients leave chancellery`, then `invite`",
        ),
    ]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[MailServer, ssl.SSLContext]]:
    """A mail server with STARTTLS and a password."""
    path, trust = certificate(tmp_path)
    async with mail_server(certificate=path, login=True) as server:
        yield server, trust


async def test_a_server_that_lets_us_in(
    here: Opened, server: tuple[MailServer, ssl.SSLContext]
) -> None:
    """Encrypted and logged in, and no mail was begun."""
    there, trust = server
    told = await examined(here, trust, port=there.port, security="starttls", **KNOWN)
    assert told[-1] == ("ok", f"the mail server 127.0.0.1:{there.port} lets us in")
    assert (there.logins, there.tried) == ([True], [])


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ({"password": SecretStr("wrong")}, "it refuses SMTP_USER and SMTP_PASSWORD"),
        ({"security": "tls"}, "check SMTP_PORT and SMTP_SECURITY"),
        ({"host": "localhost"}, "its certificate is not one that this machine trusts"),
        ({"host": "no.such.host.invalid"}, "there is no server of this name"),
        ({"port": 1}, "check SMTP_HOST, SMTP_PORT and the network (smtp_connect_refused)"),
    ],
)
async def test_a_server_that_does_not(
    here: Opened, server: tuple[MailServer, ssl.SSLContext], mail: dict[str, Any], said: str
) -> None:
    """A fault with what to mend, and no password in it."""
    there, trust = server
    usual = {"port": there.port, "security": "starttls", **KNOWN}
    told = await examined(here, trust, **(usual | mail))
    level, line = told[-1]
    assert level == "fault"
    assert said in line
    assert "wrong" not in line
