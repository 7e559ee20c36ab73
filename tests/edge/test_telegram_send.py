"""What people see in Telegram of what the bot sends, edits and deletes."""

import asyncio
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from bot.telegram_content import LARGEST_FILE
from bot.telegram_in import parse
from bot.telegram_parts import parts
from bot.transport import SendError
from handlers.messages import Attachment, Choice, Incoming, Outgoing

ROWS = (
    (Choice("Take", "take:12", "primary"), Choice("Close", "close:12", "danger")),
    (Choice("Ask back", "ask:12"),),
)


def address(phone: Phone) -> str:
    return str(phone.user_id)


async def refused(sending: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        await sending
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value


async def heard(bot: TelegramBot) -> list[Incoming]:
    """Everything people have sent, as the bot understands it."""
    found = [parse(update, bot.own_id) for update in await bot.call("getUpdates")]
    return [one for one in found if one is not None]


async def attached(bot: TelegramBot) -> tuple[Attachment, ...]:
    """Every file people have sent."""
    return tuple(file for incoming in await heard(bot) for file in incoming.attachments)


async def test_text(transport: TelegramTransport, nodira: Phone, telegram: TelegramSandbox) -> None:
    """Rich text, styled buttons, no preview; the ids and the time are Telegram's."""
    sent = await transport.send(address(nodira), Outgoing("<b>Salom</b> &amp; &lt;3", ROWS))
    bubble = nodira.last()
    assert sent.message_ids == (str(bubble.message_id),)
    assert sent.at == bubble.date.replace(microsecond=0)
    assert sent.file_ids == ()
    assert (bubble.text, bubble.html) == ("Salom & <3", "<b>Salom</b> &amp; &lt;3")
    assert [[(b.label, b.data, b.style) for b in row] for row in bubble.buttons] == [
        [("Take", "take:12", "primary"), ("Close", "close:12", "danger")],
        [("Ask back", "ask:12", "")],
    ]
    assert (bubble.silent, bubble.protected) == (False, False)
    assert telegram.calls[-1].params["link_preview_options"] == {"is_disabled": True}


async def test_manner(transport: TelegramTransport, nodira: Phone) -> None:
    """Silent, protected, in answer to a message; in answer to one that is gone all the same."""
    asked = await nodira.write("Salom")
    quiet = Outgoing("hi", reply_to=str(asked.message_id), protect=True, silent=True)
    await transport.send(address(nodira), quiet)
    assert nodira.last().reply_to == asked.message_id
    assert nodira.last().silent
    assert nodira.last().protected
    for gone in ("999999", "SM0123", ""):
        await transport.send(address(nodira), Outgoing("hi", reply_to=gone))
        assert nodira.last().reply_to is None


async def test_characters_no_wire_takes(transport: TelegramTransport, nodira: Phone) -> None:
    """Half a character and NUL cost nobody the message."""
    await transport.send(address(nodira), Outgoing("a\ud800\x00b", ((Choice("\ud83dx", "x"),),)))
    assert nodira.last().text == "a\ufffdb"


async def test_long_rows_are_folded(transport: TelegramTransport, nodira: Phone) -> None:
    """No row has more buttons than Telegram shows."""
    row = tuple(Choice(str(number), f"n:{number}") for number in range(18))
    await transport.send(address(nodira), Outgoing("Choose", (row,)))
    assert [len(shown) for shown in nodira.last().buttons] == [8, 8, 2]


async def test_long_text_arrives_whole(transport: TelegramTransport, nodira: Phone) -> None:
    """A long answer comes in several messages, the buttons under the last."""
    message = Outgoing("<i>" + "Sözün əsli budur. 😀 " * 700 + "</i>", ROWS)
    for part in transport.parts(message):
        await transport.send(address(nodira), part)
    shown = [bubble for bubble in nodira.chat if not bubble.mine]
    assert " ".join(b.text for b in shown) == ("Sözün əsli budur. 😀 " * 700).strip()
    assert [bool(b.buttons) for b in shown] == [False] * (len(shown) - 1) + [True]
    assert all(b.html.startswith("<i>") and b.html.endswith("</i>") for b in shown)


async def test_files_lose_their_names(
    transport: TelegramTransport, bot: TelegramBot, nodira: Phone, samir: Phone
) -> None:
    """A member gets the same bytes under a name that tells nothing of who sent them."""
    await nodira.document("Karimova Nodira passport.pdf", content=b"%PDF-1", mime="application/pdf")
    await nodira.audio(60, file_name="Nodira at work.mp3")
    await nodira.video(8, file_name="Nodira room.mp4")
    await nodira.animation(file_name="Nodira.mp4")
    files = await attached(bot)
    for part in parts(Outgoing("from a request", (), files)):
        sent = await transport.send(address(samir), part)
        assert all(handle.startswith("ours:") for handle in sent.file_ids)
    shown = [b.media for b in samir.chat if b.media]
    names = [media.file_name for media in shown]
    assert names == ["document.pdf", "audio.mp3", "video.mp4", "animation.mp4"]
    assert [media.seconds for media in shown] == [None, 60, 8, 2]
    assert (await bot.download(shown[0].file_id, 100)).read() == b"%PDF-1"


async def test_our_own_file_goes_on_as_it_is(
    transport: TelegramTransport,
    bot: TelegramBot,
    nodira: Phone,
    samir: Phone,
    telegram: TelegramSandbox,
) -> None:
    """A hand-over sends what was cleaned once, without fetching it again."""
    await nodira.document("Karimova.pdf", content=b"%PDF-1", mime="application/pdf")
    (file,) = await attached(bot)
    (handle,) = (await transport.send(address(samir), Outgoing("", (), (file,)))).file_ids
    telegram.calls.clear()
    again = Attachment("document", handle, "application/pdf", 6)
    sent = await transport.send(address(samir), Outgoing("", (), (again,)))
    assert [call.method for call in telegram.calls] == ["sendDocument"]
    assert sent.file_ids[0].startswith("ours:")
    assert samir.last().media is not None
    assert samir.last().media.file_name == "document.pdf"  # type: ignore[union-attr]


async def test_files_without_names_are_not_copied(
    transport: TelegramTransport,
    bot: TelegramBot,
    nodira: Phone,
    samir: Phone,
    telegram: TelegramSandbox,
) -> None:
    """Photos, voices, round videos, stickers and places go out as Telegram has them."""
    await nodira.photo("our room")
    await nodira.voice(7)
    await nodira.video_note()
    await nodira.sticker()
    await nodira.location(40.4, 49.8)
    files = await attached(bot)
    telegram.calls.clear()
    for part in parts(Outgoing("from a request", ROWS, files)):
        await transport.send(address(samir), part)
    assert [call.method for call in telegram.calls] == [
        "sendPhoto",
        "sendVoice",
        "sendVideoNote",
        "sendSticker",
        "sendLocation",
    ]
    shown = [b for b in samir.chat if b.media]
    assert shown[0].text == "from a request"
    assert [b.media.kind for b in shown if b.media] == [file.kind for file in files]
    assert samir.last().buttons
    assert samir.last().media.latitude == 40.4  # type: ignore[union-attr]


async def test_album(
    transport: TelegramTransport, bot: TelegramBot, nodira: Phone, samir: Phone
) -> None:
    """An album arrives as one, the buttons in a message after it."""
    await nodira.album(3, "pages")
    files = await attached(bot)
    results = [
        await transport.send(address(samir), part) for part in parts(Outgoing("three", ROWS, files))
    ]
    assert [len(sent.message_ids) for sent in results] == [3, 1]
    assert [len(sent.file_ids) for sent in results] == [3, 0]
    shown = [b for b in samir.chat if b.media]
    assert len({b.media.album for b in shown if b.media}) == 1
    assert (samir.last().text, samir.last().labels()) == ("three", ["Take", "Close", "Ask back"])


async def test_album_of_documents(
    transport: TelegramTransport, bot: TelegramBot, nodira: Phone, samir: Phone
) -> None:
    """Documents of an album are cleaned one by one and arrive together; a known one is not fetched."""
    await nodira.document("Karimova 1.pdf", content=b"%PDF-1", mime="application/pdf")
    await nodira.document("Karimova 2.docx", content=b"PK", mime="application/msword")
    one, two = await attached(bot)
    (known,) = (await transport.send(address(samir), Outgoing("", (), (one,)))).file_ids
    one = Attachment("document", known, one.mime, one.size)
    (part,) = parts(Outgoing("<b>papers</b>", (), (one, two)))
    sent = await transport.send(address(samir), part)
    assert len(sent.file_ids) == 2
    shown = [b for b in samir.chat if b.media][-2:]
    assert [b.media.file_name for b in shown if b.media] == ["document.pdf", "document.doc"]
    assert shown[0].html == "<b>papers</b>"


async def test_files_from_elsewhere(bot: TelegramBot, samir: Phone) -> None:
    """A file of another provider is fetched by who knows how, and uploaded."""
    asked: list[tuple[str, int]] = []

    async def fetch(attachment: Attachment, limit: int) -> BytesIO:
        asked.append((attachment.file_id, limit))
        return BytesIO(b"OggS")

    transport = TelegramTransport(bot, fetch=fetch)
    voice = Attachment("voice", "https://api.example.org/media/ME1", "audio/ogg", 4, 3)
    await transport.send(address(samir), Outgoing("", (), (voice,)))
    assert asked == [(voice.file_id, LARGEST_FILE)]
    assert samir.last().media is not None
    assert samir.last().media.seconds == 3  # type: ignore[union-attr]
    unknown = TelegramTransport(bot).send(address(samir), Outgoing("", (), (voice,)))
    assert (await refused(unknown)).code == "file_elsewhere"


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (SendError("retry", "timed_out", maybe_sent=True), ("retry", "timed_out")),
        (SendError("refused", "file_gone"), ("refused", "file_gone")),
        (SendError("operator", "account"), ("retry", "elsewhere_account")),
        (ValueError("somebody's file"), ("retry", "not_fetched")),
    ],
)
async def test_a_failing_fetch_has_sent_nothing(
    wrong: Exception, found: tuple[str, str], bot: TelegramBot, samir: Phone
) -> None:
    """Where the file could not be had, the message surely did not go, and Telegram is not at fault."""

    async def fetch(attachment: Attachment, limit: int) -> BytesIO:
        raise wrong

    voice = Attachment("voice", "https://api.example.org/media/ME1", "audio/ogg")
    fault = await refused(
        TelegramTransport(bot, fetch=fetch).send(address(samir), Outgoing("", (), (voice,)))
    )
    assert (fault.reaction, fault.code, fault.maybe_sent) == (*found, False)


