"""A person's phone with WhatsApp on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from bot.sandbox.bubbles import Bubble, Event, Media
from bot.sandbox.picture import picture
from bot.sandbox.twilio_attaching import TwilioAttaching
from bot.sandbox.twilio_bubbles import Row, WhatsAppBubble, as_html, plain
from bot.sandbox.twilio_resources import new_user_id

if TYPE_CHECKING:
    from bot.sandbox.phones import Phone
    from bot.sandbox.twilio_world import TwilioWorld


TYPING = timedelta(seconds=25)


class WhatsAppPhone(TwilioAttaching):
    """One person's chat with the council's number, as their app shows it and lets them use it.

    `read_receipts`: they let others know what they read. `looking`: their chat is open, so that
    whatever arrives is read at once; otherwise `seen` reads. `offline`: nothing arrives until
    `online`.
    """

    def __init__(
        self,
        world: TwilioWorld,
        name: str,
        number: str | None,
        user_id: str | None,
        language: str | None,
    ) -> None:
        self.world = world
        self.name = name
        self.number = number
        self.user_id = user_id
        self.language = language
        self.chat: list[WhatsAppBubble] = []
        self.wrote_at: datetime | None = None
        self.blocked = False
        self.offline = False
        self.typed_at: datetime | None = None
        self.read_receipts = True
        self.looking = True

    # who they are

    @property
    def address(self) -> str:
        """Whom Twilio says a message is from: the number, else the business-scoped id."""
        return f"whatsapp:{self.number or self.user_id}"

    @property
    def language_code(self) -> str | None:
        """The same as `language`, by the name Telegram's phones have for it."""
        return self.language

    @property
    def started(self) -> bool:
        """Whether they ever wrote."""
        return self.wrote_at is not None

    @property
    def window_open(self) -> bool:
        """Whether the bot may write freely: they wrote less than 24 hours ago."""
        if self.wrote_at is None:
            return False
        return self.world.clock() - self.wrote_at < self.world.window

    @property
    def typing(self) -> bool:
        """Whether the bot shows that it is writing, which it does for 25 seconds."""
        if self.typed_at is None:
            return False
        return self.world.clock() - self.typed_at < TYPING

    def seen_as(self) -> Phone:
        """Themselves, for those who watch phones of every kind."""
        return cast("Phone", self)

    # what is on the screen

    notice = ""

    def find(self, message_id: int) -> WhatsAppBubble | None:
        """The message with this number."""
        return next((b for b in reversed(self.chat) if b.message_id == message_id), None)

    def by_sid(self, sid: str) -> WhatsAppBubble | None:
        """The message Twilio calls so."""
        return next((b for b in reversed(self.chat) if b.sid == sid), None)

    def last(self) -> WhatsAppBubble:
        """The newest message of the bot; AssertionError with a picture if it wrote nothing."""
        for bubble in reversed(self.chat):
            if not bubble.mine:
                return bubble
        raise AssertionError(f"the bot wrote nothing\n{self.text()}")

    def labels(self) -> list[str]:
        """Every button and row of the bot's newest message."""
        return self.last().labels()

    def text(self) -> str:
        """The chat as plain text."""
        who = f"({self.number or self.user_id},"
        return picture(self.seen_as()).replace(f"({self.user_id},", who, 1)

    # what the person does

    async def write(
        self,
        text: str,
        *,
        reply_to: Bubble | None = None,
        forwarded: bool = False,
        often_forwarded: bool = False,
    ) -> WhatsAppBubble:
        """Send a text."""
        if not text.strip():
            raise AssertionError("the app sends no empty message")
        more = {}
        if forwarded or often_forwarded:
            more = {
                "Forwarded": "true",
                "FrequentlyForwarded": str(often_forwarded).lower(),
            }
        return self.send(text.strip(), reply_to=reply_to, more=more)

    async def start(self, payload: str = "") -> WhatsAppBubble:
        """Open the link that puts a word into the box, and send it; also unblocks."""
        if self.blocked:
            await self.unblock()
        return await self.write(payload or "Hello")

    async def press(self, button: str, *, on: Bubble | None = None) -> WhatsAppBubble:
        """Press the newest button or row with this label, else containing it; or `data=…`.

        The answer is a message of theirs with the title as its text.
        """
        bubbles = [on] if on is not None else self.chat[::-1]
        for exactly in (True, False):
            for bubble in bubbles:
                found = bubble.button(button, exactly=exactly)
                if found is not None and isinstance(bubble, WhatsAppBubble):
                    return self._press(bubble, cast("Row", found))
        raise AssertionError(f"no button {button!r} on this screen\n{self.text()}")

    def _press(self, bubble: WhatsAppBubble, row: Row) -> WhatsAppBubble:
        if bubble.menu:
            more = {"MessageType": "interactive", "ListId": row.data, "ListTitle": row.label}
        else:
            kind = "button" if bubble.template else "interactive"
            more = {"MessageType": kind, "ButtonPayload": row.data, "ButtonText": row.label}
        return self.send(row.label, reply_to=bubble, more=more)

    async def block(self) -> None:
        """Block the council's number; Twilio says nothing of it."""
        if not self.blocked:
            self.blocked, self.typed_at = True, None
            self.world.announce(Event("blocked", self.seen_as()))

    async def unblock(self) -> None:
        """Unblock the council's number."""
        if self.blocked:
            self.blocked = False
            self.world.announce(Event("unblocked", self.seen_as()))

    async def hide_number(self) -> None:
        """Be known by a business-scoped id alone from now on."""
        self.number, self.user_id = None, self.user_id or new_user_id()

    async def change_number(self, number: str) -> None:
        """Move to another number, which comes with another business-scoped id."""
        self.number = number
        self.user_id = new_user_id() if self.user_id else None

    async def online(self) -> None:
        """The phone has a network again: what waited arrives."""
        self.offline = False
        self.world.delivery.arrive(self)

    async def seen(self, sid: str = "") -> None:
        """Read the message with this sid, or whatever is unread."""
        for bubble in self.chat:
            if not bubble.mine and bubble.sid and sid in ("", bubble.sid):
                self.world.delivery.read(bubble.sid)

    def send(
        self,
        text: str,
        *,
        media: Media | None = None,
        reply_to: Bubble | None = None,
        more: dict[str, str] | None = None,
        content: bytes = b"",
    ) -> WhatsAppBubble:
        """Send one message as it is; `more` are fields of its form."""
        if self.blocked:
            raise AssertionError(f"{self.name} blocked the bot: unblock() or start() first")
        bubble = WhatsAppBubble(
            message_id=self.world.next_message_id(),
            mine=True,
            text=plain(text),
            html=as_html(text),
            date=self.world.clock(),
            media=media,
            reply_to=reply_to.message_id if reply_to is not None else None,
            sent=text,
        )
        more = dict(more or {})
        if isinstance(reply_to, WhatsAppBubble):
            more |= {
                "OriginalRepliedMessageSid": reply_to.sid,
                "OriginalRepliedMessageSender": (
                    self.address if reply_to.mine else self.world.sender
                ),
            }
        self.wrote_at = bubble.date
        self.world.receive(self, bubble, more, content)
        self.show(bubble)
        return bubble

    def show(self, bubble: WhatsAppBubble) -> None:
        """Put a message at the end of the chat."""
        self.chat.append(bubble)
        if not bubble.mine:
            self.typed_at = None
        self.world.announce(Event("shown", self.seen_as(), bubble))

    def commands(self) -> list[dict[str, Any]]:
        """WhatsApp has no menu of commands."""
        return []
