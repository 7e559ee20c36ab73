"""One conversation with the mail server, by the standard library, in a thread."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from smtplib import SMTPAuthenticationError, SMTPNotSupportedError, SMTPServerDisconnected

from bot.mail_account import MailAccount
from bot.mail_errors import Stage, understand
from bot.transport import SendError

WAYS_IN = ("PLAIN", "LOGIN", "CRAM-MD5")
"""How we say who we are, best first: the way there is encrypted already."""
LONE_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for a connection, for an answer, for the answer to a whole message, for all of it.

    A message may be looked through before it is taken; giving up too early sends it twice.
    """

    connect: float = 20.0
    answer: float = 60.0
    body: float = 200.0
    in_all: float = 280.0


class HungUp(OSError):
    """Nobody waits for this conversation any more."""


class Line:
    """A conversation that knows how far it came, and can be hung up from another thread."""

    def __init__(self, account: MailAccount, trust: ssl.SSLContext, patience: Patience) -> None:
        self.stage: Stage = "connect"
        self._account, self._trust, self._patience = account, trust, patience
        self._smtp: smtplib.SMTP | None = None
        self._hung_up = False

    def hand_over(self, to: str, message: bytes) -> None:
        """Have the server take a message for one address. Raises SendError."""
        self._talk(lambda: self._hand_over(self._open(), to, message))

    def try_out(self) -> None:
        """Go as far as saying who we are, and hand over nothing. Raises SendError."""
        self._talk(self._open)

    def hang_up(self) -> None:
        """End it, wherever it stands; whoever waits for an answer in its thread gets none."""
        self._hung_up = True
        sock = self._smtp.sock if self._smtp is not None else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is closed already
                pass

    def _talk(self, talk: Callable[[], object]) -> None:
        fault: SendError | None = None
        try:
            talk()
        except Exception as error:
            fault = understand(error, self.stage)
        finally:
            self._close()
        if fault is not None:
            raise fault  # out here, so that it drags no address along as its cause

    def _hand_over(self, smtp: smtplib.SMTP, to: str, message: bytes) -> None:
        self.stage = "sender"
        size = [f"size={len(message)}"] if smtp.has_extn("size") else []
        _must(smtp.mail(self._account.sender, size), 250)
        self.stage = "recipient"
        _must(smtp.rcpt(to), 250, 251)
        self.stage = "data"
        _must(smtp.docmd("DATA"), 354)
        self.stage = "body"
        assert smtp.sock is not None
        smtp.sock.settimeout(self._patience.body)
        smtp.send(LONE_DOT.sub(b"..", message) + b".\r\n")
        _must(smtp.getreply(), 250)

    def _open(self) -> smtplib.SMTP:
        account, wait = self._account, self._patience
        if account.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                account.host,
                account.port,
                local_hostname=account.domain,
                timeout=wait.connect,
                context=self._trust,
            )
        else:
            # our own name is told as it is in our address: looking it up may take long
            smtp = smtplib.SMTP(
                account.host, account.port, local_hostname=account.domain, timeout=wait.connect
            )
        self._smtp, self.stage = smtp, "greeting"
        if self._hung_up:
            raise HungUp
        assert smtp.sock is not None
        smtp.sock.settimeout(wait.answer)
        smtp.ehlo_or_helo_if_needed()
        if account.security == "starttls":
            self.stage = "tls"
            smtp.starttls(context=self._trust)
            smtp.ehlo_or_helo_if_needed()
        if account.user:
            self.stage = "login"
            _say_who(smtp, account)
        return smtp

    def _close(self) -> None:
        """Say goodbye without waiting for an answer."""
        if self._smtp is None:
            return
        try:
            if self._smtp.sock is not None and not self._hung_up:
                self._smtp.putcmd("QUIT")
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self._smtp.close()


def _must(answer: tuple[int, bytes], *right: int) -> None:
    if answer[0] not in right:
        raise smtplib.SMTPResponseException(*answer)


def _say_who(smtp: smtplib.SMTP, account: MailAccount) -> None:
    offered = smtp.esmtp_features.get("auth", "").split()
    ways = [way for way in WAYS_IN if way in offered]
    if not ways:
        raise SMTPNotSupportedError
    smtp.user, smtp.password = account.user, account.password.get_secret_value()
    refused: SMTPAuthenticationError | None = None
    for way in ways:
        try:
            smtp.auth(way, getattr(smtp, f"auth_{way.lower().replace('-', '_')}"))
        except SMTPAuthenticationError as error:
            refused = error
        except SMTPServerDisconnected:
            if refused is None:
                raise
            break  # some close the door after a refusal
        else:
            return
    assert refused is not None
    raise refused
