"""The mail server on this machine: a real one as far as a mail program can tell."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from letters_kit import COUNCIL, OFFICE, PICTURE, letter, post

from bot.sandbox.mailbox import LARGEST, MOST_LETTERS, Mailbox

HTML = '<p>سلام</p><img src="cid:chart@council">'


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A server that listens."""
    made = Mailbox()
    await made.start()
    yield made
    await made.stop()


def _post(port: int, say: Callable[[smtplib.SMTP], object]) -> object:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
        return say(smtp)


async def test_a_letter_arrives_whole(mailbox: Mailbox) -> None:
    """Texts, pictures inside and files beside are told apart, and the listeners hear of it."""
    heard: list[int] = []
    stop = mailbox.listen(lambda: heard.append(len(mailbox.letters)))
    await post(mailbox, letter("Həftəlik hesabat", html=HTML, file="Gülnar.csv"))
    stop()
    await post(mailbox, letter())
    assert heard == [1]
    first = mailbox.letters[0]
    assert first.envelope == (OFFICE,)
    assert (first.subject, first.plain) == ("Həftəlik hesabat", "Good morning.\nسلام\n")
    assert first.sender == COUNCIL
    assert first.dated is not None
    assert first.dated.isoformat() == "2026-11-30T09:00:00+04:00"
    assert first.html.strip() == HTML
    assert [(p.name, p.cid, p.content) for p in first.shown] == [
        ("chart.png", "chart@council", PICTURE)
    ]
    assert [(p.name, p.mime) for p in first.attached] == [("Gülnar.csv", "text/csv")]
    assert first.header("MIME-Version") == "1.0"


async def test_only_so_many_are_kept(mailbox: Mailbox) -> None:
    """A program that sends without end fills no memory; numbers are not used twice."""
    for number in range(MOST_LETTERS + 3):
        mailbox.keep((OFFICE,), f"Subject: {number}\r\n\r\nx".encode())
    assert [each.subject for each in mailbox.letters][:1] == ["3"]
    assert mailbox.find(1) is None
    assert mailbox.letters[-1].id == MOST_LETTERS + 3
    for _ in range(4):
        mailbox.keep((OFFICE,), bytes(LARGEST))
    assert sum(len(each.raw) for each in mailbox.letters) <= 64 << 20


async def test_it_listens_on_this_machine_alone(mailbox: Mailbox) -> None:
    """Nobody outside reaches it, and nobody at all once it stopped; letters stay."""
    await post(mailbox, letter())
    assert mailbox._server is not None
    assert [s.getsockname()[0] for s in mailbox._server.sockets] == ["127.0.0.1"]
    await mailbox.stop()
    with pytest.raises(ConnectionRefusedError):
        await post(mailbox, letter())
    port = mailbox.port
    await mailbox.start()
    await post(mailbox, letter())
    assert (mailbox.port, len(mailbox.letters)) == (port, 2)


@pytest.mark.parametrize(
    ("step", "wrong", "error", "kept"),
    [
        ("connect", "reset", OSError, 0),
        ("connect", "hang", smtplib.SMTPServerDisconnected, 0),
        ("connect", 421, smtplib.SMTPConnectError, 0),
        ("mail", 421, smtplib.SMTPSenderRefused, 0),
        ("rcpt", 451, smtplib.SMTPRecipientsRefused, 0),
        ("rcpt", 550, smtplib.SMTPRecipientsRefused, 0),
        ("rcpt", "reset", OSError, 0),
        ("data", 554, smtplib.SMTPDataError, 0),
        ("data", "reset", OSError, 0),
        ("data", "accept_then_reset", OSError, 1),
        ("data", "hang", smtplib.SMTPServerDisconnected, 0),
        ("data", "accept_then_hang", smtplib.SMTPServerDisconnected, 1),
    ],
)
async def test_what_can_go_wrong(
    mailbox: Mailbox, step: Any, wrong: Any, error: type[Exception], kept: int
) -> None:
    """Each fault is what a client sees of a bad server; afterwards all is well."""
    mailbox.faults.add(step, wrong)
    with pytest.raises(error):
        await post(mailbox, letter(), patience=0.3)
    assert len(mailbox.letters) == kept
    assert mailbox.faults.left() == 0
    await post(mailbox, letter())
    assert len(mailbox.letters) == kept + 1


async def test_one_recipient_of_two_is_refused(mailbox: Mailbox) -> None:
    """The other's letter is taken all the same, as servers do."""
    mailbox.faults.add("rcpt", 550, times=None, address="Gone@service.example")
    message = letter()
    message.replace_header("To", f"{OFFICE}, gone@service.example")
    refused = await post(mailbox, message)
    assert refused == {"gone@service.example": (550, b"5.1.1 No such user here")}
    assert mailbox.letters[0].envelope == (OFFICE,)


async def test_a_login_is_asked_for_where_there_is_one() -> None:
    """Without it, or with a wrong one, nothing is taken."""
    mailbox = Mailbox(login=("council", "invented"))
    await mailbox.start()
    with pytest.raises(smtplib.SMTPSenderRefused):
        await post(mailbox, letter())

    def enters(password: str) -> Callable[[smtplib.SMTP], object]:
        return lambda smtp: (smtp.login("council", password), smtp.send_message(letter()))

    with pytest.raises(smtplib.SMTPAuthenticationError):
        await asyncio.to_thread(_post, mailbox.port, enters("wrong"))
    await asyncio.to_thread(_post, mailbox.port, enters("invented"))
    assert len(mailbox.letters) == 1
    await mailbox.stop()


async def test_a_client_that_vanishes_leaves_nothing_behind(mailbox: Mailbox) -> None:
    """Half a letter is no letter."""

    def vanishes() -> None:
        with socket.create_connection(("127.0.0.1", mailbox.port)) as wire:
            wire.sendall(b"EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nSubject: half")

    await asyncio.to_thread(vanishes)
    await post(mailbox, letter())
    assert [each.subject for each in mailbox.letters] == ["Weekly digest"]


BROKEN = [
    b"",
    b"\x00\xff\xfe",
    b"Subject: =?x-nobody?B?////?=\r\n\r\n\xff\xff",
    b"Subject: " + b"x" * 10_000 + b"\r\n\r\nlong",
    b"From: <<>>@@;;,\r\nTo: \x80\r\nDate: yesterday\r\nContent-ID: \r\n\r\nx",
    b"Content-Type: text/html; charset=klingon\r\n\r\n<p>\xc3\xa9",
    b'Content-Type: text/plain; charset="\x00"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!',
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: multipart/mixed',
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    b"Content-Disposition: attachment; filename*=klingon''%ff%00/../x\r\n\r\nx\r\n--b--",
    b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx",
    b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(500)
    ),
    b"Subject: \xed\xa0\x80 \xe2\x80\xae evil\r\n\r\n\xed\xa0\x80",
]


@pytest.mark.parametrize("raw", BROKEN, ids=range(len(BROKEN)))
async def test_what_nobody_can_read_is_kept_all_the_same(mailbox: Mailbox, raw: bytes) -> None:
    """No letter, however broken, stops the server; its words can be sent on as UTF-8."""
    kept = mailbox.keep((OFFICE,), raw)
    words = [kept.subject, kept.sender, kept.plain, kept.html, *(p.name for p in kept.attached)]
    for word in words:
        word.encode("utf-8")
    assert len(kept.subject) <= 301
    assert not any(sign in kept.subject for sign in "\u202e\x00")
    assert all("/" not in part.name and "\x00" not in part.name for part in kept.attached)
