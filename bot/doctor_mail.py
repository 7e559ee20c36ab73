"""`council-bot doctor`: who at the Service is sent the digest, and whether e-mail gets out."""

import ssl
from collections.abc import Iterator

from bot.finding import Finding
from bot.mail_account import MailAccount
from bot.mail_wire import Line, Patience
from bot.opening import Opened
from bot.transport import SendError
from handlers.service import places
from storage import recipients

PATIENCE = Patience(connect=10.0, answer=10.0)
MEND = {
    "smtp_certificate": "its certificate is not one that this machine trusts, or names another server: check SMTP_HOST",
    "smtp_tls": "it does not speak TLS like that: check SMTP_PORT and SMTP_SECURITY (587 starttls, 465 tls)",
    "smtp_no_tls": "it offers no STARTTLS: check SMTP_PORT and SMTP_SECURITY (587 starttls, 465 tls)",
    "smtp_no_login": "it takes no password there: check SMTP_PORT, or leave SMTP_USER and SMTP_PASSWORD out",
    "smtp_login_535": "it refuses SMTP_USER and SMTP_PASSWORD",
    "smtp_connect_unknown_host": "there is no server of this name: check SMTP_HOST",
    "smtp_no_mail_server": "something else answers there: check SMTP_HOST and SMTP_PORT",
}
"""What to mend, by the fault's code; otherwise the network is looked at."""


def examine(here: Opened, *, trust: ssl.SSLContext | None = None) -> Iterator[Finding]:
    """Recipients, and the mail server as far as it lets us in; no mail is sent."""
    yield from _recipients(here)
    account = here.settings.mail
    if account is None:
        yield Finding("ok", "e-mail is not set up: the digest goes by Telegram alone")
        return
    yield _server(account, trust or ssl.create_default_context())


def _recipients(here: Opened) -> Iterator[Finding]:
    entries = [rule.name for rule in here.settings.charter.recipients]
    with here.database.read() as session:
        joined = {
            one.name: places.of(here.settings.charter, one) for one in recipients.joined(session)
        }
    sent = [name for name in entries if joined.get(name)]
    if not entries:
        yield Finding("warning", "council.toml names no [[recipients]]: nobody is sent the digest")
    elif not joined.keys() & set(entries):
        yield Finding(
            "warning",
            "nobody at the Service is sent the digest yet: `council-bot recipients invite "
            f"{entries[0]}`",
        )
    else:
        waiting = [name for name in entries if name not in joined]
        there = ", ".join(sent) or "nobody"
        still = f"; not yet: {', '.join(waiting)}" if waiting else ""
        yield Finding("ok", f"the digest goes to: {there}{still}")
    for name in sorted(joined.keys() - set(entries)):
        yield Finding(
            "warning",
            f"{name} joined, stands no more in council.toml, and is sent nothing: "
            f"`council-bot recipients leave {name}`",
        )
    for name in [name for name in entries if name in joined and name not in sent]:
        yield Finding(
            "warning",
            f"{name} joined by another channel or address than council.toml names now, and is sent "
            f"nothing: `council-bot recipients leave {name}`, then `invite`",
        )


def _server(account: MailAccount, trust: ssl.SSLContext) -> Finding:
    try:
        Line(account, trust, PATIENCE).try_out()
    except SendError as error:
        mend = MEND.get(error.code, "check SMTP_HOST, SMTP_PORT and the network")
        return Finding(
            "fault",
            f"the mail server {account.host}:{account.port} does not take e-mail: {mend} ({error.code})",
        )
    return Finding("ok", f"the mail server {account.host}:{account.port} lets us in")
