"""The state of the local Telegram: one bot, people with phones, files, updates and what is heard."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.bubbles import Bubble, Event, PressResult
from bot.sandbox.calls import Call
from bot.sandbox.faults import Faults
from bot.sandbox.files import Files
from bot.sandbox.floods import Floods
from bot.sandbox.phones import Phone
from bot.sandbox.profile import Profile
from bot.sandbox.refusals import bad_request, forbidden
from bot.sandbox.updates import Pending, Updates
from bot.sandbox.watching import Watched
from bot.sandbox.webhook import Webhook
from bot.sandbox.wire import chat_json, message_json, user_json


def utcnow() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


class World(Watched):
    """Everything but the network: who is there, what was said, what the bot did."""

    def __init__(
        self,
        token: str,
        bot_name: str,
        bot_username: str,
        clock: Callable[[], datetime],
        hurry: float,
    ) -> None:
        super().__init__()
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.bot_username = bot_username
        self.clock = clock
        self.origin = ""
        self.profile = Profile(bot_name)
        self.phones: list[Phone] = []
        self.calls: list[Call] = []
        self.faults = Faults()
        self.files = Files()
        self.updates = Updates(clock, self._updates_changed)
        self.floods: Floods | None = None
        self.presses: dict[str, PressResult] = {}
        self.groups: set[int] = set()
        self._people: dict[int, Phone] = {}
        self._acquaintances: set[int] = set()
        self.webhook = Webhook(self, hurry)
        self._message_id = random.randint(1_000, 90_000)

    def phone(
        self, name: str, *, language_code: str | None = "en", user_id: int | None = None
    ) -> Phone:
        """A person with a Telegram account; the bot cannot write to them before they wrote."""
        if user_id is None:
            user_id = next(number for number in _account_numbers() if number not in self._people)
        if user_id in self._people:
            raise ValueError("this account number belongs to somebody else")
        phone = Phone(self, name, user_id, language_code)
        self.phones.append(phone)
        self._people[user_id] = phone
        self.announce(Event("joined", phone))
        return phone

    def next_message_id(self) -> int:
        """Message numbers grow over all chats of one bot."""
        self._message_id += 1
        return self._message_id

    def person(self, user_id: int) -> Phone:
        """The phone of this account."""
        return self._people[user_id]

    def chat(self, chat_id: int | str) -> Phone:
        """The chat the bot means, or Telegram's no."""
        number = chat_id if isinstance(chat_id, int) else 0
        phone = self._people.get(number)
        if phone is not None and phone.started:
            return phone
        if number in self._acquaintances:
            raise forbidden("bot can't initiate conversation with a user")
        if number in self.groups:
            raise bad_request("not enough rights to send text messages to the chat")
        raise bad_request("chat not found")

    def reachable(self, chat_id: int | str) -> Phone:
        """The chat the bot may write to, or Telegram's no."""
        phone = self.chat(chat_id)
        if phone.deactivated:
            raise forbidden("user is deactivated")
        if phone.blocked:
            raise forbidden("bot was blocked by the user")
        return phone

    def tell_message(self, phone: Phone, bubble: Bubble, kind: str = "message") -> None:
        """The person wrote or edited something: the bot will hear of it."""
        self.updates.add(
            kind,
            message_json(self, phone, bubble),
            lane=f"chat {phone.user_id}",
            sent_at=bubble.edited_at or bubble.date,
        )

    def tell_press(self, phone: Phone, press: PressResult) -> None:
        """The person pressed a button: the bot will hear of it."""
        self.presses[press.query_id] = press
        self.updates.add(
            "callback_query",
            {
                "id": press.query_id,
                "from": user_json(phone),
                "message": message_json(self, phone, press.bubble),
                "chat_instance": phone.chat_instance,
                "data": press.button.data,
            },
            lane=f"user {phone.user_id}",
        )

    def tell_membership(self, phone: Phone, old: str, new: str) -> None:
        """The person blocked or unblocked the bot: the bot will hear of it."""
        self.updates.add(
            "my_chat_member",
            {
                "chat": chat_json(phone),
                "from": user_json(phone),
                "date": int(self.clock().timestamp()),
                "old_chat_member": self._membership(old),
                "new_chat_member": self._membership(new),
            },
            lane=f"chat {phone.user_id}",
        )

    def _membership(self, status: str) -> dict[str, Any]:
        member: dict[str, Any] = {
            "user": {
                "id": self.bot_id,
                "is_bot": True,
                "first_name": self.profile.shown_name(""),
                "username": self.bot_username,
            },
            "status": status,
        }
        if status == "kicked":
            member["until_date"] = 0
        return member

    def meet(self, raw: dict[str, Any]) -> None:
        """Get to know whoever a raw update is about: the bot may write to who writes to it."""
        for event in raw.values():
            if not isinstance(event, dict):
                continue
            message = event.get("message", event)
            who = event.get("from")
            chat = message.get("chat") if isinstance(message, dict) else None
            if not (isinstance(who, dict) and isinstance(who.get("id"), int)):
                continue
            self._acquaintances.add(who["id"])
            if isinstance(chat, dict) and chat.get("id") == who["id"]:
                self._befriend(who)
            elif isinstance(chat, dict) and isinstance(chat.get("id"), int):
                self.groups.add(chat["id"])

    def _befriend(self, who: dict[str, Any]) -> None:
        known = self._people.get(who["id"])
        if known is None:
            known = self.phone(
                str(who.get("first_name", "Somebody")),
                language_code=who.get("language_code"),
                user_id=who["id"],
            )
        known.started = True

    def _updates_changed(self, new: Pending | None) -> None:
        if new is not None:
            self.webhook.look_at(new.lane)
        self.wake()

    def pending(self) -> int:
        """Updates the bot has not acknowledged."""
        return len(self.updates.waiting())

    def text(self) -> str:
        """Every chat and the last calls, to read in a failing test."""
        screens = [phone.text() for phone in self.phones]
        calls = [f"  {call}" for call in self.calls[-12:]]
        heading = f"-- {self.pending()} updates waiting, {len(self.calls)} calls, the last:"
        return "\n".join([*screens, heading, *calls])


def _account_numbers() -> Iterator[int]:
    """Some larger than 32 bits, as real accounts are."""
    while True:
        yield random.choice((700_000_000, 5_000_000_000)) + random.randint(0, 999_999_999)
