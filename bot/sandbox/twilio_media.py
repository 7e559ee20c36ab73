"""Files of messages: the REST calls about them, the guarded address, the open one behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_listing import page
from bot.sandbox.twilio_messages import Answer, known
from bot.sandbox.twilio_refusals import RestRefusal
from bot.sandbox.twilio_resources import Media

if TYPE_CHECKING:
    from bot.sandbox.twilio_world import TwilioWorld

CHUNK = 1 << 16


def list_all(world: TwilioWorld, call: RestCall) -> Answer:
    """ListMedia: the files of one message."""
    message = known(world, call.names["MessageSid"])
    files = [world.media[sid].resource(world.account_sid) for sid in message.media]
    return 200, page(call, "media_list", files)


def fetch(world: TwilioWorld, call: RestCall) -> Answer:
    """FetchMedia: about a file, not the file."""
    return 200, _known(world, call).resource(world.account_sid)


def delete(world: TwilioWorld, call: RestCall) -> Answer:
    """DeleteMedia: gone for good, the message stays."""
    media = _known(world, call)
    del world.media[media.sid]
    world.messages[media.message].media.remove(media.sid)
    return 204, None


def _known(world: TwilioWorld, call: RestCall) -> Media:
    media = world.media.get(call.names["Sid"])
    if media is None or media.message != call.names["MessageSid"]:
        raise RestRefusal(20404)
    return media


def redirect(world: TwilioWorld, call: RestCall) -> web.Response:
    """The guarded address of a file sends whoever may have it on to the open one."""
    media = _known(world, call)
    token = world.open_link(media.sid)
    call.status = 307
    return web.Response(
        status=307, headers={"Location": f"{world.cdn_origin or world.origin}/cdn/{token}"}
    )


async def stream(request: web.Request, mime: str, content: bytes, size: int) -> web.StreamResponse:
    """A file as a download; what is larger than its content ends in zeros."""
    response = web.StreamResponse(headers={"Content-Type": mime, "Content-Length": str(size)})
    try:
        await response.prepare(request)
        if request.method != "HEAD":
            await _write(response, content[:size], size - len(content))
        await response.write_eof()
    except ConnectionResetError:
        pass  # whoever asked has seen enough
    return response


async def _write(response: web.StreamResponse, content: bytes, zeros: int) -> None:
    await response.write(content)
    while zeros > 0:
        await response.write(bytes(min(zeros, CHUNK)))
        zeros -= CHUNK


OPERATIONS: dict[str, Any] = {
    "ListMedia": list_all,
    "FetchMedia": fetch,
    "DeleteMedia": delete,
}
