"""Content with buttons and variables, templates and the window."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList
from twilio_kit import Post, standing

from bot.sandbox.twilio import WhatsAppPhone

UPDATE = {"twilio/text": {"body": "There is an update for {{1}}. Reply 1 to read it."}}
BUTTONS = {
    "twilio/quick-reply": {
        "body": "{{1}}",
        "actions": [{"title": "{{2}}", "id": "{{3}}"}, {"title": "{{4}}", "id": "{{5}}"}],
    }
}
LIST = {
    "twilio/list-picker": {
        "body": "{{1}}",
        "button": "Choose",
        "items": [{"item": "{{2}}", "id": "{{3}}", "description": "{{4}}"}],
    }
}
TWO = '{"1": "Take it?", "2": "Yes", "3": "take:1", "4": "No", "5": "leave:1"}'


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Twilio, its client, a bot that listens."""
    async with standing() as post:
        yield post


@pytest.fixture
async def amara(post: Post) -> WhatsAppPhone:
    """Somebody who has written."""
    phone = post.twilio.phone("Amara", number="+994500000001")
    await phone.write("Salam")
    return phone


async def make(
    post: Post, types: dict[str, Any], name: str = "content", language: str = "en", **samples: str
) -> str:
    """Make content over the API; `_1` is the sample of variable 1."""
    asked = ContentList.ContentCreateRequest(
        {
            "friendly_name": name,
            "language": language,
            "variables": {number.strip("_"): sample for number, sample in samples.items()},
            "types": types,
        }
    )
    made = await post.ask(lambda: post.client.content.v1.contents.create(asked))
    return str(made.sid)


async def submit(post: Post, sid: str, name: str = "council_update") -> Any:
    """Ask for WhatsApp's approval over the API, and see what becomes of it."""
    asked = ApprovalCreateList.ContentApprovalRequest({"name": name, "category": "UTILITY"})
    content = post.client.content.v1.contents(sid)
    created = await post.ask(lambda: content.approval_create.create(asked))
    assert created.status == "received"
    return (await post.ask(content.approval_fetch().fetch)).whatsapp


async def test_quick_replies(post: Post, amara: WhatsAppPhone) -> None:
    """Variables fill words, titles and ids; a press comes back with both, as a reply."""
    sid = await make(post, BUTTONS)
    sent = await post.send(amara, None, content_sid=sid, content_variables=TWO)
    await post.quiet()
    assert amara.labels() == ["Yes", "No"]
    assert amara.last().text == "Take it?"
    pressed = await amara.press("No")
    await post.quiet()
    form = post.bot.at("/whatsapp")[-1]
    assert (form["ButtonText"], form["ButtonPayload"], form["Body"]) == ("No", "leave:1", "No")
    assert form["OriginalRepliedMessageSid"] == sent.sid
    assert form["MessageType"] == "interactive"
    assert (pressed.text, pressed.mine, pressed.reply_to) == ("No", True, amara.last().message_id)
    assert (await amara.press("data=take:1")).text == "Yes"


async def test_a_list(post: Post, amara: WhatsAppPhone) -> None:
    """A row comes back as ListId and ListTitle."""
    sid = await make(post, LIST)
    row = '{"1": "Which?", "2": "Work", "3": "topic:work", "4": "Wages, contracts"}'
    await post.send(amara, None, content_sid=sid, content_variables=row)
    await post.quiet()
    assert amara.last().menu == "Choose"
    (button,) = amara.last().buttons[0]
    assert getattr(button, "description", "") == "Wages, contracts"
    await amara.press("Work")
    await post.quiet()
    form = post.bot.at("/whatsapp")[-1]
    assert (form["ListTitle"], form["ListId"], form["Body"]) == ("Work", "topic:work", "Work")
    assert "ButtonPayload" not in form


@pytest.mark.parametrize(
    ("sid", "variables", "code"),
    [
        ("HX" + "0" * 32, TWO, 21655),
        (None, "{", 21656),
        (None, "[]", 21656),
        (None, '{"1": "x"}', 21656),
        (None, TWO.replace("Yes", ""), 21656),
        (None, TWO.replace('"Yes"', "7"), 21656),
        (None, TWO.replace("Take it?", "x" * 1601), 21658),
    ],
)
async def test_content_that_is_refused_at_once(
    post: Post, amara: WhatsAppPhone, sid: str | None, variables: str, code: int
) -> None:
    """Unknown content, and variables that are no JSON object of texts that are all there."""
    sid = sid or await make(post, BUTTONS)
    assert await post.refused_send(amara, None, content_sid=sid, content_variables=variables) == code  # fmt: skip
    assert await post.refused_send(amara, "words too", content_sid=sid) == 20001


