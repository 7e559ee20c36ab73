"""Messages and media as Twilio keeps them, and what its REST API shows of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.twilio_bubbles import WhatsAppBubble
    from bot.sandbox.twilio_phones import WhatsAppPhone

API_VERSION = "2010-04-01"
UNFINISHED = ("accepted", "queued", "sending")


def new_sid(head: str) -> str:
    """A name as Twilio gives them: two letters and 32 hexadecimal digits."""
    return f"{head}{random.randbytes(16).hex()}"


def new_user_id() -> str:
    """A business-scoped id of somebody in Azerbaijan."""
    return f"AZ.{random.randbytes(10).hex().upper()}"


@dataclass(eq=False, slots=True)
class Media:
    """A file of a message; `size` may be larger than `content`, then zeros follow."""

    sid: str
    message: str
    mime: str
    content: bytes
    size: int
    created_at: datetime

    def resource(self, account: str) -> dict[str, Any]:
        """The resource of the REST API."""
        moment = format_datetime(self.created_at)
        return {
            "sid": self.sid,
            "account_sid": account,
            "parent_sid": self.message,
            "content_type": self.mime,
            "date_created": moment,
            "date_updated": moment,
            "uri": f"{message_uri(account, self.message)}/Media/{self.sid}.json",
        }


@dataclass(eq=False, slots=True)
class Message:
    """One message, in or out, and what the sandbox knows besides."""

    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    messaging_service_sid: str | None = None
    status_callback: str = ""
    media: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    phone: WhatsAppPhone | None = None
    bubble: WhatsAppBubble | None = None

    @property
    def finished(self) -> bool:
        """Whether Twilio has done its part, so that it may be deleted."""
        return self.status not in UNFINISHED

    def resource(self, account: str, error_message: str | None = None) -> dict[str, Any]:
        """The resource of the REST API: nothing of buttons, places or business-scoped ids."""
        uri = message_uri(account, self.sid)
        return {
            "sid": self.sid,
            "account_sid": account,
            "messaging_service_sid": self.messaging_service_sid,
            "from": self.from_,
            "to": self.to,
            "body": self.body,
            "direction": self.direction,
            "status": self.status,
            "num_segments": "1",
            "num_media": str(len(self.media)),
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.updated_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "error_code": self.error_code,
            "error_message": error_message,
            "price": None,
            "price_unit": None,
            "api_version": API_VERSION,
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }


def message_uri(account: str, sid: str) -> str:
    """Where a message is found, without the ending."""
    return f"/{API_VERSION}/Accounts/{account}/Messages/{sid}"
