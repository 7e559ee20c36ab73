"""Delivery over the real e-mail transport, to a mail server on this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from delivery_world import CHARTER, Call, World
from mail_kit import (
    KNOWN,
    PASSWORD,
    TAKEN,
    MailServer,
    account,
    certificate,
    mail_server,
    silent_server,
)
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.delivery import Delivery
from bot.mail import MailTransport
from bot.mail_message import MailFile
from bot.mail_wire import Patience
from bot.pacing import PACES
from storage import recipients
from storage.database import Database
from storage.model import LATER, UNCERTAIN, WAITING, Outbox
from storage.outbox import Chat

SHORT = Patience(connect=2.0, answer=0.3, body=0.3, in_all=5.0)
IN_ALL = Patience(connect=2.0, answer=30.0, body=30.0, in_all=0.3)
OFFICE, PERMITS, FINES = (f"{name}@service.example" for name in ("office", "permits", "fines"))
EVERYBODY = (OFFICE, PERMITS, FINES, "asylum@service.example")


class Post(World):
    """A world whose people have mailboxes; operators are on Telegram as always."""

    server: MailServer

    def deliver(self, **more: Any) -> Delivery:
        super().deliver(**more)
        self.delivery = Delivery(
            self.database,
            {"email": self.transport, "telegram": self.channel},
            CHARTER,
            self.now,
            self.draw,
            tempo=self.tempo,
            **{"looks_every": 600.0, **more},
        )
        for lane in self.delivery._lanes:
            lane.carrier.do = self._counted(lane.carrier.do)  # type: ignore[method-assign]
            lane.carrier._transport = self._watched(lane.carrier._transport)
        return self.delivery

    def mail(self, to: str, text: str = "<b>Digest</b>\n\nsalam", **more: Any) -> int:
        """Put a mail into the outbox."""
        return self.put(Chat("email", recipients.hash_of(to), to), text, **more)

    def over(self, transport: MailTransport) -> None:
        """Send over this one from now on."""
        assert isinstance(self.transport, MailTransport)
        self.transport.close()
        self.transport = transport
        self.deliver()

    def alerts(self) -> list[Any]:
        """What the operators are told."""
        return [row.args for row in self.rows("alert")]


def transport(server_port: int, post: World, **more: Any) -> MailTransport:
    patience = more.pop("patience", SHORT)
    trust = more.pop("trust", None)
    return MailTransport(
        account(server_port, **more), CHARTER, post.now, patience=patience, trust=trust
    )


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    """A world with a mail server in it, and an operator."""
    async with mail_server() as server:
        placed: list[Post] = []
        first = MailTransport(
            account(server.port), CHARTER, lambda: placed[0].now(), patience=SHORT
        )
        post = Post(database, first)
        placed.append(post)
        post.server = server
        post.person("ops", role="operator")
        with capture_logs() as logs:
            post.logs = logs
            yield post
            await post.stop()
        assert "service.example" not in str(logs)
        assert isinstance(post.transport, MailTransport)
        post.transport.close()


async def test_it_arrives_and_nothing_remains(post: Post) -> None:
    """A mail is taken once, dated by our clock, and its row with the address is gone."""
    post.mail(OFFICE)
    async with post.running():
        await post.advance(3600)
    (mail,) = post.server.box
    assert (mail["To"], mail["Subject"]) == (OFFICE, "Digest")
    assert mail["Date"].datetime == post.now().replace(hour=9, minute=0, second=0)
    assert post.rows() == []
    assert post.shown() == []


async def test_greylisting(post: Post) -> None:
    """Asked to come later, it comes five minutes later and not before; the others wait for nothing."""
    shut = set(EVERYBODY[:3])
    post.server.to_recipient = lambda to: "450 4.7.1 greylisted" if to in shut else TAKEN
    for to in EVERYBODY:
        post.mail(to)
    async with post.running():
        await post.advance(30)
        assert [mail["To"] for mail in post.server.box] == [EVERYBODY[3]]
        assert {row.error for row in post.rows()} == {"smtp_recipient_450"}
        tried = len(post.server.tried)
        post.mail("fifth@service.example")
        await post.advance(200)
        assert len(post.server.tried) == tried + 1
        assert len(post.server.box) == 2
        shut.clear()
        await post.advance(120)
    assert sorted(mail["To"] for mail in post.server.box) == sorted(
        (*EVERYBODY, "fifth@service.example")
    )
    assert post.rows() == []


async def test_an_address_that_is_refused(post: Post) -> None:
    """It is tried once, the operators are told without the address, the others get theirs."""
    post.server.to_recipient = lambda to: "550 5.1.1 nobody here" if to == PERMITS else TAKEN
    rows = [post.mail(to, args={"recipient": 7}) for to in EVERYBODY]
    async with post.running():
        await post.advance(3600)
    assert sorted(mail["To"] for mail in post.server.box) == sorted(set(EVERYBODY) - {PERMITS})
    assert post.server.tried.count(PERMITS) == 1
    (alert,) = post.alerts()
    assert alert == {"code": "smtp_recipient_550", "row": rows[1], "show": "said", "recipient": 7}
    assert "service.example" not in str(post.channel.calls)


async def test_a_body_that_is_refused(post: Post) -> None:
    """What is refused after the whole message was read is not tried again either."""
    post.server.to_body = lambda to: "554 5.7.1 looks like spam"
    post.mail(OFFICE)
    async with post.running():
        await post.advance(3600)
    assert [alert["code"] for alert in post.alerts()] == ["smtp_body_554"]
    assert len(post.server.tried) == 1


async def test_dying_after_the_message(post: Post) -> None:
    """Nobody knows whether it was taken: it goes again under the same name, and nothing is lost."""
    post.server.dies_after_body = 2
    row = post.mail(OFFICE)
    async with post.running():
        waiting = post.the(row)
        assert (waiting.state, waiting.error) == (UNCERTAIN, "smtp_body_lost")
        await post.advance(60)
    names = {mail["Message-ID"] for mail in post.server.mails(OFFICE)}
    assert len(post.server.mails(OFFICE)) == 3
    assert len(names) == 1
    assert post.rows() == []


async def test_a_sender_that_died_in_the_middle(post: Post) -> None:
    """What a dead process left half sent goes out again under the name it had."""
    post.server.hangs_at = "body"
    row = post.mail(OFFICE)
    post.over(transport(post.server.port, post, patience=Patience()))
    post.start()
    await post.server.hangs.wait()
    post.delivery._lanes[0]._grace = 0.05
    with post.database.begin() as session:
        stuck = session.get_one(Outbox, row)
        assert stuck.state == "sending"
    await post.stop()
    post.server.hangs_at = ""
    post.deliver()
    async with post.running():
        await post.advance(5)
    assert len(post.server.mails(OFFICE)) == 1


@pytest.mark.parametrize(
    ("where", "patience", "state"),
    [
        ("recipient", SHORT, LATER),
        ("body", SHORT, UNCERTAIN),
        ("recipient", IN_ALL, LATER),
        ("body", IN_ALL, UNCERTAIN),
    ],
)
async def test_a_server_that_hangs(post: Post, where: str, patience: Patience, state: str) -> None:
    """It is left after a while; only where it has the whole message does anybody doubt."""
    post.over(transport(post.server.port, post, patience=patience))
    post.server.hangs_at = where
    row = post.mail(OFFICE)
    async with post.running():
        assert (post.the(row).state, post.the(row).error) == (state, f"smtp_{where}_timeout")
        post.server.hangs_at = ""
        await post.advance(10)
    assert len(post.server.mails(OFFICE)) == 1


async def test_a_server_that_hangs_stops_nobody_else(post: Post) -> None:
    """More mails than lines, and nothing answers: Telegram's messages and the end of it all go on."""
    post.over(transport(post.server.port, post, patience=Patience()))
    post.server.hangs_at = "recipient"
    for number in range(10):
        post.mail(f"p{number}@service.example")
    post.start()
    await post.server.hangs.wait()
    said = asyncio.Event()

    async def notes(call: Call) -> None:
        said.set()

    post.channel.before = notes
    post.put("alice", "salam")
    await said.wait()
    post.delivery._lanes[0]._grace = 0.05
    async with asyncio.timeout(10):
        await post.stop()


