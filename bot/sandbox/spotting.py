"""What Telegram finds in a text by itself: commands, addresses, numbers."""

from __future__ import annotations

import re

from bot.sandbox.entities import Entity, utf16_length

_BEFORE = r"(?<![\w/@#.:-])"
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]", re.IGNORECASE)),
    ("email", re.compile(_BEFORE + r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("url", re.compile(_BEFORE + r"(?:[\w-]+\.)+(?:com|org|net|az|gov|int|info|ru|tr)\b(?:/\S*)?")),
    ("bot_command", re.compile(_BEFORE + r"/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?\b")),
    ("mention", re.compile(_BEFORE + r"@[a-zA-Z]\w{3,31}\b")),
    ("hashtag", re.compile(_BEFORE + r"#(?=\w*[^\W\d])\w+")),
    ("phone_number", re.compile(_BEFORE + r"\+\d[\d ()-]{6,17}\d\b")),
)


def spotted(text: str, formatted: list[Entity] | None = None) -> list[Entity]:
    """The entities of a text: those given, and what is found outside of links and code."""
    entities = list(formatted or [])
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("code", "pre", "text_link")
    ]
    for kind, pattern in KINDS:
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()])
            end = offset + utf16_length(match[0])
            if all(end <= first or offset >= last for first, last in taken):
                taken.append((offset, end))
                entities.append({"type": kind, "offset": offset, "length": end - offset})
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
