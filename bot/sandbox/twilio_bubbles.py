"""What a WhatsApp chat shows: messages with ticks, quick replies, rows of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Literal

from bot.sandbox.bubbles import Bubble, Button

Ticks = Literal["sent", "delivered", "read"]

# a mark counts where it hugs its words and stands at their edges
_SPANS = (
    (re.compile(r"```(.+?)```", re.S), "code"),
    (re.compile(r"(?<!\w)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\w)"), "b"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), "i"),
    (re.compile(r"(?<!\w)~(?=\S)([^~\n]+?)(?<=\S)~(?!\w)"), "s"),
)
_QUOTE = re.compile(r"(?m)^> ?(.*)$")
_ESCAPED_QUOTE = re.compile(r"(?m)^&gt; ?(.*)$")


@dataclass(eq=False, slots=True)
class Row(Button):
    """A quick reply, or a row of a list with a line of description."""

    description: str = ""


@dataclass(eq=False, slots=True)
class WhatsAppBubble(Bubble):
    """A message with Twilio's `sid`.

    `sent` is what was sent, with its marks. `menu` is the word on the button that opens a list.
    `ticks` tells the person of their own message what it tells the bot of the bot's.
    """

    sid: str = ""
    sent: str = ""
    menu: str = ""
    template: bool = False
    ticks: Ticks = "sent"


def plain(text: str) -> str:
    """A text as the screen shows it, its marks taken away."""
    for span, _ in _SPANS:
        text = span.sub(r"\1", text)
    return _QUOTE.sub(r"\1", text)


def as_html(text: str) -> str:
    """A text with its marks turned into tags."""
    html = _ESCAPED_QUOTE.sub(r"<blockquote>\1</blockquote>", escape(text, quote=False))
    for span, tag in _SPANS:
        html = span.sub(rf"<{tag}>\1</{tag}>", html)
    return html.replace("</blockquote>\n<blockquote>", "\n")