async def test_fetched_files_are_closed(bot: TelegramBot, samir: Phone) -> None:
    """Each file of a part is closed when the part went, and when it did not."""
    files: list[BytesIO] = []

    async def fetch(attachment: Attachment, limit: int) -> BytesIO:
        if attachment.file_id.endswith("gone"):
            raise SendError("refused", "file_gone")
        files.append(BytesIO(b"%PDF-1"))
        return files[-1]

    transport = TelegramTransport(bot, fetch=fetch)
    page = Attachment("document", "https://api.example.org/media/ME1", "application/pdf")
    gone = Attachment("document", "https://api.example.org/media/gone", "application/pdf")
    await transport.send(address(samir), Outgoing("", (), (page, page)))
    assert (
        await refused(transport.send("999", Outgoing("", (), (page,))))
    ).code == "chat_not_found"
    await refused(transport.send(address(samir), Outgoing("", (), (page, gone))))
    assert [file.closed for file in files] == [True] * 4


@pytest.mark.parametrize("wrong", ["reset", 500, "garbage"])
async def test_a_failing_download_has_sent_nothing(
    wrong: Any,
    transport: TelegramTransport,
    bot: TelegramBot,
    nodira: Phone,
    samir: Phone,
    telegram: TelegramSandbox,
) -> None:
    """A file that cannot be fetched now is tried again, and nobody has seen anything."""
    await nodira.document(content=b"%PDF", mime="application/pdf")
    files = await attached(bot)
    telegram.faults.add("getFile", wrong)
    fault = await refused(transport.send(address(samir), Outgoing("", (), files)))
    assert (fault.reaction, fault.maybe_sent) == ("retry", False)
    assert all(bubble.mine for bubble in samir.chat)


