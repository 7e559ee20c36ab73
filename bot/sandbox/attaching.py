"""What a person can attach: pictures, recordings, papers, places, contact cards."""

from __future__ import annotations

import random
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox import attachments
from bot.sandbox.bubbles import Bubble, Media, MediaKind

if TYPE_CHECKING:
    from bot.sandbox.world import World


class Attaching:
    """The paper clip of the app.

    Every method takes besides: `caption`, `reply_to`, `at` (when it was sent), and for files
    `size` (as large as you like, it costs nothing), `mime`, `content`, `album`.
    """

    world: World
    first_name: str

    def send(
        self,
        text: str,
        *,
        media: Media | None = None,
        reply_to: Bubble | None = None,
        quote: str = "",
        forwarded_from: str = "",
        at: datetime | None = None,
    ) -> Bubble:
        """Send one message as it is."""
        raise NotImplementedError

    async def photo(self, caption: str = "", **how: Any) -> Bubble:
        """Send a photo."""
        return self._file("photo", caption=caption, **how)

    async def voice(self, seconds: int = 5, **how: Any) -> Bubble:
        """Send a recording of so many seconds."""
        return self._file("voice", seconds=seconds, **how)

    async def audio(self, seconds: int = 60, **how: Any) -> Bubble:
        """Send a piece of music."""
        return self._file("audio", seconds=seconds, **how)

    async def video(self, seconds: int = 8, **how: Any) -> Bubble:
        """Send a video."""
        return self._file("video", seconds=seconds, **how)

    async def video_note(self, seconds: int = 6, **how: Any) -> Bubble:
        """Send a round video."""
        return self._file("video_note", seconds=seconds, **how)

    async def animation(self, caption: str = "", **how: Any) -> Bubble:
        """Send a GIF."""
        return self._file("animation", caption=caption, seconds=2, **how)

    async def document(
        self, file_name: str = "contract.pdf", caption: str = "", **how: Any
    ) -> Bubble:
        """Send a file under its own name."""
        return self._file("document", file_name=file_name, caption=caption, **how)

    async def sticker(self, emoji: str = "🙂", **how: Any) -> Bubble:
        """Send a sticker."""
        return self._file("sticker", emoji=emoji, **how)

    async def location(
        self, latitude: float = 40.4093, longitude: float = 49.8671, **how: Any
    ) -> Bubble:
        """Send a place."""
        return self.send("", media=attachments.place(latitude, longitude), **how)

    async def contact(
        self, phone_number: str = "+994501234567", first_name: str = "", **how: Any
    ) -> Bubble:
        """Send a contact card: one's own unless another name is given."""
        return self.send("", media=self._card(phone_number, first_name), **how)

    def _card(self, phone_number: str, first_name: str) -> Media:
        return attachments.card(phone_number, first_name or self.first_name)

    async def album(
        self, count: int = 3, caption: str = "", *, together: bool = True, apart: float = 2.0
    ) -> list[Bubble]:
        """Send photos as one album.

        Not `together`: the second half leaves once the bot has taken the first, or `apart` seconds
        later.
        """
        album = str(random.randint(10**16, 10**17))
        half = count if together else (count + 1) // 2
        sent = []
        for number in range(count):
            if number == half:
                await self._taken(apart)
            words = caption if number == 0 else ""
            sent.append(self._file("photo", caption=words, album=album))
        return sent

    async def _taken(self, seconds: float) -> None:
        try:
            await self.world.wait(lambda: not self.world.pending(), seconds)
        except TimeoutError:
            return

    def _file(
        self,
        kind: MediaKind,
        *,
        caption: str = "",
        reply_to: Bubble | None = None,
        at: datetime | None = None,
        album: str = "",
        **what: Any,
    ) -> Bubble:
        media = attachments.incoming(self.world, kind, **what)
        media.album = album
        return self.send(caption.strip(), media=media, reply_to=reply_to, at=at)
