"""What becomes of a message of the bot: shown on a phone or failed, and told state by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from bot.sandbox.bubbles import Event, Media
from bot.sandbox.twilio_bubbles import Row, Ticks, WhatsAppBubble, as_html, plain
from bot.sandbox.twilio_fetching import Undeliverable, fetch, shown_media
from bot.sandbox.twilio_filling import Filled
from bot.sandbox.twilio_refusals import words
from bot.sandbox.twilio_resources import API_VERSION, Message

if TYPE_CHECKING:
    from bot.sandbox.twilio_phones import WhatsAppPhone
    from bot.sandbox.twilio_world import TwilioWorld

ORDER = ("accepted", "queued", "sending", "sent", "delivered", "read")
AT_TWILIO = (63016, 63019, 63021, 63007, 12300, 21610)  # those never left: failed


@dataclass(eq=False, slots=True)
class Wish:
    """A code that messages to come shall end with."""

    code: int
    left: int
    to: str | None


class Delivery:
    """Carries accepted messages to phones and tells the bot how it goes."""

    def __init__(self, world: TwilioWorld) -> None:
        self.world = world
        self.held: list[tuple[str, dict[str, str]]] | None = None
        self._wishes: list[Wish] = []

    def fail_next(self, code: int, times: int, to: str | None) -> None:
        """Let messages be accepted and fail later with this code."""
        self._wishes.append(Wish(code, times, to))

    async def deliver(self, message: Message, filled: Filled, media_urls: list[str]) -> None:
        """Bring one message to its phone, or fail as a real one would."""
        told: list[str] = ["queued"] if message.status == "accepted" else []
        try:
            phone = self._recipient(message)
            media = await self._media(message, filled, media_urls)
        except Undeliverable as why:
            message.error_code = why.code
            ended = "failed" if why.code in AT_TWILIO else "undelivered"
            states = [ended] if ended == "failed" else ["sent", ended]
            await self._tell(message, [*told, *states])
            return
        self._show(message, phone, filled, media)
        await self._tell(message, [*told, "sent", *self._reached(phone)])

    def _recipient(self, message: Message) -> WhatsAppPhone:
        code = self._wished(message.to)
        phone = self.world.person(message.to)
        if not code and phone is None:
            code = 63024  # nobody on WhatsApp has this address
        if not code and phone is not None and phone.blocked:
            code = self.world.blocked_code
        if code or phone is None:
            raise Undeliverable(code)
        return phone

    def _wished(self, to: str) -> int:
        for wish in self._wishes:
            if wish.to in (None, to, to.removeprefix("whatsapp:")):
                wish.left -= 1
                if wish.left <= 0:
                    self._wishes.remove(wish)
                return wish.code
        return 0

    async def _media(self, message: Message, filled: Filled, urls: list[str]) -> Media | None:
        if filled.fault:
            raise Undeliverable(filled.fault)
        for url in urls:
            mime, content = await fetch(self.world, url)
            if message.body and not mime.startswith("image/"):
                raise Undeliverable(63021)  # only pictures have words with them
            self.world.attach(message, mime, content, len(content))
            return shown_media(self.world, mime, content)
        return None

    def _show(
        self, message: Message, phone: WhatsAppPhone, filled: Filled, media: Media | None
    ) -> None:
        bubble = WhatsAppBubble(
            message_id=self.world.next_message_id(),
            mine=False,
            text=plain(filled.body),
            html=as_html(filled.body),
            date=self.world.clock(),
            buttons=[
                [Row(label=one.title, data=one.id, description=one.description)]
                for one in filled.choices
            ],
            media=media,
            sid=message.sid,
            sent=filled.body,
            menu=filled.menu,
            template=filled.template,
        )
        message.phone, message.bubble = phone, bubble
        if not phone.offline:
            phone.show(bubble)

    def _reached(self, phone: WhatsAppPhone) -> list[str]:
        if phone.offline:
            return []
        return ["delivered", "read"] if phone.looking and phone.read_receipts else ["delivered"]

    def arrive(self, phone: WhatsAppPhone) -> None:
        """Whatever waited for this phone is shown and told."""
        for message in self.world.messages.values():
            bubble = message.bubble
            if message.phone is phone and message.status == "sent" and bubble is not None:
                phone.show(bubble)
                self.world.begin(self._tell(message, self._reached(phone)))

    def read(self, sid: str) -> None:
        """The person read it, and lets the bot know if they let others know."""
        message = self.world.messages.get(sid)
        if message is None or message.phone is None or not message.phone.read_receipts:
            return
        if message.status == "delivered":
            self.world.begin(self._tell(message, ["read"]))

    async def _tell(self, message: Message, states: list[str]) -> None:
        """Go through these states and tell the bot of each."""
        forms = []
        for state in states:
            self._enter(message, state)
            forms.append(self._form(message, state))
        if message.bubble is not None and message.phone is not None:
            self.world.announce(Event("edited", message.phone.seen_as(), message.bubble))
        url = self.world.callback_address(message.status_callback)
        if not url:
            return
        if self.world.callback_order == "reversed":
            forms.reverse()
        for form in forms:
            for _ in range(2 if self.world.duplicate_callbacks else 1):
                await self._post(url, form)

    def _enter(self, message: Message, state: str) -> None:
        now = self.world.clock()
        message.status, message.updated_at = state, now
        message.history.append(state)
        if state == "sent":
            message.sent_at = now
        if message.bubble is not None and state in get_args(Ticks):
            message.bubble.ticks = cast("Ticks", state)

    def _form(self, message: Message, state: str) -> dict[str, str]:
        form = {
            "ApiVersion": API_VERSION,
            "MessageStatus": state,
            "SmsSid": message.sid,
            "SmsStatus": state,
            "ChannelInstallSid": self.world.sender_sid,
            "To": message.to,
            "From": message.from_,
            "MessageSid": message.sid,
            "StructuredMessage": "false",
            "AccountSid": self.world.account_sid,
            "ChannelToAddress": message.to.removeprefix("whatsapp:"),
            "ChannelPrefix": "whatsapp",
        }
        if message.messaging_service_sid:
            form["MessagingServiceSid"] = message.messaging_service_sid
        if state in ("delivered", "read"):
            form["EventType"] = state.upper()
        if state in ("failed", "undelivered"):
            form["ErrorCode"] = str(message.error_code)
            form["ErrorMessage"] = words(message.error_code or 0)
            form["ChannelStatusMessage"] = words(message.error_code or 0)
        return form

    async def _post(self, url: str, form: Mapping[str, str]) -> None:
        if self.held is not None:
            self.held.append((url, dict(form)))
            self.world.wake()
            return
        await self.world.webhooks.post(url, form)

    def hold(self) -> None:
        """Keep every callback back."""
        self.held = [] if self.held is None else self.held

    def release(self) -> None:
        """Post what was kept back, in its order or the other way round."""
        held, self.held = self.held or [], None
        if self.world.callback_order == "reversed":
            held.reverse()
        if held:
            self.world.begin(self._post_all(held))

    async def _post_all(self, held: list[tuple[str, dict[str, str]]]) -> None:
        for url, form in held:
            await self._post(url, form)
