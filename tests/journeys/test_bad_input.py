"""Bad input on the whole bot: none of it does harm, and none of it is lost."""

import asyncio
import random
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest
from remains import places_of, rows
from seats import agreed, cases, seated, shows, was_sent
from town import Town, a_town

from bot.sandbox.bubbles import Bubble
from bot.sandbox.phones import Phone
from storage.database import Database

QUESTION = "How can I learn the language?"


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Town]:
    """A town with Leyla in its council and Farid, who agreed."""
    async with a_town(database) as town:
        seated(town, "Leyla")
        agreed(town, "Farid")
        yield town


async def _hand_in(town: Town, phone: Phone, text: str) -> str:
    """They write and send it; gives the reference."""
    await phone.write(text)
    await town.settled()
    await phone.press("Send")
    await town.settled()
    return cases(town)[-1].reference


def _raw_message(phone: Phone, **content: Any) -> dict[str, Any]:
    who = {"id": phone.user_id, "is_bot": False, "first_name": phone.first_name}
    chat = {"id": phone.user_id, "first_name": phone.first_name, "type": "private"}
    number = phone.world.next_message_id()
    now = int(phone.world.clock().timestamp())
    return {"message": {"message_id": number, "from": who, "chat": chat, "date": now, **content}}


async def test_start_twice(town: Town) -> None:
    """Start pressed twice at once, before and after agreeing: one question stands, nothing twice."""
    rana = town.person("Rana")
    await rana.start()
    await rana.start()
    await town.settled()
    assert rows(town.database)["newcomer"] == 1
    await rana.press("data=lang:en")
    await rana.press("data=lang:en")
    await town.settled()
    await rana.press("data=consent:yes")
    await rana.press("data=consent:yes")
    await town.settled()
    await rana.start()
    await rana.start()
    await town.settled()
    assert sum("Choose a number" in bubble.text for bubble in rana.chat) == 1
    assert "newcomer" not in rows(town.database)


async def test_two_taps_on_one_button(town: Town) -> None:
    """Two taps on Send, of a draft and of an answer: one request, one answer, and a word on it."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await farid.write(QUESTION)
    await town.settled()
    send = farid.last()
    await farid.press("Send", on=send)
    again = await farid.press("Send", on=send)
    await town.settled()
    assert "already sent" in again.text
    assert len(cases(town)) == 1
    assert shows(farid).count("Secret code") == 1
    await leyla.write("There are courses.", reply_to=leyla.last())
    await town.settled()
    preview = leyla.last()
    await leyla.press("Send", on=preview)
    again = await leyla.press("Send", on=preview)
    await town.settled()
    assert "nothing to send" in again.text
    assert was_sent(town, farid).count("There are courses.") == 1


async def test_buttons_from_last_month_and_from_others(town: Town) -> None:
    """An old button, and one of another person's card, say that they are over and do nothing."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    samir, rana = seated(town, "Samir", languages="az"), agreed(town, "Rana")
    await farid.write(QUESTION)
    await town.settled()
    screen = deepcopy(farid.last())
    await farid.press("Send", on=screen)
    await town.settled()
    card = deepcopy(_card(leyla))
    await leyla.press("Take", on=card)
    await town.settled()
    await leyla.press("Close")
    await town.settled()
    await leyla.press("Solved")
    await town.settled()
    await town.later(days=35)
    before = cases(town)[0]
    for phone, button, bubble in (
        (farid, "Send", screen),
        (leyla, "Ask", card),
        (samir, "Answer", card),
        (rana, "Answer", card),
        (rana, "Send", screen),
    ):
        pressed = await phone.press(button, on=bubble)
        await town.settled()
        assert pressed.answered, (phone.name, button)
    after = cases(town)[0]
    assert (after.state, after.closed_at) == (before.state, before.closed_at)
    for phone in (samir, rana):
        assert QUESTION not in was_sent(town, phone)


