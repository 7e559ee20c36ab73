"""Methods about the bot itself: who it is, what it says of itself, how it hears."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.bubbles import Event
from bot.sandbox.calls import Call
from bot.sandbox.profile import DEFAULT
from bot.sandbox.refusals import bad_request, conflict
from bot.sandbox.wire import bot_json
from bot.sandbox.world import World

MOST_COMMANDS = 100
WEBHOOK_SET = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_LANGUAGE = re.compile(r"[a-z]{2}\Z")


def get_me(world: World, call: Call) -> Any:
    """getMe."""
    abilities = {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**bot_json(world), **abilities}


async def get_updates(world: World, call: Call) -> Any:
    """getUpdates."""
    if world.webhook.target is not None:
        raise conflict(WEBHOOK_SET)
    world.updates.ask_for(call.params.get("allowed_updates"))
    params = call.params
    offset, limit = params.get("offset", 0), params.get("limit", 100)
    seconds = params.get("timeout", 0)
    if world.floods is not None:
        limit, seconds = world.floods.polled(offset, limit, seconds)
    return await world.updates.poll(offset, limit, seconds)


async def set_webhook(world: World, call: Call) -> Any:
    """setWebhook."""
    return await world.webhook.set(call.params)


async def delete_webhook(world: World, call: Call) -> Any:
    """deleteWebhook."""
    return await world.webhook.remove(call.params)


def get_webhook_info(world: World, call: Call) -> Any:
    """getWebhookInfo."""
    return world.webhook.info()


def set_my_commands(world: World, call: Call) -> Any:
    """setMyCommands."""
    commands = call.params["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not _COMMAND.match(one["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [{**one, "command": one["command"].removeprefix("/")} for one in commands]
    world.profile.set_commands(_scope(world, call), _language(call), kept)
    return _seen(world)


def delete_my_commands(world: World, call: Call) -> Any:
    """deleteMyCommands."""
    world.profile.set_commands(_scope(world, call), _language(call), [])
    return _seen(world)


def get_my_commands(world: World, call: Call) -> Any:
    """getMyCommands."""
    return world.profile.commands(_scope(world, call), _language(call))


def _scope(world: World, call: Call) -> dict[str, Any]:
    scope: dict[str, Any] = call.params.get("scope", DEFAULT)
    if scope["type"] == "chat":
        world.chat(scope["chat_id"])
    return scope


def _language(call: Call) -> str:
    code: str = call.params.get("language_code", "")
    if code and not _LANGUAGE.match(code):
        raise bad_request("invalid language code specified")
    return code


def _seen(world: World) -> bool:
    for phone in world.phones:
        world.announce(Event("profile", phone))
    return True


def _texts(field: str, longest: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Setter and getter of one of the bot's texts."""
    shelf = {"name": "names", "description": "descriptions"}.get(field, "short_descriptions")

    def put(world: World, call: Call) -> Any:
        text = call.params.get(field, "")
        if len(text) > longest:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        texts, code = getattr(world.profile, shelf), _language(call)
        if text:
            texts[code] = text
        elif (shelf, code) != ("names", ""):
            texts.pop(code, None)
        return _seen(world)

    def get(world: World, call: Call) -> Any:
        texts = getattr(world.profile, shelf)
        return {field: texts.get(_language(call)) or texts.get("", "")}

    return put, get


_SET_NAME, _GET_NAME = _texts("name", 64)
_SET_DESCRIPTION, _GET_DESCRIPTION = _texts("description", 512)
_SET_SHORT, _GET_SHORT = _texts("short_description", 120)

METHODS: dict[str, Callable[[World, Call], Any]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setMyName": _SET_NAME,
    "getMyName": _GET_NAME,
    "setMyDescription": _SET_DESCRIPTION,
    "getMyDescription": _GET_DESCRIPTION,
    "setMyShortDescription": _SET_SHORT,
    "getMyShortDescription": _GET_SHORT,
}
