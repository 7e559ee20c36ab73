"""A letter as a mail program opens it, whatever it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

MOST_PARTS = 60
MOST_DEEP = 12
LONGEST_HEADER = 300
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""Signs that turn a name's end into its beginning, or its line into two."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a letter; `cid` is what its HTML calls it, if that shows it."""

    name: str
    mime: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `envelope` are those it was really for; `dated` is what it says of itself."""

    id: int
    arrived_at: datetime
    envelope: tuple[str, ...]
    raw: bytes
    sender: str = ""
    to: str = ""
    subject: str = ""
    dated: datetime | None = None
    plain: str = ""
    html: str = ""
    shown: tuple[Part, ...] = ()
    """Pictures that the HTML shows."""
    attached: tuple[Part, ...] = ()

    def header(self, name: str) -> str:
        """Any header as it was sent, unfolded; empty where there is none."""
        return _header(message_from_bytes(self.raw, policy=policy.default), name, len(self.raw))


def read(number: int, arrived_at: datetime, envelope: tuple[str, ...], raw: bytes) -> Letter:
    """Open a letter; what nobody can understand of it is shown as it came."""
    try:
        message = message_from_bytes(raw, policy=policy.default)
        parts = list(_leaves(message))
    except Exception:  # the library stumbles over what is broken enough, in many ways
        return Letter(number, arrived_at, envelope, raw, plain=raw.decode("utf-8", "replace"))
    plain = next((part for part in parts if _is_text(part, "plain")), None)
    html = next((part for part in parts if _is_text(part, "html")), None)
    files = [_part(part, at) for at, part in enumerate(parts, 1) if part not in (plain, html)]
    body = _text(html) if html is not None else ""
    shown = tuple(one for one in files if one.cid and f"cid:{one.cid}" in body)
    return Letter(
        *(number, arrived_at, envelope, raw),
        sender=_header(message, "From"),
        to=_header(message, "To"),
        subject=_header(message, "Subject"),
        dated=_date(_header(message, "Date")),
        plain=_text(plain) if plain is not None else "",
        html=body,
        shown=shown,
        attached=tuple(one for one in files if one not in shown),
    )


def _leaves(message: EmailMessage, deep: int = 0) -> Iterator[EmailMessage]:
    """The parts that are no boxes, in order; a letter inside a letter is one of them."""
    payload = message.get_payload()
    if message.get_content_maintype() != "multipart" or not isinstance(payload, list):
        yield message
        return
    for part in payload[:MOST_PARTS] if deep < MOST_DEEP else ():
        if isinstance(part, EmailMessage):
            yield from _leaves(part, deep + 1)


def _is_text(part: EmailMessage, kind: str) -> bool:
    plainly = part.get_content_type() == f"text/{kind}"
    return plainly and not _safely(part.get_filename) and _disposition(part) != "attachment"


def _disposition(part: EmailMessage) -> str:
    return _safely(part.get_content_disposition)


def _text(part: EmailMessage) -> str:
    content = _bytes(part)
    for charset in (_safely(part.get_content_charset), "utf-8"):
        try:
            return content.decode(charset or "utf-8").replace("\r\n", "\n")
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _bytes(part: EmailMessage) -> bytes:
    try:
        inside = part.get_payload()
        if isinstance(inside, list):
            return b"".join(each.as_bytes() for each in inside if isinstance(each, EmailMessage))
        payload = part.get_payload(decode=True)
    except Exception:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _part(part: EmailMessage, number: int) -> Part:
    name = _clean(_safely(part.get_filename)).replace("/", "_").replace("\\", "_")
    mime = part.get_content_type()
    cid = _header(part, "Content-ID").strip("<> ")
    return Part(name or f"part-{number}", mime, _bytes(part), cid)


def _header(message: EmailMessage, name: str, longest: int = LONGEST_HEADER) -> str:
    try:
        value = str(message.get(name) or "")
    except Exception:
        value = next((str(v) for key, v in message.raw_items() if key.lower() == name.lower()), "")
    value = _clean(value)
    return value if len(value) <= longest else value[:longest] + "…"


def _clean(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()  # lone halves of letters cannot be sent on
    return " ".join(UNSEEN.sub(" ", text).split())


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.utcoffset() is not None else None


def _safely(ask: object) -> str:
    try:
        return str(ask() or "") if callable(ask) else ""
    except Exception:
        return ""
