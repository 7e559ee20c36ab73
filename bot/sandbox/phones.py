"""A person's phone with the Telegram app on it."""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.attaching import Attaching
from bot.sandbox.bubbles import Bubble, Button, Event, Media, PressResult
from bot.sandbox.entities import to_html, utf16_length
from bot.sandbox.picture import picture
from bot.sandbox.spotting import spotted
from bot.sandbox.wire import seconds

if TYPE_CHECKING:
    from bot.sandbox.world import World

LONGEST = 4096


class Phone(Attaching):
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
        self.chat_instance = str(random.randint(-(2**62), 2**62))

    # what is on the screen

    def find(self, message_id: int) -> Bubble | None:
        """The message with this number, unless it was deleted."""
        return next((b for b in reversed(self.chat) if b.message_id == message_id), None)

    def last(self) -> Bubble:
        """The newest message of the bot; AssertionError with a picture if it wrote nothing."""
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
        self,
        text: str,
        *,
        reply_to: Bubble | None = None,
        quote: str = "",
        forwarded_from: str = "",
        at: datetime | None = None,
    ) -> Bubble:
        """Send a text; the app cuts one that is too long, and the last piece is returned.

        `quote` is the part of `reply_to` that is answered. `forwarded_from` names somebody whose
        message this is. `at` is when it was sent, if not now.
        """
        *before, last = _pieces(text.strip()) or [""]
        if not last:
            raise AssertionError("the app sends no empty message")
        for piece in before:
            self.send(piece, reply_to=reply_to, at=at)
        return self.send(last, reply_to=reply_to, quote=quote, forwarded_from=forwarded_from, at=at)

    async def edit(self, bubble: Bubble, text: str) -> None:
        """Change a text or caption of one's own."""
        self._needs_bot()
        if not bubble.mine or bubble not in self.chat:
            raise AssertionError("only one's own messages can be edited")
        bubble.text = text.strip()
        bubble.entities = spotted(bubble.text)
        bubble.html = to_html(bubble.text, bubble.entities)
        bubble.edited = True
        bubble.edited_at = self.world.clock()
        self.world.tell_message(self, bubble, "edited_message")
        self.world.announce(Event("edited", self, bubble))

    async def press(self, button: str, *, on: Bubble | None = None) -> PressResult:
        """Press the newest button with this label, else containing it; or `data=…`.

        Returns once Telegram has taken the press; `await result.answer()` waits for the bot.
        """
        self._needs_bot()
        bubbles = [on] if on is not None else self.chat[::-1]
        for exactly in (True, False):
            for bubble in bubbles:
                found = bubble.button(button, exactly=exactly)
                if found is not None:
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

    async def block(self) -> None:
        """Block the bot."""
        if not self.blocked:
            self.blocked = True
            self.typing = False
            self.world.tell_membership(self, "member", "kicked")
            self.world.announce(Event("blocked", self))

    async def unblock(self) -> None:
        """Unblock the bot."""
        if self.blocked:
            self.blocked = False
            self.world.tell_membership(self, "kicked", "member")
            self.world.announce(Event("unblocked", self))

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
        self._needs_bot()
        self.started = True
        sent_at = at or self.world.clock()
        entities = spotted(text)
        bubble = Bubble(
            message_id=self.world.next_message_id(),
            mine=True,
            text=text,
            html=to_html(text, entities),
            date=sent_at,
            media=media,
            reply_to=reply_to.message_id if reply_to is not None else None,
            quote=quote,
            origin=_origin(forwarded_from, sent_at) if forwarded_from else None,
            entities=entities,
        )
        self.show(bubble)
        self.world.tell_message(self, bubble)
        return bubble

    def show(self, bubble: Bubble) -> None:
        """Put a message at the end of the chat."""
        self.chat.append(bubble)
        self.world.announce(Event("shown", self, bubble))

    def _needs_bot(self) -> None:
        if self.blocked:
            raise AssertionError(f"{self.name} blocked the bot: unblock() or start() first")

    def _card(self, phone_number: str, first_name: str) -> Media:
        media = super()._card(phone_number, first_name)
        if not first_name:
            media.wire["user_id"] = self.user_id
        return media


def _origin(name: str, sent_at: datetime) -> dict[str, Any]:
    return {"type": "hidden_user", "sender_user_name": name, "date": seconds(sent_at)}


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    current: list[str] = []
    length = 0
    for character in text:
        width = utf16_length(character)
        if length + width > LONGEST:
            pieces.append("".join(current))
            current, length = [], 0
        current.append(character)
        length += width
    return [*pieces, "".join(current)] if current else pieces


def _username(name: str, user_id: int) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{re.sub('[^a-z0-9]+', '_', plain).strip('_') or 'person'}_{user_id % 10_000:04d}"