@pytest.mark.parametrize(
    ("old", "new"),
    [("Yes", "x" * 21), ("take:1", "x" * 201), ("Take it?", "x" * 1025), ("Yes", "No")],
)
async def test_content_that_whatsapp_refuses(
    post: Post, amara: WhatsAppPhone, old: str, new: str
) -> None:
    """What is too long, or twice there, once the variables are filled fails later."""
    sid = await make(post, BUTTONS)
    await post.send(amara, None, content_sid=sid, content_variables=TWO.replace(old, new))
    await post.quiet()
    assert post.bot.at("/status")[-1]["ErrorCode"] == "63021"


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("twilio/quick-reply", {"body": "x", "actions": [{"title": "y" * 21, "id": "z"}]}),
        ("twilio/quick-reply", {"body": "x", "actions": []}),
        ("twilio/quick-reply", {"body": "x" * 1025, "actions": [{"title": "y", "id": "z"}]}),
        ("twilio/list-picker", {"body": "x", "button": "y" * 21, "items": [{"item": "a", "id": "b"}]}),
        ("twilio/list-picker", {"body": "x", "button": "y", "items": [{"item": "a" * 25, "id": "b"}]}),
        ("twilio/list-picker", {"body": "x", "button": "y", "items": [{"item": "a", "id": "b"}] * 11}),
        ("twilio/list-picker", {"body": "x", "button": "y", "items": [{"item": "a", "id": "b", "description": "c" * 73}]}),
        ("twilio/text", {"body": "x {{}} y"}),
        ("twilio/text", {"text": "x"}),
    ],
)  # fmt: skip
async def test_content_that_cannot_be_made(post: Post, kind: str, parts: dict[str, Any]) -> None:
    """Limits that hold without variables hold when content is made."""
    asked = ContentList.ContentCreateRequest({"language": "en", "types": {kind: parts}})
    raw = {"language": "en", "types": {kind: parts}}
    asked.to_dict = lambda: raw  # the client would leave out what it does not know
    no = await post.refused(lambda: post.client.content.v1.contents.create(asked))
    assert no.code == 20001


async def test_content_is_listed_fetched_and_deleted(post: Post) -> None:
    """The newest comes first, page after page; what is deleted is gone."""
    sids = [await make(post, UPDATE, f"name_{number}", _1="MC 1") for number in range(3)]
    contents = post.client.content.v1.contents
    listed = await post.ask(lambda: contents.list(page_size=2))
    assert [content.sid for content in listed] == sids[::-1]
    fetched = await post.ask(contents(sids[0]).fetch)
    assert (fetched.friendly_name, fetched.language) == ("name_0", "en")
    assert fetched.types["twilio/text"] == UPDATE["twilio/text"]
    await submit(post, sids[1])
    both = await post.ask(post.client.content.v1.content_and_approvals.list)
    assert [one.approval_requests["status"] for one in both] == [
        "unsubmitted",
        "received",
        "unsubmitted",
    ]
    assert await post.ask(contents(sids[0]).delete)
    assert (await post.refused(contents(sids[0]).fetch)).code == 20404


@pytest.mark.parametrize(
    ("body", "samples", "language", "reason"),
    [
        ("{{1}} has news for you, please read it.", {"_1": "x"}, "en", "start or the end"),
        ("There is an update for {{1}}", {"_1": "x"}, "en", "start or the end"),
        ("News for {{1}} {{2}} are here, read them.", {"_1": "x", "_2": "y"}, "en", "next to"),
        ("There is an update for {{1}}. Reply 1.", {}, "en", "no sample"),
        ("There is an update for {{2}}. Reply 1.", {"_2": "x"}, "en", "one after the other"),
        ("News {{1}} there.", {"_1": "x"}, "en", "too many variables"),
        ("There is an update for {{1}}. Reply 1.", {"_1": "x"}, "tk", "language"),
        ("There is an update for {{1}}. Reply 1.", {"_1": "x"}, "az", ""),
    ],
)
async def test_what_whatsapp_rejects(
    post: Post, body: str, samples: dict[str, str], language: str, reason: str
) -> None:
    """A template that breaks a rule is rejected with the reason; others wait to be judged."""
    sid = await make(post, {"twilio/text": {"body": body}}, language=language, **samples)
    approval = await submit(post, sid)
    assert approval["status"] == ("rejected" if reason else "received")
    assert reason in approval["rejection_reason"]