async def test_a_button_before_its_message(town: Town) -> None:
    """Pressed while Telegram has shown the screen and the bot does not know it yet."""
    farid = town.people["Farid"]
    town.telegram.faults.add("sendMessage", "accept_then_hang", chat=farid.user_id)
    await farid.write(QUESTION)
    await town.telegram.wait(lambda: "Your message" in farid.last().text)
    await farid.press("Send")
    await town.telegram.wait(lambda: cases(town)[0].state == "open", 10)
    await town.telegram.stop()  # the bot need not wait for that answer any longer


async def test_commands_in_the_middle_of_a_step(town: Town) -> None:
    """Any command, known or not, in any step: it is answered, and what was begun is still there."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await farid.write(QUESTION)
    await town.settled()
    commands = ("/help", "/menu", "/requests", "/language", "/delete", "/private", "/desk")
    for command in (*commands, "/", "/start@council_demo_bot", "/нет", "/MENU extra words"):
        said = farid.last().message_id
        await farid.write(command)
        await town.settled()
        assert farid.last().message_id > said, command
    await farid.start()
    await town.settled()
    await farid.press("Send")
    await town.settled()
    assert QUESTION in shows(leyla)
    await leyla.press("Answer")
    await town.settled()
    for command in ("/help", "/desk", "/start"):
        await leyla.write(command)
        await town.settled()
    assert "courses" not in was_sent(town, farid)
    await leyla.write("There are courses.", reply_to=_card(leyla))
    await town.settled()
    await leyla.press("Send")
    await town.settled()
    assert "There are courses." in shows(farid)


def _card(phone: Phone) -> Bubble:
    return next(bubble for bubble in reversed(phone.chat) if QUESTION in bubble.text)


FAMILY = "👨‍👩‍👧‍👦"
HOSTILE = [
    "<b>bold</b> & <script>alert(1)</script> </blockquote> &lt; <a href='tg://user?id=1'>x</a>",
    "\u202eright to left override\u202c and \u2067isolated\u2069 \u200f\u200e",
    "\u200b\u200c\u200d\u2060 zero width \ufeff\u00ad and Z\u0351\u036b\u0343\u036a\u0302a\u0300lgo",
    "{braces} / / // {0} %s %(x)s $HOME `code` *star* _under_ [link](http://x.example)",
    "سلام \u200fچطور\u200e MC 1234 5678 2 and 12345678901234567890",
    "line one\n\n\n\nline\ttwo\r\nline three",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_texts(town: Town, text: str) -> None:
    """Text like HTML, marks of direction, unseen and combining characters arrive as they are."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    written = await farid.write(text)
    await town.settled()
    await farid.press("Send")
    await town.settled()
    heart = max(written.text.replace("1234 5678 2", "").split(), key=len)
    if not heart.isdigit():
        assert heart in shows(leyla).replace("\u2068", "").replace("\u2069", "") or (
            heart in shows(leyla)
        )
    assert {case.state for case in cases(town)} == {"open"}
    await leyla.write(text, reply_to=leyla.last())
    await town.settled()
    await leyla.press("Send")
    await town.settled()
    assert "Answer to" in shows(farid)
    assert "stuck" not in rows(town.database)
    assert not [call for call in town.telegram.calls if call.status == 400]


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060\u200d", "\u202e"])
async def test_nothing_to_see(town: Town, unseen: str) -> None:
    """A message of unseen characters alone does no harm."""
    farid = town.people["Farid"]
    await farid.write(unseen)
    await farid.write(QUESTION)
    await town.settled()
    await farid.press("Send")
    await town.settled()
    assert QUESTION in shows(town.people["Leyla"])


async def test_a_message_of_emoji(town: Town) -> None:
    """4,096 characters of emoji arrive whole, and the card shows some of them."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    written = (FAMILY * 600)[:4096]
    await farid.write(written)
    await town.settled()
    await farid.press("Send")
    await town.settled()
    assert FAMILY in leyla.last().text
    await leyla.press("Whole text")
    await town.settled()
    arrived = sum(bubble.text.count("👨") for bubble in leyla.chat[-4:])
    assert arrived >= written.count("👨")
    await leyla.write(written, reply_to=leyla.last())
    await town.settled()
    await leyla.press("Send")
    await town.settled()
    assert sum(b.text.count("👨") for b in farid.chat if not b.mine) >= written.count("👨")


async def test_an_album_in_halves(town: Town) -> None:
    """An album that arrives in two halves is one draft with one screen, and one album again."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    await farid.album(4, "for you", together=False)
    await town.settled()
    assert shows(farid).count("Your message") == 1
    assert "4 parts" in shows(farid)
    await farid.press("Send")
    await town.settled()
    await leyla.press("Voice and files")
    await town.settled()
    assert sum(bubble.media is not None for bubble in leyla.chat) == 4
    sent = [
        call.method for call in town.telegram.calls if call.params.get("chat_id") == leyla.user_id
    ]
    assert sent.count("sendMediaGroup") == 1


