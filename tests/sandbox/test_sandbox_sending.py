"""python-telegram-bot's own client talks to the sandbox as it would to Telegram."""

import pytest
from sandbox_kit import Clock
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.sandbox.samples import sample
from bot.sandbox.telegram import Button, Phone, TelegramSandbox


async def test_a_text_with_everything(bot: Bot, leyla: Phone) -> None:
    """What the bot sends is what the phone shows and what the answer tells."""
    start = leyla.chat[0]
    sent = await bot.send_message(
        leyla.user_id,
        "<b>Hi</b> &amp; <i>you 😀</i>\nsee /help ",
        parse_mode="HTML",
        protect_content=True,
        disable_notification=True,
        reply_parameters=ReplyParameters(start.message_id),
        reply_markup=InlineKeyboardMarkup(
            [[InlineKeyboardButton("Yes", callback_data="y", style="success")]]
        ),
    )
    shown = leyla.last()
    assert shown.text == sent.text == "Hi & you 😀\nsee /help"
    assert shown.html == "<b>Hi</b> &amp; <i>you 😀</i>\nsee /help"
    assert (shown.protected, shown.silent, shown.mine, shown.edited) == (True, True, False, False)
    assert shown.buttons == [[Button("Yes", "y", "success")]]
    assert shown.reply_to == start.message_id
    assert sent.message_id == shown.message_id > start.message_id
    assert sent.date == shown.date.replace(microsecond=0)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/start"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [
        ("bold", 0, 2),
        ("italic", 5, 6),
        ("bot_command", 16, 5),
    ]
    assert sent.reply_markup is not None
    assert sent.from_user is not None
    assert sent.from_user.id == 42


async def test_ready_made_entities_are_kept(bot: Bot, leyla: Phone) -> None:
    """Entities instead of HTML are counted in UTF-16 units and shown."""
    bold = MessageEntity(MessageEntity.BOLD, offset=3, length=4)
    await bot.send_message(leyla.user_id, "😀 bold", entities=[bold])
    assert leyla.last().html == "😀 <b>bold</b>"


async def test_a_reply_to_nothing_may_be_sent_without_it(bot: Bot, leyla: Phone) -> None:
    """`allow_sending_without_reply` sends, and shows no reply."""
    reply = ReplyParameters(1, allow_sending_without_reply=True)
    await bot.send_message(leyla.user_id, "x", reply_parameters=reply)
    assert leyla.last().reply_to is None


