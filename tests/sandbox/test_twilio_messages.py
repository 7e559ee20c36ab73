"""Messages both ways: webhooks in, the REST API out, states back."""

from collections.abc import AsyncIterator

import pytest
from twilio.request_validator import RequestValidator
from twilio_kit import Post, standing


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Twilio, its client, a bot that listens."""
    async with standing() as post:
        yield post


async def test_what_a_person_writes_arrives_as_a_signed_form(post: Post) -> None:
    """Every field of a text is there, blank or not, and the signature covers them."""
    amara = post.twilio.phone("Amara", number="+994500000001", user_id="AZ.1A2B")
    bubble = await amara.write("Salam")
    await post.quiet()
    (heard,) = post.bot.heard
    assert heard.form == {
        "SmsMessageSid": bubble.sid,
        "NumMedia": "0",
        "ProfileName": "Amara",
        "MessageType": "text",
        "SmsSid": bubble.sid,
        "SmsStatus": "received",
        "Body": "Salam",
        "To": "whatsapp:+15005550006",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": bubble.sid,
        "AccountSid": post.twilio.account_sid,
        "From": "whatsapp:+994500000001",
        "ApiVersion": "2010-04-01",
        "WaId": "994500000001",
        "ExternalUserId": "whatsapp:AZ.1A2B",
        "ChannelMetadata": '{"type": "whatsapp", "data": {"context": {"ProfileName": "Amara", "WaId": "994500000001"}}}',
    }
    validator = RequestValidator(post.twilio.auth_token)
    signature = heard.headers["X-Twilio-Signature"]
    assert validator.validate(post.twilio.inbound_url, heard.form, signature)
    assert not validator.validate(post.twilio.inbound_url + "/", heard.form, signature)


async def test_an_answer_is_shown_and_told_state_by_state(post: Post) -> None:
    """A message is queued, then sent, delivered and read, each told where it asked for it."""
    amara = post.twilio.phone("Amara")
    await amara.write("Salam")
    sent = await post.send(amara, "Welcome, *Amara*")
    assert (sent.status, sent.direction, sent.date_sent) == ("queued", "outbound-api", None)
    await post.quiet()
    assert (amara.last().text, amara.last().sent) == ("Welcome, Amara", "Welcome, *Amara*")
    assert amara.last().html == "Welcome, <b>Amara</b>"
    assert (amara.last().sid, amara.last().ticks) == (sent.sid, "read")
    assert post.bot.states() == ["sent", "delivered", "read"]
    again = await post.ask(post.client.messages(sent.sid).fetch)
    assert (again.status, again.body) == ("read", "Welcome, *Amara*")


async def test_a_person_without_a_number(post: Post) -> None:
    """They are who their business-scoped id says, in and out."""
    farid = post.twilio.phone("Farid", number=None, user_id="AZ.99fF")
    await farid.write("Salam")
    await post.quiet()
    (form,) = post.bot.at("/whatsapp")
    assert form["From"] == form["ExternalUserId"] == "whatsapp:AZ.99fF"
    assert "WaId" not in form
    await post.send("whatsapp:AZ.99fF", "Hello")
    await post.quiet()
    assert farid.last().text == "Hello"


async def test_a_number_that_changes_or_is_hidden(post: Post) -> None:
    """A new number brings a new id; hidden, the id alone is left; the old addresses are nobody's."""
    leyla = post.twilio.phone("Leyla", number="+994500000003", user_id="AZ.OLD1")
    await leyla.change_number("+994500000004")
    await leyla.write("one")
    await leyla.hide_number()
    await leyla.write("two")
    for address in ("+994500000003", "+994500000004", "AZ.OLD1", str(leyla.user_id)):
        await post.send(f"whatsapp:{address}", address)
    await post.quiet()
    one, two = post.bot.at("/whatsapp")
    assert one["From"] == "whatsapp:+994500000004"
    assert one["ExternalUserId"] == two["From"] == two["ExternalUserId"] == leyla.address
    assert "WaId" not in two
    assert [bubble.text for bubble in leyla.chat if not bubble.mine] == [leyla.user_id]


async def test_the_picture_of_a_chat(post: Post) -> None:
    """A failing test shows who said what, by the address they are known by."""
    leyla = post.twilio.phone("Leyla", number="+994500000003", language="az")
    with pytest.raises(AssertionError, match="the bot wrote nothing"):
        leyla.last()
    await leyla.document("a.pdf", size=2_000_000)
    await post.send(leyla, "> quoted\n*bold* and _sloped_ and snake_case_name")
    await post.quiet()
    assert leyla.last().text == "quoted\nbold and sloped and snake_case_name"
    await post.send(leyla, "5 > 3 & <b>no tag</b>")
    await post.quiet()
    assert leyla.chat.pop().html == "5 &gt; 3 &amp; &lt;b&gt;no tag&lt;/b&gt;"
    assert leyla.last().html == (
        "<blockquote>quoted</blockquote>\n<b>bold</b> and <i>sloped</i> and snake_case_name"
    )
    for part in ("Leyla (+994500000003, az)", "2000000 bytes", "◄ quoted"):
        assert part in leyla.text()
