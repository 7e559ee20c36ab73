"""A raw Telegram update becomes an `Incoming`, or nothing for us."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

from bot import telegram_content
from bot import telegram_fields as field
from bot.telegram_fields import Json
from bot.transport import Unparsable
from handlers.messages import Happening, Incoming

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked for; anything else is nothing for us."""

ANONYMOUS_ADMIN = 1087968824

_HAPPENED: dict[str, Happening] = {"kicked": "blocked", "member": "unblocked"}


def parse(raw: object, bot_id: int) -> Incoming | None:
    """Understand one update; None where nobody waits for an answer.

    Raises Unparsable, and nothing else, for what cannot be understood. Names, handles and phone
    numbers are left behind here.
    """
    if not isinstance(raw, dict):
        raise Unparsable("update")
    for kind, read in _READERS.items():
        if kind in raw:
            return read(field.thing(raw, kind), bot_id)
    return None


def address_in(body: bytes) -> str:
    """The chat that a raw update came from, "" where that much cannot be read."""
    try:
        for event in json.loads(body).values():
            if isinstance(event, dict):
                place = event.get("message") or event
                return str(int(place["chat"]["id"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return ""


def _message(message: Json, bot_id: int) -> Incoming | None:
    said = _said(message, bot_id)
    if said is None or telegram_content.written_by_telegram(message):
        return None
    if not _private(message):
        return replace(said, refused="group") if _asks_us(message, bot_id) else None
    return _filled(said, message)


def _edited(message: Json, bot_id: int) -> Incoming | None:
    """An edit of a place is a phone on the move, and what was refused once is not refused again."""
    said = _said(message, bot_id)
    if said is None or not _private(message) or "location" in message:
        return None
    edited_at = field.whole(message, "edit_date", 1)
    edit = _filled(replace(said, sent_at=field.moment(message, "edit_date")), message)
    if edit.refused in ("contact", "unsupported"):
        return None
    seen = hashlib.sha256(edit.text.encode()).hexdigest()[:8]
    key = f"{bot_id}:e:{edit.address}:{edit.message_id}:{edited_at}:{seen}"
    return replace(edit, key=key, happened="edit")


def _pressed(press: Json, bot_id: int) -> Incoming | None:
    """A button pressed; its message may be one that Telegram no longer shows to bots."""
    user = field.thing(press, "from")
    user_id = field.whole(user, "id")
    if "data" not in press:
        return None
    message = field.thing(press, "message") if "message" in press else {}
    chat_id = _chat_id(message) if message else user_id
    press_id = field.handle(press, "id", 128)
    pressed = Incoming(
        channel="telegram",
        key=f"{bot_id}:c:{press_id}",
        address=str(chat_id),
        happened="press",
        message_id=str(field.whole(message, "message_id", 0)) if message else "",
        press_id=press_id,
        language_hint=field.language(user),
    )
    if message and not _private(message):
        return replace(pressed, refused="group")
    if chat_id != user_id:
        raise Unparsable("from")
    return replace(pressed, press=field.text(press, "data"), reply_text=_words(message))


def _membership(change: Json, bot_id: int) -> Incoming | None:
    """Somebody blocked the bot, let it in again, or put it into a group."""
    chat_id = _chat_id(change)
    status = field.text(field.thing(change, "new_chat_member"), "status")
    date = field.whole(change, "date", 0)
    told = Incoming(
        channel="telegram",
        key=f"{bot_id}:s:{chat_id}:{date}:{status}",
        address=str(chat_id),
        sent_at=field.moment(change, "date"),
        language_hint=field.language(field.maybe_thing(change, "from")),
    )
    if not _private(change):
        joined = status in ("member", "administrator")
        return replace(told, refused="group") if joined else None
    if status not in _HAPPENED:
        return None
    return replace(told, happened=_HAPPENED[status])


def _said(message: Json, bot_id: int) -> Incoming | None:
    """Who said something, where and when; None where it was this bot or another."""
    chat_id = _chat_id(message)
    message_id = field.whole(message, "message_id", 1)
    user = field.thing(message, "from") if _private(message) else field.maybe_thing(message, "from")
    if user.get("is_bot") is True and user.get("id") != ANONYMOUS_ADMIN:
        return None
    if _private(message) and field.whole(user, "id") != chat_id:
        raise Unparsable("from")
    return Incoming(
        channel="telegram",
        key=f"{bot_id}:m:{chat_id}:{message_id}",
        address=str(chat_id),
        sent_at=field.moment(message, "date"),
        message_id=str(message_id),
        language_hint=field.language(user),
    )


def _filled(said: Incoming, message: Json) -> Incoming:
    content = telegram_content.read(message)
    if content.refused:
        return replace(said, refused=content.refused)
    answered = field.maybe_thing(message, "reply_to_message")
    answered_id = field.maybe_whole(answered, "message_id")
    return replace(
        said,
        text=content.text,
        attachments=content.attachments,
        reply_to=str(answered_id) if answered_id else "",
        reply_text=_words(answered) if answered_id else "",
        forwarded="forward_origin" in message or "forward_date" in message,
    )


def _asks_us(message: Json, bot_id: int) -> bool:
    """In a group: a command, an answer to this bot, or an admin who hides behind the group."""
    if field.maybe_thing(message, "from").get("id") == ANONYMOUS_ADMIN:
        return True
    answered = field.maybe_thing(message, "reply_to_message")
    to_us = field.maybe_thing(answered, "from").get("id") == bot_id
    return to_us or _words(message).startswith("/")


def _words(message: Json) -> str:
    return field.maybe_text(message, "text") or field.maybe_text(message, "caption")


def _chat_id(holder: Json) -> int:
    return field.whole(field.thing(holder, "chat"), "id")


def _private(holder: Json) -> bool:
    kind = field.text(field.thing(holder, "chat"), "type")
    if not kind:
        raise Unparsable("type")
    return kind == "private"


_READERS: dict[str, Callable[[Json, int], Incoming | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _membership,
}
