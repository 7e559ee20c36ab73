"""Twilio's list by itself: long, in one second, failing, or telling what nobody heard of."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.sandbox.twilio import TwilioSandbox, WhatsAppPhone
from bot.sandbox.twilio_resources import Message, new_sid
from bot.transport import NotTaken
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import close, make_client
from bot.whatsapp_list import MessageList
from handlers.messages import Incoming

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Desk:
    """A Twilio whose webhooks all go lost, and a list that is looked through."""

    def __init__(self) -> None:
        self.now, self.passed = NOW, 0.0
        self.twilio = TwilioSandbox(clock=lambda: self.now)
        self.taken: list[Incoming] = []
        self.known: set[str] = set()
        self.last: datetime | None = None
        self.fails: Callable[[Incoming], bool] = lambda incoming: False
        self.list: MessageList

    async def take(self, incoming: Incoming) -> None:
        """The bot takes it, unless its database is away."""
        if self.fails(incoming):
            raise NotTaken
        self.taken.append(incoming)
        self.known.add(incoming.message_id)

    async def news(self, sids: list[str]) -> list[str]:
        """Those the bot has not taken."""
        return [sid for sid in sids if sid not in self.known]

    async def looked(self, at: datetime | None) -> datetime | None:
        """When it last looked, or that it did so now."""
        self.last = at or self.last
        return self.last

    def account(self) -> WhatsAppAccount:
        """What the bot knows of Twilio."""
        return WhatsAppAccount(
            account_sid=self.twilio.account_sid,
            auth_token=SecretStr(self.twilio.auth_token),
            sender=self.twilio.sender,
            public_url="http://127.0.0.1:9",
            api_base_url=self.twilio.origin,
            content_base_url=self.twilio.origin,
            messaging_base_url=self.twilio.origin,
        )

    def came(self, words: str, at: datetime, address: str = "whatsapp:+994500000001") -> Message:
        """Something somebody wrote at that time."""
        message = Message(
            new_sid("SM"), address, self.twilio.sender, words, "inbound", "received", at, at
        )
        message.sent_at = at
        self.twilio.messages[message.sid] = message
        return message

    @property
    def words(self) -> list[str]:
        """The words of what was taken, in that order."""
        return [incoming.text for incoming in self.taken]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Twilio stands."""
    desk = Desk()
    await desk.twilio.start()
    account = desk.account()
    client = make_client(account)
    desk.list = MessageList(
        *(client, account, desk.take, desk.news, desk.looked),
        clock=lambda: desk.now,
        every=0.0,
        grace=0.0,
        passed=lambda: desk.passed,
    )
    yield desk
    close(client)
    await desk.twilio.stop()


async def test_a_thousand_old_messages(desk: Desk) -> None:
    """What is older than two days stays where it is; of more than a page the new ones are taken."""
    for number in range(1000):
        desk.came(f"old {number}", NOW - timedelta(days=3, seconds=number))
    for number in range(1500):
        told = desk.came(f"told {number}", NOW - timedelta(hours=1, seconds=number))
        desk.known.add(told.sid)
    for number in range(3):
        desk.came(f"new {number}", NOW - timedelta(hours=40 - number))
    await desk.list.look()
    assert desk.words == ["new 0", "new 1", "new 2"]
    lists = [call for call in desk.twilio.calls if call.operation == "ListMessage"]
    assert len(lists) == 2


async def test_after_a_long_silence(desk: Desk) -> None:
    """A look goes back to two days before the last one, for two months at most."""
    desk.last = NOW - timedelta(days=10)
    desk.came("long before", NOW - timedelta(days=13))
    desk.came("since then", NOW - timedelta(days=11))
    await desk.list.look()
    assert desk.words == ["since then"]
    assert desk.last == NOW
    desk.last = NOW - timedelta(days=400)
    desk.came("years ago", NOW - timedelta(days=62))
    await desk.list.look()
    assert desk.words == ["since then", "long before"]


async def test_all_in_one_second(desk: Desk) -> None:
    """Messages of one second are taken in the order in which they came."""
    for number in range(20):
        desk.came(f"{number}", NOW + timedelta(milliseconds=number))
    await desk.list.look()
    assert desk.words == [str(number) for number in range(20)]


async def test_what_may_still_come_by_itself(desk: Desk) -> None:
    """A message is left for the webhook for a while, and then taken."""
    desk.list._grace = 20.0
    desk.came("one", NOW)
    assert await desk.list.look()
    desk.passed = 19.0
    assert await desk.list.look()
    assert desk.words == []
    desk.passed = 20.0
    assert not await desk.list.look()
    assert desk.words == ["one"]


