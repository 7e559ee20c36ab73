"""Processes of the bot that are killed at chosen moments, and a village that outlives them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from furnished import COUNCIL_KEYS
from process import in_a_hurry
from sqlalchemy import select
from sqlalchemy.orm import Session
from town import ROOT, charter

from bot.clock import SystemClock
from bot.sandbox.phones import Phone
from bot.sandbox.telegram import TelegramSandbox
from storage.database import Database
from storage.model import UNSENT, Outbox

PATIENCE = 40.0
TOKEN = "42:a-token-of-the-sandbox-alone"

NURSERY = """
import json, os, signal, sys
import bot.__main__, bot.outcomes, bot.pacing, bot.polling
from pathlib import Path
from bot.charter_file import read_charter
from bot.pacing import Pace, Rate
from handlers.language import catalogue
from handlers.rules import safety, topics
for language in read_charter(Path("council.toml")).languages:
    catalogue(language), safety.look("", language), topics.suggest("", language)
bot.pacing.PACES["telegram"] = Pace(Rate(1000, 1000), Rate(1000, 1000))
bot.outcomes.growing_pause = lambda attempts: 0.05
bot.polling.Pauses.__init__.__defaults__ = (0.05, 0.2)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    wanted = json.loads(line)
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDONLY) if number == 0 else log, number)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.argv = ["bot", "run"]
    try:
        bot.__main__.main()
    finally:
        os._exit(1)
"""
"""Has imported the program already, so that each new process of it begins at once.

What hurries it is no part of what dies: pauses between messages and between tries.
"""

Result = TypeVar("Result")


class Nursery:
    """Where processes of the bot begin, each a fork of one that has imported everything."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._heard() == "ready"

    def start(self, folder: Path, environment: dict[str, str]) -> int:
        """A process begins; gives its number."""
        wanted = {"folder": str(folder), "log": str(folder / "log"), "environment": environment}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return int(self._heard())

    def close(self) -> None:
        """No more processes begin."""
        self._process.communicate()

    def _heard(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Village:
    """Telegram, a database and people; the bot's process comes and goes."""

    def __init__(self, database: Database, folder: Path, nursery: Nursery) -> None:
        self.database, self.folder, self._nursery = database, folder, nursery
        self.clock, self.charter = SystemClock(), charter()
        self.telegram = TelegramSandbox(token=TOKEN)
        self.people: dict[str, Phone] = {}
        self.log = folder / "log"
        self.pid = 0
        self.deaths = 0

    async def open(self) -> None:
        """Telegram stands; no bot runs yet."""
        await self.telegram.start()

    async def close(self) -> None:
        """Everything ends."""
        self.kill()
        await self.telegram.stop()

    def start(self) -> None:
        """A process of the bot begins."""
        environment = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": self.telegram.origin,
            "DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "COUNCIL_KEYS": COUNCIL_KEYS,
            "COUNCIL_CONFIG": str(in_a_hurry(self.folder)),
            "LOG_LEVEL": "debug",
        }
        self.pid = self._nursery.start(self.folder, environment)

    def kill(self) -> None:
        """It dies, this very moment."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self.pid = 0
            self.deaths += 1

    async def immortal(self, while_doing: Any) -> Any:
        """Do something while somebody starts the bot again whenever it died."""

        async def watch() -> None:
            while True:
                if not self.pid:
                    self.start()
                await asyncio.sleep(0.01)

        watching = asyncio.create_task(watch())
        try:
            return await while_doing
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def person(self, name: str, language: str | None = "en") -> Phone:
        """Somebody with a phone."""
        self.people[name] = self.telegram.phone(name, language_code=language)
        return self.people[name]

    def work(self, what: Callable[[Session], Result]) -> Result:
        """Something done on the database by this process."""
        with self.database.begin() as session:
            return what(session)

    async def settled(self) -> None:
        """Everything that came in was taken, and everything queued was sent."""
        await self.telegram.wait(
            lambda: not self.telegram.pending() and not self._waiting(), PATIENCE
        )

    def _waiting(self) -> bool:
        with self.database.read() as session:
            states = set(session.scalars(select(Outbox.state)))
        return bool(states & {*UNSENT, "sending"})