async def test_a_list_cannot_be_a_template(post: Post) -> None:
    """A list picker is for sessions only."""
    sid = await make(post, LIST)
    content = post.client.content.v1.contents(sid)
    asked = ApprovalCreateList.ContentApprovalRequest({"name": "a", "category": "UTILITY"})
    assert (await post.refused(lambda: content.approval_create.create(asked))).code == 20001


async def test_only_a_template_reaches_past_the_window(post: Post, amara: WhatsAppPhone) -> None:
    """A day after their last word free messages fail by callback, an approved template arrives."""
    sid = await make(post, UPDATE, _1="MC 4827 1935 6")
    post.clock.jump(hours=23, minutes=59)
    assert amara.window_open
    await post.send(amara)
    await post.quiet()
    assert amara.last().text == "Hello"
    post.clock.jump(minutes=1)
    assert not amara.window_open
    codes = []
    given: dict[str, Any] = {"content_sid": sid, "content_variables": '{"1": "MC 1"}'}
    for status in (None, "received", "rejected", "paused", "approved"):
        if status == "received":
            await submit(post, sid)
        elif status is not None:
            {
                "rejected": post.twilio.reject,
                "paused": post.twilio.pause,
                "approved": post.twilio.approve,
            }[status]("council_update")
        await post.send(amara, None, **given)
        await post.quiet()
        codes.append(post.bot.at("/status")[-1].get("ErrorCode"))
    assert codes == ["63016", "63016", "63040", "63041", None]
    assert amara.last().text == "There is an update for MC 1. Reply 1 to read it."
    assert amara.last().template
    await post.send(amara)
    await post.quiet()
    assert post.bot.at("/status")[-1]["ErrorCode"] == "63016"
    await amara.write("1")
    await post.send(amara, "The answer")
    await post.quiet()
    assert amara.last().text == "The answer"


async def test_a_closed_window_told_at_once(post: Post) -> None:
    """Whoever never wrote can be refused in the answer itself."""
    post.twilio.late_window = False
    dariush = post.twilio.phone("Dariush")
    assert await post.refused_send(dariush) == 63016


async def test_a_template_takes_no_line_break(post: Post, amara: WhatsAppPhone) -> None:
    """Variables of an approved template hold one line; content in a session may hold more."""
    sid = await make(post, UPDATE, _1="MC 4827 1935 6")
    two_lines = '{"1": "a\\nb"}'
    await post.send(amara, None, content_sid=sid, content_variables=two_lines)
    post.twilio.approve(sid)
    assert await post.refused_send(amara, None, content_sid=sid, content_variables=two_lines) == 21656  # fmt: skip
    buttons = await make(post, BUTTONS)
    lines = TWO.replace("Take it?", "Take\\nit?")
    await post.send(amara, None, content_sid=buttons, content_variables=lines)
    await post.quiet()
    assert amara.last().text == "Take\nit?"
    post.twilio.strict_variables = True
    assert await post.refused_send(amara, None, content_sid=buttons, content_variables=lines) == 21656  # fmt: skip


async def test_a_sample_stands_in_for_a_missing_variable(post: Post, amara: WhatsAppPhone) -> None:
    """What is not given is filled with the sample."""
    sid = await make(post, UPDATE, _1="MC 4827 1935 6")
    await post.send(amara, None, content_sid=sid)
    await post.quiet()
    assert "MC 4827 1935 6" in amara.last().text


async def test_several_types_and_unknown_ones(post: Post, amara: WhatsAppPhone) -> None:
    """Of several types WhatsApp shows the richest; what the sandbox cannot show it refuses."""
    sid = await make(post, {**UPDATE, **BUTTONS})
    await post.send(amara, None, content_sid=sid, content_variables=TWO)
    await post.quiet()
    assert amara.labels() == ["Yes", "No"]
    place = {"latitude": 40.4, "longitude": 49.8, "label": "Office"}
    sid = await make(post, {"twilio/location": place})
    assert await post.refused_send(amara, None, content_sid=sid) == 20001


async def test_a_template_with_a_button(post: Post, amara: WhatsAppPhone) -> None:
    """A press on a template's button is of another type than one in a session."""
    actions = [{"title": "Read it", "id": "read"}]
    body = "There is an update for {{1}}. Press to read it."
    sid = await make(post, {"twilio/quick-reply": {"body": body, "actions": actions}}, _1="MC 1")
    post.twilio.approves_at_once = True
    await submit(post, sid)
    post.clock.jump(days=2)
    await post.send(amara, None, content_sid=sid, content_variables='{"1": "MC 2"}')
    await post.quiet()
    await amara.press("Read it")
    assert amara.window_open
    await post.quiet()
    form = post.bot.at("/whatsapp")[-1]
    assert (form["MessageType"], form["ButtonPayload"]) == ("button", "read")
