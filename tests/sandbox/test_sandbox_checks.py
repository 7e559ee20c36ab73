"""Every call is held against the specification and Telegram's limits."""

from typing import Any

import aiohttp
import pytest
from sandbox_kit import Ask

from bot.sandbox.specification import bot_api
from bot.sandbox.telegram import Phone, TelegramSandbox

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 1}, "message text is empty"),
    ("sendMessage", {"chat_id": 1, "text": ""}, "message text is empty"),
    ("sendMessage", {"chat_id": "LEYLA", "text": " \n "}, "text must be non-empty"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "\u200e \u2068\u2069"}, "text must be non-empty"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "\ud800"}, "strings must be encoded in UTF-8"),
    ("sendMessage", {"chat_id": 1, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@somebody", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x", "parse_mode": "XML"}, "unsupported parse_mode"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x", "txet": "x"}, "sendMessage has no parameter txet"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "ш" * 20_000}, "text is too long"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x", "protect_content": "maybe"}, "can't parse protect_content as Boolean"),
    ("sendMessage", {"chat_id": "LEYLA", "text": 5}, "text must be of type String"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x", "entities": [{"type": "bold", "offset": 0}]}, "entities.0.length is missing"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x", "link_preview_options": {"disabled": True}}, "link_preview_options.disabled is not a field of LinkPreviewOptions"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x", "reply_parameters": {"message_id": 1}}, "message to be replied not found"),
    ("sendMessage", {"chat_id": "LEYLA", "text": "x", "reply_parameters": {"id": 1}}, "reply_parameters.id is not a field of ReplyParameters"),
    ("sendPhoto", {"chat_id": "LEYLA"}, "there is no photo in the request"),
    ("sendPhoto", {"chat_id": "LEYLA", "photo": "AgACnobody"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {"chat_id": "LEYLA", "photo": "attach://x"}, "can't parse InputMedia: media not found"),
    ("sendPhoto", {"chat_id": "LEYLA", "photo": "PHOTO", "caption": "x" * 1025}, "message caption is too long"),
    ("sendVoice", {"chat_id": "LEYLA", "voice": "PHOTO"}, "can't use file of type Photo as VoiceNote"),
    ("sendLocation", {"chat_id": "LEYLA", "latitude": 91, "longitude": 0}, "wrong latitude or longitude specified"),
    ("sendMediaGroup", {"chat_id": "LEYLA", "media": []}, "there are no messages to send"),
    ("sendMediaGroup", {"chat_id": "LEYLA", "media": [{"type": "photo", "media": "PHOTO"}]}, "an album must include 2-10 items"),
    ("sendMediaGroup", {"chat_id": "LEYLA", "media": [{"type": "photo", "media": "PHOTO"}] * 11}, "too many messages to send as an album"),
    ("sendMediaGroup", {"chat_id": "LEYLA", "media": [{"type": "photo", "media": "PHOTO"}, {"type": "document", "media": "PHOTO"}]}, "document can't be mixed with other media types"),
    ("sendMediaGroup", {"chat_id": "LEYLA", "media": [{"type": "voice", "media": "PHOTO"}] * 2}, "media.0.type must be audio"),
    ("sendChatAction", {"chat_id": "LEYLA", "action": "dancing"}, "wrong parameter action in request"),
    ("sendDice", {"chat_id": "LEYLA"}, "sendDice is not simulated"),
    ("sendDice", {}, "chat_id is empty"),
    ("editMessageText", {"chat_id": "LEYLA", "message_id": 1, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"chat_id": "LEYLA", "text": "x"}, "message identifier is not specified"),
    ("editMessageText", {"chat_id": "LEYLA", "message_id": "START", "text": "x"}, "message can't be edited"),
    ("editMessageText", {"chat_id": "LEYLA", "message_id": 1, "text": "x" * 4097}, "MESSAGE_TOO_LONG"),
    ("deleteMessage", {"chat_id": "LEYLA", "message_id": 1}, "message to delete not found"),
    ("deleteMessages", {"chat_id": "LEYLA", "message_ids": list(range(1, 102))}, "too many message identifiers specified"),
    ("copyMessage", {"chat_id": "LEYLA", "from_chat_id": "LEYLA", "message_id": 1}, "message to copy not found"),
    ("forwardMessage", {"chat_id": "LEYLA", "from_chat_id": "LEYLA", "message_id": 1}, "message to forward not found"),
    ("getFile", {"file_id": "none"}, "invalid file_id"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old and response timeout expired or query ID is invalid"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("setMyCommands", {"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "help"}]}, "commands.0.description is missing"),
    ("setMyCommands", {"commands": [], "scope": {"type": "nowhere"}}, "scope is none of the kinds of BotCommandScope"),
    ("setMyName", {"name": "x" * 65}, "bot name is too long"),
    ("setMyName", {"name": "x", "language_code": "azb"}, "invalid language code specified"),
    ("setMyDescription", {"description": "x" * 513}, "bot description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "bot short description is too long"),
    ("setWebhook", {"url": "http://council.example/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "https://council.example:444/hook"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ("setWebhook", {"url": "https://council.example/hook"}, "bad webhook: Failed to resolve host: Name or service not known"),
    ("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "not allowed"}, "secret token contains unallowed characters"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params", "words"), REFUSED)
async def test_a_bad_call_is_refused_in_telegrams_words(
    ask: Ask, leyla: Phone, method: str, params: dict[str, Any], words: str
) -> None:
    """Nothing is shown and the description says what is wrong."""
    photo = await leyla.photo()
    shown = len(leyla.chat)
    assert photo.media is not None
    names = {
        "LEYLA": leyla.user_id,
        "PHOTO": photo.media.file_id,
        "START": leyla.chat[0].message_id,
    }
    answer = await ask(method, **_filled(params, names))
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
    assert len(leyla.chat) == shown


def _filled(value: Any, names: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def button(**what: Any) -> dict[str, Any]:
    return {"text": "Yes", **what}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[button(callback_data="x" * 65)]], "BUTTON_DATA_INVALID"),
        ([[button(callback_data="ш" * 33)]], "BUTTON_DATA_INVALID"),
        ([[button(callback_data="")]], "BUTTON_DATA_INVALID"),
        ([[button(callback_data="y")] * 9], "reply markup is too long"),
        ([[button(callback_data="y")]] * 101, "reply markup is too long"),
        (
            [[button()]],
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ([[{"callback_data": "y"}]], "reply_markup.inline_keyboard.0.0.text is missing"),
        (
            [[button(callback_data="y", colour="red")]],
            "reply_markup.inline_keyboard.0.0.colour is not a field of InlineKeyboardButton",
        ),
        (
            [[button(callback_data="y", style="red")]],
            "can't parse inline keyboard button: invalid button style specified",
        ),
        ([button(callback_data="y")], "reply_markup.inline_keyboard.0 must be a JSON array of InlineKeyboardButton"),
    ],
)  # fmt: skip
async def test_a_bad_keyboard_is_refused(ask: Ask, leyla: Phone, rows: Any, words: str) -> None:
    """Buttons are counted, their data measured in bytes, their fields known."""
    answer = await ask(
        "sendMessage", chat_id=leyla.user_id, text="x", reply_markup={"inline_keyboard": rows}
    )
    assert answer["description"] == f"Bad Request: {words}"


