"""What goes wrong when it is asked to, and floods."""

import pytest
from sandbox_kit import Clock
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.sandbox.floods import Floods
from bot.sandbox.samples import sample
from bot.sandbox.telegram import Phone, TelegramSandbox


@pytest.mark.parametrize(
    ("status", "error", "shown"),
    [
        (500, NetworkError, False),
        (502, NetworkError, False),
        (429, RetryAfter, False),
        ("reset", NetworkError, False),
        ("accept_then_reset", NetworkError, True),
        ("hang", TimedOut, False),
        ("accept_then_hang", TimedOut, True),
        ("garbage", TelegramError, False),
    ],
)
async def test_a_fault_meets_the_call_it_was_meant_for(
    bot: Bot,
    telegram: TelegramSandbox,
    leyla: Phone,
    status: int | str,
    error: type[TelegramError],
    shown: bool,
) -> None:
    """The error is the library's own, what was accepted is shown, and the next call works."""
    telegram.faults.add("sendMessage", status, retry_after=7 if status == 429 else None)
    await bot.send_chat_action(leyla.user_id, "typing")
    with pytest.raises(error) as raised:
        await bot.send_message(leyla.user_id, "salam", read_timeout=0.1)
    assert type(raised.value) is error
    if isinstance(raised.value, RetryAfter):
        assert raised.value.retry_after == 7 or raised.value._retry_after.total_seconds() == 7
    assert [b.text for b in leyla.chat if not b.mine] == (["salam"] if shown else [])
    assert telegram.calls[-1].fault == str(status)
    await bot.send_message(leyla.user_id, "again")
    assert leyla.last().text == "again"
    assert telegram.faults.left() == 0


async def test_faults_are_counted_and_aimed(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """A fault may be for one chat, for any method, several times, until it is cleared."""
    nodira = telegram.phone("Nodira")
    await nodira.start()
    telegram.faults.add("*", 500, chat=nodira.user_id, times=2)
    await bot.send_message(leyla.user_id, "x")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_photo(nodira.user_id, sample("photo"))
    await bot.send_photo(nodira.user_id, sample("photo"))
    telegram.faults.add("sendMessage", 500, times=None)
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(leyla.user_id, "x")
    telegram.faults.clear()
    await bot.send_message(leyla.user_id, "x")


async def test_downloads_can_fail(bot: Bot, telegram: TelegramSandbox, leyla: Phone) -> None:
    """The method of a download is called "file"."""
    voice = await leyla.voice()
    assert voice.media is not None
    file = await bot.get_file(voice.media.file_id)
    for status in (500, "reset"):
        telegram.faults.add("file", status)
        with pytest.raises(NetworkError):
            await file.download_as_bytearray()
    assert (await file.download_as_bytearray()).startswith(b"OggS")


async def test_a_telegram_that_is_down_comes_back_as_it_was(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """While it is stopped nobody is answered; on the same port it goes on with the same chats."""
    port = int(telegram.origin.rpartition(":")[2])
    await telegram.stop()
    await leyla.write("are you there?")
    with pytest.raises(NetworkError):
        await bot.send_message(leyla.user_id, "x")
    await telegram.start(port=port)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "are you there?"


class Pace:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_floods(telegram: TelegramSandbox, bot: Bot) -> None:
    """A short burst passes, then one a second in a chat and thirty in all; edits count too."""
    pace = Pace()
    telegram.floods = Floods(pace)
    people = [telegram.phone(f"P{number}") for number in range(9)]
    for person in people:
        await person.start()
    chat = people[0].user_id
    for number in range(4):
        message = await bot.send_message(chat, f"{number}")
    await bot.edit_message_text("x", chat, message.message_id)
    with pytest.raises(RetryAfter):
        await bot.send_message(chat, "too much")
    assert telegram.calls[-1].error == "Too Many Requests: retry after 1"
    await bot.send_chat_action(chat, "typing")
    pace.now += 1
    await bot.send_message(chat, "in time")
    for person in people[1:7]:
        for number in range(5 if person is not people[6] else 4):
            await bot.send_message(person.user_id, f"{number}")
    with pytest.raises(RetryAfter):
        await bot.send_message(people[8].user_id, "31")


async def test_asking_the_same_too_often_is_slowed(clock: Clock) -> None:
    """With flood limits, the same offset within half a second gets one update at a time."""
    pace = Pace()
    telegram = TelegramSandbox(clock=clock, flood_limits=True, pace=pace)
    assert telegram.floods is not None
    asked = [(5, 0.0), (5, 0.4), (5, 2.0), (6, 2.1)]
    answers = []
    for offset, at in asked:
        pace.now = at
        answers.append(telegram.floods.polled(offset, 100, 0))
    assert answers == [(100, 0), (1, 3), (100, 3), (100, 0)]
