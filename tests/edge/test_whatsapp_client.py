"""Twilio's client on our terms, against a server on this machine."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from aiohttp import web
from pydantic import SecretStr
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient

from bot import whatsapp_client
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import call, make_client
from bot.whatsapp_errors import understand

SID = "AC" + "0123456789abcdef" * 2
PERSON = "whatsapp:+994500000001"


class Server:
    """Answers for Twilio; keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.status = 200
        self.hang_up = False
        self.origin = ""
        self.pause: str | None = None

    async def answer(self, request: web.Request) -> web.Response:
        """Name what was asked for, fail, or hang up without a word."""
        self.asked.append((request.method, request.path))
        if self.hang_up and request.transport is not None:
            request.transport.close()
        sid = request.path.rsplit("/", 1)[-1].removesuffix(".json")
        body = {"sid": sid, "code": 20500, "message": f"broken for {PERSON}", "status": self.status}
        pause = {} if self.pause is None else {"Retry-After": self.pause}
        return web.json_response(body, status=self.status, headers=pause)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server that answers whatever is asked."""
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


def account(origin: str) -> WhatsAppAccount:
    """An account at this server."""
    return WhatsAppAccount(
        account_sid=SID,
        auth_token=SecretStr("fedcba9876543210" * 2),
        sender="whatsapp:+994500000009",
        public_url="https://bot.example",
        api_base_url=origin,
        content_base_url=f"{origin}/content",
        messaging_base_url=f"{origin}/messaging",
    )


@pytest.fixture
def client(server: Server) -> SimpleNamespace:
    """The client, closed afterwards."""
    made = make_client(account(server.origin))
    yield made
    whatsapp_client.close(made)


async def test_three_addresses_are_called_and_no_other(
    server: Server, client: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages, contents and senders go where the account says, whatever the environment holds."""
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    again = make_client(account(server.origin))
    for one in (client, again):
        await call(one.messages("SM1").fetch)
        await call(one.content.v1.contents("HX1").fetch)
        await call(one.messaging.v2.channels_senders("XE1").fetch)
        await call(one.messaging.v1.services("MG1").fetch)
    whatsapp_client.close(again)
    paths = [
        f"/2010-04-01/Accounts/{SID}/Messages/SM1.json",
        "/content/v1/Content/HX1",
        "/messaging/v2/Channels/Senders/XE1",
        "/messaging/v1/Services/MG1",
    ]
    assert [path for _, path in server.asked] == paths * 2


async def test_a_call_is_made_once(server: Server, client: SimpleNamespace) -> None:
    """A broken answer or a broken line is an error for the caller, and never a second try."""
    server.status = 503
    with pytest.raises(TwilioRestException) as caught:
        await call(client.messages.create, to=PERSON, from_=PERSON, body="x")
    assert caught.value.code == 20500
    server.hang_up = True
    with pytest.raises(requests.ConnectionError):
        await call(client.messages.create, to=PERSON, from_=PERSON, body="x")
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "told", "after"),
    [
        (429, "7", 7.0),
        (429, "999999", 3600.0),
        (429, "Wed, 21 Oct 2026 07:28:00 GMT", None),
        (429, "-1", None),
        (429, "", None),
        (429, None, None),
        (500, "7", None),
    ],
)
async def test_the_pause_that_was_asked_for(
    status: int, told: str | None, after: float | None, server: Server, client: SimpleNamespace
) -> None:
    """A flood's error says how long to wait, and the next error nothing of it."""
    server.status, server.pause = status, told
    with pytest.raises(TwilioRestException) as caught:
        await call(client.messages("SM1").fetch)
    assert understand(caught.value).after == after
    server.status, server.pause = 500, None
    with pytest.raises(TwilioRestException) as caught:
        await call(client.messages("SM1").fetch)
    assert understand(caught.value).after is None


async def test_a_call_has_a_deadline(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence becomes an error."""
    monkeypatch.setattr(whatsapp_client, "TIMEOUT", 0.05)
    hung = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hung.wait()
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = make_client(account(f"http://127.0.0.1:{port}"))
    with pytest.raises(requests.ReadTimeout):
        await call(client.messages("SM1").fetch)
    hung.set()
    whatsapp_client.close(client)
    listening.close()
    await listening.wait_closed()


class Slow(TwilioHttpClient):
    """The library's wire, stopped where it has kept an answer and not yet returned it."""

    both = threading.Barrier(2)

    @property
    def _test_only_last_response(self) -> Any:
        return self.kept

    @_test_only_last_response.setter
    def _test_only_last_response(self, answer: Any) -> None:
        self.kept = answer
        if answer is not None:
            self.both.wait(timeout=10)


async def test_everybody_gets_their_own_answer(
    client: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two calls that end at the same moment never exchange their answers."""
    monkeypatch.setattr(whatsapp_client, "TwilioHttpClient", Slow)
    found = await asyncio.gather(*(call(client.messages(sid).fetch) for sid in ("SM1", "SM2")))
    assert [message.sid for message in found] == ["SM1", "SM2"]


async def test_nothing_is_logged(
    server: Server, client: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    """The library's lines hold addresses of people: none is written, at no level."""
    caplog.set_level(logging.DEBUG)
    await call(client.messages.create, to=PERSON, from_=PERSON, body="x")
    with pytest.raises(TwilioException):
        await call(client.messages.list, to=PERSON, limit=1)
    server.status = 500
    with pytest.raises(TwilioRestException):
        await call(client.messages.create, to=PERSON, from_=PERSON, body="x")
    assert not [line for line in caplog.records if line.name.startswith(("twilio", "urllib3"))]
