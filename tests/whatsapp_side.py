"""Choosing on WhatsApp, where some choices are buttons and all have numbers."""

import re

from bot.sandbox.bubbles import Bubble
from bot.sandbox.twilio import WhatsAppPhone


async def choose(phone: WhatsAppPhone, label: str) -> Bubble:
    """Press what says this, or type the number that stands before it; gives where it stood."""
    for bubble in reversed(phone.chat):
        if bubble.mine:
            continue
        button = next((b for row in bubble.buttons for b in row if label in _bare(b.label)), None)
        if button is not None:
            await phone.press(f"data={button.data}", on=bubble)
            return bubble
        for line in _bare(bubble.text).split("\n"):
            found = re.match(rf"(\d{{1,2}}) .*{re.escape(label)}", line)
            if found:
                await phone.write(found[1])
                return bubble
    raise AssertionError(f"nothing says {label!r}\n{phone.text()}")


def _bare(text: str) -> str:
    return re.sub("[\u2066-\u2069\u200e\u200f]", "", text)