@pytest.mark.parametrize("wrong", [401, 404, 429, 500, "drop", "garbage"])
async def test_the_list_fails(desk: Desk, wrong: Any) -> None:
    """Whatever it answers, the next look takes what is new, and no log says what or whose it is."""
    desk.came("Mirvari asks", NOW)
    desk.twilio.faults.add("ListMessage", wrong, times=3)
    with capture_logs() as logs:
        looking = asyncio.create_task(desk.list.run())
        await desk.twilio.wait(lambda: desk.taken)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    assert desk.words == ["Mirvari asks"]
    assert [log["event"] for log in logs][:3] == ["list not read"] * 3
    assert "Mirvari" not in str(logs)
    assert "994" not in str(logs)


async def test_files_that_cannot_be_listed(desk: Desk) -> None:
    """Whoever sent them waits with all that follows, in order; others do not."""
    farid, rana = (desk.twilio.phone(name) for name in ("Farid", "Rana"))
    await _sends(desk, farid, rana)
    desk.twilio.faults.add("ListMedia", 500)
    assert not await desk.list.look()
    assert desk.words == ["Rana's words"]
    await desk.list.look()
    assert desk.words == ["Rana's words", "my flat", "Farid's words"]
    assert desk.taken[1].attachments[0].kind == "photo"


async def _sends(desk: Desk, farid: WhatsAppPhone, rana: WhatsAppPhone) -> None:
    await farid.photo("my flat")
    desk.now += timedelta(seconds=1)
    await farid.write("Farid's words")
    await rana.write("Rana's words")
    desk.now += timedelta(seconds=1)
    await desk.twilio.wait(lambda: not desk.twilio.pending())


async def test_the_database_fails_in_the_middle(desk: Desk) -> None:
    """What was not taken is taken at the next look, with all that came after it, once."""
    for number in range(5):
        desk.came(str(number), NOW + timedelta(seconds=number))
    desk.fails = lambda incoming: incoming.text == "2"
    with pytest.raises(NotTaken):
        await desk.list.look()
    assert desk.words == ["0", "1"]
    desk.fails = lambda incoming: False
    await desk.list.look()
    assert desk.words == ["0", "1", "2", "3", "4"]


async def test_what_is_not_words(desk: Desk) -> None:
    """A file's name is not what somebody wrote; a contact card is not taken; a place is asked for."""
    farid = desk.twilio.phone("Farid", number="+994500000001")
    for send in (farid.document, farid.contact, farid.location, farid.sticker, farid.voice):
        await send()  # type: ignore[operator]
        desk.now += timedelta(seconds=1)
    await desk.list.look()
    seen = [(i.text, i.refused, [a.kind for a in i.attachments]) for i in desk.taken]
    assert seen == [
        ("", None, ["document"]),
        ("", "contact", []),
        ("", "incomplete", []),
        ("", None, ["sticker"]),
        ("", None, ["voice"]),
    ]
    assert {(i.channel, i.address, i.phone, i.listed) for i in desk.taken} == {
        ("whatsapp", "+994500000001", "", True)
    }
    url = desk.taken[0].attachments[0].file_id
    assert url.startswith(f"{desk.twilio.origin}/2010-04-01/Accounts/")
    assert not url.endswith(".json")


async def test_what_nobody_heard_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown and missing fields, messages from nobody and our own are passed over; the rest is
    taken, and nothing is looked at again and again."""
    ours = desk.came("ours", NOW)
    ours.direction = "outbound-api"
    reply = desk.came("our reply", NOW)
    reply.direction = "outbound-reply"
    for nobody in ("", "whatsapp:"):
        desk.came("from nobody", NOW, nobody)
    desk.came("by id", NOW, "whatsapp:AZ.1111AAAA")
    desk.came("by a new kind", NOW + timedelta(seconds=1), "whatsapp:user.of_a-kind")
    desk.came("so much", NOW + timedelta(seconds=2))
    resource = Message.resource

    def strange(message: Message, *given: Any) -> dict[str, Any]:
        told = resource(message, *given) | {"unheard": {"of": [1]}, "num_media": None}
        told |= {"date_sent": None} if message.body == "so much" else {}
        return told | ({"num_segments": None, "from": None} if not message.from_ else {})

    monkeypatch.setattr(Message, "resource", strange)
    assert not await desk.list.look()
    assert [(i.address, i.text) for i in desk.taken] == [
        ("AZ.1111AAAA", "by id"),
        ("user.of_a-kind", "by a new kind"),
        ("+994500000001", "so much"),
    ]
