"""HTML parsed as strictly as Telegram does, with the words it refuses with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.entities import TAGS, Entity, utf16_length
from bot.sandbox.refusals import Refusal, bad_request

SPACE = b" \t\n\r\0\x0b"
KNOWN = {*TAGS, "a", "span", "tg-emoji"}
NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_PLAIN = re.compile(rb"[^<&]+")
_REFERENCE = re.compile(rb"&(?:#[xX]([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([A-Za-z]+));?")
_LINK = re.compile(
    r"(?:https?|tg|tonsite)://\S+|mailto:\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?$", re.I
)


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begins: int


class _Reader:
    """One pass over the UTF-8 bytes, because Telegram names byte offsets."""

    def __init__(self, text: str) -> None:
        self.bytes = text.encode("utf-8", "surrogatepass")
        self.at = 0
        self.plain: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def peek(self) -> bytes:
        return self.bytes[self.at : self.at + 1]

    def read(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.bytes):
            character = self.peek()
            if character == b"<":
                self.tag()
            elif character == b"&":
                self.put(self.reference() or self.take(1))
            elif plain := _PLAIN.match(self.bytes, self.at):
                self.put(self.take(len(plain[0])))
        if self.open:
            raise _no(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.plain), sorted(
            self.entities, key=lambda entity: (entity["offset"], -entity["length"])
        )

    def put(self, text: str) -> None:
        self.plain.append(text)
        self.offset += utf16_length(text)

    def take(self, size: int) -> str:
        self.at += size
        return self.bytes[self.at - size : self.at].decode("utf-8", "surrogatepass")

    def reference(self) -> str:
        """The character a reference stands for and step over it; "" where it is just an ampersand."""
        match = _REFERENCE.match(self.bytes, self.at)
        if match is None:
            return ""
        sixteen, ten, name = match.groups()
        if name is not None:
            decoded = NAMED.get(name, "")
        else:
            code = int(sixteen, 16) if sixteen else int(ten)
            if 0xD800 <= code <= 0xDFFF:
                raise _no(
                    "Text contains invalid Unicode characters after decoding HTML entities, "
                    "check for unmatched surrogate code units"
                )
            decoded = chr(code) if 0 < code < 0x10FFFF else ""
        if decoded:
            self.at = match.end()
        return decoded

    def tag(self) -> None:
        begin = self.at
        self.at += 1
        if self.peek() == b"/":
            self.end_tag(begin)
        else:
            self.start_tag(begin)

    def until(self, stop: bytes) -> bytes:
        start = self.at
        while self.at < len(self.bytes) and self.bytes[self.at] not in stop:
            self.at += 1
        return self.bytes[start : self.at]

    def skip_space(self) -> None:
        while self.at < len(self.bytes) and self.bytes[self.at] in SPACE:
            self.at += 1

    def start_tag(self, begin: int) -> None:
        name = self.until(SPACE + b">").decode("utf-8", "replace").lower()
        if self.at >= len(self.bytes):
            raise _no(f"Unclosed start tag at byte offset {begin}")
        if name not in KNOWN:
            raise _no(f'Unsupported start tag "{name}" at byte offset {begin}')
        argument = ""
        while True:
            self.skip_space()
            if self.peek() == b">":
                break
            argument = self.attribute(name, begin) or argument
        self.at += 1
        if name == "span" and argument != "spoiler":
            raise _no(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(name, argument, self.offset, len(self.plain)))

    def attribute(self, tag: str, begin: int) -> str:
        """Read one attribute; what it means for the tag, or ""."""
        if self.at >= len(self.bytes):
            raise _no(f'Unclosed start tag "{tag}" at byte offset {begin}')
        name = self.until(SPACE + b"=>").decode("utf-8", "replace")
        if not name:
            raise _no(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self.skip_space()
        if self.peek() != b"=":
            if self.at >= len(self.bytes):
                raise _no(f'Unclosed start tag "{tag}" at byte offset {begin}')
            if (tag, name) == ("blockquote", "expandable"):
                return "expandable"
            raise _no(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {begin}"
            )
        self.at += 1
        self.skip_space()
        if self.at >= len(self.bytes):
            raise _no(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self.value(begin)
        if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
            return value
        if (tag, name) == ("code", "class") and value.startswith("language-"):
            return value.removeprefix("language-")
        if (tag, name) == ("span", "class") and value.startswith("tg-"):
            return value.removeprefix("tg-")
        return ""

    def value(self, begin: int) -> str:
        quote = self.peek()
        if quote not in (b'"', b"'"):
            start = self.at
            while self.peek().isalnum() or self.peek() in (b".", b"-"):
                self.at += 1
            if self.at < len(self.bytes) and self.bytes[self.at] not in SPACE + b">":
                raise _no(f"Unexpected end of name token at byte offset {start}")
            found = self.bytes[start : self.at].decode().lower()
        else:
            self.at += 1
            found = self.quoted(quote)
        if self.at >= len(self.bytes):
            raise _no(f"Unclosed start tag at byte offset {begin}")
        return found

    def quoted(self, quote: bytes) -> str:
        pieces: list[bytes] = []
        while self.at < len(self.bytes) and self.peek() != quote:
            if self.peek() == b"&" and (decoded := self.reference()):
                pieces.append(decoded.encode())
            else:
                pieces.append(self.peek())
                self.at += 1
        self.at += 1
        return b"".join(pieces).decode("utf-8", "replace")

    def end_tag(self, begin: int) -> None:
        if not self.open:
            raise _no(f"Unexpected end tag at byte offset {begin}")
        self.at += 1
        name = self.until(SPACE + b">").decode("utf-8", "replace").lower()
        self.skip_space()
        if self.peek() != b">":
            raise _no(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        last = self.open.pop()
        if name and name != last.tag:
            raise _no(
                f'Unmatched end tag at byte offset {begin}, expected "</{last.tag}>", '
                f'found "</{name}>"'
            )
        if self.offset > last.offset:
            self.close(last)

    def close(self, last: _Open) -> None:
        entity: Entity = {"offset": last.offset, "length": self.offset - last.offset}
        if last.tag in ("code", "pre") and self.joined_code(last, entity):
            return
        if last.tag == "a":
            self.link(last, entity)
        elif last.tag == "tg-emoji":
            if not last.argument.isdecimal() or int(last.argument) == 0:
                raise _no("Invalid custom emoji identifier specified")
            self.entities.append(
                {**entity, "type": "custom_emoji", "custom_emoji_id": last.argument}
            )
        elif last.tag == "span":
            self.entities.append({**entity, "type": "spoiler"})
        elif last.tag == "blockquote" and last.argument == "expandable":
            self.entities.append({**entity, "type": "expandable_blockquote"})
        else:
            self.entities.append({**entity, "type": TAGS[last.tag]})
            if last.tag == "code" and last.argument:
                self.entities[-1]["language"] = last.argument

    def joined_code(self, last: _Open, entity: Entity) -> bool:
        """`pre` around `code`, or the other way about, is one block in that language."""
        inner = self.entities[-1] if self.entities else {}
        same = (inner.get("offset"), inner.get("length")) == (entity["offset"], entity["length"])
        if same and last.tag == "pre" and inner["type"] == "code" and inner.get("language"):
            inner["type"] = "pre"
            return True
        if same and last.tag == "code" and inner["type"] == "pre" and last.argument:
            inner["language"] = last.argument
            return True
        return False

    def link(self, last: _Open, entity: Entity) -> None:
        address = last.argument or "".join(self.plain[last.begins :])
        if _LINK.match(address):
            whole = address if ":" in address.split("/")[0] else f"http://{address}"
            if whole.count("/") == 2 and whole.startswith("http"):
                whole += "/"
            self.entities.append({**entity, "type": "text_link", "url": whole})


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """Plain text and entities; Refusal with Telegram's words where the HTML is not well formed."""
    plain, entities = _Reader(text).read()
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return plain, entities


def _no(words: str) -> Refusal:
    return bad_request(f"can't parse entities: {words}")
