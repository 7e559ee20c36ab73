"""The account at Twilio through which the bot speaks on WhatsApp."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.environment import TWILIO_API, Environment
from bot.faults import Faults

NEEDED = {
    "TWILIO_ACCOUNT_SID": "it stands on the first page of Twilio's console, AC and 32 more",
    "TWILIO_AUTH_TOKEN": "it stands on the first page of Twilio's console, under the account's SID",
    "TWILIO_WHATSAPP_FROM": "write the number people write to, like whatsapp:+994500000001",
    "PUBLIC_URL": "Twilio calls us there, so WhatsApp does not go without it",
}
"""What WhatsApp cannot go without, and where to find it."""

MARKS = frozenset(
    {
        "twilio_account_sid",
        "twilio_auth_token",
        "twilio_whatsapp_from",
        "twilio_messaging_service_sid",
    }
)
"""Fields that nobody sets who does not want WhatsApp."""

CONTENT = "https://content.twilio.com"
MESSAGING = "https://messaging.twilio.com"


@dataclass(frozen=True, slots=True)
class WhatsAppAccount:
    """Whose account it is, who speaks, where Twilio is called, and where Twilio calls us."""

    account_sid: str
    auth_token: SecretStr
    sender: str
    public_url: str
    messaging_service_sid: str | None = None
    api_base_url: str = TWILIO_API
    content_base_url: str = CONTENT
    messaging_base_url: str = MESSAGING

    @property
    def inbound_url(self) -> str:
        """Where Twilio brings what people write."""
        return f"{self.public_url}/whatsapp"

    @property
    def fallback_url(self) -> str:
        """Where Twilio brings it when the first address failed."""
        return f"{self.public_url}/whatsapp/fallback"

    @property
    def status_url(self) -> str:
        """Where Twilio tells what became of a message."""
        return f"{self.public_url}/whatsapp/status"


def wanted(environment: Environment) -> bool:
    """Whether anything is set that only WhatsApp needs."""
    return not MARKS.isdisjoint(environment.model_fields_set)


def account_from(environment: Environment, faults: Faults) -> WhatsAppAccount | None:
    """The account, or None where nothing of it is set; what is missing besides is a fault."""
    if not wanted(environment):
        return None
    for name, where in NEEDED.items():
        if name.lower() not in environment.model_fields_set:
            faults.add(name, f"is missing; {where}")
    sid, token = environment.twilio_account_sid, environment.twilio_auth_token
    sender, public_url = environment.twilio_whatsapp_from, environment.public_url
    if sid is None or token is None or sender is None or public_url is None:
        return None
    api = environment.twilio_api_base_url
    usual = urlsplit(api) == urlsplit(TWILIO_API)
    return WhatsAppAccount(
        account_sid=sid,
        auth_token=token,
        sender=sender,
        public_url=public_url,
        messaging_service_sid=environment.twilio_messaging_service_sid,
        api_base_url=api,
        content_base_url=environment.twilio_content_base_url or (CONTENT if usual else api),
        messaging_base_url=environment.twilio_messaging_base_url or (MESSAGING if usual else api),
    )
