"""The link that opens the bot's chat with a word in it."""

import asyncio

from bot.opening import Opened
from bot.telegram_channel import TelegramChannel


def start_link(here: Opened, token: str) -> str:
    """The t.me link; without a connection to Telegram, what to send instead."""
    secret = here.settings.telegram_bot_token
    if secret is None:
        return f"/start {token}   (write this to the bot; TELEGRAM_BOT_TOKEN is not set)"
    channel = TelegramChannel(
        secret.get_secret_value(),
        base_url=here.settings.telegram_base_url,
        base_file_url=here.settings.telegram_base_file_url,
    )

    async def username() -> str:
        await channel.open()
        try:
            return await channel.username()
        finally:
            await channel.close()

    try:
        return f"https://t.me/{asyncio.run(username())}?start={token}"
    except Exception:
        return f"/start {token}   (write this to the bot; Telegram was not reached for its name)"
