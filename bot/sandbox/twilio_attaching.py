"""What a person can attach on WhatsApp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.attachments import place
from bot.sandbox.bubbles import Bubble, Media, MediaKind
from bot.sandbox.samples import MIMES, sample

if TYPE_CHECKING:
    from bot.sandbox.twilio_bubbles import WhatsAppBubble
    from bot.sandbox.twilio_world import TwilioWorld

MESSAGE_TYPES: dict[str, str] = {"photo": "image", "voice": "audio"}
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:;{name};;;\r\nFN:{name}\r\n"
    "TEL;type=CELL;waid={digits}:{number}\r\nEND:VCARD\r\n"
)


class TwilioAttaching:
    """The paper clip of the app.

    Every method for a file takes besides: `size` (as large as you like, it costs nothing), `mime`,
    `content`, `reply_to`.
    """

    world: TwilioWorld
    name: str

    def send(
        self,
        text: str,
        *,
        media: Media | None = None,
        reply_to: Bubble | None = None,
        more: dict[str, str] | None = None,
        content: bytes = b"",
    ) -> WhatsAppBubble:
        """Send one message as it is."""
        raise NotImplementedError

    async def photo(self, caption: str = "", **how: Any) -> WhatsAppBubble:
        """Send a photo."""
        return self._file("photo", caption, **how)

    async def album(self, count: int = 3, caption: str = "") -> list[WhatsAppBubble]:
        """Send several photos, which leave as messages of their own."""
        return [await self.photo(caption if number == 0 else "") for number in range(count)]

    async def voice(self, seconds: int = 5, **how: Any) -> WhatsAppBubble:
        """Send a recording of so many seconds."""
        return self._file("voice", seconds=seconds, **how)

    async def audio(self, seconds: int = 60, **how: Any) -> WhatsAppBubble:
        """Send a piece of music."""
        return self._file("audio", seconds=seconds, **how)

    async def video(self, caption: str = "", seconds: int = 8, **how: Any) -> WhatsAppBubble:
        """Send a video."""
        return self._file("video", caption, seconds=seconds, **how)

    async def document(
        self, name: str = "contract.pdf", caption: str = "", **how: Any
    ) -> WhatsAppBubble:
        """Send a file under its own name, which is the text where there is no caption."""
        return self._file("document", caption or name, name=name, **how)

    async def sticker(self, **how: Any) -> WhatsAppBubble:
        """Send a sticker."""
        return self._file("sticker", **how)

    async def location(
        self,
        latitude: float = 40.4093,
        longitude: float = 49.8671,
        *,
        label: str = "",
        address: str = "",
        reply_to: Bubble | None = None,
    ) -> WhatsAppBubble:
        """Send a place."""
        more = {
            "MessageType": "location",
            "Latitude": str(latitude),
            "Longitude": str(longitude),
            **({"Label": label} if label else {}),
            **({"Address": address} if address else {}),
        }
        return self.send("", media=place(latitude, longitude), more=more, reply_to=reply_to)

    async def contact(
        self, number: str = "+994501234567", name: str = "", *, reply_to: Bubble | None = None
    ) -> WhatsAppBubble:
        """Send a contact card: one's own unless another name is given."""
        card = name or self.name
        content = CARD.format(name=card, number=number, digits=number.removeprefix("+")).encode()
        media = Media(kind="contact", card=card, mime="text/vcard", size=len(content))
        return self.send(
            "", media=media, content=content, more={"MessageType": "contacts"}, reply_to=reply_to
        )

    async def unknown(self, message_type: str = "order", **fields: str) -> WhatsAppBubble:
        """Send something of a kind nobody heard of: neither words nor files."""
        return self.send("", more={"MessageType": message_type, **fields})

    def _file(
        self,
        kind: MediaKind,
        caption: str = "",
        *,
        size: int | None = None,
        seconds: int | None = None,
        mime: str = "",
        content: bytes | None = None,
        name: str = "",
        reply_to: Bubble | None = None,
    ) -> WhatsAppBubble:
        content = sample(kind, seconds or 1) if content is None else content
        stored = self.world.files.keep(
            kind, content, mime or MIMES[kind], size=size, name=name, seconds=seconds or 0
        )
        media = Media(
            kind=kind,
            mime=stored.mime,
            size=stored.size,
            seconds=seconds,
            url=f"{self.world.origin}/media/{stored.unique_id}",
            file_name=name,
        )
        more = {"MessageType": MESSAGE_TYPES.get(kind, kind)}
        return self.send(
            caption.strip(), media=media, content=stored.content, reply_to=reply_to, more=more
        )
