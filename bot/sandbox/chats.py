"""Methods about chats, files and copies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.sandbox import keyboards
from bot.sandbox.bubbles import Bubble, Event
from bot.sandbox.calls import Call
from bot.sandbox.content import caption_of
from bot.sandbox.entities import to_html
from bot.sandbox.phones import Phone
from bot.sandbox.refusals import bad_request
from bot.sandbox.sending import known_file, replied
from bot.sandbox.wire import chat_json, message_json, seconds, user_json
from bot.sandbox.world import World

BIGGEST_DOWNLOAD = 20 * 1024 * 1024
ACTION_LASTS = 5.0
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_chat_action(world: World, call: Call) -> Any:
    """sendChatAction: shown for five seconds or until the next message."""
    phone = world.reachable(call.params["chat_id"])
    if call.params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    phone.typing = True
    world.announce(Event("typing", phone))
    asyncio.get_running_loop().call_later(ACTION_LASTS, _stop_typing, world, phone)
    return True


def _stop_typing(world: World, phone: Phone) -> None:
    if phone.typing:
        phone.typing = False
        world.announce(Event("typing", phone))


def get_chat(world: World, call: Call) -> Any:
    """getChat."""
    phone = world.chat(call.params["chat_id"])
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **chat_json(phone),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, True),
    }


def leave_chat(world: World, call: Call) -> Any:
    """leaveChat: groups are known only from raw updates."""
    if call.params["chat_id"] not in world.groups:
        raise bad_request("chat not found")
    world.groups.discard(call.params["chat_id"])
    return True


def get_file(world: World, call: Call) -> Any:
    """getFile: up to 20 MB."""
    stored = world.files.by_id(call.params["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > BIGGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def copy_message(world: World, call: Call) -> Any:
    """copyMessage: the author is not named."""
    return {"message_id": _repeat(world, call, "copy").message_id}


def forward_message(world: World, call: Call) -> Any:
    """forwardMessage: the author is named."""
    bubble = _repeat(world, call, "forward")
    return message_json(world, world.chat(call.params["chat_id"]), bubble)


def _repeat(world: World, call: Call, what: str) -> Bubble:
    params = call.params
    phone = world.reachable(params["chat_id"])
    source = world.chat(params["from_chat_id"])
    original = source.find(params["message_id"])
    if original is None:
        raise bad_request(f"message to {what} not found")
    if original.protected:
        raise bad_request(f"message can't be {'copied' if what == 'copy' else 'forwarded'}")
    text, entities = original.text, original.entities
    if what == "copy" and "caption" in params and original.media is not None:
        text, entities = caption_of(params)
    markup = keyboards.checked(params.get("reply_markup"))
    media = original.media
    if media is not None and media.file_id:
        known_file(world, media.file_id)
    bubble = Bubble(
        message_id=world.next_message_id(),
        mine=False,
        text=text,
        html=to_html(text, entities),
        date=world.clock(),
        buttons=keyboards.buttons(markup),
        media=replace(media, album="") if media is not None else None,
        reply_to=replied(phone, params.get("reply_parameters")),
        protected=params.get("protect_content", False),
        silent=params.get("disable_notification", False),
        origin=_origin(world, source, original) if what == "forward" else None,
        entities=entities,
        markup=markup,
    )
    phone.show(bubble)
    return bubble


def _origin(world: World, source: Phone, original: Bubble) -> dict[str, Any]:
    if original.origin is not None:
        return original.origin
    author = user_json(source) if original.mine else message_json(world, source, original)["from"]
    return {"type": "user", "sender_user": author, "date": seconds(original.date)}


METHODS: dict[str, Callable[[World, Call], Any]] = {
    "sendChatAction": send_chat_action,
    "getChat": get_chat,
    "getFile": get_file,
    "leaveChat": leave_chat,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
}
