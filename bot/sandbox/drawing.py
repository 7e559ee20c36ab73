"""A phone as the page gets it: plain values for JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.twilio_bubbles import Row, WhatsAppBubble
from bot.sandbox.twilio_phones import WhatsAppPhone

if TYPE_CHECKING:
    from bot.sandbox.bubbles import Bubble, Button, Media
    from bot.sandbox.phones import Phone

COUNCIL = "Migrant Council (demo)"  # WhatsApp tells a bot nothing of the name it is shown by


@dataclass(frozen=True, slots=True)
class Shown:
    """One phone on the page: whose it is and how to introduce them, in English."""

    phone: Phone | WhatsAppPhone
    role: Literal["migrant", "member", "staff", "operator"]
    caption: str
    dir: Literal["ltr", "rtl"] = "ltr"


def phone_id(phone: Phone | WhatsAppPhone) -> str:
    """What the page calls this phone: one name for each, whatever the app."""
    if isinstance(phone, WhatsAppPhone):
        return "whatsapp-" + re.sub(r"\W", "", phone.number or phone.user_id or phone.name)
    return f"telegram-{phone.user_id}"


def phone_json(shown: Shown) -> dict[str, Any]:
    """The whole phone with its chat."""
    phone = shown.phone
    language = (phone.language_code or "").partition("-")[0]
    return {
        "id": phone_id(phone),
        "name": phone.name,
        "role": shown.role,
        "who": shown.caption,
        "dir": shown.dir,
        "lang": language,
        "blocked": phone.blocked,
        "typing": phone.typing,
        "messages": [_bubble(bubble) for bubble in phone.chat],
        **(
            _on_whatsapp(phone)
            if isinstance(phone, WhatsAppPhone)
            else _on_telegram(phone, language)
        ),
    }


def _on_telegram(phone: Phone, language: str) -> dict[str, Any]:
    profile = phone.world.profile
    return {
        "channel": "telegram",
        "bot": profile.shown_name(language),
        "about": profile.descriptions.get(language) or profile.descriptions.get("", ""),
        "commands": [
            {"command": each["command"], "description": each["description"]}
            for each in phone.commands()
        ],
    }


def _on_whatsapp(phone: WhatsAppPhone) -> dict[str, Any]:
    return {
        "channel": "whatsapp",
        "bot": COUNCIL,
        "about": "",
        "commands": [],
        "number": phone.number or "",
        "receipts": phone.read_receipts,
        "window": phone.window_open,
    }


def _bubble(bubble: Bubble) -> dict[str, Any]:
    drawn = {
        "id": bubble.message_id,
        "mine": bubble.mine,
        "text": bubble.text,
        "html": bubble.html,
        "buttons": [[_button(button) for button in row] for row in bubble.buttons],
        "media": _media(bubble.media) if bubble.media is not None else None,
        "reply_to": bubble.reply_to,
        "quote": bubble.quote,
        "date": moment(bubble.date),
        "edited": bubble.edited,
        "protected": bubble.protected,
        "silent": bubble.silent,
        "forwarded": bubble.origin is not None,
    }
    if isinstance(bubble, WhatsAppBubble):
        drawn |= {"list": bubble.menu, "ticks": bubble.ticks}
        if bubble.media is not None and bubble.text == bubble.media.file_name:
            drawn |= {"text": "", "html": ""}  # a paper's name, which the paper itself shows
    return drawn


def _button(button: Button) -> dict[str, Any]:
    return {
        "label": button.label,
        "data": button.data,
        "style": button.style,
        "url": button.url,
        "copies": button.copies,
        "waiting": button.waiting,
        "description": button.description if isinstance(button, Row) else "",
    }


def _media(media: Media) -> dict[str, Any]:
    # the page asks its own server for the bytes: other addresses are closed to it
    name = media.url.rpartition("/")[2]
    return {
        "kind": media.kind,
        "src": f"/media/{name}" if name else "",
        "mime": media.mime,
        "size": media.size,
        "seconds": media.seconds,
        "name": media.file_name,
        "latitude": media.latitude,
        "longitude": media.longitude,
        "album": media.album,
        "width": media.width,
        "height": media.height,
        "emoji": media.emoji,
        "card": media.card,
    }


def moment(at: datetime) -> str:
    """An instant as browsers read it."""
    return at.isoformat(timespec="milliseconds")