async def test_uploads_wait_for_each_other(
    bot: TelegramBot, nodira: Phone, samir: Phone, telegram: TelegramSandbox
) -> None:
    """Only so many files are under way at once; messages without files do not wait."""
    transport = TelegramTransport(bot, uploads=1)
    await nodira.document(content=b"%PDF", mime="application/pdf")
    files = await attached(bot)
    fault = telegram.faults.add("sendDocument", "hang", times=None)
    stuck = [
        asyncio.create_task(transport.send(address(samir), Outgoing("", (), files)))
        for _ in range(3)
    ]
    await telegram.wait(lambda: [c for c in telegram.calls if c.method == "sendDocument"])
    await transport.send(address(samir), Outgoing("hello"))
    assert len([call for call in telegram.calls if call.method == "getFile"]) == 1
    assert fault.left is None
    for task in stuck:
        task.cancel()
    await asyncio.gather(*stuck, return_exceptions=True)


@pytest.mark.parametrize(
    ("wrong", "reaction", "maybe_sent", "arrived"),
    [
        (429, "retry", False, 0),
        (500, "retry", True, 0),
        (502, "retry", True, 0),
        ("reset", "retry", True, 0),
        ("accept_then_reset", "retry", True, 1),
        ("garbage", "retry", True, 0),
    ],
)
async def test_faults(
    wrong: Any,
    reaction: str,
    maybe_sent: bool,
    arrived: int,
    transport: TelegramTransport,
    nodira: Phone,
    telegram: TelegramSandbox,
) -> None:
    """Whatever breaks says whether the message may have gone."""
    telegram.faults.add("sendMessage", wrong, retry_after=7 if wrong == 429 else None)
    fault = await refused(transport.send(address(nodira), Outgoing("salom")))
    assert (fault.reaction, fault.maybe_sent) == (reaction, maybe_sent)
    assert fault.after == (7.0 if wrong == 429 else None)
    assert len([bubble for bubble in nodira.chat if not bubble.mine]) == arrived
    assert "salom" not in str(fault)


