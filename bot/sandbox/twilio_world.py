"""The state of the local Twilio: one account, one sender, people with phones, what was said."""

from __future__ import annotations

import asyncio
import random
import re
import secrets
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from bot.sandbox.bubbles import Event
from bot.sandbox.files import Files
from bot.sandbox.twilio_bubbles import WhatsAppBubble
from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_contents import Approval, Content
from bot.sandbox.twilio_delivery import Delivery
from bot.sandbox.twilio_faults import TwilioFaults
from bot.sandbox.twilio_inbound import Inbound, InboundLanes, inbound_form
from bot.sandbox.twilio_phones import WhatsAppPhone
from bot.sandbox.twilio_resources import Media, Message, message_uri, new_sid, new_user_id
from bot.sandbox.twilio_settings import TwilioSettings
from bot.sandbox.twilio_webhooks import Webhooks
from bot.sandbox.watching import Watched

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")


class TwilioWorld(TwilioSettings, Watched):
    """Everything but the network: who is there, what was said, what the bot did."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        clock: Callable[[], datetime],
        algorithm: str,
        hurry: float,
    ) -> None:
        Watched.__init__(self)
        TwilioSettings.__init__(self)
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.sender = sender
        self.clock = clock
        self.algorithm = algorithm
        self.hurry = hurry
        self.origin = ""
        self.phones: list[WhatsAppPhone] = []
        self.calls: list[RestCall] = []
        self.faults = TwilioFaults()
        self.files = Files()
        self.messages: dict[str, Message] = {}
        self.media: dict[str, Media] = {}
        self.contents: dict[str, Content] = {}
        self.links: dict[str, str] = {}
        self.webhooks = Webhooks(self)
        self.inbound = InboundLanes(self)
        self.delivery = Delivery(self)
        self._lost = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._accidents: list[BaseException] = []
        self._message_id = random.randint(1_000, 90_000)

    def phone(
        self,
        name: str,
        *,
        number: str | None = "",
        user_id: str | None = None,
        language: str | None = "en",
    ) -> WhatsAppPhone:
        """A person with WhatsApp: with a new Azerbaijani number unless one is given.

        None hides the number: they have a business-scoped id alone, a new one unless given.
        """
        if number == "":
            number = f"+99450{random.randint(0, 9_999_999):07d}"
        if number is None and user_id is None:
            user_id = new_user_id()
        if number is not None and not NUMBER.fullmatch(number):
            raise ValueError("a number is + and digits")
        if user_id is not None and not USER_ID.fullmatch(user_id):
            raise ValueError("an id is two letters, a dot, letters and digits")
        phone = WhatsAppPhone(self, name, number, user_id, language)
        self.phones.append(phone)
        self.announce(Event("joined", phone.seen_as()))
        return phone

    def person(self, address: str) -> WhatsAppPhone | None:
        """Whose address this is: a number or a business-scoped id, with or without `whatsapp:`."""
        wanted = address.removeprefix("whatsapp:")
        return next((p for p in self.phones if wanted in (p.number, p.user_id)), None)

    def next_message_id(self) -> int:
        """A number larger than all before."""
        self._message_id += 1
        return self._message_id

    def receive(
        self, phone: WhatsAppPhone, bubble: WhatsAppBubble, more: dict[str, str], content: bytes
    ) -> None:
        """The person sent something: Twilio keeps it and tells the bot."""
        now = self.clock()
        message = Message(
            new_sid("MM" if content else "SM"),
            phone.address,
            self.sender,
            bubble.sent,
            "inbound",
            "received",
            now,
            now,
            sent_at=now,
            phone=phone,
            bubble=bubble,
        )
        if content and bubble.media is not None:
            size = bubble.media.size or len(content)
            self.attach(message, bubble.media.mime, content, size)
        self.messages[message.sid] = message
        bubble.sid = message.sid
        lost = self._lost > 0
        self._lost -= lost
        form = inbound_form(self, message, phone, more)
        self.inbound.send(Inbound(message, form, lost), phone)

    def attach(self, message: Message, mime: str, content: bytes, size: int) -> Media:
        """Keep a file as part of a message."""
        kept = Media(new_sid("ME"), message.sid, mime, content, size, self.clock())
        self.media[kept.sid] = kept
        message.media.append(kept.sid)
        return kept

    def media_url(self, message: str, media: str) -> str:
        """Where the bot fetches a file."""
        return f"{self.origin}{message_uri(self.account_sid, message)}/Media/{media}"

    def open_link(self, media: str) -> str:
        """A new open address of a file, of which only the end is given."""
        token = secrets.token_urlsafe(24)
        self.links[token] = media
        return token

    @property
    def leaked(self) -> list[RestCall]:
        """Calls that gave our password to an address that never asks for it."""
        return [c for c in self.calls if c.operation == "DownloadFromCdn" and c.authorised]

    def content(self, name_or_sid: str) -> Content:
        """The newest content with this sid or name; KeyError without one."""
        return self._called(name_or_sid)[-1]

    def _called(self, name_or_sid: str) -> list[Content]:
        found = [one for one in self.contents.values() if name_or_sid in one.names]
        if not found:
            raise KeyError(name_or_sid)
        return found

    def approve(self, name_or_sid: str) -> None:
        """WhatsApp approves every template of this name, also one that was not submitted."""
        self._judge(name_or_sid, "approved")

    def reject(self, name_or_sid: str, reason: str = "It promotes something.") -> None:
        """WhatsApp rejects every template of this name."""
        self._judge(name_or_sid, "rejected", reason)

    def pause(self, name_or_sid: str) -> None:
        """WhatsApp pauses every template of this name, because people complained."""
        self._judge(name_or_sid, "paused")

    def _judge(self, name_or_sid: str, status: str, reason: str = "") -> None:
        for content in self._called(name_or_sid):
            if content.approval is None:
                content.approval = Approval(content.friendly_name, "UTILITY", content.kind)
            content.approval.status, content.approval.rejection_reason = status, reason
        self.wake()

    def lose_webhooks(self, count: int) -> None:
        """Let the next so many messages of people reach no address at all."""
        self._lost += count

    @property
    def given_up(self) -> list[Inbound]:
        """What people sent and the bot was never told."""
        return self.inbound.given_up

    @property
    def alerts(self) -> list[tuple[int, str]]:
        """What Twilio's own log of errors would show of webhooks: the code and the message."""
        return self.inbound.alerts

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this meanwhile."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (accident := task.exception()) is not None:
            self._accidents.append(accident)
        self.wake()

    def pending(self) -> bool:
        """Whether webhooks or callbacks are under way; those held back are not."""
        return bool(self._tasks)

    async def quieten(self) -> None:
        """Stop whatever is under way; a mistake of the sandbox itself comes to light here."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.webhooks.close()
        accidents, self._accidents = self._accidents, []
        if accidents:
            raise accidents[0]

    def text(self) -> str:
        """Every chat and the last calls, to read in a failing test."""
        screens = [phone.text() for phone in self.phones]
        calls = [f"  {call}" for call in self.calls[-12:]]
        heading = f"-- {len(self._tasks)} posts under way, {len(self.calls)} calls, the last:"
        return "\n".join([*screens, heading, *calls])
