"""Telegram by webhook: 200 only when what came is stored."""

import hmac
import re

from aiohttp import web

from bot.telegram_bot import TelegramBot
from bot.telegram_errors import understand
from bot.telegram_in import ALLOWED_UPDATES
from bot.telegram_intake import Keep, Take, keep_safely
from bot.telegram_wire import read_json
from bot.transport import NotTaken, SendError

PATH = "/telegram"
RETRY_AFTER_SECONDS = 5

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def add_telegram(app: web.Application, *, secret: str, take: Take, keep: Keep) -> None:
    """Add POST /telegram, open to who knows the secret.

    What is no update is kept for a human and answered with 200, because Telegram sends everything
    else again until it expires, and lets nothing of that chat pass meanwhile.
    """
    _check(secret)

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=403)
        body = await request.read()
        try:
            await _take(body, take, keep)
        except NotTaken:
            return web.Response(status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        return web.Response()

    app.router.add_post(PATH, receive)


async def set_webhook(
    bot: TelegramBot, address: str, secret: str, *, connections: int = 40
) -> None:
    """Have Telegram send updates to `address` with the secret; raises SendError.

    What waits there is kept. At most `connections` are open at once.
    """
    _check(secret)
    fields = {
        "url": address,
        "secret_token": secret,
        "allowed_updates": ALLOWED_UPDATES,
        "max_connections": connections,
        "drop_pending_updates": False,
    }
    fault: SendError | None
    try:
        await bot.call("setWebhook", fields)
        return
    except Exception as error:
        fault = understand(error)
    if fault is not None:
        raise fault


async def _take(body: bytes, take: Take, keep: Keep) -> None:
    try:
        raw = read_json(body)
        await take(raw)
    except NotTaken:
        raise
    except Exception as error:
        await keep_safely(keep, body, error)


def _check(secret: str) -> None:
    if not _SECRET.fullmatch(secret):
        raise ValueError("the webhook's secret must be 1 to 256 of A-Z a-z 0-9 _ -")
