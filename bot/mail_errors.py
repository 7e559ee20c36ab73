"""What a mail server says, or does not say, and what to do about it."""

import socket
import ssl
from collections.abc import Mapping
from smtplib import SMTPException, SMTPNotSupportedError, SMTPResponseException
from typing import Literal

from bot.transport import Reaction, SendError

Stage = Literal["connect", "greeting", "tls", "login", "sender", "recipient", "data", "body"]
"""How far a conversation came; from `body` on the server may have the whole message."""

LATER = 300.0
"""Seconds after which a server that wants to be asked again (greylisting) is asked again."""

FOR_GOOD: Mapping[Stage, Reaction] = {
    "connect": "operator",
    "greeting": "operator",
    "tls": "operator",
    "login": "operator",
    "sender": "operator",
    "recipient": "refused",
    "data": "refused",
    "body": "refused",
}
"""What a 5xx means: before there is talk of a recipient, it would be said to everybody."""

OTHERWISE: Mapping[tuple[Stage, int], Reaction] = {
    ("sender", 552): "refused",  # this one message is too large
    ("recipient", 530): "operator",  # who we are is to be said first
    ("recipient", 538): "operator",
    ("data", 530): "operator",
}

ASKS_FOR_PATIENCE: tuple[Stage, ...] = ("sender", "recipient", "data", "body")


def understand(error: BaseException, stage: Stage) -> SendError:
    """The fault as it concerns us; it names the stage and the server's number, nothing else."""
    if isinstance(error, SendError):
        return error
    if isinstance(error, SMTPResponseException):
        return _answered(int(error.smtp_code), stage)
    if isinstance(error, SMTPNotSupportedError):
        return SendError("operator", f"smtp_no_{stage}")
    if isinstance(error, ssl.SSLCertVerificationError):
        return SendError("operator", "smtp_certificate")
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return SendError("operator", "smtp_tls")
    if isinstance(error, OSError | SMTPException):
        return SendError("retry", f"smtp_{stage}_{_how(error)}", maybe_sent=stage == "body")
    return SendError("retry", f"bug:{type(error).__name__}", maybe_sent=stage == "body")


def _answered(status: int, stage: Stage) -> SendError:
    code = f"smtp_{stage}_{status}"
    if status >= 500:
        return SendError(OTHERWISE.get((stage, status), FOR_GOOD[stage]), code)
    if status < 400:  # no answer that this question has
        if stage in ("connect", "greeting"):
            return SendError("operator", "smtp_no_mail_server")
        return SendError("retry", code, maybe_sent=stage == "body")
    # 421: it is about to close for everybody, and says nothing of this message
    patient = stage in ASKS_FOR_PATIENCE and status != 421
    return SendError("retry", code, after=LATER if patient else None)


def _how(error: BaseException) -> str:
    # smtplib tells a lost connection by an error of its own, behind which is what happened
    behind = error.__context__ or error
    for one in (error, behind):
        if isinstance(one, TimeoutError):
            return "timeout"
        if isinstance(one, ConnectionRefusedError):
            return "refused"
        if isinstance(one, socket.gaierror):
            return "unknown_host"
    return "lost"
