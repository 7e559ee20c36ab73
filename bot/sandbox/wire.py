"""People, chats and messages as JSON of the Bot API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.entities import utf16_length

if TYPE_CHECKING:
    from bot.sandbox.bubbles import Bubble
    from bot.sandbox.phones import Phone
    from bot.sandbox.world import World

JSON = dict[str, Any]


def seconds(moment: datetime) -> int:
    """Telegram's time: whole seconds."""
    return int(moment.timestamp())


def bot_json(world: World) -> JSON:
    """The bot as a sender."""
    return {
        "id": world.bot_id,
        "is_bot": True,
        "first_name": world.profile.shown_name(""),
        "username": world.bot_username,
    }


def user_json(phone: Phone) -> JSON:
    """The person, with everything their account tells any bot."""
    who = {"id": phone.user_id, "is_bot": False, **_names(phone)}
    if phone.language_code:
        who["language_code"] = phone.language_code
    return who


def chat_json(phone: Phone) -> JSON:
    """The private chat of the person and the bot."""
    return {"id": phone.user_id, **_names(phone), "type": "private"}


def _names(phone: Phone) -> JSON:
    names = {"first_name": phone.first_name}
    if phone.last_name:
        names["last_name"] = phone.last_name
    if phone.username:
        names["username"] = phone.username
    return names


def message_json(world: World, phone: Phone, bubble: Bubble, *, with_reply: bool = True) -> JSON:
    """One message as updates and answers carry it."""
    message: JSON = {
        "message_id": bubble.message_id,
        "from": user_json(phone) if bubble.mine else bot_json(world),
        "chat": chat_json(phone),
        "date": seconds(bubble.date),
    }
    if bubble.edited_at is not None:
        message["edit_date"] = seconds(bubble.edited_at)
    if bubble.origin is not None:
        message["forward_origin"] = bubble.origin
    if with_reply and bubble.reply_to is not None:
        replied = phone.find(bubble.reply_to)
        if replied is not None:
            message["reply_to_message"] = message_json(world, phone, replied, with_reply=False)
        if bubble.quote:
            message["quote"] = _quote(bubble, replied)
    message |= _content(bubble)
    if bubble.protected:
        message["has_protected_content"] = True
    if bubble.markup is not None and "inline_keyboard" in bubble.markup:
        message["reply_markup"] = bubble.markup
    return message


def _content(bubble: Bubble) -> JSON:
    if bubble.media is None:
        content: JSON = {"text": bubble.text}
        if bubble.entities:
            content["entities"] = bubble.entities
        return content
    content = {bubble.media.kind: bubble.media.wire}
    if bubble.media.kind == "animation":
        content["document"] = _as_document(bubble.media.wire)
    if bubble.media.album:
        content["media_group_id"] = bubble.media.album
    if bubble.text:
        content["caption"] = bubble.text
        if bubble.entities:
            content["caption_entities"] = bubble.entities
    return content


def _as_document(wire: JSON) -> JSON:
    kept = ("file_id", "file_unique_id", "file_name", "mime_type", "file_size")
    return {key: wire[key] for key in kept if key in wire}


def _quote(bubble: Bubble, replied: Bubble | None) -> JSON:
    before = replied.text.partition(bubble.quote)[0] if replied is not None else ""
    return {"text": bubble.quote, "position": utf16_length(before), "is_manual": True}
