"""Addresses under which a provider fetches for six hours what another one holds."""

import asyncio
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.download import Download, OpenFile
from bot.media_types import media_type
from bot.telegram_errors import understand
from bot.telegram_files import EXTENSIONS, neutral_name
from handlers.messages import Attachment
from storage import secrecy
from storage.secrecy import Keyring

PATH = "/media"
PLACE = "media.link"
LONGEST = 2048
MARK = 32
"""Letters of the mark at the end of a token."""

ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
BYTES = "application/octet-stream"

log = structlog.get_logger()


class MediaLinks:
    """Makes links to files, and serves them; a link tells nobody which file it is.

    Everything a link says is encrypted in it, so nothing is stored and any process with the keys
    can serve it. It opens for as long as `lifetime`.
    """

    def __init__(
        self,
        public_url: str,
        clock: Callable[[], datetime],
        *,
        ring: Callable[[], Keyring] = secrecy.ring,
        lifetime: timedelta = timedelta(hours=6),
    ) -> None:
        self._public_url = public_url.partition("#")[0].rstrip("/")
        self._clock = clock
        self._ring = ring
        self._lifetime = lifetime

    def link(self, attachment: Attachment) -> str:
        """Where this file can be fetched from now on; may read the keys anew from the database."""
        until = int((self._clock() + self._lifetime).timestamp())
        said = [attachment.file_id, attachment.mime, attachment.kind, until]
        sealed = self._ring().encrypt(json.dumps(said).encode(), PLACE)
        text = urlsafe_b64encode(sealed).decode().rstrip("=")
        return f"{self._public_url}{PATH}/{text}{self._mark(text)}"

    def opened(self, token: str) -> Attachment | None:
        """The file a link was made for; None where it was forged, damaged, or is too old."""
        text, mark = token[:-MARK], token[-MARK:]
        # first of all, so that no stranger's token makes us look for its key in the database
        if not hmac.compare_digest(mark.encode(), self._mark(text).encode()):
            return None
        try:
            sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            file_id, mime, kind, until = json.loads(self._ring().decrypt(sealed, PLACE))
        except (secrecy.Unreadable, ValueError):
            return None
        if self._clock().timestamp() >= until:
            return None
        return Attachment(kind=kind, file_id=file_id, mime=mime)

    def add_routes(self, app: web.Application, open_file: OpenFile) -> None:
        """Add GET and HEAD /media/…; whatever is wrong with a link, the answer is the same 404."""

        async def give(request: web.Request) -> web.StreamResponse:
            token = request.match_info["token"]
            if len(token) > LONGEST or not token.isascii():
                return _refusal(404)
            attachment = await asyncio.to_thread(self.opened, token)
            if attachment is None:
                return _refusal(404)
            return await _give(request, attachment, open_file)

        app.router.add_get(f"{PATH}/{{token}}", give)

    def _mark(self, text: str) -> str:
        return self._ring().lookup(PLACE, text)[:MARK]


async def _give(
    request: web.Request, attachment: Attachment, open_file: OpenFile
) -> web.StreamResponse:
    """The file piece by piece as it arrives here, never as a whole in memory."""
    response: web.StreamResponse | None = None
    try:
        async with open_file(attachment) as download:
            response = _head(attachment, download)
            await response.prepare(request)
            if request.method != "HEAD":
                async for piece in download.pieces:
                    await response.write(piece)
        await response.write_eof()
    except Exception as error:
        if response is None:
            return _refusal(_status(error))
        if request.transport is not None:
            request.transport.abort()  # half a file must not look like a whole one
    return response


def _head(attachment: Attachment, download: Download) -> web.StreamResponse:
    mime = media_type(attachment.mime)
    response = web.StreamResponse(headers=ALWAYS)
    # a type of which we know nothing could be a page of somebody's making
    response.content_type = mime if mime in EXTENSIONS else BYTES
    response.content_length = download.size
    name = neutral_name(Attachment(attachment.kind, mime=mime))
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _status(error: Exception) -> int:
    """404 for a file that is gone for good, 502 where it may be had another time."""
    fault = understand(error)
    if fault is None:
        return 502
    log.warning("media link failed", code=fault.code)
    return 404 if fault.reaction == "refused" and fault.code != "fault_of_ours" else 502


def _refusal(status: int) -> web.Response:
    return web.Response(status=status, headers=ALWAYS)
