"""What arrives and what leaves, in words that belong to no channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AttachmentKind = Literal[
    "photo", "voice", "audio", "video", "video_note", "animation", "document", "sticker", "location"
]
Happening = Literal["message", "press", "edit", "blocked", "unblocked"]
Refusal = Literal["contact", "group", "reaction", "too_big", "unsupported", "incomplete"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that stays with the provider, or a place.

    `file_id` is the provider's own handle; `size` is in bytes, `seconds` the length of a recording.
    A file's own name is never kept: names identify people.
    """

    kind: AttachmentKind
    file_id: str = ""
    mime: str = ""
    size: int | None = None
    seconds: int | None = None
    album: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did in one private chat, as the provider told it.

    `key` names the event for ever at this provider (the same event has the same key, however often
    and by whatever way it arrives). `address` is where an answer goes. `sent_at` is the provider's
    own time, exact to the second. `message_id` is the message written, edited, or holding the
    button pressed. `refused` says why something was not taken; then nothing of it is carried here.

    `address` is the provider's own id of the person where it has one; `phone` is then their number,
    if it was told. `listed` says that this was found in a list of the provider's, which tells less
    than an event: not whose id goes with a number, not which button was pressed. `opted` says that
    the provider itself stopped, or started again, to carry our messages to them.
    """

    channel: str
    key: str
    address: str
    happened: Happening = "message"
    sent_at: datetime | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    press: str = ""
    press_id: str = ""
    reply_to: str = ""
    reply_text: str = ""
    forwarded: bool = False
    language_hint: str = ""
    refused: Refusal | None = None
    phone: str = ""
    listed: bool = False
    opted: Literal["", "out", "in"] = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button and what pressing it does; `does` is at most 64 bytes of UTF-8."""

    label: str
    does: str
    style: Literal["", "primary", "success", "danger"] = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be said in one chat.

    `text` is rich text: plain characters with `&lt; &gt; &amp;` escaped and only the tags
    b, i, u, s, code, pre, blockquote. `choices` are rows of buttons. With `attachments` the text
    is the caption of the first (or goes before them where it is too long or cannot be a caption).
    `reply_to` is the provider's id of a message in that chat. `protect` stops forwarding and
    saving; `silent` makes no sound.

    `template` names a text that the provider approved beforehand, in `language` and filled with
    `values`: all that may be sent to somebody who has not written for long. `text` says the same.
    """

    text: str = ""
    choices: tuple[tuple[Choice, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    protect: bool = False
    silent: bool = False
    template: str = ""
    values: tuple[str, ...] = ()
    language: str = ""
