"""How much memory a file costs on its way from Twilio to Telegram, against its own size.

`python -m benchmarks.media [MEGABYTES]`

Both providers live in a process of their own. The file goes once as the program sends it, piece by
piece, and once read whole, as it would be done without care.
"""

import asyncio
import os
import sys
import tracemalloc
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO, IOBase
from pathlib import Path

from aiohttp import web

from bot.sandbox.telegram import TelegramSandbox
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from bot.web import serve
from bot.whatsapp_media import MediaSource
from handlers.messages import Attachment, Outgoing

MB = 1 << 20
PIECE = bytes(1 << 16)


async def providers(size: int) -> None:
    """A Twilio with one file and a Telegram with one phone, for the other process."""

    async def give(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(size)})
        await response.prepare(request)
        await response.write(b"%PDF-1.7".ljust(len(PIECE), b"\x00"))
        for _ in range(size // len(PIECE) - 1):
            await response.write(PIECE)
        return response

    twilio = web.Application()
    twilio.router.add_get("/ME1", give)
    _, port = await serve(twilio, "127.0.0.1", 0)
    telegram = TelegramSandbox()
    await telegram.start()
    phone = telegram.phone("p")
    await phone.start()
    print(port, telegram.base_url, telegram.token, phone.user_id, flush=True)
    await asyncio.sleep(3600)


@asynccontextmanager
async def far_providers(size: int) -> AsyncIterator[list[str]]:
    """Where those of another process are."""
    command = (sys.executable, "-m", "benchmarks.media", "providers", str(size))
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().split()
    finally:
        process.kill()
        await process.wait()


async def whole(source: MediaSource, file: Attachment, limit: int) -> BytesIO:
    """The file in memory."""
    with await source.fetch(file, limit) as spool:
        return BytesIO(spool.read())


async def measure(size: int) -> None:
    """Print the most memory that was in use at once, for each way."""
    async with far_providers(size) as (port, base_url, token, address):
        origin = f"http://127.0.0.1:{port}"
        source = MediaSource("AC", "x", api_base_url=origin, allow_local=True)
        file = Attachment("document", f"{origin}/ME1", "application/pdf")

        async def in_memory(attachment: Attachment, limit: int) -> IOBase:
            return await whole(source, attachment, limit)

        async with TelegramBot(token, base_url=base_url) as bot:
            for name, fetch in (("in pieces", source.fetch), ("whole", in_memory)):
                transport = TelegramTransport(bot, fetch=fetch)
                await transport.send(address, Outgoing("", (), (file,)))  # caches are warm
                before = resident()
                tracemalloc.start()
                await transport.send(address, Outgoing("", (), (file,)))
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                print(
                    f"{name:10} {peak / MB:6.2f} MB at most, {peak / size:5.2f} of the file", end=""
                )
                print(f"; process {before} -> {resident()} MB")


def resident() -> int:
    """Megabytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // MB


if __name__ == "__main__":
    if sys.argv[1:2] == ["providers"]:
        asyncio.run(providers(int(sys.argv[2])))
    else:
        asyncio.run(measure(int((sys.argv[1:] or ["16"])[0]) * MB))
