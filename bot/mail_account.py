"""The mail server that takes our e-mail, and from whom it comes."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bot.environment import AT_HOME, MAIL_PORT, Environment, Security
from bot.faults import Faults
from handlers.charter import RecipientRule

NEEDED = {
    "SMTP_HOST": "write the mail server's name, like smtp.example.org",
    "MAIL_FROM": "write the address that our e-mail comes from",
}
"""What e-mail cannot go without."""

MARKS = frozenset({"smtp_host", "smtp_user", "smtp_password", "mail_from"})
"""Fields that nobody sets who does not want e-mail."""

NONE = SecretStr("")


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Which server takes our e-mail, how the way to it is kept secret, and who we are there.

    `user` and `password` are both empty where the server asks for neither.
    """

    host: str
    sender: str
    port: int = MAIL_PORT
    user: str = ""
    password: SecretStr = NONE
    security: Security = "starttls"

    @property
    def domain(self) -> str:
        """Where our own names of messages end."""
        return self.sender.rpartition("@")[2]


def mail_account(
    environment: Environment, recipients: Sequence[RecipientRule], faults: Faults
) -> MailAccount | None:
    """The server, or None where nobody is sent e-mail; what is missing besides is a fault."""
    given = environment.model_fields_set
    expected = [rule.name for rule in recipients if rule.channel == "email"]
    if MARKS.isdisjoint(given) and not expected:
        return None
    why = f" ({expected[0]} of council.toml is sent e-mail)" if expected else ""
    for name, what in NEEDED.items():
        if name.lower() not in given:
            faults.add(name, f"is missing; {what}{why}")
    for one, other in (("SMTP_USER", "SMTP_PASSWORD"), ("SMTP_PASSWORD", "SMTP_USER")):
        if one.lower() not in given and other.lower() in given:
            faults.add(one, f"is missing; it goes with {other}")
    host, sender = environment.smtp_host, environment.mail_from
    if host and environment.smtp_security == "none" and host not in AT_HOME:
        faults.add("SMTP_SECURITY", "is none: that goes only to 127.0.0.1; write starttls or tls")
    if host is None or sender is None:
        return None
    return MailAccount(
        host=host,
        sender=sender,
        port=environment.smtp_port,
        user=environment.smtp_user or "",
        password=environment.smtp_password or NONE,
        security=environment.smtp_security,
    )
