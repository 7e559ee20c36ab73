"""The texts of a call: parsed, trimmed, measured."""

from __future__ import annotations

from typing import Any

from bot.sandbox.entities import Entity, clean, is_blank, utf16_length
from bot.sandbox.markup import parse_html
from bot.sandbox.refusals import bad_request
from bot.sandbox.spotting import spotted

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_BYTES = 1 << 15


def text_of(
    params: dict[str, Any], too_long: str = "message is too long"
) -> tuple[str, list[Entity]]:
    """The text of a message, or Telegram's no."""
    if not params["text"]:
        raise bad_request("message text is empty")
    text, entities = _formatted(params, "text", "entities")
    if is_blank(text):
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request(too_long)
    return text, entities


def caption_of(
    params: dict[str, Any], too_long: str = "message caption is too long"
) -> tuple[str, list[Entity]]:
    """The caption of a file, empty where there is none."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request(too_long)
    return text, entities


def _formatted(params: dict[str, Any], name: str, ready: str) -> tuple[str, list[Entity]]:
    text = params.get(name, "")
    if len(text.encode()) > MOST_BYTES:
        raise bad_request("text is too long")
    mode = params.get("parse_mode", "").lower()
    if mode == "html":
        return _found(*clean(*parse_html(text)))
    if mode in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: Markdown is not simulated, use HTML")
    if mode:
        raise bad_request("unsupported parse_mode")
    return _found(*clean(text, params.get(ready, [])))


def _found(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    return text, spotted(text, entities)
