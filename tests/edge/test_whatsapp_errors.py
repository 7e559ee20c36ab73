"""What each of Twilio's errors asks for."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from json import JSONDecodeError
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.transport import SendError
from bot.whatsapp_errors import MEANINGS, receipt_fault, receipt_meaning, understand
from handlers.messages import Attachment, Choice, Outgoing

SAID = Outgoing("<b>Salam</b> &amp; hello")
ROWS = ((Choice("1 ✅ Send", "send"),), (Choice("Open", "open:1"),))
ASKED = Outgoing("<b>Send it?</b>", ROWS, reply_to="SM1")
TEMPLATE = Outgoing("There is an update", template="update", values=("MC 1",), language="az")

# the platform's own table, written down once more
TABLE = {
    "retry": "20429 63017 63018 63009 63010 63012 20500 30008 63019",
    "window": "63016",
    "template": "63005 63013 63021 63027 63028 63030 63040 63041 63042 21617 21655 21656",
    "unreachable": "21610 63003 63014 63024 63032 63033 21211 21614",
    "operator": "20003 63001 63007 63015 63038 63051 30002",
}
BLAMING = [int(code) for code in TABLE["template"].split()]


def told(code: int | None, status: int = 400) -> TwilioRestException:
    return TwilioRestException(status, "/Messages.json", "Unable: Amara +994500000001", code)


@pytest.mark.parametrize(("reaction", "codes"), TABLE.items())
def test_the_table(reaction: str, codes: str) -> None:
    """Each number asks for what the platform's table says, at once or by a callback."""
    for code in map(int, codes.split()):
        assert receipt_meaning(str(code)) == reaction
        if reaction != "template":
            fault = understand(told(code), SAID)
            assert (fault.reaction, fault.code) == (reaction, MEANINGS[code].name)
            assert not fault.maybe_sent


def test_names() -> None:
    """Names are words of ours, and no number stands for two reactions under one name."""
    reactions = {(meaning.name, meaning.reaction) for meaning in MEANINGS.values()}
    assert len(reactions) == len({name for name, _ in reactions})
    assert all(name.replace("_", "").isalpha() for name, _ in reactions)


@pytest.mark.parametrize("code", BLAMING)
def test_other_forms(code: int) -> None:
    """A template waits for the operator, buttons become numbers once, plain words are refused."""
    name = MEANINGS[code].name
    assert (understand(told(code), TEMPLATE).reaction) == "template"
    fault = understand(told(code), ASKED)
    assert (fault.reaction, fault.code) == ("otherwise", name)
    assert fault.instead == Outgoing("<b>Send it?</b>\n\n1 ✅ Send", reply_to="SM1")
    again = understand(told(code), fault.instead)
    assert (again.reaction, again.code, again.instead) == ("refused", name, None)
    assert understand(told(code)).reaction == "refused"
    assert receipt_fault(str(code), TEMPLATE).reaction == "template"


def test_a_template_beside_the_window() -> None:
    """A template is what goes when the window is closed: if that does not, it is at fault."""
    assert understand(told(63016), ASKED).reaction == "window"
    assert understand(told(63016), TEMPLATE).reaction == "template"
    assert receipt_fault("63016", SAID).reaction == "window"


@pytest.mark.parametrize(
    ("error", "reaction", "code", "maybe_sent"),
    [
        (told(20429, 429), "retry", "flood", False),
        (told(None, 429), "retry", "flood", False),
        (told(429, 429), "retry", "flood", False),
        (told(63003, 429), "retry", "flood", False),
        (told(20500, 500), "retry", "twilio_away", True),
        (told(503, 503), "retry", "twilio_away", True),
        (told(None, 502), "retry", "twilio_away", True),
        (told(99999, 500), "retry", "twilio_away", True),
        (told(20003, 401), "operator", "account", False),
        (told(None, 401), "operator", "account", False),
        (told(403, 403), "operator", "account", False),
        (told(404, 404), "refused", "not_found", False),
        (told(63999), "refused", "whatsapp_63999", False),
        (told(400), "refused", "whatsapp_400", False),
        (told(None), "refused", "whatsapp_unknown", False),
        (told("Amara"), "refused", "whatsapp_unknown", False),  # type: ignore[arg-type]
        (TwilioException("Amara"), "retry", "garbage", True),
        (JSONDecodeError("Amara", "Amara", 0), "retry", "garbage", True),
        (requests.ConnectTimeout(), "retry", "not_connected", False),
        (requests.ReadTimeout(), "retry", "timed_out", True),
        (requests.ConnectionError("Amara"), "retry", "network", True),
        (requests.exceptions.ChunkedEncodingError(), "retry", "network", True),
        (TimeoutError(), "retry", "timed_out", True),
        (KeyError("Amara"), "refused", "fault_of_ours", False),
    ],
)
def test_errors(error: Exception, reaction: str, code: str, maybe_sent: bool) -> None:
    """Each error is understood, and nobody's words stand in what is made of it."""
    fault = understand(error, SAID)
    assert (fault.reaction, fault.code, fault.maybe_sent) == (reaction, code, maybe_sent)
    assert "Amara" not in str(fault)
    assert "994" not in str(fault)


