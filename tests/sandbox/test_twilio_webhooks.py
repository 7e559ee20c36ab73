"""How Twilio tells the bot: forms, signatures, tries, what is given up."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from twilio_kit import Post, standing

from bot.sandbox.twilio import WhatsAppPhone


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Twilio, its client, a bot that listens."""
    async with standing() as post:
        yield post


@pytest.fixture
def amara(post: Post) -> WhatsAppPhone:
    """Somebody with WhatsApp."""
    return post.twilio.phone("Amara", number="+994500000001")


@pytest.mark.parametrize(
    ("does", "how", "fields"),
    [
        ("photo", {"caption": "My room"}, {"MessageType": "image", "Body": "My room", "MediaContentType0": "image/jpeg"}),
        ("photo", {}, {"MessageType": "image", "Body": ""}),
        ("voice", {"seconds": 2}, {"MessageType": "audio", "MediaContentType0": "audio/ogg"}),
        ("video", {}, {"MessageType": "video", "MediaContentType0": "video/mp4"}),
        ("document", {"name": "a.pdf"}, {"MessageType": "document", "Body": "a.pdf", "MediaContentType0": "application/pdf"}),
        ("sticker", {}, {"MessageType": "sticker", "MediaContentType0": "image/webp"}),
        ("contact", {}, {"MessageType": "contacts", "MediaContentType0": "text/vcard", "Body": ""}),
        ("location", {"label": "Office"}, {"MessageType": "location", "Latitude": "40.4093", "Longitude": "49.8671", "Label": "Office", "NumMedia": "0"}),
        ("unknown", {}, {"MessageType": "order", "Body": "", "NumMedia": "0"}),
        ("write", {"text": "x", "often_forwarded": True}, {"Forwarded": "true", "FrequentlyForwarded": "true"}),
    ],
)  # fmt: skip
async def test_what_is_not_plain_text(
    post: Post, amara: WhatsAppPhone, does: str, how: dict[str, Any], fields: dict[str, str]
) -> None:
    """Each kind of message has its type and its fields; a file is one item under its address."""
    bubble = await getattr(amara, does)(**how)
    await post.quiet()
    (form,) = post.bot.at("/whatsapp")
    assert form["MessageSid"] == bubble.sid
    assert form.items() >= fields.items()
    if "MediaContentType0" in fields:
        assert form["NumMedia"] == "1"
        assert form["MediaUrl0"].startswith(f"{post.twilio.origin}/2010-04-01/Accounts/")
        assert "MediaUrl1" not in form


async def test_an_answer_to_a_message_names_it(post: Post, amara: WhatsAppPhone) -> None:
    """A reply says what it replies to, and whose that was."""
    mine = await amara.write("one")
    await post.send(amara, "two")
    await amara.write("three", reply_to=amara.last())
    await amara.write("four", reply_to=mine)
    await post.quiet()
    three, four = post.bot.at("/whatsapp")[1:]
    assert three["OriginalRepliedMessageSid"] == amara.last().sid
    assert three["OriginalRepliedMessageSender"] == post.twilio.sender
    assert four["OriginalRepliedMessageSid"] == mine.sid
    assert four["OriginalRepliedMessageSender"] == amara.address


async def test_the_newer_signature(post: Post, amara: WhatsAppPhone) -> None:
    """HMAC_SHA256 comes with a header that says so; the older check fails on it."""
    post.twilio.algorithm = "HMAC_SHA256"
    await amara.write("Salam")
    await post.quiet()
    (heard,) = post.bot.heard
    assert heard.headers["X-Twilio-Webhooks-Signature-Settings"].endswith("algorithm=HMAC_SHA256")
    signature = heard.headers["X-Twilio-Signature"]
    validator = RequestValidator(post.twilio.auth_token)
    for algorithm, genuine in (("HMAC_SHA256", True), ("HMAC_SHA1", False)):
        url = post.twilio.inbound_url
        assert validator.validate(url, heard.form, signature, algorithm) is genuine


async def test_the_address_that_is_signed(post: Post, amara: WhatsAppPhone) -> None:
    """A public address can be signed while one on this machine is called, either way round."""
    local, public = post.bot.origin, "https://bot.example"
    post.twilio.signed_url = lambda url: url.replace(local, public)
    await amara.write("one")
    await post.quiet()
    post.twilio.signed_url = None
    post.twilio.called_url = lambda url: url.replace(public, local)
    post.twilio.inbound_url = f"{public}/whatsapp"
    await amara.write("two")
    await post.send(amara, status_callback=f"{public}/status?label=a%20b")
    await post.quiet()
    validator = RequestValidator(post.twilio.auth_token)
    assert len(post.bot.heard) == 5
    for heard in post.bot.heard:
        signature = heard.headers["X-Twilio-Signature"]
        assert validator.validate(public + heard.path, heard.form, signature), heard.path


async def test_an_answer_that_is_no_document(post: Post, amara: WhatsAppPhone) -> None:
    """Words where XML belongs are noted as Twilio's log notes them."""
    await amara.write("one")
    await post.quiet()
    assert post.twilio.alerts == []
    post.bot.answer = ("ok", "text/plain")
    two = await amara.write("two")
    await post.quiet()
    assert post.twilio.alerts == [(12300, two.sid)]


async def test_forms_without_a_signature(post: Post, amara: WhatsAppPhone) -> None:
    """A forger's form has none."""
    post.twilio.unsigned = True
    await amara.write("Salam")
    await post.quiet()
    assert "X-Twilio-Signature" not in post.bot.heard[0].headers