async def test_edits_that_change_nothing(town: Town) -> None:
    """An edit without a change, of a draft or of a request, is not even mentioned."""
    farid, leyla = town.people["Farid"], town.people["Leyla"]
    written = await farid.write(QUESTION)
    await town.settled()
    for moment in ("draft", "sent"):
        said = len(town.telegram.calls)
        raw = _raw_message(farid, text=QUESTION)["message"]
        raw |= {"message_id": written.message_id, "edit_date": raw["date"] + 60}
        await town.telegram.update({"edited_message": raw})
        await farid.edit(written, QUESTION)
        await town.settled()
        new = [c.method for c in town.telegram.calls[said:] if c.method != "getUpdates"]
        assert new == [], moment
        if moment == "draft":
            await farid.press("Send")
            await town.settled()
    await farid.edit(written, f"{QUESTION} Please.")
    await town.settled()
    assert f"{QUESTION} Please. (changed)" in shows(leyla)


async def test_strange_updates(town: Town) -> None:
    """A group, an update type of next year, numbers that restart: the next message is answered."""
    farid = town.people["Farid"]
    group = {"id": -1001234567890, "title": "Neighbours", "type": "supergroup"}
    message = _raw_message(farid, text="/start")["message"]
    for raw in (
        {"update_id": 7, **_raw_message(farid, text="the seventh")},
        {"message": {**message, "chat": group, "text": "/start@council_demo_bot"}},
        {"message": {**message, "chat": group, "text": QUESTION}},
        {"telepathy": {"from": {"id": farid.user_id}, "thought": QUESTION}},
        {"message": None},
        {"message": {"message_id": "x", "chat": {"id": [1]}}},
        {"callback_query": {"id": 5, "from": {"id": farid.user_id}, "data": {"x": 1}}},
        _raw_message(farid, text="the last"),
    ):
        await town.telegram.update(raw)
        await town.settled()
    assert "2 parts" in shows(farid)
    assert not any(
        str(call.params.get("chat_id")) == str(group["id"]) for call in town.telegram.calls
    )
    await farid.press("Send")
    await town.settled()
    assert "the last" in shows(town.people["Leyla"])
    assert places_of(town.database, str(group["id"])) == set()


async def test_the_same_update_twice(town: Town) -> None:
    """Brought twice under two numbers, with others between: taken once."""
    farid = town.people["Farid"]
    message = _raw_message(farid, text=QUESTION)
    await town.telegram.update(message)
    await town.telegram.update(message)
    await farid.write("something between")
    await town.settled()
    await town.telegram.update(message)
    await town.settled()
    assert "2 parts" in shows(farid)


async def test_everybody_at_once(town: Town) -> None:
    """Ten people write, press and edit at the same time: each gets exactly what is theirs."""
    crowd = [agreed(town, f"Person {number}") for number in range(10)]
    order = random.Random(5)
    for phone in crowd:
        await phone.write(f"{QUESTION} asks {phone.name}.")
    await town.settled()
    order.shuffle(crowd)
    await asyncio.gather(*(phone.press("Send") for phone in crowd))
    await town.settled()
    assert len({case.reference for case in cases(town)}) == 10
    for phone in crowd:
        assert shows(phone).count("Secret code") == 1
        assert was_sent(town, town.people["Leyla"]).count(f"asks {phone.name}.") >= 1
        assert all(f"asks {other.name}." not in shows(phone) for other in crowd if other != phone)