async def test_nobody_listens(post: Post) -> None:
    """A server that is down is tried with growing pauses, and loses nothing."""
    async with mail_server() as gone:
        port = gone.port
    post.over(transport(port, post))
    row = post.mail(OFFICE)
    async with post.running():
        assert post.the(row).error == "smtp_connect_refused"
        await post.advance(600)
        assert 7 <= post.the(row).attempts <= 12
        assert post.the(row).state == LATER
    assert post.delivery.at_fault == {}


async def test_a_password_that_is_wrong(post: Post) -> None:
    """The channel stops, its operators hear of it once, and it runs again when that is mended."""
    async with mail_server(login=True) as server:
        post.over(
            transport(
                server.port, post, user="council", password=SecretStr("wrong"), patience=SHORT
            )
        )
        rows = [post.mail(to) for to in EVERYBODY]
        async with post.running():
            await post.advance(1000)
            assert post.delivery.at_fault == {"email": "smtp_login_535"}
            assert {post.the(row).state for row in rows} == {WAITING}
            assert post.alerts() == [{"code": "smtp_login_535", "channel": "email"}]
        assert PASSWORD not in str(post.logs)
        post.over(transport(server.port, post, **KNOWN))
        async with post.running():
            await post.advance(60)
        assert len(server.box) == 4


