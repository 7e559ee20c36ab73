"""Files, places and contact cards as parts of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.bubbles import Media, MediaKind
from bot.sandbox.files import StoredFile
from bot.sandbox.samples import MIMES, sample

if TYPE_CHECKING:
    from bot.sandbox.world import World

SQUARE = {"sticker": 512, "video_note": 240}


def incoming(
    world: World,
    kind: MediaKind,
    *,
    size: int | None = None,
    seconds: int | None = None,
    file_name: str = "",
    mime: str = "",
    emoji: str = "",
    content: bytes | None = None,
) -> Media:
    """What a person sends: real bytes, of any stated size."""
    stored = world.files.keep(
        kind,
        sample(kind, seconds or 1) if content is None else content,
        mime or MIMES[kind],
        size=size,
        name=file_name,
        seconds=seconds or 0,
        emoji=emoji,
    )
    return shown(world, stored)


def shown(world: World, stored: StoredFile) -> Media:
    """A stored file as part of a message."""
    width, height = _measures(stored.kind)
    media = Media(
        kind=stored.kind,
        file_id=stored.file_id,
        mime=stored.mime,
        size=stored.size,
        seconds=stored.seconds if stored.kind in TIMED else None,
        url=f"{world.origin}/media/{stored.unique_id}",
        file_name=stored.name,
        width=width,
        height=height,
        emoji=stored.emoji,
    )
    media.wire = _photo(world, stored) if stored.kind == "photo" else _wire(stored, media)
    return media


TIMED = ("voice", "audio", "video", "video_note", "animation")


def _measures(kind: str) -> tuple[int | None, int | None]:
    if kind in SQUARE:
        return SQUARE[kind], SQUARE[kind]
    return (1280, 853) if kind in ("photo", "video", "animation") else (None, None)


def _wire(stored: StoredFile, media: Media) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
    }
    if stored.kind in TIMED:
        wire["duration"] = media.seconds or 0
    if stored.kind == "sticker":
        extra = {"type": "regular", "width": 512, "height": 512, "emoji": media.emoji}
        return {**wire, **extra, "is_animated": False, "is_video": False}
    if stored.kind == "video_note":
        return {**wire, "length": 240}
    wire["mime_type"] = stored.mime
    if stored.name:
        wire["file_name"] = stored.name
    if stored.kind in ("video", "animation"):
        wire |= {"width": media.width, "height": media.height}
    return wire


def _photo(world: World, stored: StoredFile) -> list[dict[str, Any]]:
    small = world.files.thumbnail(stored)
    return [
        {
            "file_id": one.file_id,
            "file_unique_id": one.unique_id,
            "file_size": one.size,
            "width": width,
            "height": height,
        }
        for one, width, height in ((small, 90, 60), (stored, 1280, 853))
    ]


def place(latitude: float, longitude: float) -> Media:
    """A place on the map."""
    return Media(
        kind="location",
        latitude=latitude,
        longitude=longitude,
        wire={"latitude": latitude, "longitude": longitude},
    )


def card(phone_number: str, first_name: str, last_name: str = "") -> Media:
    """Somebody's contact card."""
    wire: dict[str, Any] = {"phone_number": phone_number, "first_name": first_name}
    if last_name:
        wire["last_name"] = last_name
    return Media(kind="contact", card=f"{first_name} {last_name}".strip(), wire=wire)
