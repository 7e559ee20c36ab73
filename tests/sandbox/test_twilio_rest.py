"""The REST API: what it refuses, what it lists, how it fails."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList
from twilio_kit import Post, standing

from bot.sandbox.twilio import WhatsAppPhone


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Twilio, its client, a bot that listens."""
    async with standing() as post:
        yield post


@pytest.fixture
async def amara(post: Post) -> WhatsAppPhone:
    """Somebody who has written."""
    phone = post.twilio.phone("Amara", number="+994500000001", user_id="AZ.1A2B")
    await phone.write("Salam")
    return phone


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "+994500000001"}, 21211),
        ({"to": "whatsapp:994500000001"}, 21211),
        ({"to": "whatsapp: 994500000001"}, 21211),
        ({"to": "whatsapp:AZ."}, 21211),
        ({"from_": "whatsapp:+15005550007"}, 63007),
        ({"from_": None}, 21603),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21701),
        ({"messaging_service_sid": "MG0"}, 20001),
        ({"body": "x" * 1601}, 21617),
        ({"body": "😀" * 801}, 21617),
        ({"body": ""}, 21619),
        ({"body": " \n"}, 21619),
        ({"body": None}, 21619),
        ({"media_url": ["ftp://files.example/a"]}, 21620),
        ({"media_url": ["http://127.0.0.1/a", "http://127.0.0.1/b"]}, 21623),
        ({"content_variables": "{}"}, 21655),
        ({"attempt": "often"}, 20001),
        ({"risk_check": "perhaps"}, 20001),
    ],
)
async def test_what_is_refused_at_once(
    post: Post, amara: WhatsAppPhone, changes: dict[str, Any], code: int
) -> None:
    """Each mistake has Twilio's code, and nobody is sent anything."""
    given = {"body": "Hello", **changes}
    to = given.pop("to", amara.address)
    assert await post.refused_send(to, given.pop("body"), **given) == code
    assert post.twilio.calls[-1].code == code
    assert len(amara.chat) == 1


async def test_the_longest_body(post: Post, amara: WhatsAppPhone) -> None:
    """1600 units of UTF-16 arrive."""
    await post.send(amara, "😀" * 800)
    await post.quiet()
    assert len(amara.last().text) == 800


async def test_an_unknown_parameter_is_refused(post: Post, amara: WhatsAppPhone) -> None:
    """A misspelled field is told, not passed over."""
    url = f"{post.twilio.origin}/2010-04-01/Accounts/{post.twilio.account_sid}/Messages.json"
    form = {"To": amara.address, "From": post.twilio.sender, "Body": "x", "Bodi": "y"}
    login = (post.twilio.account_sid, post.twilio.auth_token)
    answer = await post.ask(lambda: requests.post(url, data=form, auth=login, timeout=5))
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert "Bodi" in answer.json()["message"]


async def test_who_may_call(post: Post, amara: WhatsAppPhone) -> None:
    """A wrong token gets 20003; so does everybody once the account is suspended."""
    stranger = Client(post.twilio.account_sid, "wrong", http_client=post.client.http_client)
    stranger.api.base_url = post.twilio.origin
    assert (await post.refused(stranger.messages("SM" + "0" * 32).fetch)).code == 20003
    post.twilio.suspend()
    assert await post.refused_send(amara) == 20003
    post.twilio.reinstate()
    await post.send(amara)


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (500, 20500), (503, 20503)])
async def test_an_answer_that_is_a_fault(
    post: Post, amara: WhatsAppPhone, status: int, code: int
) -> None:
    """A status comes with the code that goes with it, once, and nothing is sent."""
    post.twilio.faults.add("create", status, retry_after=3)
    no = await post.refused(
        lambda: post.client.messages.create(to=amara.address, from_=post.twilio.sender, body="x")
    )
    assert (no.status, no.code) == (status, code)
    await post.send(amara, "y")
    await post.quiet()
    assert [bubble.text for bubble in amara.chat] == ["Salam", "y"]


@pytest.mark.parametrize(
    ("wrong", "error", "arrives"),
    [
        ("drop", requests.exceptions.ConnectionError, False),
        ("accept_drop", requests.exceptions.ConnectionError, True),
        ("hang", requests.exceptions.ReadTimeout, False),
        ("accept_hang", requests.exceptions.ReadTimeout, True),
        ("garbage", TwilioException, False),
    ],
)
async def test_a_connection_that_breaks(
    post: Post, amara: WhatsAppPhone, wrong: Any, error: type[Exception], arrives: bool
) -> None:
    """Before the message is taken, or after it is: the caller cannot tell which."""
    farid = post.twilio.phone("Farid")
    await farid.write("Salam")
    post.twilio.faults.add("create", wrong, to=amara.address)
    await post.send(farid)
    post.client.http_client.timeout = 0.2
    with pytest.raises(error):
        await post.send(amara)
    await post.quiet()
    assert len(amara.chat) == 1 + arrives
    assert post.twilio.faults.left() == 0


