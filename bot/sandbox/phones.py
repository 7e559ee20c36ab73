"""A person's phone with the Telegram app on it."""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox import attachments
from bot.sandbox.bubbles import Bubble, Button, Event, Media, MediaKind, PressResult
from bot.sandbox.entities import to_html, utf16_length
from bot.sandbox.picture import picture
from bot.sandbox.wire import command_entities

if TYPE_CHECKING:
    from bot.sandbox.world import World

LONGEST = 4096


class Phone:
    """One person's private chat with the bot, as their app shows it and lets them use it."""

    def __init__(self, world: World, name: str, user_id: int, language_code: str | None) -> None:
        self.world = world
        self.name = name
        self.user_id = user_id
        self.language_code = language_code
        self.first_name, _, self.last_name = name.partition(" ")
        self.username = _username(name, user_id)
        self.chat: list[Bubble] = []
        self.started = False
        self.blocked = False
        self.deactivated = False
        self.typing = False
        self.notice = ""
        self.keyboard: list[list[str]] = []
        self.chat_instance = str(random.randint(-(2**62), 2**62))

    # what is on the screen

    def find(self, message_id: int) -> Bubble | None:
        """The message with this number, unless it was deleted."""
        return next((b for b in self.chat if b.message_id == message_id), None)

    def last(self) -> Bubble:
        """The newest message of the bot."""
        for bubble in reversed(self.chat):
            if not bubble.mine:
                return bubble
        raise AssertionError(f"the bot wrote nothing\n{self.text()}")

    def text(self) -> str:
        """The chat as plain text."""
        return picture(self)

    def commands(self) -> list[dict[str, str]]:
        """The commands in this person's menu."""
        language = (self.language_code or "").partition("-")[0]
        return self.world.profile.shown_commands(self.user_id, language)

    # what the person does

    async def start(self, payload: str = "") -> Bubble:
        """Press Start, by a link with this payload; also unblocks, as the app does."""
        if self.blocked:
            await self.unblock()
        return await self.write(f"/start {payload}".strip())

    async def write(
        self, text: str, *, reply_to: Bubble | None = None, at: datetime | None = None
    ) -> Bubble:
        """Send a text; the app cuts one that is too long, the last piece is returned."""
        pieces = _pieces(text.strip())
        if not pieces:
            raise AssertionError("the app sends no empty message")
        for piece in pieces:
            bubble = self._add(piece, entities=command_entities(piece), reply_to=reply_to, at=at)
            self.world.tell_message(self, bubble)
        return bubble

    async def edit(self, bubble: Bubble, text: str) -> None:
        """Change a text or caption of one's own."""
        if not bubble.mine or bubble not in self.chat:
            raise AssertionError("only one's own messages can be edited")
        bubble.text = text.strip()
        bubble.entities = command_entities(bubble.text) if bubble.media is None else []
        bubble.html = to_html(bubble.text, bubble.entities)
        bubble.edited = True
        bubble.edited_at = self.world.clock()
        self.world.tell_message(self, bubble, "edited_message")
        self.world.announce(Event("edited", self, bubble))

    async def press(self, button: str, *, on: Bubble | None = None) -> PressResult:
        """Press a button by its label, a piece of it, or `data=…`: the newest message having it."""
        for bubble in [on] if on is not None else reversed(self.chat):
            found = bubble.button(button)
            if found is not None and found.data:
                return self._press(bubble, found)
        raise AssertionError(f"no button {button!r} on this screen\n{self.text()}")

    def _press(self, bubble: Bubble, button: Button) -> PressResult:
        press = PressResult(
            query_id=str(random.randint(10**17, 10**19)),
            user_id=self.user_id,
            button=button,
            bubble=bubble,
            pressed_at=self.world.clock(),
        )
        button.waiting = True
        self.notice = ""
        self.world.tell_press(self, press)
        self.world.announce(Event("pressed", self, bubble))
        return press

    async def photo(self, caption: str = "", **how: Any) -> Bubble:
        """Send a photo."""
        return self._send_file("photo", caption, **how)

    async def voice(self, seconds: int = 5, caption: str = "", **how: Any) -> Bubble:
        """Send a recording of so many seconds."""
        return self._send_file("voice", caption, seconds=seconds, **how)

    async def audio(self, seconds: int = 60, caption: str = "", **how: Any) -> Bubble:
        """Send a piece of music."""
        return self._send_file("audio", caption, seconds=seconds, **how)

    async def video(self, seconds: int = 8, caption: str = "", **how: Any) -> Bubble:
        """Send a video."""
        return self._send_file("video", caption, seconds=seconds, **how)

    async def video_note(self, seconds: int = 6, **how: Any) -> Bubble:
        """Send a round video."""
        return self._send_file("video_note", "", seconds=seconds, **how)

    async def animation(self, caption: str = "", **how: Any) -> Bubble:
        """Send a GIF."""
        return self._send_file("animation", caption, seconds=2, **how)

    async def document(
        self, file_name: str = "contract.pdf", caption: str = "", **how: Any
    ) -> Bubble:
        """Send a file under its own name."""
        return self._send_file("document", caption, file_name=file_name, **how)

    async def sticker(self, emoji: str = "🙂", **how: Any) -> Bubble:
        """Send a sticker."""
        return self._send_file("sticker", "", emoji=emoji, **how)

    async def location(
        self, latitude: float = 40.4093, longitude: float = 49.8671, **how: Any
    ) -> Bubble:
        """Send a place."""
        media = attachments.place(latitude, longitude)
        return self._send_media(media, "", **how)

    async def contact(
        self, phone_number: str = "+994501234567", first_name: str = "", **how: Any
    ) -> Bubble:
        """Send a contact card: one's own unless another name is given."""
        media = attachments.card(phone_number, first_name or self.first_name)
        if not first_name:
            media.wire["user_id"] = self.user_id
        return self._send_media(media, "", **how)

    async def album(
        self, count: int = 3, caption: str = "", *, together: bool = True, apart: float = 2.0
    ) -> list[Bubble]:
        """Send photos as one album; not `together`: the rest once the bot took the first half."""
        album = str(random.randint(10**16, 10**17))
        half = count if together else (count + 1) // 2
        sent = []
        for number in range(count):
            if number == half:
                await self._taken(apart)
            words = caption if number == 0 else ""
            sent.append(self._send_file("photo", words, album=album))
        return sent

    async def _taken(self, seconds: float) -> None:
        try:
            await self.world.wait(lambda: not self.world.pending(), seconds)
        except TimeoutError:
            return

    async def block(self) -> None:
        """Block the bot."""
        if not self.blocked:
            self.blocked = True
            self.world.tell_membership(self, "member", "kicked")
            self.world.announce(Event("blocked", self))

    async def unblock(self) -> None:
        """Unblock the bot."""
        if self.blocked:
            self.blocked = False
            self.world.tell_membership(self, "kicked", "member")
            self.world.announce(Event("unblocked", self))

    # how

    def _send_file(
        self,
        kind: MediaKind,
        caption: str,
        *,
        size: int | None = None,
        seconds: int | None = None,
        file_name: str = "",
        mime: str = "",
        emoji: str = "",
        album: str = "",
        content: bytes | None = None,
        reply_to: Bubble | None = None,
        at: datetime | None = None,
    ) -> Bubble:
        media = attachments.incoming(
            self.world,
            kind,
            size=size,
            seconds=seconds,
            file_name=file_name,
            mime=mime,
            emoji=emoji,
            content=content,
        )
        media.album = album
        return self._send_media(media, caption, reply_to=reply_to, at=at)

    def _send_media(
        self,
        media: Media,
        caption: str,
        *,
        reply_to: Bubble | None = None,
        at: datetime | None = None,
    ) -> Bubble:
        bubble = self._add(caption.strip(), media=media, reply_to=reply_to, at=at)
        self.world.tell_message(self, bubble)
        return bubble

    def _add(
        self,
        text: str,
        *,
        entities: list[dict[str, Any]] | None = None,
        media: Media | None = None,
        reply_to: Bubble | None = None,
        at: datetime | None = None,
    ) -> Bubble:
        if self.blocked:
            raise AssertionError(f"{self.name} blocked the bot: unblock() or start() first")
        self.started = True
        bubble = Bubble(
            message_id=self.world.next_message_id(),
            mine=True,
            text=text,
            html=to_html(text, entities or []),
            date=at or self.world.clock(),
            media=media,
            reply_to=reply_to.message_id if reply_to is not None else None,
            entities=entities or [],
        )
        self.show(bubble)
        return bubble

    def show(self, bubble: Bubble) -> None:
        """Put a message at the end of the chat."""
        self.chat.append(bubble)
        self.world.announce(Event("shown", self, bubble))


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    current = ""
    length = 0
    for character in text:
        width = utf16_length(character)
        if length + width > LONGEST:
            pieces.append(current)
            current, length = "", 0
        current += character
        length += width
    return [*pieces, current] if current else pieces


def _username(name: str, user_id: int) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{re.sub('[^a-z0-9]+', '_', plain).strip('_') or 'person'}_{user_id % 10_000:04d}"
