"""What a phone shows: messages, their buttons and media, and what has just changed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from bot.sandbox.phones import Phone

MediaKind = Literal[
    "photo",
    "voice",
    "audio",
    "video",
    "video_note",
    "animation",
    "document",
    "sticker",
    "location",
    "contact",
]
Change = Literal[
    "joined",  # a new phone
    "shown",  # a message, of the person or of the bot
    "edited",
    "deleted",
    "pressed",  # a button began to wait
    "answered",  # a button stopped waiting
    "typing",  # the bot began or stopped to show an action
    "blocked",
    "unblocked",
    "profile",  # commands, name or description of the bot
]


@dataclass(slots=True)
class Button:
    """One button as the person sees it; `waiting` while Telegram waits for the bot's answer."""

    label: str
    data: str = ""
    style: str = ""
    url: str = ""
    copies: str = ""
    waiting: bool = False


@dataclass(slots=True)
class Media:
    """A file, place or contact card inside a message; `wire` is its JSON in the Bot API."""

    kind: MediaKind
    file_id: str = ""
    mime: str = ""
    size: int | None = None
    seconds: int | None = None
    url: str = ""
    file_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    album: str = ""
    width: int | None = None
    height: int | None = None
    emoji: str = ""
    card: str = ""
    wire: Any = None


@dataclass(eq=False, slots=True)
class Bubble:
    """One message on a screen; the same object is changed when the message is edited.

    `text` is a message's text or caption without formatting, `html` the same with it.
    """

    message_id: int
    mine: bool
    text: str
    html: str
    date: datetime
    buttons: list[list[Button]] = field(default_factory=list)
    media: Media | None = None
    reply_to: int | None = None
    edited: bool = False
    protected: bool = False
    silent: bool = False
    edited_at: datetime | None = None
    quote: str = ""
    origin: dict[str, Any] | None = None
    entities: list[dict[str, Any]] = field(default_factory=list)
    markup: dict[str, Any] | None = None

    def labels(self) -> list[str]:
        """Every button's label, row after row."""
        return [button.label for row in self.buttons for button in row]

    def button(self, wanted: str, *, exactly: bool = False) -> Button | None:
        """The button with this label or `data=…`, else (not `exactly`) the only one containing it.

        Buttons that tell the bot nothing, links say, are not found.
        """
        every = [button for row in self.buttons for button in row if button.data]
        data = wanted.removeprefix("data=") if wanted.startswith("data=") else None
        for button in every:
            if (button.data == data) if data is not None else (button.label == wanted):
                return button
        near = [button for button in every if wanted and wanted in button.label]
        return near[0] if len(near) == 1 and not exactly else None


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed in one chat, for whoever draws it."""

    change: Change
    phone: Phone
    bubble: Bubble | None = None


@dataclass(eq=False, slots=True)
class PressResult:
    """A press that Telegram took; `answered` once the bot stopped the waiting sign."""

    query_id: str
    user_id: int
    button: Button
    bubble: Bubble
    pressed_at: datetime
    answered: bool = False
    text: str = ""
    alert: bool = False
    url: str = ""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, within: float = 5.0) -> str:
        """The words the bot answered with, once it did; TimeoutError if it never does."""
        async with asyncio.timeout(within):
            await self.done.wait()
        return self.text
