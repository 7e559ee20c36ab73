"""A mail server on this machine with one mailbox for everybody: it takes letters and keeps them."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.sandbox.letters import Letter, read
from bot.sandbox.mail_faults import MailFault, MailFaults

HOST = "127.0.0.1"
NAME = "mail.service.example"
MOST_LETTERS = 50
LARGEST = 25 << 20
"""Bytes of one letter, as most servers take."""
MOST_BYTES = 64 << 20
OK = "250 2.0.0 OK: kept"


def wall() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


class Mailbox:
    """The server and what it took, newest last; older letters go where there are too many.

    With `tls` it offers STARTTLS; with `login` (name, password) it wants that before a letter.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = wall,
        *,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.clock = clock
        self.faults = MailFaults()
        self.letters: deque[Letter] = deque(maxlen=MOST_LETTERS)
        self.port = 0
        self._tls, self._login = tls, login
        self._numbers = count(1)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.BaseTransport] = set()
        self._listeners: list[Callable[[], None]] = []

    async def start(self) -> None:
        """From now on it listens, at the port it had before if it had one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._greet, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody listens any more: who connects is refused. Letters stay."""
        if self._server is not None:
            self._server.close()
            for transport in tuple(self._open):
                _abort(transport)
            await self._server.wait_closed()
            self._server = None

    def find(self, number: int) -> Letter | None:
        """The letter of this number, if it is still kept."""
        return next((letter for letter in self.letters if letter.id == number), None)

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call this at every letter that arrives; the result takes it back."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    async def wait(self, letters: int, seconds: float = 5.0) -> Letter:
        """The newest letter, once so many are kept; TimeoutError shows the subjects there are."""
        changed = asyncio.Event()
        stop = self.listen(changed.set)
        try:
            async with asyncio.timeout(seconds):
                while len(self.letters) < letters:
                    await changed.wait()
                    changed.clear()
        except TimeoutError:
            raise TimeoutError(f"{[letter.subject for letter in self.letters]}") from None
        finally:
            stop()
        return self.letters[-1]

    def keep(self, envelope: tuple[str, ...], raw: bytes) -> Letter:
        """A letter arrived."""
        letter = read(next(self._numbers), self.clock(), envelope, raw)
        self.letters.append(letter)
        while len(self.letters) > 1 and sum(len(each.raw) for each in self.letters) > MOST_BYTES:
            self.letters.popleft()
        for callback in tuple(self._listeners):
            callback()
        return letter

    def _greet(self) -> asyncio.BaseProtocol:
        fault = self.faults.take("connect")
        if fault is not None:
            return _Rude(fault, self._open)
        with warnings.catch_warnings():  # nobody but us is here to hear a password
            warnings.simplefilter("ignore", UserWarning)
            return _Polite(
                _Counter(self),
                self._open,
                hostname=NAME,
                ident="ESMTP",
                data_size_limit=LARGEST,
                enable_SMTPUTF8=True,
                tls_context=self._tls,
                auth_required=self._login is not None,
                auth_require_tls=self._tls is not None,
                authenticator=self._knows if self._login is not None else None,
                loop=asyncio.get_running_loop(),
            )

    def _knows(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        given = (
            (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else ()
        )
        return AuthResult(success=given == self._login, handled=given == self._login)


class _Counter:
    """What a server answers at each step."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.mailbox.faults.take("mail", address)
        if fault is not None:
            return await _goes_wrong(server, fault)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.mailbox.faults.take("rcpt", address)
        if fault is not None:
            return await _goes_wrong(server, fault)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self.mailbox.faults.take("data")
        if fault is None or str(fault.wrong).startswith("accept"):
            content = envelope.original_content or b""
            self.mailbox.keep(tuple(envelope.rcpt_tos), content)
        return OK if fault is None else await _goes_wrong(server, fault)


async def _goes_wrong(server: SMTP, fault: MailFault) -> str:
    if isinstance(fault.wrong, int):
        return fault.line
    if fault.wrong.endswith("reset") and server.transport is not None:
        _abort(server.transport)
    await asyncio.Event().wait()  # until the connection is gone
    raise AssertionError("unreachable")


class _Polite(SMTP):
    """A connection that is known, so that it can be ended."""

    def __init__(self, handler: object, known: set[asyncio.BaseTransport], **how: Any) -> None:
        super().__init__(handler, **how)
        self._known, self._mine = known, set[asyncio.BaseTransport]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._known.add(transport)
        self._mine.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._known -= self._mine
        super().connection_lost(error)


class _Rude(asyncio.Protocol):
    """A connection on which nothing good happens."""

    def __init__(self, fault: MailFault, known: set[asyncio.BaseTransport]) -> None:
        self._fault, self._known = fault, known
        self._transport: asyncio.BaseTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._known.add(transport)
        if isinstance(self._fault.wrong, int) and isinstance(transport, asyncio.WriteTransport):
            transport.write(f"{self._fault.line}\r\n".encode())
            transport.close()
        elif self._fault.wrong != "hang":
            _abort(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._known.discard(self._transport)


def _abort(transport: asyncio.BaseTransport) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
