"""The page with the phones: served to this machine's own browser, kept live, clickable."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.drawing import Shown
from bot.sandbox.live import Live
from bot.sandbox.mail_page import MailPage
from bot.sandbox.moments import MONDAY, Weekly

if TYPE_CHECKING:
    from bot.sandbox.live import Sandbox

__all__ = ["MailPage", "Shown", "Weekly", "page", "serving"]

FOLDER = Path(__file__).with_name("page")
MODULES = (
    *("page", "phone", "chat", "bubble", "composer", "media", "rich"),
    *("sound", "guide", "story", "clock", "tabs", "dom", "apps", "sheet"),
    *("mailbox", "letter"),
)
FILES = {
    # address: (file, type); types are not guessed, because some systems have odd ideas of .js
    "/": ("index.html", "text/html"),
    "/style.css": ("style.css", "text/css"),
    "/whatsapp.css": ("whatsapp.css", "text/css"),
    "/mailbox.css": ("mailbox.css", "text/css"),
    "/star.svg": ("star.svg", "image/svg+xml"),
    "/tile.svg": ("tile.svg", "image/svg+xml"),
    "/leaves.svg": ("leaves.svg", "image/svg+xml"),
    **{f"/{name}.js": (f"{name}.js", "text/javascript") for name in MODULES},
}
OURSELVES = {"127.0.0.1", "localhost", "::1"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self' {live}; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


def page(
    worlds: Sandbox | Sequence[Sandbox],
    people: Sequence[Shown],
    jump: Callable[[int], Awaitable[None]] | None = None,
    *,
    zone: str = "Asia/Baku",
    moments: Sequence[Weekly] = (MONDAY,),
    mail: MailPage | None = None,
) -> web.Application:
    """The page of these people's phones, in one world or in several whose clocks agree.

    `jump` lets so many minutes pass in the world; None leaves the clock alone. Times are shown in
    `zone`, and `moments` are those of the week to jump to. `mail` is a mailbox beside the phones.
    """
    every = worlds if isinstance(worlds, Sequence) else (worlds,)
    live = Live(every, people, jump, zone, moments, mail)
    application = web.Application(middlewares=[_ours_alone])
    application.on_response_prepare.append(_close_up)
    application.on_shutdown.append(live.close)
    application.add_routes([web.get(address, _file) for address in FILES])
    application.add_routes([web.get("/live", live.serve), web.get("/media/{name}", live.media)])
    application.add_routes(mail.routes() if mail else [])
    return application


@asynccontextmanager
async def serving(application: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Serve the page on 127.0.0.1 alone, without a log of what is asked for; yields its address.

    Where something else already listens at `port`, the page takes a free one.
    """
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@web.middleware
async def _ours_alone(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse names that somebody else made to point here, and sockets opened by other pages."""
    if _host_name(request) not in OURSELVES:
        raise web.HTTPForbidden(text="This page is only for the computer it runs on.\n")
    if request.path == "/live" and request.headers.get("Origin") != f"http://{request.host}":
        raise web.HTTPForbidden(text="Only the sandbox's own page may connect.\n")
    return await handler(request)


def _host_name(request: web.Request) -> str | None:
    try:
        return urlsplit(f"//{request.headers.get('Host', '')}").hostname
    except ValueError:
        return None


async def _close_up(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    known = _host_name(request) in OURSELVES
    policy = POLICY.format(live=f"ws://{request.host}" if known else "")
    response.headers.setdefault("Content-Security-Policy", policy)


async def _file(request: web.Request) -> web.Response:
    name, kind = FILES[request.path]
    content = (FOLDER / name).read_bytes()
    return web.Response(body=content, content_type=kind, charset="utf-8")
