"""The texts of a call: parsed, trimmed, measured."""

from __future__ import annotations

from typing import Any

from bot.sandbox.entities import Entity, trim, utf16_length
from bot.sandbox.markup import parse_html
from bot.sandbox.refusals import bad_request

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


def text_of(params: dict[str, Any]) -> tuple[str, list[Entity]]:
    """The text of a message."""
    if not params["text"]:
        raise bad_request("message text is empty")
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def caption_of(params: dict[str, Any]) -> tuple[str, list[Entity]]:
    """The caption of a file, empty where there is none."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def _formatted(params: dict[str, Any], name: str, ready: str) -> tuple[str, list[Entity]]:
    text = params.get(name, "")
    mode = params.get("parse_mode", "").lower()
    if mode == "html":
        return trim(*parse_html(text))
    if mode in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: Markdown is not simulated, use HTML")
    if mode:
        raise bad_request("unsupported parse_mode")
    return trim(text, params.get(ready, []))
