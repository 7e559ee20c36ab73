"""How the bot hears: polling, webhook, order, what expires."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from sandbox_kit import Ask, Clock
from telegram import Bot, Update
from telegram.error import Conflict

from bot.sandbox.specification import bot_api
from bot.sandbox.telegram import Phone, TelegramSandbox
from bot.sandbox.updates import FAR_AHEAD


async def test_updates_are_given_until_they_are_confirmed(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """Asking again gives the same; a higher offset forgets what was before it."""
    for text in ("one", "two", "three"):
        await leyla.write(text)
    assert telegram.pending() == 3
    first = await bot.get_updates(limit=2)
    assert [u.message.text for u in first if u.message] == ["one", "two"]
    assert await bot.get_updates(limit=2) == first
    assert first[1].update_id == first[0].update_id + 1
    rest = await bot.get_updates(offset=first[1].update_id + 1)
    assert [u.message.text for u in rest if u.message] == ["three"]
    assert telegram.pending() == 1
    assert [u.update_id for u in await bot.get_updates(offset=-1)] == [rest[0].update_id]
    assert await bot.get_updates(offset=rest[0].update_id + 1) == ()
    assert telegram.pending() == 0


async def test_an_offset_far_ahead_counts_for_nothing(ask: Ask, leyla: Phone) -> None:
    """A number from before an idle week does not swallow what came since."""
    await leyla.write("one")
    given = (await ask("getUpdates"))["result"]
    far = given[0]["update_id"] + FAR_AHEAD + 1
    assert (await ask("getUpdates", offset=far))["result"] == given


async def test_a_poll_waits_for_something_to_happen(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """A long poll ends as soon as somebody writes."""
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await telegram.wait(lambda: telegram.calls)
    await leyla.write("salam")
    async with asyncio.timeout(5):
        (update,) = await polling
    assert update.message is not None
    assert update.message.text == "salam"


async def test_a_second_poller_ends_the_first(bot: Bot, telegram: TelegramSandbox) -> None:
    """The older of two polls gets 409 and Telegram's explanation."""
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await telegram.wait(lambda: telegram.updates._poll)
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure"):
        async with asyncio.timeout(5):
            await first
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_a_poller_that_left_disturbs_nobody(bot: Bot, telegram: TelegramSandbox) -> None:
    """A poll whose connection is gone is over."""
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await telegram.wait(lambda: telegram.updates._poll)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await telegram.wait(lambda: telegram.updates._poll is None)


async def test_only_what_was_asked_for_is_told(ask: Ask, leyla: Phone) -> None:
    """`allowed_updates` filters new updates, is kept when left out, and [] means the usual ones."""
    await ask("getUpdates", allowed_updates=["callback_query"])
    await leyla.write("unheard")
    assert (await ask("getUpdates"))["result"] == []
    await ask("getUpdates", allowed_updates=[])
    await leyla.write("heard")
    assert [u["message"]["text"] for u in (await ask("getUpdates"))["result"]] == ["heard"]


