"""Polling: nothing is confirmed before it is taken, and nothing stands in the way for ever."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.polling import Pauses, poll
from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.telegram_bot import TelegramBot
from bot.telegram_in import ALLOWED_UPDATES
from bot.telegram_intake import intake
from bot.transport import ChannelStopped, NotTaken
from handlers.messages import Incoming

Update = dict[str, Any]
TakeUpdate = Callable[[Update], Awaitable[None]]


def hurried() -> Pauses:
    """Pauses that a test has time for."""
    return Pauses(0.001, 0.02)


@asynccontextmanager
async def polling(
    bot: TelegramBot, take: TakeUpdate, seconds: int = 30
) -> AsyncIterator["asyncio.Task[None]"]:
    """The loop, running; cancelled at the end."""
    task = asyncio.create_task(poll(bot, take, seconds=seconds, pauses=hurried()))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Council:
    """Takes updates as told and remembers their texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.away = False
        self.closed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.entered: list[str] = []

    async def take(self, update: Update) -> None:
        message = update.get("message", {})
        text = message.get("text", "")
        self.entered.append(text)
        if self.away:
            raise NotTaken
        if text.startswith("slow"):
            await self.closed[text].wait()
        if text.startswith("poison"):
            raise KeyError(text)
        self.texts.append(text)


@pytest.fixture
def council() -> Council:
    return Council()


async def test_updates_arrive_once_and_are_confirmed(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, council: Council
) -> None:
    """Each is taken once; then Telegram may forget it."""
    await nodira.write("one")
    async with polling(bot, council.take):
        await telegram.wait(lambda: council.texts == ["/start", "one"])
        await nodira.write("two")
        await telegram.wait(lambda: council.texts[2:] == ["two"] and not telegram.pending())
    asked = [call.params for call in telegram.calls if call.method == "getUpdates"]
    assert all(one["allowed_updates"] == list(ALLOWED_UPDATES) for one in asked)
    assert all(one["timeout"] == 30 for one in asked)
    assert telegram.calls[0].method == "deleteWebhook"


async def test_nothing_is_confirmed_before_it_is_taken(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, council: Council
) -> None:
    """A bot that dies while it works hears the same again."""
    await nodira.write("slow")
    async with polling(bot, council.take):
        await telegram.wait(lambda: "slow" in council.entered)
        assert telegram.pending() == 2
    assert telegram.pending() == 2
    council.closed["slow"].set()
    async with polling(bot, council.take):
        await telegram.wait(lambda: council.texts[-1:] == ["slow"] and not telegram.pending())


async def test_what_is_not_taken_comes_again(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, samir: Phone, council: Council
) -> None:
    """While the database is away, everything waits, in order, and is taken once."""
    council.away = True
    for number in range(3):
        await nodira.write(f"n{number}")
        await samir.write(f"s{number}")
    async with polling(bot, council.take):
        await telegram.wait(lambda: council.entered.count("/start") > 4)
        assert telegram.pending() == 8
        council.away = False
        await telegram.wait(lambda: not telegram.pending())
    assert [text for text in council.texts if text[0] == "n"] == ["n0", "n1", "n2"]
    assert [text for text in council.texts if text[0] == "s"] == ["s0", "s1", "s2"]
    assert len(council.texts) == 8


async def test_only_what_was_not_taken_comes_again(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, samir: Phone
) -> None:
    """One chat's trouble repeats nothing of the others and keeps that chat in order."""
    taken: list[str] = []
    tries = 0

    async def take(update: Update) -> None:
        nonlocal tries
        text = update["message"]["text"]
        if text == "n0" and tries < 3:
            tries += 1
            raise NotTaken
        taken.append(text)

    await nodira.write("n0")
    await samir.write("s0")
    await nodira.write("n1")
    async with polling(bot, take):
        await telegram.wait(lambda: not telegram.pending())
    assert sorted(taken) == ["/start", "/start", "n0", "n1", "s0"]
    assert taken.index("n0") < taken.index("n1")
    assert taken.index("s0") < taken.index("n0")


async def test_chats_side_by_side_each_in_order(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, samir: Phone, council: Council
) -> None:
    """One person's slow message holds up their own next ones and nobody else's."""
    await nodira.write("slow")
    await nodira.write("after")
    await samir.write("quick")
    async with polling(bot, council.take):
        await telegram.wait(lambda: "quick" in council.texts)
        assert "after" not in council.entered
        council.closed["slow"].set()
        await telegram.wait(lambda: not telegram.pending())
    assert council.texts.index("slow") < council.texts.index("after")


async def test_poison_never_blocks(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, council: Council
) -> None:
    """What nobody can take is logged without a word of it, and the next one follows."""
    await nodira.write("poison Karimova")
    await nodira.write("next")
    with capture_logs() as logs:
        async with polling(bot, council.take):
            await telegram.wait(lambda: "next" in council.texts and not telegram.pending())
    assert [line["error"] for line in logs if line["event"] == "update lost"] == ["KeyError"]
    assert "Karimova" not in str(logs)


