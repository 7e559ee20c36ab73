"""Files the bot offers at an address: fetched over HTTP, as Twilio fetches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import aiohttp

from bot.sandbox.bubbles import Media, MediaKind

if TYPE_CHECKING:
    from bot.sandbox.twilio_world import TwilioWorld

MB = 1024 * 1024
TAKEN: dict[str, int] = {
    # media type: most bytes of it
    "image/jpeg": 5 * MB,
    "image/png": 5 * MB,
    "image/webp": 100_000,
    "audio/ogg": 16 * MB,
    "audio/mpeg": 16 * MB,
    "audio/mp4": 16 * MB,
    "audio/aac": 16 * MB,
    "audio/amr": 16 * MB,
    "audio/3gpp": 16 * MB,
    "video/mp4": 16 * MB,
    "video/3gpp": 16 * MB,
    "application/pdf": 16 * MB,
    "application/msword": 16 * MB,
    "application/vnd.ms-excel": 16 * MB,
    "application/vnd.ms-powerpoint": 16 * MB,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 16 * MB,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 16 * MB,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": 16 * MB,
    "text/plain": 16 * MB,
    "text/vcard": 16 * MB,
}
KINDS = {"image/webp": "sticker", "audio/ogg": "voice"}
KINDS_OF_FAMILY = {"image": "photo", "audio": "audio", "video": "video"}


class Undeliverable(Exception):
    """The message was accepted and cannot reach anybody, for the reason of this code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


async def fetch(world: TwilioWorld, url: str) -> tuple[str, bytes]:
    """The media type and the bytes behind an address; Undeliverable without them."""
    called = world.called_url(url) if world.called_url else url
    try:
        async with world.webhooks.session().get(called) as answer:
            if answer.status != 200:
                raise Undeliverable(63019)
            most = TAKEN.get(answer.content_type)
            if most is None:
                raise Undeliverable(12300)
            content = bytearray()
            async for chunk in answer.content.iter_any():
                content += chunk
                if len(content) > most:
                    raise Undeliverable(63021)
            return answer.content_type, bytes(content)
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise Undeliverable(63019) from None


def shown_media(world: TwilioWorld, mime: str, content: bytes) -> Media:
    """A fetched file as the phone shows it."""
    named = KINDS.get(mime) or KINDS_OF_FAMILY.get(mime.partition("/")[0], "document")
    kind: MediaKind = next(kind for kind in get_args(MediaKind) if kind == named)
    stored = world.files.keep(kind, content, mime)
    return Media(
        kind=kind,
        mime=mime,
        size=len(content),
        url=f"{world.origin}/media/{stored.unique_id}",
    )