def test_pause_of_a_flood() -> None:
    """The pause Twilio asks for is handed on, where waiting helps."""
    assert understand(told(20429, 429), SAID, after=7).after == 7
    assert understand(told(20003, 401), SAID, after=7).after is None


@pytest.mark.parametrize("code", ["", "0", "none", "²", "9" * 5000, "63999x"])
def test_callbacks_without_a_reason(code: str) -> None:
    """A failure nobody explains is not tried again."""
    assert receipt_meaning(code) == "refused"
    assert receipt_fault(code, SAID).code == "whatsapp_unknown"


def test_our_own_error_stays() -> None:
    """What already says what to do is not asked again."""
    fault = SendError("refused", "bad_address")
    assert understand(fault, ASKED) is fault


def test_no_file_is_lost_in_another_form() -> None:
    """Another form keeps what is attached."""
    photo = Attachment("photo", "x")
    fault = understand(told(63021), Outgoing("look", ROWS, (photo,)))
    assert fault.instead is not None
    assert fault.instead.attachments == (photo,)


Reply = bytes | None
Connect = Callable[[Reply], Awaitable[str]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Opens a server that answers each request with these bytes, b"" hangs up, None says nothing."""
    servers: list[asyncio.Server] = []
    over = asyncio.Event()

    async def open_server(reply: Reply) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            if reply is None:
                await over.wait()
            else:
                writer.write(reply)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield open_server
    over.set()
    for server in servers:
        server.close()
        await server.wait_closed()


def create(origin: str) -> Any:
    """Send one message by the real client; gives the error."""
    wire = TwilioHttpClient(timeout=0.5, max_retries=0)
    client = Client("AC" + "0" * 32, "secret", http_client=wire)
    client.api.base_url = origin
    try:
        client.messages.create(to="whatsapp:+994500000001", from_="whatsapp:+15005550006", body="x")
    except Exception as error:
        return error
    finally:
        wire.session.close()
    return None


def http(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("reply", "reaction", "code", "maybe_sent"),
    [
        (http("400 Bad Request", b'{"code": 21211, "message": "no", "status": 400}'),
         "unreachable", "no_such_number", False),
        (http("400 Bad Request", b'{"type": "t", "title": "no", "status": 400, "code": 63016}'),
         "window", "window_closed", False),
        (http("401 Unauthorized", b'{"code": 20003, "message": "Authenticate", "status": 401}'),
         "operator", "account", False),
        (http("429 Too Many Requests", b"slow down"), "retry", "flood", False),
        (http("503 Service Unavailable", b"<html>"), "retry", "twilio_away", True),
        (http("201 Created", b"<html>"), "retry", "garbage", True),
        (b"", "retry", "network", True),
        (b"no http", "retry", "network", True),
        (None, "retry", "timed_out", True),
    ],
)  # fmt: skip
async def test_with_the_real_client(
    reply: Reply, reaction: str, code: str, maybe_sent: bool, connect: Connect
) -> None:
    """What the real client raises is understood."""
    error = await asyncio.to_thread(create, await connect(reply))
    fault = understand(error, SAID)
    assert (fault.reaction, fault.code, fault.maybe_sent) == (reaction, code, maybe_sent)


async def test_nobody_listens() -> None:
    """Where no connection came about, nothing was sent."""
    with socket.socket() as unheard:  # bound, and never listening
        unheard.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        fault = understand(await asyncio.to_thread(create, origin), SAID)
    assert (fault.reaction, fault.code, fault.maybe_sent) == ("retry", "not_connected", False)