async def test_what_nobody_fetched_in_time_is_gone(
    ask: Ask, telegram: TelegramSandbox, leyla: Phone, clock: Clock
) -> None:
    """Presses live 150 seconds, messages a day, also by the time they were sent at."""
    await ask("sendMessage", chat_id=leyla.user_id, text="x", reply_markup={"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})  # fmt: skip
    await leyla.write("salam")
    await leyla.press("Yes")
    clock.jump(seconds=149)
    assert telegram.pending() == 2
    clock.jump(seconds=1)
    assert [list(u)[1] for u in (await ask("getUpdates"))["result"]] == ["message"]
    clock.jump(hours=24)
    assert telegram.pending() == 0
    yesterday = clock.now
    clock.jump(hours=25)
    await leyla.write("too late", at=yesterday)
    assert telegram.pending() == 0
    assert [list(raw)[1] for raw in telegram.updates.expired] == ["callback_query", "message", "message"]  # fmt: skip


async def test_raw_updates_arrive_as_they_are(ask: Ask, telegram: TelegramSandbox) -> None:
    """Unknown kinds pass, ids are added unless given, and who writes can be answered."""
    await telegram.update({"subscription": {"x": 1}})
    who = {"id": 700000001, "is_bot": False, "first_name": "Test", "language_code": "uk"}
    text = {"message_id": 5, "date": 1, "chat": {"id": 700000001, "type": "private"}, "from": who, "text": "x"}  # fmt: skip
    await telegram.update({"update_id": 5, "message": text})
    first, second = (await ask("getUpdates"))["result"]
    assert first["subscription"] == {"x": 1}
    assert second == {"update_id": 5, "message": text}
    assert (await ask("sendMessage", chat_id=700000001, text="salam"))["ok"]
    (phone,) = telegram.phones
    assert (phone.name, phone.language_code, phone.last().text) == ("Test", "uk", "salam")


async def test_everything_a_person_does_is_a_valid_update(
    ask: Ask, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """Each update fits the specification and the library's parser, and has the person's names."""
    await ask("sendMessage", chat_id=leyla.user_id, text="Sağ ol, soruşun", reply_markup={"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})  # fmt: skip
    asked = leyla.last()
    mine = await leyla.write("see /help at https://example.org 😀")
    for kind in ("photo", "voice", "audio", "video", "video_note", "animation", "document", "sticker", "location", "contact"):  # fmt: skip
        await getattr(leyla, kind)()
    await leyla.write("answer", reply_to=asked, quote="soruşun")
    await leyla.write("theirs", forwarded_from="Somebody Else")
    await leyla.album(2, "two")
    await leyla.edit(mine, "corrected")
    await leyla.press("Yes")
    await leyla.block()
    await leyla.unblock()
    updates = (await ask("getUpdates"))["result"]
    assert len(updates) == 19
    for update in updates:
        assert bot_api().fault(update, ("Update",), "update") is None
        kind = next(key for key in update if key != "update_id")
        parsed = Update.de_json(update, None)
        assert parsed.effective_user is not None
        assert parsed.effective_user.full_name == "Leyla Aliyeva", kind
        assert parsed.effective_user.username
        assert parsed.effective_user.language_code == "az"
    told = {key: update[key] for update in updates for key in update}
    assert told["callback_query"]["message"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "Yes"  # fmt: skip
    assert told["edited_message"]["text"] == "corrected"
    assert "edit_date" in told["edited_message"]
    assert [u["my_chat_member"]["new_chat_member"]["status"] for u in updates[-2:]] == ["kicked", "member"]  # fmt: skip
    reply = updates[11]["message"]
    assert (reply["reply_to_message"]["text"], reply["quote"]["text"]) == ("Sağ ol, soruşun", "soruşun")  # fmt: skip
    assert reply["quote"]["position"] == 8
    assert updates[12]["message"]["forward_origin"]["sender_user_name"] == "Somebody Else"
    album = [u["message"] for u in updates[13:15]]
    assert album[0]["media_group_id"] == album[1]["media_group_id"]
    assert [m.get("caption") for m in album] == ["two", None]


class Hook:
    """A web server of the bot's, which answers what it is told to."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: set[str | None] = set()
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.hold: dict[str, asyncio.Event] = {}
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        kind = next(key for key in update if key != "update_id")
        if kind in self.hold:
            await self.hold[kind].wait()
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.updates.append(update)
        return web.Response(status=status, headers=self.headers if status != 200 else None)

    def texts(self) -> list[str]:
        return [u["message"]["text"] for u in self.updates if "message" in u]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A running web server."""
    hook = Hook()
    application = web.Application()
    application.add_routes([web.post("/hook", hook.take)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_is_told_with_its_secret(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone, hook: Hook
) -> None:
    """What waited and what comes is posted; polling is refused until the webhook is gone."""
    await leyla.write("before")
    await bot.set_webhook(hook.url, secret_token="s3cret", max_connections=7)
    await leyla.write("after")
    await telegram.wait(lambda: not telegram.pending())
    assert hook.texts() == ["before", "after"]
    assert hook.secrets == {"s3cret"}
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (hook.url, 0, 7)
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await leyla.write("polled")
    assert len(await bot.get_updates()) == 1
    assert (await bot.get_webhook_info()).url == ""


async def test_setting_a_webhook_ends_a_poll(
    bot: Bot, telegram: TelegramSandbox, hook: Hook
) -> None:
    """A poll that waits gets 409."""
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await telegram.wait(lambda: telegram.updates._poll)
    await bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        async with asyncio.timeout(5):
            await polling


async def test_a_webhook_that_fails_is_tried_again_in_order(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone, hook: Hook
) -> None:
    """Whatever is not 2xx is sent again, and what follows in the chat waits for it."""
    hook.statuses = [500, 302, 404, 503]
    hook.headers = {"Retry-After": "2"}
    await bot.set_webhook(hook.url)
    await leyla.write("one")
    await leyla.write("two")
    await telegram.wait(lambda: len(hook.updates) == 2)
    assert hook.texts() == ["one", "two"]
    info = await bot.get_webhook_info()
    assert info.last_error_message is not None
    assert info.last_error_message.startswith("Wrong response from the webhook: 503")


async def test_a_press_can_overtake_a_message(
    bot: Bot, ask: Ask, telegram: TelegramSandbox, leyla: Phone, hook: Hook
) -> None:
    """Messages of a chat wait for each other, presses only for the same person's presses."""
    await ask("sendMessage", chat_id=leyla.user_id, text="x", reply_markup={"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})  # fmt: skip
    hook.hold["message"] = asyncio.Event()
    await bot.set_webhook(hook.url)
    await leyla.write("slow")
    await leyla.press("Yes")
    await telegram.wait(lambda: hook.updates)
    assert "callback_query" in hook.updates[0]
    hook.hold["message"].set()
    await telegram.wait(lambda: len(hook.updates) == 2)


async def test_a_webhook_nobody_answers_keeps_the_update(
    bot: Bot, telegram: TelegramSandbox, leyla: Phone
) -> None:
    """A refused connection is told in getWebhookInfo, and nothing is lost."""
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await leyla.write("salam")
    await telegram.wait(lambda: telegram.webhook.target and telegram.webhook.target.error)
    info = await bot.get_webhook_info()
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)
    await bot.delete_webhook(drop_pending_updates=True)
    assert telegram.pending() == 0


async def test_a_press_nobody_took_in_time_is_not_sent(
    bot: Bot, ask: Ask, telegram: TelegramSandbox, leyla: Phone, clock: Clock, hook: Hook
) -> None:
    """A press that failed for 150 seconds is given up."""
    await ask("sendMessage", chat_id=leyla.user_id, text="x", reply_markup={"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})  # fmt: skip
    hook.statuses = [500] * 1000
    await leyla.press("Yes")
    await bot.set_webhook(hook.url)
    await telegram.wait(lambda: len(hook.statuses) < 1000)
    clock.jump(seconds=150)
    await telegram.wait(lambda: not telegram.webhook.target or not telegram.webhook.target.lanes)
    assert hook.updates == []
    assert telegram.pending() == 0
