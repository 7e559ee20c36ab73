"""Phones behave as the app does."""

import asyncio

import pytest
from sandbox_kit import Clock
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.sandbox.samples import sample
from bot.sandbox.telegram import Event, Phone, TelegramSandbox


def keys(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(x, callback_data=f"d:{x}") for x in labels]])


async def test_a_button_waits_until_it_is_answered(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """A press is taken at once, waits for the bot, and can be answered once."""
    await bot.send_message(leyla.user_id, "Take it?", reply_markup=keys("Take", "Leave"))
    press = await leyla.press("Take")
    assert press.button.waiting
    assert "⏳" in leyla.text()
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "d:Take"
    await update.callback_query.answer("Taken", show_alert=True)
    assert (await press.answer(), press.alert, press.button.waiting) == ("Taken", True, False)
    assert leyla.notice == "Taken"
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer()


async def test_a_late_answer_is_too_old(bot: Bot, leyla: Phone, clock: Clock) -> None:
    """After a minute nobody waits any more."""
    await bot.send_message(leyla.user_id, "?", reply_markup=keys("Yes"))
    press = await leyla.press("Yes")
    clock.jump(seconds=61)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(press.query_id)
    assert not press.answered


async def test_which_button_is_pressed(bot: Bot, leyla: Phone) -> None:
    """The newest with the exact label, else the newest with one containing it, else none."""
    await bot.send_message(leyla.user_id, "old", reply_markup=keys("Send", "Cancel"))
    old = leyla.last()
    await bot.send_message(leyla.user_id, "new", reply_markup=keys("Send", "1 · Topic", "1 · Who"))
    new = leyla.last()
    assert (await leyla.press("Send")).bubble is new
    assert (await leyla.press("Send", on=old)).bubble is old
    assert (await leyla.press("Topic")).button.data == "d:1 · Topic"
    assert (await leyla.press("data=d:1 · Who")).button.label == "1 · Who"
    assert (await leyla.press("Cancel")).bubble is old
    await bot.send_message(leyla.user_id, "newer", reply_markup=keys("Send it all"))
    assert (await leyla.press("Send")).bubble is new
    assert (await leyla.press("it all")).button.label == "Send it all"
    for nothing in ("1 ·", "Sing", "data=d:1", ""):
        with pytest.raises(AssertionError) as refused:
            await leyla.press(nothing)
        assert "[Send] [1 · Topic] [1 · Who]" in str(refused.value).replace(" ⏳", "")


async def test_a_blocked_bot_hears_nothing(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """Nobody writes to who they blocked; Start unblocks."""
    await leyla.block()
    await leyla.block()
    assert telegram.pending() == 1
    for act in (leyla.write("x"), leyla.photo(), leyla.edit(leyla.chat[0], "x"), leyla.press("x")):
        with pytest.raises(AssertionError, match="Leyla Aliyeva blocked the bot"):
            await act
    await leyla.start("again")
    assert [u.effective_user and u.my_chat_member is not None for u in await bot.get_updates()] == [True, True, False]  # fmt: skip
    assert leyla.chat[-1].text == "/start again"


async def test_long_texts_are_cut_as_the_app_does(telegram: TelegramSandbox, leyla: Phone) -> None:
    """More than 4096 units leave as several messages; emptiness never leaves."""
    last = await leyla.write("😀" * 2048 + "end")
    assert [len(b.text) for b in leyla.chat[1:]] == [2048, 3]
    assert last.text == "end"
    with pytest.raises(AssertionError, match="no empty message"):
        await leyla.write("  \n")


async def test_an_album_in_halves(bot: Bot, telegram: TelegramSandbox, leyla: Phone) -> None:
    """The second half comes once the bot has taken the first."""
    sending = asyncio.create_task(leyla.album(3, "papers", together=False))
    await telegram.wait(lambda: telegram.pending() == 2)
    first = await bot.get_updates()
    await bot.get_updates(offset=first[-1].update_id + 1)
    async with asyncio.timeout(5):
        bubbles = await sending
    (third,) = await bot.get_updates()
    albums = {u.message.media_group_id for u in (*first, third) if u.message}
    assert albums == {bubbles[0].media.album if bubbles[0].media else ""}
    assert len(first) == 2


async def test_edits_keep_the_bubble(telegram: TelegramSandbox, leyla: Phone) -> None:
    """An edited message stays in its place; others' messages cannot be edited."""
    bubble = await leyla.write("befor")
    photo = await leyla.photo("pictur")
    await leyla.edit(bubble, "before")
    await leyla.edit(photo, "picture")
    assert [(b.text, b.edited) for b in leyla.chat[1:]] == [("before", True), ("picture", True)]
    assert telegram.pending() == 4


async def test_everybody_who_listens_hears_every_change(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """Listeners hear what changed on which phone, also past one of them that fails."""
    heard: list[Event] = []

    def fail(event: Event) -> None:
        raise RuntimeError

    telegram.listen(fail)
    stop = telegram.listen(heard.append)
    message = await bot.send_message(leyla.user_id, "x", reply_markup=keys("Yes"))
    await leyla.press("Yes")
    await bot.edit_message_text("y", leyla.user_id, message.message_id)
    await bot.delete_message(leyla.user_id, message.message_id)
    await leyla.block()
    telegram.phone("Nodira")
    stop()
    await leyla.unblock()
    changes = ["shown", "pressed", "edited", "deleted", "blocked", "joined"]
    assert [event.change for event in heard] == changes
    assert heard[0].phone is leyla
    assert heard[0].bubble is heard[3].bubble


async def test_waiting(bot: Bot, telegram: TelegramSandbox, leyla: Phone) -> None:
    """wait gives what the condition gave, and shows the chats where it never comes."""
    await leyla.write("İmdad")
    with pytest.raises(TimeoutError) as raised:
        await telegram.wait(lambda: leyla.last(), timeout=0.02)
    picture = str(raised.value)
    assert "► İmdad" in picture
    assert "1 updates waiting" in picture
    waiting = asyncio.create_task(telegram.wait(lambda: leyla.last().text))
    await bot.send_message(leyla.user_id, "salam")
    assert await waiting == "salam"


async def test_a_picture_of_a_chat(bot: Bot, telegram: TelegramSandbox, clock: Clock) -> None:
    """A failing test shows the screen as a person would draw it."""
    leyla = telegram.phone("Leyla Aliyeva", language_code=None, user_id=7_000_000_001)
    telegram._message_id = 100
    assert leyla.text() == "┌── Leyla Aliyeva (7000000001, no language) · never wrote\n└──"
    mine = await leyla.start()
    await leyla.voice(6, size=9000)
    message = await bot.send_message(
        leyla.user_id,
        "Who may know?\n<b>Choose</b>",
        parse_mode="HTML",
        reply_to_message_id=mine.message_id,
        protect_content=True,
        reply_markup=InlineKeyboardMarkup(
            [*keys("1", "2").inline_keyboard, *keys("Back").inline_keyboard]
        ),
    )
    clock.jump(minutes=5)
    await bot.edit_message_text(
        "Noted", leyla.user_id, message.message_id, reply_markup=keys("Back")
    )
    await leyla.press("Back")
    await bot.send_photo(leyla.user_id, sample("photo"), caption="look")
    await leyla.block()
    assert leyla.text().splitlines() == [
        "┌── Leyla Aliyeva (7000000001, no language) · blocked the bot",
        "│ ► /start   (#101 · 06:00)",
        "│ ► ⟨voice · 6 s · 9000 bytes⟩   (#102 · 06:00)",
        "│ ◄ Noted   (#103 · 06:00 · answers #101 · edited · protected)",
        "│     [Back ⏳]",
        f"│ ◄ ⟨photo · {len(sample('photo'))} bytes⟩   (#104 · 06:05)",
        "│   look",
        "└──",
    ]


async def test_only_the_chats_own_people_see_it(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """What is sent to one phone is on no other, and accounts have their own numbers."""
    nodira = telegram.phone("Nodira")
    await nodira.start()
    await bot.send_message(leyla.user_id, "for Leyla")
    assert [b.text for b in nodira.chat] == ["/start"]
    assert nodira.user_id != leyla.user_id
    with pytest.raises(ValueError, match="belongs to somebody else"):
        telegram.phone("Impostor", user_id=leyla.user_id)


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("photo", b"\xff\xd8\xff"),
        ("voice", b"OggS"),
        ("document", b"%PDF"),
        ("sticker", b"RIFF"),
        ("audio", b"ID3"),
        ("video", b"\x00\x00\x00\x18ftyp"),
    ],
)
def test_samples_are_what_they_say(kind: str, head: bytes) -> None:
    """Each file begins as its kind begins."""
    assert sample(kind).startswith(head)