async def test_every_kind_of_file_goes_up_and_comes_back(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """An upload is shown, has ids of its own, and its bytes can be fetched."""
    for kind in ("photo", "voice", "video", "video_note", "document", "audio", "animation", "sticker"):  # fmt: skip
        content = sample(kind) + kind.encode()
        how = {} if kind in ("video_note", "sticker") else {"caption": "<u>look</u>", "parse_mode": "HTML"}  # fmt: skip
        if kind in ("voice", "video"):
            how["duration"] = 7
        sent = await getattr(bot, f"send_{kind}")(leyla.user_id, content, **how)
        shown = leyla.last()
        assert shown.media is not None
        assert (shown.media.kind, shown.media.size) == (kind, len(content))
        assert shown.html == ("<u>look</u>" if how else "")
        file = sent.effective_attachment
        file_id = (file[-1] if kind == "photo" else file).file_id
        assert file_id == shown.media.file_id
        fetched = await (await bot.get_file(file_id)).download_as_bytearray()
        assert bytes(fetched) == content
        again = await getattr(bot, f"send_{kind}")(leyla.user_id, file_id)
        assert again.message_id == leyla.last().message_id
        assert leyla.last().media is not None
        assert leyla.last().media.seconds == shown.media.seconds


async def test_what_people_send_can_be_sent_on(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """The file_id of an incoming file works for the same bot, and for no other."""
    nodira = telegram.phone("Nodira")
    await nodira.start()
    voice = await nodira.voice(6)
    assert voice.media is not None
    await bot.send_voice(leyla.user_id, voice.media.file_id)
    shown = leyla.last()
    assert shown.media is not None
    assert (shown.media.kind, shown.media.seconds, shown.media.size) == ("voice", 6, voice.media.size)  # fmt: skip
    other = TelegramSandbox(token="43:other")
    assert other.files.by_id(voice.media.file_id) is None


async def test_files_over_20_mb_are_not_given_out(bot: Bot, leyla: Phone) -> None:
    """A file can be seen and sent on, but not fetched; its bytes are never made."""
    large = await leyla.document("film.zip", size=30_000_000)
    assert large.media is not None
    assert large.media.size == 30_000_000
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(large.media.file_id)
    exactly = await leyla.document("paper.bin", size=20 * 1024 * 1024)
    assert exactly.media is not None
    file = await bot.get_file(exactly.media.file_id)
    assert file.file_size == 20 * 1024 * 1024


async def test_an_album(bot: Bot, leyla: Phone) -> None:
    """Uploads and known files make one album; documents stay among themselves."""
    known = await leyla.photo()
    assert known.media is not None
    sent = await bot.send_media_group(
        leyla.user_id,
        [
            InputMediaPhoto(sample("photo"), caption="<b>two</b>", parse_mode="HTML"),
            InputMediaPhoto(known.media.file_id),
        ],
        protect_content=True,
    )
    first, second = leyla.chat[-2:]
    assert first.media is not None
    assert second.media is not None
    assert first.media.album == second.media.album == sent[0].media_group_id
    assert (first.html, second.html) == ("<b>two</b>", "")
    assert first.protected
    assert second.protected
    documents = [InputMediaDocument(b"%PDF a", filename="a.pdf")] * 2
    assert len(await bot.send_media_group(leyla.user_id, documents)) == 2


async def test_a_place(bot: Bot, leyla: Phone) -> None:
    """A place is shown."""
    await bot.send_location(leyla.user_id, 40.4, 49.8)
    assert leyla.last().media is not None
    assert (leyla.last().media.latitude, leyla.last().media.longitude) == (40.4, 49.8)  # type: ignore[union-attr]


async def test_copies_hide_their_author_and_forwards_show_them(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """copyMessage names nobody; forwardMessage names the person."""
    nodira = telegram.phone("Nodira")
    theirs = await nodira.write("Salom")
    await bot.copy_message(leyla.user_id, nodira.user_id, theirs.message_id)
    assert (leyla.last().text, leyla.last().origin) == ("Salom", None)
    await bot.forward_message(leyla.user_id, nodira.user_id, theirs.message_id)
    assert leyla.last().origin is not None
    assert "Nodira" in str(leyla.last().origin)


async def test_errors_become_the_librarys_own(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """Each status and description is raised as the class python-telegram-bot has for it."""
    stranger = telegram.phone("Stranger")
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(stranger.user_id, "x")
    with pytest.raises(BadRequest, match="Can't parse entities: unsupported start tag"):
        await bot.send_message(leyla.user_id, "a <p> b", parse_mode="HTML")
    await leyla.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(leyla.user_id, "x")
    telegram.token = "43:another"
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_typing_is_shown_until_the_next_message(bot: Bot, leyla: Phone) -> None:
    """A chat action is seen, and ends with what it announced."""
    await bot.send_chat_action(leyla.user_id, "typing")
    assert leyla.typing
    await bot.send_message(leyla.user_id, "x")
    assert not leyla.typing


async def test_edits(bot: Bot, leyla: Phone, clock: Clock) -> None:
    """Text, caption and buttons change in place; the same again is "not modified"."""
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Take", callback_data="t")]])
    sent = await bot.send_message(leyla.user_id, "one", reply_markup=keys)
    bubble = leyla.last()
    clock.jump(hours=80)
    edited = await bot.edit_message_text(
        "<b>two</b>", leyla.user_id, sent.message_id, parse_mode="HTML", reply_markup=keys
    )
    assert not isinstance(edited, bool)
    assert (bubble.html, bubble.edited, bubble.labels()) == ("<b>two</b>", True, ["Take"])
    assert edited.edit_date == clock.now
    same = {"text": "two", "entities": [MessageEntity("bold", 0, 3)], "reply_markup": keys}
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text(chat_id=leyla.user_id, message_id=sent.message_id, **same)
    await bot.edit_message_reply_markup(leyla.user_id, sent.message_id)
    assert leyla.last().buttons == []
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(leyla.user_id, sent.message_id, caption="x")
    photo = await bot.send_photo(leyla.user_id, sample("photo"), caption="old")
    await bot.edit_message_caption(leyla.user_id, photo.message_id, caption="new")
    assert leyla.last().text == "new"
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", leyla.user_id, photo.message_id)


async def test_deleting(bot: Bot, leyla: Phone, clock: Clock) -> None:
    """Within 48 hours anything in a private chat can go, afterwards nothing."""
    old = await bot.send_message(leyla.user_id, "old")
    theirs = await leyla.write("mine")
    clock.jump(hours=47, minutes=59)
    await bot.delete_message(leyla.user_id, theirs.message_id)
    young = await bot.send_message(leyla.user_id, "young")
    clock.jump(minutes=1)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(leyla.user_id, old.message_id)
    await bot.delete_messages(leyla.user_id, [old.message_id, young.message_id, 1])
    assert [b.text for b in leyla.chat] == ["/start", "old"]


async def test_what_the_bot_says_of_itself(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """Commands, name and descriptions are kept by language, and phones show their own."""
    await bot.set_my_commands([("help", "Get help")])
    await bot.set_my_commands([("help", "Kömək")], language_code="az")
    assert leyla.commands() == [{"command": "help", "description": "Kömək"}]
    assert [c.description for c in await bot.get_my_commands()] == ["Get help"]
    await bot.delete_my_commands(language_code="az")
    assert leyla.commands() == [{"command": "help", "description": "Get help"}]
    await bot.set_my_name("Şura", language_code="az")
    assert (await bot.get_my_name("az")).name == "Şura"
    assert (await bot.get_my_name("ru")).name == "Migrant Council (demo)"
    await bot.set_my_description("long")
    await bot.set_my_short_description("short")
    assert (await bot.get_my_description("az")).description == "long"
    assert (await bot.get_my_short_description()).short_description == "short"
    assert (await bot.get_me()).username == "council_demo_bot"
    assert (await bot.get_chat(leyla.user_id)).first_name == "Leyla"
