"""How the local Twilio is set: where it calls, what it does wrong, what it is strict about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

SENDER_SID = "XE" + "5" * 32
SERVICE_SID = "MG" + "5" * 32


class TwilioSettings:
    """Attributes a test may set at any time.

    - `inbound_url`, `fallback_url`: where messages of people go, if not where the sender's webhook
      (`sender_webhook`, set by the API of Senders) says.
    - `signed_url`: the address that is signed for an address as configured, public https say.
    - `called_url`: the address that is called, or fetched, for an address as configured.
    - `late_window`: a closed window is told by callback (as Twilio does), else by 400 at once.
    - `at_once`: one person's messages go out side by side, not one after the other.
    - `opt_out_handled`: Twilio answers STOP itself and says so in OptOutType.
    - `unsigned`: no form has a signature.
    - `callback_order`, `duplicate_callbacks`: how states of one message arrive.
    - `strict_variables`: no variable may hold a line break, also where no template is sent.
    - `default_callback`: where states go of messages that name no address themselves.
    - `approves_at_once`: templates that break no rule are approved as soon as they are submitted.
    - `cdn_origin`: where files are served from, if not from the same origin.
    - `blocked_code`: what a message ends with whose recipient blocked the sender.
    """

    def __init__(self) -> None:
        self.inbound_url = ""
        self.fallback_url = ""
        self.signed_url: Callable[[str], str] | None = None
        self.called_url: Callable[[str], str] | None = None
        self.window = timedelta(hours=24)
        self.late_window = True
        self.at_once = False
        self.opt_out_handled = False
        self.unsigned = False
        self.callback_order: Literal["normal", "reversed"] = "normal"
        self.duplicate_callbacks = False
        self.strict_variables = False
        self.blocked_code = 63024
        self.messaging_service_sid = SERVICE_SID
        self.sender_sid = SENDER_SID
        self.default_callback = ""
        self.sender_webhook: dict[str, Any] = {}
        self.service: dict[str, Any] = {}
        self.account_status = "active"
        self.approves_at_once = False
        self.cdn_origin = ""
        self.messaging_service_in_webhooks = False
        self.suspended = False

    def inbound_address(self, name: str) -> str:
        """Where messages of people go: "callback_url" or "fallback_url"."""
        own = {"callback_url": self.inbound_url, "fallback_url": self.fallback_url}
        return own[name] or str(self.sender_webhook.get(name) or "")

    def callback_address(self, of_message: str) -> str:
        """Where the states of a message go that names this address, or none."""
        told = self.sender_webhook.get("status_callback_url")
        return of_message or self.default_callback or str(told or "")

    def suspend(self) -> None:
        """The account is no longer good for anything."""
        self.suspended = True

    def reinstate(self) -> None:
        """The account is good again."""
        self.suspended = False
