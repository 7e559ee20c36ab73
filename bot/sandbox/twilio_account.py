"""The account, the sender, the messaging service, and the sign that somebody is typing."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.bubbles import Event
from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_listing import page_with_meta
from bot.sandbox.twilio_messages import Answer, known
from bot.sandbox.twilio_refusals import RestRefusal

if TYPE_CHECKING:
    from bot.sandbox.twilio_world import TwilioWorld


def fetch_account(world: TwilioWorld, call: RestCall) -> Answer:
    """FetchAccount."""
    if call.names["Sid"] != world.account_sid:
        raise RestRefusal(20404)
    moment = format_datetime(world.clock())
    return 200, {
        "sid": world.account_sid,
        "friendly_name": "Sandbox",
        "status": world.account_status,
        "type": "Full",
        "date_created": moment,
        "date_updated": moment,
        "auth_token": None,
        "owner_account_sid": world.account_sid,
        "uri": call.path,
        "subresource_uris": {},
    }


def list_senders(world: TwilioWorld, call: RestCall) -> Answer:
    """ListChannelsSender: the one there is."""
    if call.query.get("Channel", "whatsapp") != "whatsapp":
        raise RestRefusal(20001, "Channel must be whatsapp")
    return 200, page_with_meta(call, world.origin, "senders", [_sender(world)])


def create_sender(world: TwilioWorld, call: RestCall) -> Answer:
    """CreateChannelsSender: only the number of this sandbox can become a sender."""
    if call.form["sender_id"] != world.sender:
        raise RestRefusal(20001, "this number is not of this account")
    return _changed(world, call)


def fetch_sender(world: TwilioWorld, call: RestCall) -> Answer:
    """FetchChannelsSender."""
    _check_sender(world, call)
    return 200, _sender(world)


def update_sender(world: TwilioWorld, call: RestCall) -> Answer:
    """UpdateChannelsSender: the addresses it calls."""
    _check_sender(world, call)
    return _changed(world, call)


def _check_sender(world: TwilioWorld, call: RestCall) -> None:
    if call.names["Sid"] != world.sender_sid:
        raise RestRefusal(20404)


def _changed(world: TwilioWorld, call: RestCall) -> Answer:
    for name, value in (call.form.get("webhook") or {}).items():
        if value is not None:
            world.sender_webhook[name] = value
    return 202, _sender(world)


def _sender(world: TwilioWorld) -> dict[str, Any]:
    return {
        "sid": world.sender_sid,
        "status": "ONLINE",
        "sender_id": world.sender,
        "friendly_name": None,
        "configuration": {"waba_id": "100000000000001"},
        "webhook": dict(world.sender_webhook),
        "profile": {"name": "Migrant Council"},
        "properties": {"messaging_limit": "1K Customers/24hr", "quality_rating": "HIGH"},
        "offline_reasons": None,
        "url": f"{world.origin}/v2/Channels/Senders/{world.sender_sid}",
    }


SERVICE_FIELDS = {
    # parameter: field of the resource
    "FriendlyName": "friendly_name",
    "InboundRequestUrl": "inbound_request_url",
    "InboundMethod": "inbound_method",
    "FallbackUrl": "fallback_url",
    "FallbackMethod": "fallback_method",
    "StatusCallback": "status_callback",
    "UseInboundWebhookOnNumber": "use_inbound_webhook_on_number",
}


def fetch_service(world: TwilioWorld, call: RestCall) -> Answer:
    """FetchService."""
    if call.names["Sid"] != world.messaging_service_sid:
        raise RestRefusal(20404)
    return 200, {
        "sid": world.messaging_service_sid,
        "account_sid": world.account_sid,
        "friendly_name": "Sandbox",
        "inbound_request_url": None,
        "inbound_method": "POST",
        "fallback_url": None,
        "fallback_method": "POST",
        "status_callback": None,
        "use_inbound_webhook_on_number": True,
        "url": f"{world.origin}{call.path}",
        **world.service,
    }


def update_service(world: TwilioWorld, call: RestCall) -> Answer:
    """UpdateService: kept and shown; the sender's own addresses are what is called."""
    for parameter, field in SERVICE_FIELDS.items():
        if parameter in call.form:
            value = call.form[parameter]
            flag = parameter == "UseInboundWebhookOnNumber"
            world.service[field] = value.lower() == "true" if flag else value
    return fetch_service(world, call)


def show_typing(world: TwilioWorld, call: RestCall) -> Answer:
    """CreateTypingIndicator: the person sees dots, and that their message was read."""
    message = known(world, call.form["messageId"])
    phone = message.phone
    if phone is None or message.direction != "inbound":
        raise RestRefusal(20001, "messageId must be a message that came in")
    phone.typed_at = None if phone.blocked else world.clock()
    for bubble in phone.chat:
        if bubble.mine:
            bubble.ticks = "read"
        if bubble is message.bubble:
            break
    world.announce(Event("typing", phone.seen_as()))
    return 200, {"success": True}


OPERATIONS = {
    "FetchAccount": fetch_account,
    "ListChannelsSender": list_senders,
    "CreateChannelsSender": create_sender,
    "FetchChannelsSender": fetch_sender,
    "UpdateChannelsSender": update_sender,
    "FetchService": fetch_service,
    "UpdateService": update_service,
    "CreateTypingIndicator": show_typing,
}