async def test_a_failure_told_later(post: Post, amara: WhatsAppPhone) -> None:
    """What is asked to fail is accepted, fails with that code, and is shown to nobody."""
    farid = post.twilio.phone("Farid")
    await farid.write("Salam")
    post.twilio.fail_next(30008, times=2, to=amara.address)
    first = await post.send(amara)
    await post.send(farid)
    await post.send(amara)
    await post.send(amara, "third")
    await post.quiet()
    assert [bubble.text for bubble in amara.chat] == ["Salam", "third"]
    assert farid.last().text == "Hello"
    told = [form for form in post.bot.at("/status") if form["MessageSid"] == first.sid]
    assert [form["MessageStatus"] for form in told] == ["sent", "undelivered"]
    assert told[-1]["ErrorCode"] == "30008"
    again = await post.ask(post.client.messages(first.sid).fetch)
    assert (again.status, again.error_code) == ("undelivered", 30008)


async def test_nobody_there(post: Post, amara: WhatsAppPhone) -> None:
    """Addresses nobody has, and people who blocked the sender, are told by callback."""
    await post.send("whatsapp:+994500000009")
    await amara.block()
    await post.send(amara)
    post.twilio.blocked_code = 63032
    await post.send("whatsapp:AZ.1A2B")
    await post.quiet()
    codes = [form["ErrorCode"] for form in post.bot.at("/status") if "ErrorCode" in form]
    assert sorted(codes) == ["63024", "63024", "63032"]


async def test_callbacks_twice_and_the_wrong_way_round(post: Post, amara: WhatsAppPhone) -> None:
    """States may come in any order and more than once."""
    post.twilio.callback_order = "reversed"
    await post.send(amara)
    await post.quiet()
    assert post.bot.states() == ["read", "delivered", "sent"]
    post.bot.heard.clear()
    post.twilio.callback_order, post.twilio.duplicate_callbacks = "normal", True
    await post.send(amara)
    await post.quiet()
    assert post.bot.states() == ["sent", "sent", "delivered", "delivered", "read", "read"]


async def test_callbacks_held_back(post: Post, amara: WhatsAppPhone) -> None:
    """Nothing is told until they are released."""
    post.twilio.hold_callbacks()
    await post.send(amara)
    await post.quiet()
    assert post.bot.states() == []
    assert amara.last().ticks == "read"
    post.twilio.release_callbacks()
    await post.quiet()
    assert post.bot.states() == ["sent", "delivered", "read"]


async def test_what_is_read(post: Post, amara: WhatsAppPhone) -> None:
    """A message is read when it is looked at, if they let others know; a phone that is off waits."""
    amara.looking = False
    sent = await post.send(amara)
    await post.quiet()
    assert post.bot.states() == ["sent", "delivered"]
    await amara.seen(sent.sid)
    await post.quiet()
    assert post.bot.states() == ["sent", "delivered", "read"]
    amara.read_receipts = False
    await post.send(amara)
    await amara.seen()
    await post.quiet()
    assert post.bot.states()[3:] == ["sent", "delivered"]
    amara.offline = True
    await post.send(amara, "later")
    await post.quiet()
    assert amara.last().text == "Hello"
    await amara.online()
    await post.quiet()
    assert amara.last().text == "later"
    assert post.bot.states()[5:] == ["sent", "delivered"]


async def test_a_messaging_service(post: Post, amara: WhatsAppPhone) -> None:
    """Sent by a service a message is accepted first, and its being queued is told."""
    service = post.twilio.messaging_service_sid
    sent = await post.send(amara, from_=None, messaging_service_sid=service)
    assert (sent.status, sent.messaging_service_sid) == ("accepted", service)
    await post.quiet()
    assert post.bot.states() == ["queued", "sent", "delivered", "read"]


