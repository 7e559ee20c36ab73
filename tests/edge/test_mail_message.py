"""An e-mail as a mail program reads it, and as it goes over the wire."""

from base64 import b64encode
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_kit import read

from bot.mail_message import Envelope, MailFile, as_html, compose, subject

PAGE = '<!DOCTYPE html><html lang="az"><body><h1>Həftəlik</h1><img src="cid:chart"></body></html>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = (
    MailFile("page", "digest.html", "text/html", PAGE.encode()),
    MailFile("chart", "həftə 48.png", "image/png", PNG),
    MailFile("sheet", "digest-2026-W48.xlsx", SHEET, b"PK\x03\x04" + b"x" * 3000),
)
COUNCIL = Address("Miqrant Şurası", addr_spec="council@migrants.example")
AT = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)


def envelope(to: str = "office@service.example", sender: Address = COUNCIL) -> Envelope:
    return Envelope(sender, to, "<abc@migrants.example>", AT)


def sent(text: str, *files: MailFile) -> tuple[bytes, EmailMessage]:
    """What goes over the wire, and what is read of it."""
    raw = compose(envelope(), text, files).as_bytes()
    return raw, read(raw)


def test_the_digest() -> None:
    """Words, the page with its picture inside, and the sheet beside them, in the order of RFC 2046."""
    _, mail = sent("<b>Həftə 48</b>\nQəbul edilib: 40–44 &amp; daha çox", *FILES)
    shape = [part.get_content_type() for part in mail.walk()]
    assert shape == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        SHEET,
    ]
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().splitlines() == ["Həftə 48", "Qəbul edilib: 40–44 & daha çox"]
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    name = str(picture["Content-ID"]).strip("<>")
    assert f'src="cid:{name}"' in page.get_content()
    assert "@" in name
    assert picture.get_content() == PNG
    assert picture.get_content_disposition() == "inline"
    (sheet,) = mail.iter_attachments()
    assert sheet.get_filename() == "digest-2026-W48.xlsx"
    assert sheet.get_content() == FILES[2].content


def test_a_picture_within_the_page() -> None:
    """Mail programs that show no embedded picture are given the one that goes with the mail."""
    embedded = PAGE.replace("cid:chart", f"data:image/png;base64,{b64encode(PNG).decode()}")
    page = MailFile("page", "digest.html", "text/html", embedded.encode())
    _, mail = sent("Həftə 48", page, FILES[1])
    shown = mail.get_body(("html",))
    assert shown is not None
    assert 'src="cid:chart.abc@migrants.example"' in shown.get_content()
    assert "base64" not in shown.get_content()


def test_its_headers() -> None:
    """From the council by its name, dated, known again by its name, and answered by no machine."""
    _, mail = sent(
        "<b>Həftə 48 · 23–29 noyabr: müraciətlər, təkliflər və cavab gözləyənlər</b>\n\nx"
    )
    assert mail["From"].addresses == (COUNCIL,)
    assert mail["To"] == "office@service.example"
    assert mail["Subject"] == "Həftə 48 · 23–29 noyabr: müraciətlər, təkliflər və cavab gözləyənlər"
    assert mail["Date"].datetime == AT
    assert mail["Message-ID"] == "<abc@migrants.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["MIME-Version"] == "1.0"


def test_without_a_page() -> None:
    """The text itself is the page then; what is no tag of ours is text, pictures stand below."""
    _, mail = sent("<b>Salam</b>\n<script>x</script> 1 &lt; 2", FILES[1])
    page = mail.get_body(("html",))
    assert page is not None
    shown = page.get_content()
    assert "<b>Salam</b><br>\n&lt;script&gt;x&lt;/script&gt; 1 &lt; 2" in shown
    assert '<img src="cid:chart.abc@migrants.example"' in shown


def test_tags_are_closed_in_order() -> None:
    """What overlaps in rich text is nested in HTML."""
    assert as_html("<b>a<i>b</b>c</i>\nd") == "<b>a</b><b><i>b</i></b>c<br>\nd"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n\n  <b>One</b> \r\n\r\nBcc: all@x.example", "One"),
        ("<b>Digest</b>\nWeek 48\nmore", "Digest · Week 48"),
        ("a\u2028b\x0bc\x00d\ne", "a · b"),
        ("\u2068Həftə\u2069 48\u202e", "Həftə 48"),
        ("می‌خواهم", "می‌خواهم"),
        ("", ""),
        ("x" * 500, "x" * 150),
    ],
)
def test_the_subject(text: str, told: str) -> None:
    """One line of plain letters, however the text is written."""
    assert subject(text) == told


@settings(deadline=None)
@given(st.text(max_size=3000), st.text(max_size=80))
def test_no_text_changes_the_headers(text: str, name: str) -> None:
    """Whatever stands in a text or a name: the same headers, no line too long, no letter beyond ASCII."""
    from bot.mail_message import one_line

    sender = Address(one_line(name.encode("utf-8", "ignore").decode()), addr_spec="c@x.example")
    raw = compose(envelope(sender=sender), text, FILES).as_bytes()
    mail = read(raw)
    assert sorted(mail.keys()) == sorted(
        [
            *("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"),
            *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
        ]
    )
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert raw.isascii()
    assert mail["Subject"] == subject(text.encode("utf-8", "ignore").decode().replace("\x00", ""))


@pytest.mark.parametrize("text", ["x" * 10_000, "Ə" * 10_000, "سلام " * 3_000, ".\r\n.\r\n..x"])
def test_long_lines_and_other_scripts_arrive_whole(text: str) -> None:
    """Cut for the wire, whole again for the reader."""
    raw, mail = sent(text)
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == text.strip().splitlines()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "to", ["", "a b@x.example", "a@x.example, b@x.example", "ə@x.example\r\nBcc: b@x.example"]
)
def test_an_address_that_is_none(to: str) -> None:
    """Nothing is made for it."""
    with pytest.raises(ValueError):
        compose(envelope(to), "text").as_bytes()
