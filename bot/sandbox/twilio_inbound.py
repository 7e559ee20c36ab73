"""What a person sends, on its way to the bot: the form, the lane, the fallback."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.bubbles import Event
from bot.sandbox.twilio_resources import API_VERSION, Message
from bot.sandbox.twilio_webhooks import Form, Told

if TYPE_CHECKING:
    from bot.sandbox.twilio_phones import WhatsAppPhone
    from bot.sandbox.twilio_world import TwilioWorld


@dataclass(eq=False, slots=True)
class Inbound:
    """One webhook: what was sent, in which form, and how each try ended."""

    message: Message
    form: Form
    lost: bool = False
    tries: list[Told] = field(default_factory=list)


def inbound_form(world: TwilioWorld, message: Message, phone: WhatsAppPhone, more: Form) -> Form:
    """The fields Twilio sends of a message; blank ones are there, `more` may replace any."""
    form = {
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "ProfileName": phone.name,
        "MessageType": "text",
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.to,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": message.sid,
        "AccountSid": world.account_sid,
        "From": message.from_,
        "ApiVersion": API_VERSION,
    }
    context = {"ProfileName": phone.name}
    if phone.number is not None:
        form["WaId"] = context["WaId"] = phone.number.removeprefix("+")
    form["ChannelMetadata"] = json.dumps({"type": "whatsapp", "data": {"context": context}})
    if phone.user_id is not None:
        form["ExternalUserId"] = f"whatsapp:{phone.user_id}"
    if world.messaging_service_in_webhooks:
        form["MessagingServiceSid"] = world.messaging_service_sid
    for number, sid in enumerate(message.media):
        form[f"MediaUrl{number}"] = world.media_url(message.sid, sid)
        form[f"MediaContentType{number}"] = world.media[sid].mime
    if world.opt_out_handled and (kind := OPT_OUT.get(message.body.strip().upper())):
        form["OptOutType"] = kind
    return form | more


XML = ("text/xml", "application/xml", "text/html")
OPT_OUT = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"), "STOP"),
    **dict.fromkeys(("START", "UNSTOP", "YES"), "START"),
    "HELP": "HELP",
    "INFO": "HELP",
}


class InboundLanes:
    """Hands what people send to the bot: each person's messages in order, people side by side."""

    def __init__(self, world: TwilioWorld) -> None:
        self.world = world
        self.given_up: list[Inbound] = []
        self.alerts: list[tuple[int, str]] = []
        self._lanes: dict[WhatsAppPhone, asyncio.Lock] = {}

    def send(self, inbound: Inbound, phone: WhatsAppPhone) -> None:
        """Begin to deliver; returns at once."""
        self.world.begin(self._in_lane(inbound, phone))

    async def _in_lane(self, inbound: Inbound, phone: WhatsAppPhone) -> None:
        if self.world.at_once:
            await self._deliver(inbound)
            return
        async with self._lanes.setdefault(phone, asyncio.Lock()):
            await self._deliver(inbound)

    async def _deliver(self, inbound: Inbound) -> None:
        world = self.world
        url, fallback = world.inbound_address("callback_url"), world.inbound_address("fallback_url")
        if url:
            told = await world.webhooks.post(url, inbound.form, lost=inbound.lost)
            inbound.tries.append(told)
            if not told.taken and fallback:
                failed = {"ErrorCode": "11200", "ErrorUrl": told.url}
                told = await world.webhooks.post(fallback, inbound.form | failed, lost=inbound.lost)
                inbound.tries.append(told)
            if told.taken:
                if told.text and told.mime not in XML:
                    self.alerts.append((12300, inbound.message.sid))
                self._tick(inbound.message)
                return
            self.alerts.append((11200, inbound.message.sid))
        self.given_up.append(inbound)
        world.wake()

    def _tick(self, message: Message) -> None:
        bubble, phone = message.bubble, message.phone
        if bubble is not None and phone is not None and bubble.ticks == "sent":
            bubble.ticks = "delivered"
            self.world.announce(Event("edited", phone.seen_as(), bubble))