async def test_a_refusal_is_not_tried_again_but_goes_to_the_fallback(
    post: Post, amara: WhatsAppPhone
) -> None:
    """A 500 goes to the fallback once, with what was wrong; without a fallback it is given up."""
    post.bot.statuses = [500]
    await amara.write("one")
    await post.quiet()
    assert [one.message.body for one in post.twilio.given_up] == ["one"]
    post.twilio.fallback_url = f"{post.bot.origin}/fallback"
    post.bot.statuses = [503]
    two = await amara.write("two")
    await post.quiet()
    (form,) = post.bot.at("/fallback")
    assert (form["MessageSid"], form["ErrorCode"]) == (two.sid, "11200")
    assert form["ErrorUrl"] == post.twilio.inbound_url
    assert len(post.twilio.given_up) == 1


async def test_no_connection_is_tried_once_more(post: Post, amara: WhatsAppPhone) -> None:
    """Only a failed connection is tried again, once, then the fallback, then it is given up."""
    post.twilio.inbound_url = "http://127.0.0.1:9/whatsapp"
    post.twilio.fallback_url = "http://127.0.0.1:9/fallback"
    await amara.write("Salam")
    await post.quiet()
    (given_up,) = post.twilio.given_up
    assert [one.ended for one in given_up.tries] == ["ct", "ct"]
    assert post.twilio.alerts == [(11200, given_up.message.sid)]
    assert [one.url.rpartition("/")[2] for one in post.twilio.webhooks.told] == [
        "whatsapp",
        "whatsapp",
        "fallback",
        "fallback",
    ]


async def test_the_address_may_ask_for_more_tries(post: Post, amara: WhatsAppPhone) -> None:
    """`#rc=3&rp=all` tries three times more, whatever went wrong; the fragment is not signed."""
    address = post.twilio.inbound_url
    post.twilio.inbound_url = f"{address}#rc=3&rp=all"
    post.bot.statuses = [500, 502, 500]
    await amara.write("Salam")
    await post.quiet()
    assert len(post.bot.at("/whatsapp")) == 4
    assert len({one.headers["I-Twilio-Idempotency-Token"] for one in post.bot.heard}) == 1
    assert post.twilio.given_up == []
    heard = post.bot.heard[0]
    validator = RequestValidator(post.twilio.auth_token)
    assert validator.validate(address, heard.form, heard.headers["X-Twilio-Signature"])


async def test_a_bot_that_does_not_answer_in_time(post: Post, amara: WhatsAppPhone) -> None:
    """The form arrived once; nobody knows that, and it is given up."""
    post.bot.silent, post.twilio.hurry = True, 0.02
    await amara.write("Salam")
    await post.quiet()
    assert len(post.bot.heard) == 1
    (given_up,) = post.twilio.given_up
    assert [one.ended for one in given_up.tries] == ["rt"]


async def test_webhooks_that_are_lost(post: Post, amara: WhatsAppPhone) -> None:
    """What is lost reaches no address, and yet stands in the list of messages."""
    post.twilio.fallback_url = f"{post.bot.origin}/fallback"
    post.twilio.lose_webhooks(2)
    for text in ("one", "two", "three"):
        await amara.write(text)
    await post.quiet()
    assert [form["Body"] for form in post.bot.at("/whatsapp")] == ["three"]
    assert post.bot.at("/fallback") == []
    listed = await post.ask(lambda: post.client.messages.list(from_=amara.address))
    assert [message.body for message in listed] == ["three", "two", "one"]


async def test_messages_of_one_person_stay_in_order(post: Post, amara: WhatsAppPhone) -> None:
    """Each waits for the one before it, unless all are to leave at once."""
    farid = post.twilio.phone("Farid")
    post.bot.silent = True
    for text in ("one", "two"):
        await amara.write(text)
    await farid.write("from Farid")
    await post.twilio.wait(lambda: len(post.bot.heard) == 2)
    assert [form["Body"] for form in post.bot.at("/whatsapp")] == ["one", "from Farid"]
    post.bot.silent = False
    post.bot.leaving.set()
    await post.quiet()
    assert [form["Body"] for form in post.bot.at("/whatsapp")] == ["one", "from Farid", "two"]
    post.bot.leaving.clear()
    post.twilio.at_once = post.bot.silent = True
    for text in ("three", "four"):
        await amara.write(text)
    await post.twilio.wait(lambda: len(post.bot.heard) == 5)


async def test_words_twilio_answers_itself(post: Post, amara: WhatsAppPhone) -> None:
    """Where Twilio handles leaving, the form says which word it was; a sentence is none."""
    post.twilio.opt_out_handled = True
    for text in ("stop", "START", "STOP this man"):
        await amara.write(text)
    await post.quiet()
    kinds = [form.get("OptOutType") for form in post.bot.at("/whatsapp")]
    assert kinds == ["STOP", "START", None]


async def test_a_press_is_a_message(post: Post, amara: WhatsAppPhone) -> None:
    """Nobody can press what is not there, and nobody writes to whom they blocked."""
    with pytest.raises(AssertionError, match="no button 'Yes'"):
        await amara.press("Yes")
    await amara.block()
    for act in (amara.write("x"), amara.photo(), amara.location()):
        with pytest.raises(AssertionError, match="Amara blocked the bot"):
            await act
    await amara.start("INVITE-1")
    assert (amara.chat[-1].text, amara.blocked) == ("INVITE-1", False)


async def test_a_restart_keeps_what_was_said(post: Post, amara: WhatsAppPhone) -> None:
    """Stopped, it answers nobody; started again, it knows every message."""
    await amara.write("Salam")
    await post.quiet()
    port = int(post.twilio.origin.rpartition(":")[2])
    await post.twilio.stop()
    await asyncio.sleep(0)
    await post.twilio.start(port)
    assert len(await post.ask(post.client.messages.list)) == 1