async def test_the_largest_that_is_allowed_passes(ask: Ask, leyla: Phone) -> None:
    """Exactly at the limits nothing is refused, and formatting does not count."""
    rows = [[button(callback_data="ш" * 32)] * 8] * 12 + [[button(callback_data="y")] * 4]
    answer = await ask(
        "sendMessage",
        chat_id=leyla.user_id,
        text=f"<b>{'😀' * 2047}</b>&lt;y",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": rows},
    )
    assert answer["ok"]
    assert len(leyla.last().labels()) == 100


async def test_odd_addresses(telegram: TelegramSandbox) -> None:
    """An unknown token is 401, an unknown method 404, both in JSON; methods know no case."""
    async with aiohttp.ClientSession() as http:
        for path, status, description in (
            ("/bot43:other/getMe", 401, "Unauthorized"),
            (f"/bot{telegram.token}/getYou", 404, "Not Found: method not found"),
            (f"/bot{telegram.token}/GETME", 200, None),
            ("/", 404, "Not Found"),
            ("/file/bot43:other/photos/file_0.jpg", 401, "Unauthorized"),
            (f"/file/bot{telegram.token}/photos/file_0.jpg", 404, "Not Found"),
        ):
            async with http.get(telegram.origin + path) as answer:
                body = await answer.json()
                assert (answer.status, body.get("description")) == (status, description), path


async def test_every_way_of_sending_parameters_is_understood(
    telegram: TelegramSandbox, leyla: Phone
) -> None:
    """JSON, a form, several parts and the address itself say the same."""
    url = f"{telegram.base_url}{telegram.token}/sendMessage"
    said = {"chat_id": str(leyla.user_id), "text": "salam", "protect_content": "true"}
    several = aiohttp.FormData(said)
    several._is_multipart = True
    async with aiohttp.ClientSession() as http:
        for how in ({"json": said}, {"data": said}, {"data": several}, {"params": said}):
            async with http.post(url, **how) as answer:
                assert (await answer.json())["result"]["text"] == "salam", how
    assert [b.protected for b in leyla.chat if not b.mine] == [True] * 4


async def test_people_the_bot_may_not_write_to(
    ask: Ask, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """Who never wrote, who blocked the bot, and whose account is gone each get Telegram's words."""
    stranger = telegram.phone("Stranger")
    met_in_a_group = {"id": 700000009, "is_bot": False, "first_name": "Met"}
    group = {"id": -1001234567890, "type": "supergroup", "title": "Town"}
    await telegram.update({"message": {"message_id": 1, "date": 1, "chat": group, "from": met_in_a_group, "text": "x"}})  # fmt: skip
    await leyla.block()
    for chat, words in (
        (stranger.user_id, "Bad Request: chat not found"),
        (700000009, "Forbidden: bot can't initiate conversation with a user"),
        (group["id"], "Bad Request: not enough rights to send text messages to the chat"),
        (leyla.user_id, "Forbidden: bot was blocked by the user"),
    ):
        assert (await ask("sendMessage", chat_id=chat, text="x"))["description"] == words
    assert (await ask("leaveChat", chat_id=group["id"]))["ok"]
    await leyla.unblock()
    leyla.deactivated = True
    answer = await ask("sendMessage", chat_id=leyla.user_id, text="x")
    assert answer["description"] == "Forbidden: user is deactivated"


async def test_every_method_of_the_specification_is_answered(ask: Ask) -> None:
    """None is unknown, none breaks the server, whatever little it is given."""
    for method in bot_api().methods:
        if method not in ("getUpdates", "close", "logOut"):
            answer = await ask(method)
            assert answer["ok"] or answer["error_code"] == 400, method
