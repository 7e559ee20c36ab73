"""The digest as it arrives by e-mail, read as a mail program reads it."""

from datetime import UTC, datetime
from email.headerregistry import Address

import digests
import pytest
from mail_kit import read

from bot.digest_files import drawn
from bot.mail_message import Envelope, MailFile, compose, subject
from handlers.staff import message
from handlers.staff.enclosed import FORMS, Enclosed

WHO = Address("Miqrant Şurası", addr_spec="council@migrants.example")
AT = datetime(2026, 11, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize("language", ["az", "en"])
def test_the_page_shows_the_picture_that_goes_with_it(language: str) -> None:
    """The whole page, its picture as a part of the mail and not within the page, and the sheet."""
    digest, tongue = digests.rich(language), digests.tongue(language)
    files = [
        MailFile(
            form,
            Enclosed("2026-W48", language, form).name,
            FORMS[form].mime,
            drawn(digest, tongue, form),
        )
        for form in ("page", "chart", "sheet")
    ]
    text = message.text(digest, tongue)
    envelope = Envelope(WHO, "office@service.example", "<abc@migrants.example>", AT)
    raw = compose(envelope, text, files).as_bytes()
    mail = read(raw)
    page = mail.get_body(("html",))
    assert page is not None
    shown = page.get_content()
    assert 'src="cid:chart.abc@migrants.example"' in shown
    assert "data:image" not in shown
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<chart.abc@migrants.example>"
    assert picture.get_content() == files[1].content
    assert mail["Subject"] == subject(text) != ""
    assert [part.get_filename() for part in mail.iter_attachments()] == ["digest-2026-W48.xlsx"]
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert len(raw) < 1_000_000