async def test_the_list_of_messages(post: Post, amara: WhatsAppPhone) -> None:
    """Filters, pages, the newest first; nothing of ids, buttons and places is in it."""
    start = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    for number in range(5):
        post.clock.jump(hours=1)
        await amara.write(f"text {number}")
    post.clock.jump(days=1)
    await amara.location()
    await post.send(amara)
    await post.quiet()
    messages = post.client.messages

    async def found(**filters: Any) -> list[str]:
        return [m.body for m in await post.ask(lambda: messages.list(**filters))]

    assert len(await found(page_size=3)) == 8
    assert await found(to=amara.address) == ["Hello"]
    assert await found(from_=amara.address, date_sent_after=start + timedelta(hours=4)) == ["", "text 4", "text 3"]  # fmt: skip
    assert await found(date_sent_before=start + timedelta(hours=1)) == ["text 0", "Salam"]
    assert len(await found(date_sent=start.date())) == 6
    assert await found(to="whatsapp:AZ.1A2B") == []
    listed = next(c for c in post.twilio.calls if c.operation == "ListMessage")
    assert len(listed.answer["messages"]) == 3
    assert "AZ.1A2B" not in str(listed.answer)
    assert "40.4" not in str(listed.answer)


async def test_redaction_and_deletion(post: Post, amara: WhatsAppPhone) -> None:
    """Words can be taken away and messages deleted, and then they are gone."""
    inbound = next(iter(post.twilio.messages))
    message = post.client.messages(inbound)
    assert (await post.ask(lambda: message.update(body=""))).body == ""
    assert (await post.refused(lambda: message.update(body="other"))).code == 20001
    assert await post.ask(message.delete)
    for work in (message.fetch, message.delete, lambda: message.update(body="")):
        no = await post.refused(work)
        assert (no.status, no.code) == (404, 20404)
    assert await post.ask(post.client.messages.list) == []


async def test_a_message_on_its_way_stays(post: Post, amara: WhatsAppPhone) -> None:
    """Until it has left it can be neither deleted nor emptied."""
    sent = await post.send(amara)
    await post.quiet()
    post.twilio.messages[sent.sid].status = "queued"
    message = post.client.messages(sent.sid)
    for work in (message.delete, lambda: message.update(body="")):
        no = await post.refused(work)
        assert (no.status, no.code) == (409, 20009)


async def test_typing(post: Post, amara: WhatsAppPhone) -> None:
    """Dots for 25 seconds or until the next message; what came in is marked as read."""
    sid = amara.chat[0].sid
    indicator = post.client.messaging.v2.typing_indicator
    assert (await post.ask(lambda: indicator.create("whatsapp", sid))).success
    assert amara.typing
    assert amara.chat[0].ticks == "read"
    post.clock.jump(seconds=25)
    assert not amara.typing
    await post.ask(lambda: indicator.create("whatsapp", sid))
    sent = await post.send(amara)
    await post.quiet()
    assert not amara.typing
    for wrong in (sent.sid, "SM" + "0" * 32):
        await post.refused(lambda wrong=wrong: indicator.create("whatsapp", wrong))  # type: ignore[misc]


async def test_where_the_sender_calls(post: Post, amara: WhatsAppPhone) -> None:
    """Addresses set by the API are called where the test names none."""
    post.twilio.inbound_url = ""
    (sender,) = await post.ask(lambda: post.client.messaging.v2.channels_senders.list("whatsapp"))
    assert (sender.sender_id, sender.status) == (post.twilio.sender, "ONLINE")
    asked = ChannelsSenderList.MessagingV2ChannelsSenderRequestsUpdate(
        {
            "webhook": {
                "callback_url": f"{post.bot.origin}/by-api",
                "status_callback_url": f"{post.bot.origin}/status",
            }
        }
    )
    await post.ask(lambda: sender.update(asked))
    fetched = await post.ask(sender.fetch)
    assert fetched.webhook["callback_url"] == f"{post.bot.origin}/by-api"
    await amara.write("two")
    await post.send(amara, status_callback="")
    await post.quiet()
    assert [form["Body"] for form in post.bot.at("/by-api")] == ["two"]
    assert post.bot.states() == ["sent", "delivered", "read"]


async def test_account_and_service(post: Post) -> None:
    """The account can be fetched, and a messaging service fetched and changed."""
    account = await post.ask(post.client.api.v2010.account.fetch)
    assert (account.sid, account.status) == (post.twilio.account_sid, "active")
    service = post.client.messaging.v1.services(post.twilio.messaging_service_sid)
    changed = await post.ask(
        lambda: service.update(
            inbound_request_url="https://bot.example/whatsapp", use_inbound_webhook_on_number=False
        )
    )
    assert changed.inbound_request_url == "https://bot.example/whatsapp"
    assert (await post.ask(service.fetch)).use_inbound_webhook_on_number is False
