"""Files of a digest, from what was published to what a civil servant sees in Telegram."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import digests
import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from bot.digest_files import DigestFiles, NoSuchFile
from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from bot.transport import SendError
from handlers.messages import Attachment, Outgoing
from handlers.rules import published
from handlers.staff import digest, enclosed, message
from handlers.staff.enclosed import Enclosed
from storage.database import Database
from storage.service_tables import DigestRun

WEEK = "2026-W48"


@pytest.fixture
def files(database: Database) -> DigestFiles:
    """One digest was sent, another is a draft."""
    content = {language: digest.as_json(digests.rich(language)) for language in ("az", "en")}
    with database.begin() as session:
        for week, stage in ((WEEK, "sent"), ("2026-W49", "drafted")):
            session.execute(
                insert(DigestRun).values(
                    week=week,
                    stage=stage,
                    published=published.as_json(digests.PUBLISHED),
                    content=content,
                    sent_at=datetime(2026, 11, 30, 5, tzinfo=UTC),
                )
            )
    return DigestFiles(database, digests.charter())


@pytest.fixture
async def rauf(telegram: TelegramSandbox) -> Phone:
    """A civil servant who has pressed Start."""
    phone = telegram.phone("Rauf Mammadli", language_code="az")
    await phone.start()
    return phone


@pytest.mark.parametrize(
    ("form", "name", "begins"),
    [
        ("chart", "digest-2026-W48.png", b"\x89PNG"),
        ("page", "digest-2026-W48.html", b"<!DOCTYPE html>"),
        ("sheet", "digest-2026-W48.xlsx", b"PK"),
    ],
)
def test_drawn_from_what_was_published(
    files: DigestFiles, form: str, name: str, begins: bytes
) -> None:
    """Each file is made of the digest that was sent, the same each time, under a neutral name."""
    wanted = Enclosed(WEEK, "az", form)
    made = files.make(wanted.file_id)
    assert made.name == name
    assert made.mime == wanted.attachment.mime
    assert made.content.lstrip().startswith(begins)
    assert made == files.make(wanted.file_id)
    if form == "page":
        assert "Onlayn forma" in made.content.decode()
        assert 'src="data:image/png' in made.content.decode()


@pytest.mark.parametrize(
    "file_id",
    [
        "digest:2026-W47:az:chart",  # no such week
        "digest:2026-W49:az:chart",  # a draft
        "digest:2026-W48:ru:chart",  # not in that language
        "digest:2026-W48:az:photo",
        "digest:2026-W48:../az:chart",
        "digest:2026-W48:az:chart\n",
        "digest:",
    ],
)
def test_no_such_digest(files: DigestFiles, file_id: str) -> None:
    """What was not sent is not drawn."""
    with pytest.raises(NoSuchFile):
        files.make(file_id)


async def test_in_telegram(
    files: DigestFiles, bot: TelegramBot, rauf: Phone, telegram: TelegramSandbox
) -> None:
    """The words, the chart as a picture, page and sheet as documents that say what they are."""
    transport = TelegramTransport(bot, make=files.make)
    text = message.text(digests.rich("az"), digests.tongue("az"))
    attachments = tuple(Enclosed(WEEK, "az", form).attachment for form in enclosed.FORMS)
    for part in transport.parts(Outgoing(text, (), attachments)):
        await transport.send(str(rauf.user_id), part)
    words, *shown = [bubble for bubble in rauf.chat if not bubble.mine]
    assert "Onlayn forma" in words.text
    media: list[Any] = [bubble.media for bubble in shown]
    assert [one.kind for one in media] == ["photo", "document", "document"]
    assert [one.file_name for one in media[1:]] == ["digest-2026-W48.html", "digest-2026-W48.xlsx"]
    with await bot.download(media[2].file_id, 1 << 20) as file:
        assert load_workbook(BytesIO(file.read())).sheetnames
    assert [call.method for call in telegram.calls if call.method.startswith("send")] == [
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendDocument",
    ]


async def test_a_short_text_is_the_caption(
    files: DigestFiles, bot: TelegramBot, rauf: Phone
) -> None:
    """What fits below the picture stands there."""
    transport = TelegramTransport(bot, make=files.make)
    chart = Enclosed(WEEK, "en", "chart").attachment
    (part,) = transport.parts(Outgoing("<b>A quiet week</b>", (), (chart,)))
    sent = await transport.send(str(rauf.user_id), part)
    assert rauf.last().text == "A quiet week"
    again = Attachment("photo", sent.file_ids[0], "image/png")
    await transport.send(str(rauf.user_id), Outgoing("", (), (again,)))
    assert rauf.last().media is not None


async def test_what_cannot_be_made(files: DigestFiles, bot: TelegramBot, rauf: Phone) -> None:
    """A digest that was not sent never goes; a fault of the database is tried again."""

    def broken(_: str) -> Any:
        raise OSError("the disk")

    gone = Enclosed("2020-W01", "az", "chart").attachment
    here = Enclosed(WEEK, "az", "chart").attachment
    for transport, file, known in (
        (TelegramTransport(bot, make=files.make), gone, "refused: no_such_digest"),
        (TelegramTransport(bot), here, "refused: no_such_digest"),
        (TelegramTransport(bot, make=broken), here, "retry: not_fetched"),
    ):
        with pytest.raises(SendError, match=known) as caught:
            await transport.send(str(rauf.user_id), Outgoing("", (), (file,)))
        assert not caught.value.maybe_sent
        assert caught.value.__context__ is None
    assert all(bubble.mine for bubble in rauf.chat)
