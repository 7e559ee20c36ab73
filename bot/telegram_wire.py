"""The wire below python-telegram-bot's `Bot`: aiohttp, at a fraction of what its httpx costs.

An address of the Bot API holds the token: no error raised here names one, or holds one as its
cause, and nothing is logged.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

# a flood's pause is then a timedelta; else each one comes with a warning of what will change
os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.download import PIECE, Download, spooled
from bot.spool import Spool

USUAL = BaseRequest.DEFAULT_NONE
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerFingerprintMismatch,
)
_GONE = frozenset({400, 404, 410})
"""What is said of a file that will not come back."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def read_json(payload: bytes) -> dict[str, Any]:
    """The JSON object in these bytes, numbers of any length included; raises ValueError."""
    try:
        answer = json.loads(payload.decode("utf-8", "replace"), parse_int=_whole)
    except RecursionError:
        answer = None
    if not isinstance(answer, dict):
        raise ValueError("no JSON object")
    return answer


class NotSent(NetworkError):
    """No connection was had: the request never left this machine."""


class AiohttpRequest(BaseRequest):
    """The wire below `Bot`: one pool of connections, no proxy from the environment, no cookies.

    Times are in seconds. `read_timeout` counts from the last byte sent or received,
    `connect_timeout` from asking the pool; writing a request may take `write_timeout`, one with
    files `upload_timeout`; fetching a file may take `download_timeout`.
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
        write_timeout: float = 10.0,
        upload_timeout: float = 120.0,
        download_timeout: float = 60.0,
    ) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._upload_timeout = upload_timeout
        self._download_timeout = download_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=False,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = USUAL,
        write_timeout: object = USUAL,
        connect_timeout: object = USUAL,
        pool_timeout: object = USUAL,
    ) -> tuple[int, bytes]:
        """Send one request and read the whole answer; its own pool time is part of connecting."""
        uploads = request_data is not None and request_data.contains_files
        connect = _seconds(connect_timeout, self._connect_timeout)
        read = _seconds(read_timeout, self._read_timeout)
        write = _seconds(write_timeout, self._upload_timeout if uploads else self._write_timeout)
        async with self._answer(
            method,
            url,
            timeout=aiohttp.ClientTimeout(
                total=connect + write + 2 * read, connect=connect, sock_read=read
            ),
            data=_body(request_data),
            headers=_FORM if request_data is not None and not uploads else None,
        ) as answer:
            return answer.status, await answer.read()

    async def download(self, url: str, limit: int) -> Spool:
        """Fetch a file of at most `limit` bytes."""
        async with self.open(url, limit) as download:
            return await spooled(download)

    @asynccontextmanager
    async def open(self, url: str, limit: int) -> AsyncIterator[Download]:
        """Begin to fetch a file of at most `limit` bytes."""
        timeout = aiohttp.ClientTimeout(
            total=self._download_timeout,
            connect=self._connect_timeout,
            sock_read=self._read_timeout,
        )
        async with self._answer("GET", url, timeout=timeout) as answer:
            if answer.status != 200:
                known = BadRequest if answer.status in _GONE else NetworkError
                raise known("The file is temporarily unavailable")
            if (answer.content_length or 0) > limit:
                raise BadRequest("The file is too big")
            yield Download(_at_most(limit, answer.content), answer.content_length)

    @asynccontextmanager
    async def _answer(
        self, method: str, url: str, **how: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("the wire is not initialized")
        fault: NetworkError
        try:
            async with self._session.request(method, url, allow_redirects=False, **how) as answer:
                yield answer
                return
        except _NEVER_LEFT as error:
            fault = NotSent(type(error).__name__)
        except TimeoutError as error:
            fault = TimedOut(type(error).__name__)
        except (aiohttp.ClientError, OSError) as error:
            fault = NetworkError(type(error).__name__)
        # raised out here, it carries no cause whose text holds the address
        raise fault

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer without logging what cannot be read, which could be anybody's words."""
        try:
            return read_json(payload)
        except ValueError:
            pass
        raise TelegramError("Invalid server response")


async def _at_most(limit: int, content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    async for piece in content.iter_chunked(PIECE):
        limit -= len(piece)
        if limit < 0:
            raise BadRequest("The file is too big")
        yield piece


def _seconds(given: object, usual: float) -> float:
    return float(given) if isinstance(given, int | float) else usual


def _body(data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.url_encoded_parameters().encode("ascii")
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def _whole(digits: str) -> int | float:
    """Python refuses to read numbers of thousands of digits: one would hide all that came along."""
    return int(digits) if len(digits) <= 20 else float(digits)
