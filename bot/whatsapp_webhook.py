"""WhatsApp by Twilio's webhooks: answered only when what came is stored.

Twilio keeps nothing for us: what it could not deliver it gives up, and has only in its list. So
whatever was refused for now is told to `failed`, that somebody looks there.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from multidict import MultiDict

from bot.richtext import storable
from bot.transport import NotTaken, Receipt, Unparsable
from bot.whatsapp_in import CHANNEL, parse, parse_receipt
from bot.whatsapp_signature import address, genuine
from handlers.messages import Incoming

PATH = "/whatsapp"
FALLBACK_PATH = "/whatsapp/fallback"
STATUS_PATH = "/whatsapp/status"

NOTHING_TO_SAY = "<Response/>"
LONGEST_LABEL = 100
MOST_FIELDS = 1000

TakeIncoming = Callable[[Incoming], Awaitable[None]]
"""Takes what a person did. It returned: stored for good. It raised NotTaken: it is lost to us."""

TakeReceipt = Callable[[Receipt], Awaitable[None]]

Keep = Callable[[bytes, str, str], Awaitable[None]]
"""Keeps a form that could not be understood, with the fault's name and the channel, for a human."""

Failed = Callable[[], None]
"""Is told that something was refused which Twilio may not send again."""

Form = MultiDict[str]
Read = Callable[[web.Request, Form], Incoming | Receipt | None]

log = structlog.get_logger()


def add_whatsapp(
    app: web.Application,
    *,
    public_url: str,
    token: str,
    take: TakeIncoming,
    keep: Keep,
    receipt: TakeReceipt,
    failed: Failed,
    sender: str = "",
) -> None:
    """Add POST /whatsapp, /whatsapp/fallback and /whatsapp/status, open to who signs as Twilio.

    `public_url` is the address Twilio knows, `token` the secret it signs with, `sender` our own
    address there. What cannot be understood is kept for a human and answered as if it were taken.
    """

    async def pass_on(told: Incoming | Receipt | None) -> None:
        if isinstance(told, Incoming):
            await take(told)
        elif told is not None:
            await receipt(told)

    def receive(path: str, read: Read) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            body = await request.read()
            form = _form(body)
            url = address(public_url, path, request.raw_path.partition("?")[2])
            if form is None or not genuine(url, form, request.headers, token):
                log.warning("not from Twilio", channel=CHANNEL)
                return web.Response(status=403)
            try:
                await _understood(read, request, form, body, pass_on, keep)
            except NotTaken:
                failed()
                return web.Response(status=503)
            return web.Response(text=NOTHING_TO_SAY, content_type="text/xml")

        return answer

    def said(request: web.Request, form: Form) -> Incoming | Receipt | None:
        told = parse(form, sender)
        return parse_receipt(form, _label(request)) if isinstance(told, Receipt) else told

    def standing(request: web.Request, form: Form) -> Receipt:
        return parse_receipt(form, _label(request))

    app.router.add_post(PATH, receive(PATH, said))
    app.router.add_post(FALLBACK_PATH, receive(FALLBACK_PATH, said))
    app.router.add_post(STATUS_PATH, receive(STATUS_PATH, standing))


async def _understood(
    read: Read,
    request: web.Request,
    form: Form,
    body: bytes,
    pass_on: Callable[[Incoming | Receipt | None], Awaitable[None]],
    keep: Keep,
) -> None:
    """Pass on what a form tells, or keep it; raises NotTaken and nothing else."""
    try:
        await pass_on(read(request, form))
    except NotTaken:
        raise
    except Exception as error:
        await _keep_safely(keep, body, error)


async def _keep_safely(keep: Keep, body: bytes, error: Exception) -> None:
    """Keep these bytes; where even that fails, raise NotTaken."""
    fault = type(error).__name__
    if isinstance(error, Unparsable):
        fault = f"{fault}: {error}"
    log.error("not understood", channel=CHANNEL, error=fault)
    kept = False
    try:
        await keep(body, fault, CHANNEL)
        kept = True
    except NotTaken:
        pass
    except Exception as another:
        log.error("not kept", channel=CHANNEL, error=type(another).__name__)
    if not kept:
        raise NotTaken


def _form(body: bytes) -> Form | None:
    """Every field, blank and repeated ones too; None where these bytes are no form."""
    try:
        text = body.decode("utf-8")
        return MultiDict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None


def _label(request: web.Request) -> str:
    """What we called the message, in the address we gave for its callbacks."""
    return storable(request.query.get("label", ""))[:LONGEST_LABEL]
