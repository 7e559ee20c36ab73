"""A mail server on this machine that takes, refuses, hangs and dies as a test tells it."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bot.mail_account import MailAccount

HOST, USER, PASSWORD = "127.0.0.1", "council", "a-good-password"
SENDER = "council@migrants.example"
TAKEN = "250 taken"

Answer = Callable[[str], str]


@dataclass
class MailServer:
    """What it took, in order, and how it behaves now."""

    port: int = 0
    box: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """Each address that somebody wanted to write to."""
    logins: list[bool] = field(default_factory=list)
    to_recipient: Answer = lambda address: TAKEN
    to_body: Answer = lambda address: TAKEN
    hangs_at: str = ""
    """recipient or body: there it says nothing any more."""
    hangs: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as somebody waits for it."""
    dies_after_body: int = 0
    """So often it takes a message and goes before it says so."""

    def mails(self, to: str) -> list[EmailMessage]:
        """What arrived at an address."""
        return [mail for mail in self.box if mail["To"] == to]

    # what aiosmtpd calls

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried.append(address)
        if self.hangs_at == "recipient":
            await self._hang()
        answer = self.to_recipient(address)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.hangs_at == "body":
            await self._hang()
        answer = self.to_body(envelope.rcpt_tos[0])
        if answer == TAKEN:
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.box.append(read(envelope.content))
        if self.dies_after_body > 0:
            self.dies_after_body -= 1
            server.transport.abort()
        return answer

    async def _hang(self) -> None:
        self.hangs.set()
        await asyncio.get_running_loop().create_future()

    def let_in(self, server: Any, session: Any, envelope: Any, way: str, data: Any) -> AuthResult:
        """Whether user and password are right."""
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        self.logins.append(right)
        return AuthResult(success=right, handled=False)


def read(raw: bytes) -> EmailMessage:
    """An e-mail as a mail program reads it."""
    message = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=default)
    assert isinstance(message, EmailMessage)
    return message


@asynccontextmanager
async def mail_server(
    *, certificate: Path | None = None, from_the_start: bool = False, login: bool = False
) -> AsyncIterator[MailServer]:
    """A server on a free port: with a certificate it speaks TLS, after STARTTLS unless from the start."""
    server = MailServer()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    behind = context if not from_the_start else None

    def answering() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about passwords that go unencrypted on this machine
            return SMTP(
                server,
                hostname="mail.example",
                tls_context=behind,
                authenticator=server.let_in,
                auth_required=login,
                auth_require_tls=behind is not None,
                enable_SMTPUTF8=False,
                loop=asyncio.get_running_loop(),
            )

    listening = await asyncio.get_running_loop().create_server(
        answering, HOST, 0, ssl=context if from_the_start else None
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


@asynccontextmanager
async def silent_server(
    speaks: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Something on a port that is no mail server, or a bad one; gives the port."""
    listening = await asyncio.start_server(speaks, HOST, 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def account(port: int, **more: Any) -> MailAccount:
    """Where the server is, as our settings say it."""
    usual: dict[str, Any] = {"host": HOST, "sender": SENDER, "port": port, "security": "none"}
    return MailAccount(**(usual | more))


KNOWN = {"user": USER, "password": SecretStr(PASSWORD)}


def certificate(folder: Path, name: str = HOST) -> tuple[Path, ssl.SSLContext]:
    """A certificate that this machine made for itself, and a store that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    alternative: x509.GeneralName = (
        x509.IPAddress(ipaddress.ip_address(name)) if name == HOST else x509.DNSName(name)
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + public)
    return path, ssl.create_default_context(cadata=public.decode())