async def test_telegram_is_away(
    transport: TelegramTransport, nodira: Phone, telegram: TelegramSandbox
) -> None:
    """Nobody at home: nothing was sent."""
    await telegram.stop()
    fault = await refused(transport.send(address(nodira), Outgoing("salom")))
    assert (fault.reaction, fault.code, fault.maybe_sent) == ("retry", "not_connected", False)


async def test_who_cannot_be_reached(
    transport: TelegramTransport, nodira: Phone, telegram: TelegramSandbox
) -> None:
    """A blocked bot is told apart from a chat that does not exist and from no address at all."""
    await nodira.block()
    blocked = await refused(transport.send(address(nodira), Outgoing("salom")))
    assert (blocked.reaction, blocked.code) == ("unreachable", "blocked")
    nobody = await refused(transport.send("999", Outgoing("salom")))
    assert (nobody.reaction, nobody.code) == ("refused", "chat_not_found")
    calls = len(telegram.calls)
    for wrong in ("@somebody", "", "+994501234567", "12 "):
        name = await refused(transport.send(wrong, Outgoing("salom")))
        assert (name.reaction, name.code) == ("refused", "bad_address")
    assert len(telegram.calls) == calls


async def test_broken_markup_goes_as_plain_text(
    transport: TelegramTransport, nodira: Phone
) -> None:
    """What Telegram cannot read as rich text is said without tags."""
    fault = await refused(transport.send(address(nodira), Outgoing("<b>1 &lt; 2", ROWS)))
    assert (fault.reaction, fault.code) == ("otherwise", "markup_broken")
    assert fault.instead is not None
    await transport.send(address(nodira), fault.instead)
    assert nodira.last().text == "1 < 2"
    assert nodira.last().buttons


