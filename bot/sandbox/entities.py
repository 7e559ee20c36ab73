"""Formatted text as Telegram reads and counts it: HTML in, plain text and entities out, and back."""

from __future__ import annotations

import html
from typing import Any

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
SHOWN = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "spoiler": "tg-spoiler",
}


def utf16_length(text: str) -> int:
    """How long Telegram says the text is."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, offset: int, length: int) -> str:
    """The piece an entity names, by UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Text without the white space around it, entities moved along and kept inside."""
    text = text.replace("\r", "")
    lead = len(text) - len(text.lstrip())
    kept = text.strip()
    end = utf16_length(kept)
    moved: list[Entity] = []
    for entity in entities:
        first = max(entity["offset"] - lead, 0)
        last = min(entity["offset"] + entity["length"] - lead, end)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return kept, moved


def to_html(text: str, entities: list[Entity]) -> str:
    """The text with its formatting, safe to put into a page."""
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        opening, closing = _tags(text, entity)
        if opening:
            opens.setdefault(entity["offset"], []).append(opening)
            closes.setdefault(entity["offset"] + entity["length"], []).insert(0, closing)
    pieces: list[str] = []
    at = 0
    for character in text:
        pieces += closes.pop(at, [])
        pieces += opens.pop(at, [])
        pieces.append(html.escape(character))
        at += 2 if character > "\uffff" else 1
    for rest in sorted(closes):
        pieces += closes[rest]
    return "".join(pieces)


def _tags(text: str, entity: Entity) -> tuple[str, str]:
    kind = entity["type"]
    if kind in SHOWN:
        return f"<{SHOWN[kind]}>", f"</{SHOWN[kind]}>"
    address = ""
    if kind == "text_link":
        address = entity["url"]
    elif kind == "url":
        found = cut(text, entity["offset"], entity["length"])
        address = found if "://" in found else f"http://{found}"
    if not address.lower().startswith(("http://", "https://", "tg://", "mailto:")):
        return "", ""
    return f'<a href="{html.escape(address)}" rel="noopener noreferrer" target="_blank">', "</a>"
