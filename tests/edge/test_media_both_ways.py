"""Files between the two channels: what is sent on one arrives on the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import unused_port
from loose_ring import RING
from twilio_kit import Post, standing

from bot.download import OpenFile
from bot.media_links import MediaLinks
from bot.sandbox.bubbles import MediaKind
from bot.sandbox.samples import sample
from bot.sandbox.telegram import Phone
from bot.telegram import TelegramTransport
from bot.telegram_bot import TelegramBot
from bot.telegram_in import parse as parse_telegram
from bot.transport import SendError
from bot.web import make_app, serve
from bot.whatsapp_in import parse as parse_whatsapp
from bot.whatsapp_media import MediaSource
from handlers.messages import Attachment, Incoming, Outgoing


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Twilio."""
    async with standing() as post:
        yield post


def source(post: Post) -> MediaSource:
    """The way to Twilio's files."""
    twilio = post.twilio
    return MediaSource(
        twilio.account_sid, twilio.auth_token, api_base_url=twilio.origin, allow_local=True
    )


async def attached(post: Post) -> Attachment:
    """The file somebody sent last on WhatsApp."""
    await post.quiet()
    incoming = parse_whatsapp(post.bot.at("/whatsapp")[-1], post.twilio.sender)
    assert isinstance(incoming, Incoming)
    return incoming.attachments[0]


@asynccontextmanager
async def linked(open_file: OpenFile) -> AsyncIterator[MediaLinks]:
    """Links, and who serves them."""
    port = unused_port()
    links = MediaLinks(f"http://127.0.0.1:{port}", lambda: datetime.now(UTC), ring=lambda: RING)
    app = make_app({})
    links.add_routes(app, open_file)
    runner, _ = await serve(app, "127.0.0.1", port)
    try:
        yield links
    finally:
        await runner.cleanup()


async def test_from_whatsapp_to_telegram(post: Post, bot: TelegramBot, samir: Phone) -> None:
    """A member on Telegram gets each kind of file a migrant sends on WhatsApp, and no login leaks."""
    amara = post.twilio.phone("Amara", number="+994500000001")
    transport = TelegramTransport(bot, fetch=source(post).fetch)
    sends: dict[MediaKind, Callable[..., Awaitable[object]]] = {
        "photo": amara.photo,
        "voice": amara.voice,
        "video": amara.video,
        "document": amara.document,
        "sticker": amara.sticker,
    }
    for kind, send in sends.items():
        content = sample(kind, 5)
        await send(content=content)
        file = await attached(post)
        assert file.kind == kind
        await transport.send(str(samir.user_id), Outgoing("", (), (file,)))
        shown = samir.last().media
        assert shown is not None
        assert shown.kind == kind
        with await bot.download(shown.file_id, 1 << 20) as arrived:
            assert arrived.read() == content
    assert post.twilio.leaked == []


async def test_what_is_gone_at_twilio(post: Post) -> None:
    """A file that was deleted there is told as gone; a wrong login as the account's fault."""
    amara = post.twilio.phone("Amara", number="+994500000001")
    await amara.voice()
    file = await attached(post)
    stranger = MediaSource(
        post.twilio.account_sid, "wrong", api_base_url=post.twilio.origin, allow_local=True
    )
    with pytest.raises(SendError, match="operator: account"):
        await stranger.fetch(file, 1 << 20)
    post.twilio.media.clear()
    with pytest.raises(SendError, match="refused: file_gone"):
        await source(post).fetch(file, 1 << 20)


async def test_from_telegram_to_whatsapp(post: Post, bot: TelegramBot, samir: Phone) -> None:
    """A migrant on WhatsApp gets what a member sends on Telegram, by a link that Twilio fetches."""
    amara = post.twilio.phone("Amara", number="+994500000001")
    await amara.write("Salam")
    await samir.document("Samir Haddad.pdf", content=b"%PDF-1.4", mime="application/pdf")
    heard = parse_telegram((await bot.call("getUpdates", {"offset": -1}))[0], bot.own_id)
    assert heard is not None
    async with linked(bot.open_file) as links:
        await post.send(amara, None, media_url=[links.link(heard.attachments[0])])
        await post.quiet()
    shown = amara.last().media
    assert shown is not None
    assert (shown.mime, shown.size) == ("application/pdf", 8)


async def test_from_whatsapp_to_whatsapp(post: Post) -> None:
    """What stays at Twilio behind a login can be sent on there as well."""
    amara = post.twilio.phone("Amara", number="+994500000001")
    farid = post.twilio.phone("Farid", number="+994500000002")
    await farid.write("Salam")
    await amara.voice(5)
    file = await attached(post)
    async with linked(source(post).open_file) as links:
        await post.send(farid, None, media_url=[links.link(file)])
        await post.quiet()
    shown = farid.last().media
    assert shown is not None
    assert (shown.mime, shown.size) == ("audio/ogg", len(sample("voice", 5)))
