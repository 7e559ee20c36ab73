"""The web server: one application to which every channel adds its own routes, and /health."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

LARGEST_BODY = 1 << 20

Check = Callable[[], Awaitable[bool]]
"""Whether one part works; one that raises does not."""


def make_app(checks: Mapping[str, Check]) -> web.Application:
    """An application whose /health names each part and whether it works: 200, else 503."""

    async def health(_: web.Request) -> web.Response:
        found = {name: await _works(check) for name, check in checks.items()}
        return web.json_response(found, status=200 if all(found.values()) else 503)

    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_get("/health", health)
    return app


async def serve(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Start serving; gives what to clean up at the end, and the port (asked for as 0: any).

    No access log: it would write down addresses.
    """
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner, int(runner.addresses[0][1])


async def _works(check: Check) -> bool:
    try:
        return await check()
    except Exception:
        return False
