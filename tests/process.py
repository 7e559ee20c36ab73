"""A real process of the bot, against a Telegram and a Twilio that outlive it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from pathlib import Path

from town import ROOT

from bot.sandbox.phones import Phone
from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.twilio import TwilioSandbox

PATIENCE = 30.0
UNDO = 'undo = "10s"'
TOKEN = "42:a-token-of-the-sandbox-alone"


def on_whatsapp(twilio: TwilioSandbox, port: int) -> dict[str, str]:
    """What the environment says besides, so that this Twilio reaches a bot on this port."""
    public_url = f"http://127.0.0.1:{port}"
    twilio.inbound_url = f"{public_url}/whatsapp#rc=3&rp=all"
    twilio.fallback_url = f"{public_url}/whatsapp/fallback"
    return {
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_WHATSAPP_FROM": twilio.sender,
        "TWILIO_API_BASE_URL": twilio.origin,
        "PUBLIC_URL": public_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def in_a_hurry(folder: Path) -> Path:
    """The council's file with less time to take an answer back: that passes by a real clock."""
    council = (ROOT / "council.toml").read_text(encoding="utf-8")
    assert council.count(UNDO) == 1
    path = folder / "council.toml"
    path.write_text(council.replace(UNDO, 'undo = "1s"'), encoding="utf-8")
    return path


class BotProcess:
    """`python -m bot run`, started, killed and started again in one folder."""

    def __init__(self, telegram: TelegramSandbox, folder: Path, **environment: str) -> None:
        self.telegram, self.folder = telegram, folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE_URL": telegram.base_url.removesuffix("/bot"),
            "COUNCIL_CONFIG": str(in_a_hurry(folder)),
            **environment,
        }
        self.running: Process | None = None

    async def start(self) -> None:
        """A process begins; comes back when it asks Telegram for news."""
        polls = self._polls()
        self.running = await self._spawn("run", heard=False)
        await self.telegram.wait(lambda: self._polls() > polls, PATIENCE)

    def _polls(self) -> int:
        return sum(call.method in ("getUpdates", "setWebhook") for call in self.telegram.calls)

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """It ends, by this signal; gives its exit code."""
        assert self.running is not None
        if self.running.returncode is None:
            self.running.send_signal(how)
        code = await asyncio.wait_for(self.running.wait(), PATIENCE)
        self.running = None
        return code

    async def command(self, *words: str) -> tuple[int, str]:
        """Another command in the same folder, to its end; gives exit code and all it printed."""
        process = await self._spawn(*words)
        printed, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        return process.returncode or 0, printed.decode()

    async def _spawn(self, *words: str, heard: bool = True) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            env=self.environment,
            stdout=PIPE if heard else DEVNULL,
            stderr=STDOUT if heard else DEVNULL,
        )

    async def member(self, alias: str, *words: str) -> Phone:
        """Somebody comes into the council by the commands that an operator types."""
        code, printed = await self.command("invite", "--alias", alias, *words)
        assert code == 0, printed
        phone = self.telegram.phone(alias, language_code="en")
        await phone.start(printed.split("start=")[1].split()[0])
        said = await sees(phone, "Your code")
        digits = "".join(letter for letter in said.splitlines()[0] if letter.isdigit())
        code, printed = await self.command("members", "confirm", digits)
        assert code == 0, printed
        await sees(phone, "Welcome to the")
        return phone

    async def migrant(self, name: str) -> Phone:
        """Somebody who agreed."""
        phone = self.telegram.phone(name, language_code="en")
        await phone.start()
        await sees(phone, "Choose your language")
        await phone.press("data=lang:en")
        await sees(phone, "Before you write")
        await phone.press("data=consent:yes")
        await sees(phone, "Choose a number")
        return phone


async def sees(phone: Phone, text: str, times: int = 1) -> str:
    """Wait until this stands on the screen so many times; gives the newest."""

    def found() -> str:
        shown = [bubble.text for bubble in phone.chat if not bubble.mine and text in bubble.text]
        return shown[-1] if len(shown) >= times else ""

    return str(await phone.world.wait(found, PATIENCE))
