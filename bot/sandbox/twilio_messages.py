"""The message calls of the REST API: create, list, fetch, redact, delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.sandbox.entities import utf16_length
from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_filling import Filled, fill
from bot.sandbox.twilio_listing import page_of_messages
from bot.sandbox.twilio_refusals import RestRefusal, words
from bot.sandbox.twilio_resources import Message, new_sid

if TYPE_CHECKING:
    from bot.sandbox.twilio_world import TwilioWorld

ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")
LONGEST_BODY = 1600
Answer = tuple[int, Any]


def create(world: TwilioWorld, call: RestCall) -> Answer:
    """CreateMessage: taken in unless Twilio itself sees that it cannot go."""
    form = call.form
    service = form.get("MessagingServiceSid")
    to = _to(form.get("To", ""))
    _check_sender(world, form.get("From"), service)
    urls = _media_urls(form.get("MediaUrl", []))
    filled = _content(world, form, to, urls)
    now = world.clock()
    message = Message(
        new_sid("MM" if urls or filled.media else "SM"),
        form.get("From") or world.sender,
        to,
        filled.body,
        "outbound-api",
        "accepted" if service else "queued",
        now,
        now,
        messaging_service_sid=service,
        status_callback=form.get("StatusCallback", ""),
    )
    message.history.append(message.status)
    world.messages[message.sid] = message
    answer = message.resource(world.account_sid)
    world.begin(world.delivery.deliver(message, filled, [*urls, *filled.media]))
    return 201, answer


def _to(to: str) -> str:
    # a plus sign in a form that was not encoded arrives as a space
    if not ADDRESS.fullmatch(to):
        raise RestRefusal(21211 if to else 21604)
    return to


def _check_sender(world: TwilioWorld, from_: str | None, service: str | None) -> None:
    if not from_ and not service:
        raise RestRefusal(21603)
    if service and service != world.messaging_service_sid:
        raise RestRefusal(21701)
    if from_ and from_ != world.sender:
        raise RestRefusal(63007)


def _media_urls(given: str | list[str]) -> list[str]:
    urls = [given] if isinstance(given, str) else given
    if len(urls) > 1:
        raise RestRefusal(21623)
    for url in urls:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise RestRefusal(21620)
    return urls


def _content(world: TwilioWorld, form: dict[str, Any], to: str, urls: list[str]) -> Filled:
    phone = world.person(to)
    closed = phone is None or not phone.window_open
    sid = form.get("ContentSid")
    if sid is None:
        filled = _free(form, urls)
        late = 63016 if closed else 0
    else:
        if form.get("Body") or urls:
            raise RestRefusal(20001, "a ContentSid goes without Body and MediaUrl")
        content = world.contents.get(sid)
        if content is None:
            raise RestRefusal(21655)
        late = content.fault(closed)
        filled = fill(
            content,
            form.get("ContentVariables"),
            template=content.approved,
            strict=world.strict_variables,
        )
    if late == 63016 and not world.late_window and phone is not None:
        raise RestRefusal(63016)
    if phone is None:
        late = 0  # that nobody is there is told first
    if late:
        return Filled(filled.body, media=filled.media, fault=late)
    return filled


def _free(form: dict[str, Any], urls: list[str]) -> Filled:
    body = form.get("Body", "")
    if form.get("ContentVariables"):
        raise RestRefusal(21655, "ContentVariables go with a ContentSid")
    if not body.strip() and not urls:
        raise RestRefusal(21619)
    if utf16_length(body) > LONGEST_BODY:
        raise RestRefusal(21617)
    return Filled(body)


def fetch(world: TwilioWorld, call: RestCall) -> Answer:
    """FetchMessage."""
    return 200, shown(world, known(world, call.names["Sid"]))


def list_all(world: TwilioWorld, call: RestCall) -> Answer:
    """ListMessage: the newest first, page by page."""
    return 200, page_of_messages(world, call, list(world.messages.values()))


def update(world: TwilioWorld, call: RestCall) -> Answer:
    """UpdateMessage: an empty Body takes the words away."""
    message = known(world, call.names["Sid"])
    if call.form.get("Body") != "" or "Status" in call.form:
        raise RestRefusal(20001, "only an empty Body is simulated")
    if not message.finished:
        raise RestRefusal(20009)
    message.body, message.updated_at = "", world.clock()
    return 200, shown(world, message)


def delete(world: TwilioWorld, call: RestCall) -> Answer:
    """DeleteMessage: gone with its files, unless it is still on its way."""
    message = known(world, call.names["Sid"])
    if not message.finished:
        raise RestRefusal(20009)
    for sid in message.media:
        world.media.pop(sid, None)
    del world.messages[message.sid]
    return 204, None


def known(world: TwilioWorld, sid: str) -> Message:
    """The message Twilio calls so, or its no."""
    message = world.messages.get(sid)
    if message is None:
        raise RestRefusal(20404)
    return message


def shown(world: TwilioWorld, message: Message) -> dict[str, Any]:
    """The resource as it stands."""
    code = message.error_code
    return message.resource(world.account_sid, words(code) if code else None)


OPERATIONS = {
    "CreateMessage": create,
    "FetchMessage": fetch,
    "ListMessage": list_all,
    "UpdateMessage": update,
    "DeleteMessage": delete,
}
