"""Keyboards under messages, within Telegram's limits."""

from __future__ import annotations

from typing import Any

from bot.sandbox.bubbles import Button
from bot.sandbox.refusals import bad_request

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_DATA = 64
STYLES = {"primary", "success", "danger"}
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
Markup = dict[str, Any]


def checked(markup: Markup | None) -> Markup | None:
    """The keyboard as Telegram keeps it: rows without buttons are dropped, none left is none."""
    if markup is None or "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        if len(row) > MOST_IN_A_ROW:
            raise bad_request("reply markup is too long")
        for button in row:
            _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Markup) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text buttons must be non-empty")
    actions = [action for action in ACTIONS if action in button]
    if len(actions) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if button.get("style", "primary") not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    copied = button.get("copy_text")
    if copied is not None and not 1 <= len(copied["text"]) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def buttons(markup: Markup | None) -> list[list[Button]]:
    """The buttons as the person sees them under a message."""
    return [
        [
            Button(
                label=button["text"],
                data=button.get("callback_data", ""),
                style=button.get("style", ""),
                url=button.get("url", ""),
                copies=button.get("copy_text", {}).get("text", ""),
            )
            for button in row
        ]
        for row in (markup or {}).get("inline_keyboard", [])
    ]