@pytest.mark.parametrize(
    "raw",
    [
        {"message": None},
        {"message": {"chat": []}},
        {"callback_query": {"from": {"id": []}}},
        {"my_chat_member": 5},
        {"unheard_of": {}},
        {"message": {"message_id": 10**400, "text": "\ud800\x00"}},
    ],
)
async def test_hostile_updates_are_kept(
    raw: Update, telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone
) -> None:
    """What cannot be understood is kept for a human, and the conversation goes on."""
    taken: list[Incoming] = []
    kept: list[tuple[bytes, str]] = []

    async def take(incoming: Incoming) -> None:
        taken.append(incoming)

    async def keep(body: bytes, error: str) -> None:
        kept.append((body, error))

    await telegram.update(raw)
    await nodira.write("salom")
    async with polling(bot, intake(bot.own_id, take, keep)):
        await telegram.wait(lambda: not telegram.pending())
    assert taken[-1].text == "salom"
    assert [error for _, error in kept] == ([] if "unheard_of" in raw else [kept[0][1]])
    assert all(error.startswith("Unparsable: ") for _, error in kept)


async def test_what_cannot_be_kept_comes_again(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone
) -> None:
    """Neither understood nor kept is not taken."""
    tries = 0

    async def take(incoming: Incoming) -> None:
        raise RuntimeError("broken handler")

    async def keep(body: bytes, error: str) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError("disk full")
        assert error == "RuntimeError"

    async with polling(bot, intake(bot.own_id, take, keep)):
        await telegram.wait(lambda: not telegram.pending())
    assert tries == 3


@pytest.mark.parametrize("wrong", ["reset", "garbage", 429, 500, 502, 504])
@pytest.mark.parametrize("method", ["getUpdates", "deleteWebhook"])
async def test_the_network_comes_back(
    wrong: Any,
    method: str,
    telegram: TelegramSandbox,
    bot: TelegramBot,
    nodira: Phone,
    council: Council,
) -> None:
    """Faults of the network are waited out."""
    telegram.faults.add(method, wrong, times=3, retry_after=0)
    async with polling(bot, council.take):
        await telegram.wait(lambda: council.texts == ["/start"] and not telegram.pending())


async def test_telegram_restarts(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, council: Council
) -> None:
    """A long silence on the other side ends by itself."""
    async with polling(bot, council.take):
        await telegram.wait(lambda: not telegram.pending())
        port = int(telegram.origin.rpartition(":")[2])
        await telegram.stop()
        await telegram.start(port=port)
        await nodira.write("still there?")
        await telegram.wait(lambda: "still there?" in council.texts)


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "token"), (404, "token"), (409, "other_poller")]
)
@pytest.mark.parametrize("method", ["getUpdates", "deleteWebhook"])
async def test_what_no_waiting_mends(
    status: int, reason: str, method: str, telegram: TelegramSandbox, bot: TelegramBot
) -> None:
    """A wrong token or a second poller stops the channel and says why."""
    telegram.faults.add(method, status)
    with pytest.raises(ChannelStopped) as caught:
        await poll(bot, Council().take, pauses=hurried())
    assert caught.value.reason == reason
    assert "sandbox-token" not in str(caught.value)


async def test_a_second_poller(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, council: Council
) -> None:
    """Of two pollers the one that was first is told to stop."""
    async with polling(bot, council.take) as first:
        await telegram.wait(lambda: not telegram.pending())
        async with polling(bot, council.take):
            with pytest.raises(ChannelStopped, match="other_poller"):
                await asyncio.wait_for(first, 5)


async def test_a_webhook_left_behind(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, council: Council
) -> None:
    """A webhook of before is taken away, with nothing of what waits."""
    await bot.call("setWebhook", {"url": "http://127.0.0.1:9/telegram"})
    async with polling(bot, council.take):
        await telegram.wait(lambda: council.texts == ["/start"] and not telegram.pending())


async def test_numbers_may_start_anywhere(
    telegram: TelegramSandbox, bot: TelegramBot, council: Council
) -> None:
    """After an idle week the numbers of updates begin anew, perhaps lower."""

    def raw(number: int, text: str) -> Update:
        return {"update_id": number, "message": {"chat": {"id": 1}, "text": text}}

    async with polling(bot, council.take, seconds=0):
        for number, text in ((900, "before"), (5, "after the idle week")):
            await telegram.update(raw(number, text))
            await telegram.wait(lambda: not telegram.pending())
            assert council.texts[-1] == text


async def test_cancelled_while_waiting_and_while_working(
    telegram: TelegramSandbox, bot: TelegramBot, nodira: Phone, council: Council
) -> None:
    """Stopping is quick and leaves no task behind."""
    before = asyncio.all_tasks()
    async with polling(bot, council.take):
        await telegram.wait(lambda: not telegram.pending())
    await nodira.write("slow")
    async with polling(bot, council.take):
        await telegram.wait(lambda: "slow" in council.entered)
    left = [repr(task) for task in asyncio.all_tasks() - before]
    assert not [task for task in left if "bot/polling.py" in task]


async def test_pauses_grow_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pause is up to twice as long as the one before, until one is not needed."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("bot.polling.asyncio.sleep", sleep)
    pauses = Pauses(1.0, 4.0)
    for _ in range(4):
        await pauses.wait()
    await pauses.wait(30.0)
    pauses.end()
    await pauses.wait()
    tops = [1.0, 2.0, 4.0, 4.0]
    assert all(top / 2 <= pause <= top for pause, top in zip(slept, tops, strict=False))
    assert slept[4] == 30.0
    assert slept[5] <= 1.0