async def test_wrong_token(telegram: TelegramSandbox, nodira: Phone) -> None:
    """A token that was taken back stops the channel and shows nowhere."""
    async with TelegramBot("42:very-secret", base_url=telegram.base_url) as stranger:
        fault = await refused(TelegramTransport(stranger).send(address(nodira), Outgoing("salom")))
    assert (fault.reaction, str(fault)) == ("operator", "operator: token")


@pytest.mark.parametrize("label", ["", "x"])
async def test_buttons_telegram_refuses(
    label: str, transport: TelegramTransport, nodira: Phone
) -> None:
    """A button that cannot be is a fault of ours for good."""
    bad = Choice(label, "ж" * 33 if label else "x")
    fault = await refused(transport.send(address(nodira), Outgoing("salom", ((bad,),))))
    assert fault.reaction == "refused"


async def test_edit(transport: TelegramTransport, samir: Phone) -> None:
    """Text and buttons are put in place of the old; the same again is fine."""
    (message_id,) = (await transport.send(address(samir), Outgoing("card", ROWS))).message_ids
    for _ in range(2):
        await transport.edit(address(samir), message_id, Outgoing("<b>taken</b>", ROWS[1:]))
    assert (samir.last().html, samir.last().labels()) == ("<b>taken</b>", ["Ask back"])
    await transport.edit(address(samir), message_id, Outgoing("MC 4827 1935 6"))
    assert (samir.last().text, samir.last().labels()) == ("MC 4827 1935 6", [])


async def test_edit_of_a_caption(
    transport: TelegramTransport, bot: TelegramBot, nodira: Phone, samir: Phone
) -> None:
    """The words of a file are changed like any others."""
    await nodira.photo()
    files = await attached(bot)
    (message_id,) = (await transport.send(address(samir), Outgoing("a", ROWS, files))).message_ids
    await transport.edit(address(samir), message_id, Outgoing("b"))
    assert (samir.last().text, samir.last().labels()) == ("b", [])


async def test_edit_of_buttons_alone(transport: TelegramTransport, samir: Phone) -> None:
    """Without words only the buttons change."""
    (message_id,) = (await transport.send(address(samir), Outgoing("card", ROWS))).message_ids
    await transport.edit(address(samir), message_id, Outgoing("", ROWS[1:]))
    assert (samir.last().text, samir.last().labels()) == ("card", ["Ask back"])


async def test_what_cannot_be_edited(transport: TelegramTransport, samir: Phone) -> None:
    """A message that is gone, or somebody else's, is refused."""
    theirs = str(samir.chat[0].message_id)
    for message_id in (theirs, "999999", "SM01"):
        fault = await refused(transport.edit(address(samir), message_id, Outgoing("b")))
        assert fault.reaction == "refused"


async def test_delete(
    transport: TelegramTransport, samir: Phone, telegram: TelegramSandbox
) -> None:
    """A message goes; one already gone is fine; one too old is refused."""
    (message_id,) = (await transport.send(address(samir), Outgoing("card"))).message_ids
    for _ in range(2):
        await transport.delete(address(samir), message_id)
    assert all(bubble.mine for bubble in samir.chat)
    (message_id,) = (await transport.send(address(samir), Outgoing("card"))).message_ids
    later = datetime.now(samir.last().date.tzinfo) + timedelta(hours=49)
    telegram.clock = lambda: later
    fault = await refused(transport.delete(address(samir), message_id))
    assert (fault.reaction, fault.code) == ("refused", "not_deletable")


async def test_answer_to_a_press(
    transport: TelegramTransport, bot: TelegramBot, samir: Phone
) -> None:
    """The button stops waiting, with a word cut to what Telegram shows; too late is fine."""
    await transport.send(address(samir), Outgoing("card", ROWS))
    press = await samir.press("Take")
    incoming = (await heard(bot))[-1]
    assert (incoming.press, incoming.press_id) == ("take:12", press.query_id)
    assert incoming.message_id == str(samir.last().message_id)
    await transport.answer_press(incoming.press_id, "Taken &amp; <b>yours</b>. " + "😀 " * 100)
    text = await press.answer()
    assert text.startswith("Taken & yours. 😀")
    assert len(text.encode("utf-16-le")) // 2 <= 200
    await transport.answer_press(incoming.press_id, "again")
    await transport.answer_press("1")