class TestTls:
    """The way to the server is kept secret, and the server must show who it is."""

    @pytest.mark.parametrize("from_the_start", [False, True])
    async def test_it_goes_encrypted(
        self, post: Post, tmp_path: Path, from_the_start: bool
    ) -> None:
        """With a certificate that is trusted, user and password are said and the mail is taken."""
        path, trust = certificate(tmp_path)
        async with mail_server(
            certificate=path, from_the_start=from_the_start, login=not from_the_start
        ) as server:
            security = "tls" if from_the_start else "starttls"
            known = {} if from_the_start else KNOWN
            post.over(transport(server.port, post, security=security, trust=trust, **known))
            post.mail(OFFICE)
            async with post.running():
                await post.advance(5)
            assert len(server.box) == 1
            assert server.logins == ([] if from_the_start else [True])

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    @pytest.mark.parametrize("whose", ["another", "unknown"])
    async def test_a_server_that_cannot_show_who_it_is(
        self, post: Post, tmp_path: Path, security: str, whose: str
    ) -> None:
        """Nothing is said to it, neither password nor mail, and the operators are told."""
        path, trust = certificate(tmp_path, "other.example" if whose == "another" else "127.0.0.1")
        if whose == "unknown":
            trust = ssl.create_default_context()
        async with mail_server(certificate=path, from_the_start=security == "tls") as server:
            post.over(transport(server.port, post, security=security, trust=trust, **KNOWN))
            row = post.mail(OFFICE)
            async with post.running():
                await post.rest()
            assert (server.logins, server.tried) == ([], [])
            assert post.the(row).state == WAITING
            assert post.alerts() == [{"code": "smtp_certificate", "channel": "email"}]

    async def test_a_server_without_tls(self, post: Post) -> None:
        """Where STARTTLS is not offered, nothing goes out unencrypted."""
        post.over(transport(post.server.port, post, security="starttls", **KNOWN))
        post.mail(OFFICE)
        async with post.running():
            await post.rest()
        assert post.server.tried == post.server.logins == []
        assert post.delivery.at_fault == {"email": "smtp_no_tls"}

    async def test_tls_from_the_start_where_there_is_none(self, post: Post) -> None:
        """Two settings that do not fit each other are the operators' matter."""
        post.over(transport(post.server.port, post, security="tls"))
        post.mail(OFFICE)
        async with post.running():
            await post.rest()
        assert post.delivery.at_fault == {"email": "smtp_tls"}


async def test_something_else_listens(post: Post) -> None:
    """A port that answers in another language is the operators' matter."""

    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with silent_server(web) as port:
        post.over(transport(port, post))
        post.mail(OFFICE)
        async with post.running():
            await post.rest()
        assert post.delivery.at_fault == {"email": "smtp_no_mail_server"}


async def test_its_files_go_along(post: Post) -> None:
    """Page, picture and sheet are made by their handles at the moment of sending."""
    made = {
        "page": MailFile("", "digest.html", "text/html", b'<p>Salam <img src="cid:chart"></p>'),
        "chart": MailFile("", "digest.png", "image/png", b"PNG"),
        "sheet": MailFile("", "digest.xlsx", "application/x-sheet", b"PK"),
    }
    handles = {f"digest:2026-W47:az:{form}": file for form, file in made.items()}
    files = MailTransport(
        account(post.server.port),
        CHARTER,
        post.now,
        handles.__getitem__,
        patience=SHORT,
    )
    post.over(files)
    post.mail(OFFICE, body={"files": list(handles)})
    async with post.running():
        await post.rest()
    (mail,) = post.server.box
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png", "application/x-sheet"]
    page = mail.get_body(("html",))
    assert page is not None
    assert "Salam" in page.get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f'"cid:{str(picture["Content-ID"]).strip("<>")}"' in page.get_content()


async def test_files_that_cannot_be_made(post: Post) -> None:
    """A fault in drawing keeps the mail for later, and nobody doubts whether it went."""
    row = post.mail(OFFICE, body={"files": ["digest:2026-W47:az:page"]})
    async with post.running():
        waiting = post.the(row)
        assert (waiting.state, waiting.error) == (LATER, "not_made:LookupError")
    assert post.server.tried == []


async def test_each_address_has_its_own_pace() -> None:
    """Mail is sent to one address at a time, and told to wait it waits alone."""
    assert not PACES["email"].shared
    assert PACES["telegram"].shared
    assert timedelta(seconds=1 / PACES["email"].overall.per_second) < timedelta(seconds=2)
