"""Files of WhatsApp: fetched from Twilio with care, and which of ours WhatsApp takes."""

import asyncio
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.download import PIECE, Download
from bot.media_types import HEAD, lies, media_type
from bot.public_addresses import PrivateAddress, PublicResolver, is_numeric, is_public
from bot.spool import Spool
from bot.transport import Reaction, SendError
from handlers.messages import Attachment

MB = 1 << 20
TWILIO = "https://api.twilio.com"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3

MEANINGS: dict[int, tuple[Reaction, str]] = {
    404: ("refused", "file_gone"),
    408: ("retry", "timed_out"),
    410: ("refused", "file_gone"),
    425: ("retry", "file_not_ready"),
    429: ("retry", "flood"),
}
"""What answers other than the file mean."""

OFFICE = "application/vnd.openxmlformats-officedocument"
SENDABLE: dict[str, int] = {
    "application/msword": 16 * MB,
    "application/pdf": 16 * MB,
    "application/vnd.ms-excel": 16 * MB,
    "application/vnd.ms-powerpoint": 16 * MB,
    f"{OFFICE}.presentationml.presentation": 16 * MB,
    f"{OFFICE}.spreadsheetml.sheet": 16 * MB,
    f"{OFFICE}.wordprocessingml.document": 16 * MB,
    "audio/aac": 16 * MB,
    "audio/amr": 16 * MB,
    "audio/mp4": 16 * MB,
    "audio/mpeg": 16 * MB,
    "audio/ogg": 16 * MB,
    "image/jpeg": 5 * MB,
    "image/png": 5 * MB,
    "text/plain": 16 * MB,
    "video/3gpp": 16 * MB,
    "video/mp4": 16 * MB,
}
"""The media types WhatsApp takes, and the most bytes of each."""


def sendable(attachment: Attachment) -> str:
    """ "" where WhatsApp takes this file, else the code why it does not."""
    if not attachment.file_id:
        return "no_file"
    largest = SENDABLE.get(media_type(attachment.mime))
    if largest is None:
        return "file_type"
    return "file_too_big" if (attachment.size or 0) > largest else ""


class MediaSource:
    """Fetches what people sent on WhatsApp: the `fetch` of another channel's transport.

    The account's credentials go to the host of `api_base_url` and nowhere else, not even to where
    it sends us on. Only the world's own addresses are asked, by https. `media_hosts` narrows the
    others to these ("host" or "host:port"; none: any). `allow_local` is for a Twilio on this machine:
    127.0.0.1 is then also asked, by http too, where it is the API's host or one of `media_hosts`.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        api_base_url: str = TWILIO,
        media_hosts: Collection[str] = (),
        largest: int = 16 * MB,
        allow_local: bool = False,
        timeout: float = 60.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        credentials = b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._authorization = {"Authorization": f"Basic {credentials}"}
        self._api = URL(api_base_url).origin()
        self._media_hosts = frozenset(media_hosts)
        self._largest = largest
        self._allow_local = allow_local
        self._timeout = timeout
        self._resolver = resolver

    async def fetch(self, attachment: Attachment, limit: int) -> Spool:
        """The whole file, of at most `limit` bytes; raises SendError, whose code holds no address.

        It is what it is said to be, and nothing that runs where it is opened.
        """
        fault: SendError
        try:
            async with asyncio.timeout(self._timeout), self._session() as session:
                return await self._follow(session, attachment, min(limit, self._largest))
        except SendError:
            raise
        except PrivateAddress:
            fault = SendError("refused", "private_address")
        except (aiohttp.InvalidURL, ValueError):
            fault = SendError("refused", "bad_address")
        except TimeoutError:
            fault = SendError("retry", "timed_out")
        except (aiohttp.ClientError, OSError):
            fault = SendError("retry", "not_fetched")
        # raised out here, it carries no cause whose text holds the address
        raise fault

    @asynccontextmanager
    async def open_file(self, attachment: Attachment) -> AsyncIterator[Download]:
        """The whole file once more, for who asks us for it by a link; raises SendError."""
        with await self.fetch(attachment, self._largest) as file:
            yield Download(_pieces(file), os.fstat(file.fileno()).st_size)

    def _session(self) -> aiohttp.ClientSession:
        resolver = PublicResolver(self._resolver or ThreadedResolver())
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            # a small answer that grows as it is unpacked is none of ours
            headers={"Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )

    async def _follow(
        self, session: aiohttp.ClientSession, attachment: Attachment, limit: int
    ) -> Spool:
        url = URL(attachment.file_id, encoded=True)
        for redirects in range(MOST_REDIRECTS + 1):
            self._check(url)
            known = redirects == 0 and url.origin() == self._api
            headers = self._authorization if known else None
            async with session.get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in REDIRECTS:
                    _understand(answer, limit, known=known)
                    return await _checked(answer, attachment.mime, limit)
                url = url.join(URL(answer.headers.get("Location", ""), encoded=True))
        raise SendError("refused", "too_many_redirects")

    def _check(self, url: URL) -> None:
        """Refuse what is not to be asked; what a name stands for is seen when it is looked up."""
        host = url.host or ""
        place = {host, f"{host}:{url.port}"}
        is_api = url.scheme in ("http", "https") and url.origin() == self._api
        listed = is_api or bool(place & self._media_hosts)
        local = self._allow_local and host == "127.0.0.1" and listed
        schemes = ("http", "https") if local else ("https",)
        if not host or url.scheme not in schemes or url.user or url.password:
            raise SendError("refused", "bad_address")
        if is_numeric(host) and not local and not is_public(host):
            raise SendError("refused", "private_address")
        if self._media_hosts and not listed:
            raise SendError("refused", "strange_host")


def _understand(answer: aiohttp.ClientResponse, limit: int, *, known: bool) -> None:
    """Raise SendError unless the answer is a file of that size at most."""
    status = answer.status
    if status in (401, 403):
        # without credentials it is only this file that is kept from us
        raise SendError("operator", "account") if known else SendError("refused", "file_forbidden")
    if status in MEANINGS:
        raise SendError(*MEANINGS[status])
    if status != 200:
        raise SendError("retry" if status >= 500 else "refused", f"media_{status}")
    if (answer.content_length or 0) > limit:
        raise SendError("refused", "file_too_big")


async def _pieces(file: Spool) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece


async def _checked(answer: aiohttp.ClientResponse, said: str, limit: int) -> Spool:
    """The file, if it is one, is small enough, and is what it is said to be."""
    spool = Spool()
    try:
        async for piece in answer.content.iter_chunked(PIECE):
            spool.write(piece)
            if spool.tell() > limit:
                raise SendError("refused", "file_too_big")
        if not spool.tell():
            raise SendError("refused", "file_empty")
        spool.seek(0)
        if lies(spool.read(HEAD), said):
            raise SendError("refused", "file_lies")
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool
