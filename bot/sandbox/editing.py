"""Methods by which the bot changes what it said, and answers presses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.sandbox import keyboards
from bot.sandbox.bubbles import Bubble, Event
from bot.sandbox.calls import Call
from bot.sandbox.content import caption_of, text_of
from bot.sandbox.entities import Entity, to_html, utf16_length
from bot.sandbox.phones import Phone
from bot.sandbox.refusals import bad_request
from bot.sandbox.wire import message_json
from bot.sandbox.world import World

DELETABLE_FOR = timedelta(hours=48)
PRESS_ANSWERED_WITHIN = timedelta(seconds=60)
LONGEST_NOTICE = 200
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def edit_message_text(world: World, call: Call) -> Any:
    """editMessageText."""
    text, entities = text_of(call.params, "MESSAGE_TOO_LONG")
    phone, bubble = _target(world, call.params)
    if bubble.media is not None:
        raise bad_request("there is no text in the message to edit")
    return _change(world, phone, bubble, text, entities, call.params)


def edit_message_caption(world: World, call: Call) -> Any:
    """editMessageCaption."""
    text, entities = caption_of(call.params, "MEDIA_CAPTION_TOO_LONG")
    phone, bubble = _target(world, call.params)
    if bubble.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, phone, bubble, text, entities, call.params)


def edit_message_reply_markup(world: World, call: Call) -> Any:
    """editMessageReplyMarkup."""
    phone, bubble = _target(world, call.params)
    return _change(world, phone, bubble, bubble.text, bubble.entities, call.params)


def _target(world: World, params: dict[str, Any]) -> tuple[Phone, Bubble]:
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    if "message_id" not in params:
        raise bad_request("message identifier is not specified")
    phone = world.reachable(params["chat_id"])
    bubble = phone.find(params["message_id"])
    if bubble is None:
        raise bad_request("message to edit not found")
    if bubble.mine:
        raise bad_request("message can't be edited")
    return phone, bubble


def _change(
    world: World,
    phone: Phone,
    bubble: Bubble,
    text: str,
    entities: list[Entity],
    params: dict[str, Any],
) -> dict[str, Any]:
    markup = keyboards.checked(params.get("reply_markup"))
    if (text, entities, markup) == (bubble.text, bubble.entities, bubble.markup):
        raise bad_request(SAME)
    if (text, entities) != (bubble.text, bubble.entities):
        bubble.edited = True
    bubble.edited_at = world.clock()
    bubble.text, bubble.entities, bubble.markup = text, entities, markup
    bubble.html = to_html(text, entities)
    bubble.buttons = keyboards.buttons(markup)
    world.announce(Event("edited", phone, bubble))
    return message_json(world, phone, bubble)


def delete_message(world: World, call: Call) -> Any:
    """deleteMessage."""
    phone = world.chat(call.params["chat_id"])
    bubble = phone.find(call.params["message_id"])
    if bubble is None:
        raise bad_request("message to delete not found")
    if not _deletable(world, bubble):
        raise bad_request("message can't be deleted for everyone")
    _remove(world, phone, bubble)
    return True


def delete_messages(world: World, call: Call) -> Any:
    """deleteMessages: what cannot be deleted is skipped."""
    phone = world.chat(call.params["chat_id"])
    wanted = call.params["message_ids"]
    if not 1 <= len(wanted) <= 100:
        raise bad_request(
            "too many message identifiers specified"
            if wanted
            else "message identifiers are not specified"
        )
    for message_id in wanted:
        bubble = phone.find(message_id)
        if bubble is not None and _deletable(world, bubble):
            _remove(world, phone, bubble)
    return True


def _deletable(world: World, bubble: Bubble) -> bool:
    return world.clock() - bubble.date < DELETABLE_FOR


def _remove(world: World, phone: Phone, bubble: Bubble) -> None:
    phone.chat.remove(bubble)
    world.announce(Event("deleted", phone, bubble))


def answer_callback_query(world: World, call: Call) -> Any:
    """answerCallbackQuery: once, and in time."""
    text = call.params.get("text", "")
    if utf16_length(text) > LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    press = world.presses.get(call.params["callback_query_id"])
    if press is None or press.answered:
        raise bad_request(TOO_OLD)
    if world.clock() - press.pressed_at > PRESS_ANSWERED_WITHIN:
        raise bad_request(TOO_OLD)
    press.answered = True
    press.text = text
    press.alert = call.params.get("show_alert", False)
    press.url = call.params.get("url", "")
    press.button.waiting = False
    press.done.set()
    phone = world.person(press.user_id)
    phone.notice = text
    world.announce(Event("answered", phone, press.bubble))
    return True


METHODS: dict[str, Callable[[World, Call], Any]] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
}
