"""Formatted text as Telegram reads and counts it: HTML in, plain text and entities out, and back."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
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
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x20]")
_VANISHING = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_AROUND = " \n"
_UNSEEN = "\u2800\u3164\ufffc"


def utf16_length(text: str) -> int:
    """How long Telegram says the text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The piece an entity names, by UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Text as Telegram keeps it, entities moved along and kept inside.

    Control characters become spaces; carriage returns, line separators and the embeddings and
    overrides of direction vanish (isolates stay); white space around it is cut off.
    """
    kept = _VANISHING.sub("", _CONTROL.sub(" ", text))
    lead = len(kept) - len(kept.lstrip(_AROUND))
    kept = kept.strip(_AROUND)
    gone = [utf16_length(text[: match.start()]) for match in _VANISHING.finditer(text)]
    end = utf16_length(kept)

    def moved(offset: int) -> int:
        return min(max(offset - bisect_left(gone, offset) - lead, 0), end)

    placed = [
        (entity, moved(entity["offset"]), moved(entity["offset"] + entity["length"]))
        for entity in entities
    ]
    return kept, [
        {**entity, "offset": first, "length": last - first}
        for entity, first, last in placed
        if last > first
    ]


def is_blank(text: str) -> bool:
    """Whether there is nothing to see."""
    return all(
        character.isspace() or character in _UNSEEN or unicodedata.category(character) == "Cf"
        for character in text
    )


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
    edges = sorted({0, *opens, *closes})
    for edge, following in zip(edges, [*edges[1:], utf16_length(text)], strict=True):
        pieces += [*closes.get(edge, []), *opens.get(edge, [])]
        pieces.append(html.escape(cut(text, edge, following - edge)))
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
