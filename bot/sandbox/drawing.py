"""A phone as the page gets it: plain values for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from bot.sandbox.bubbles import Bubble, Media
    from bot.sandbox.phones import Phone


@dataclass(frozen=True, slots=True)
class Shown:
    """One phone on the page: whose it is and how to introduce them, in English."""

    phone: Phone
    role: Literal["migrant", "member", "operator"]
    caption: str
    dir: Literal["ltr", "rtl"] = "ltr"


def phone_id(phone: Phone) -> str:
    """What the page calls this phone."""
    return f"telegram-{phone.user_id}"


def phone_json(shown: Shown) -> dict[str, Any]:
    """The whole phone with its chat."""
    phone = shown.phone
    language = (phone.language_code or "").partition("-")[0]
    profile = phone.world.profile
    return {
        "id": phone_id(phone),
        "name": phone.name,
        "role": shown.role,
        "who": shown.caption,
        "channel": "telegram",
        "dir": shown.dir,
        "lang": language,
        "bot": profile.shown_name(language),
        "about": profile.descriptions.get(language) or profile.descriptions.get("", ""),
        "blocked": phone.blocked,
        "typing": phone.typing,
        "commands": [
            {"command": each["command"], "description": each["description"]}
            for each in phone.commands()
        ],
        "messages": [_bubble(bubble) for bubble in phone.chat],
    }


def _bubble(bubble: Bubble) -> dict[str, Any]:
    return {
        "id": bubble.message_id,
        "mine": bubble.mine,
        "text": bubble.text,
        "html": bubble.html,
        "buttons": [
            [
                {
                    "label": button.label,
                    "data": button.data,
                    "style": button.style,
                    "url": button.url,
                    "copies": button.copies,
                    "waiting": button.waiting,
                }
                for button in row
            ]
            for row in bubble.buttons
        ],
        "media": _media(bubble.media) if bubble.media is not None else None,
        "reply_to": bubble.reply_to,
        "quote": bubble.quote,
        "date": moment(bubble.date),
        "edited": bubble.edited,
        "protected": bubble.protected,
        "silent": bubble.silent,
        "forwarded": bubble.origin is not None,
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
