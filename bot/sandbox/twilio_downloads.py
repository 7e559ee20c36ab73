"""Addresses that serve files: of messages by two steps, of the page by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox import twilio_media
from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_refusals import RestRefusal

if TYPE_CHECKING:
    from bot.sandbox.twilio_world import TwilioWorld

GUARDED = re.compile(
    r"/2010-04-01/Accounts/(?P<AccountSid>AC\w{32})"
    r"/Messages/(?P<MessageSid>(SM|MM)\w{32})/Media/(?P<Sid>ME\w{32})"
)


def guarded(call: RestCall) -> bool:
    """Whether this asks for a file of a message; the call then knows which."""
    match = GUARDED.fullmatch(call.path)
    if match is None or call.method not in ("GET", "HEAD"):
        return False
    call.operation, call.names = "DownloadMedia", match.groupdict()
    return True


async def open_to_all(
    world: TwilioWorld, request: web.Request, call: RestCall
) -> web.StreamResponse | None:
    """The answer where an address needs no login, else None."""
    place, _, name = request.path.lstrip("/").partition("/")
    if place == "cdn":
        call.operation = "DownloadFromCdn"
        return await _from_cdn(world, request, call, name)
    if place == "media":
        world.calls.remove(call)  # the page is no bot
        stored = world.files.by_unique_id(name)
        if stored is None:
            raise web.HTTPNotFound
        return await twilio_media.stream(request, stored.mime, stored.content, stored.size)
    return None


async def _from_cdn(
    world: TwilioWorld, request: web.Request, call: RestCall, token: str
) -> web.StreamResponse:
    call.authorised = "Authorization" in request.headers
    media = world.media.get(world.links.get(token, ""))
    if media is None:
        raise RestRefusal(20404)
    if call.authorised:
        raise RestRefusal(20001, "an open address takes no login")
    call.status = 200
    return await twilio_media.stream(request, media.mime, media.content, media.size)
