"""Files both ways: behind a login and a redirect, and fetched from the bot."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from twilio_kit import Post, standing

from bot.sandbox.samples import sample
from bot.sandbox.twilio import WhatsAppPhone


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Twilio, its client, a bot that listens."""
    async with standing() as post:
        yield post


@pytest.fixture
async def amara(post: Post) -> WhatsAppPhone:
    """Somebody who has written."""
    phone = post.twilio.phone("Amara", number="+994500000001")
    await phone.write("Salam")
    return phone


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain client."""
    async with aiohttp.ClientSession() as http:
        yield http


def login(post: Post) -> dict[str, str]:
    """The header with the account's name and password."""
    given = aiohttp.encode_basic_auth(post.twilio.account_sid, post.twilio.auth_token)
    return {"Authorization": given}


async def test_a_file_stands_behind_a_login_and_a_redirect(
    post: Post, amara: WhatsAppPhone, http: aiohttp.ClientSession
) -> None:
    """The guarded address sends on to an open one, which refuses whoever still has the login."""
    await amara.photo("My room")
    await post.quiet()
    url = post.bot.at("/whatsapp")[-1]["MediaUrl0"]
    async with http.get(url, allow_redirects=False) as answer:
        assert (answer.status, (await answer.json())["code"]) == (401, 20003)
    async with http.get(url, headers=login(post), allow_redirects=False) as answer:
        assert answer.status == 307
        place = answer.headers["Location"]
    async with http.get(place) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert await answer.read() == sample("photo")
    assert post.twilio.leaked == []
    async with http.get(place, headers=login(post)) as answer:
        assert answer.status == 400
    assert [call.operation for call in post.twilio.leaked] == ["DownloadFromCdn"]


async def test_a_large_file_costs_nothing(
    post: Post, amara: WhatsAppPhone, http: aiohttp.ClientSession
) -> None:
    """A stated size is the size of the download."""
    await amara.document("film.pdf", size=3_000_000)
    await post.quiet()
    url = post.bot.at("/whatsapp")[-1]["MediaUrl0"]
    async with http.get(url, headers=login(post), allow_redirects=False) as answer:
        place = answer.headers["Location"]
    async with http.get(place) as answer:
        assert answer.headers["Content-Length"] == "3000000"
        assert len(await answer.read()) == 3_000_000
    media = amara.chat[-1].media
    assert media is not None
    async with http.get(media.url) as answer:  # the page needs no login
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        await answer.read()


async def test_files_are_listed_and_deleted(
    post: Post, amara: WhatsAppPhone, http: aiohttp.ClientSession
) -> None:
    """A deleted file is gone at every address, its message stays; a message takes its files."""
    first, second = await amara.voice(1), await amara.voice(1)
    await post.quiet()
    message = post.client.messages(first.sid)
    (file,) = await post.ask(message.media.list)
    assert (file.parent_sid, file.content_type) == (first.sid, "audio/ogg")
    assert (await post.ask(message.media(file.sid).fetch)).sid == file.sid
    url = post.bot.at("/whatsapp")[-2]["MediaUrl0"]
    async with http.get(url, headers=login(post), allow_redirects=False) as answer:
        place = answer.headers["Location"]
    assert await post.ask(message.media(file.sid).delete)
    assert (await post.refused(message.media(file.sid).fetch)).code == 20404
    for gone in (url, place):
        async with http.get(gone, headers=login(post) if gone == url else None) as answer:
            assert answer.status == 404
    assert (await post.ask(message.fetch)).num_media == "0"
    assert await post.ask(post.client.messages(second.sid).delete)
    assert post.twilio.media == {}


async def test_a_download_that_fails(
    post: Post, amara: WhatsAppPhone, http: aiohttp.ClientSession
) -> None:
    """Faults on request meet the guarded address."""
    await amara.voice(1)
    await post.quiet()
    url = post.bot.at("/whatsapp")[-1]["MediaUrl0"]
    post.twilio.faults.add("media", 503)
    async with http.get(url, headers=login(post), allow_redirects=False) as answer:
        assert (answer.status, (await answer.json())["code"]) == (503, 20503)
    post.twilio.faults.add("media", "drop", times=None)  # aiohttp asks twice
    with pytest.raises(aiohttp.ClientError):
        async with http.get(url, headers=login(post), allow_redirects=False):
            pass


async def test_a_file_of_the_bot_is_fetched_and_shown(post: Post, amara: WhatsAppPhone) -> None:
    """The file is what its address serves, with words under a picture."""
    post.bot.files["a"] = ("image/jpeg", sample("photo"))
    sent = await post.send(amara, "Look", media_url=[f"{post.bot.origin}/files/a"])
    assert sent.sid.startswith("MM")
    await post.quiet()
    media = amara.last().media
    assert media is not None
    assert (media.kind, media.size, amara.last().text) == ("photo", len(sample("photo")), "Look")
    assert (await post.ask(post.client.messages(sent.sid).fetch)).num_media == "1"


@pytest.mark.parametrize(
    ("mime", "content", "body", "code"),
    [
        ("audio/ogg", sample("voice"), "words", 63021),
        ("application/pdf", b"%PDF-", "words", 63021),
        ("text/html", b"<p>", None, 12300),
        ("image/jpeg", bytes(5 * 1024 * 1024 + 1), None, 63021),
        ("", b"", None, 63019),
    ],
)
async def test_a_file_that_cannot_go(
    post: Post, amara: WhatsAppPhone, mime: str, content: bytes, body: str | None, code: int
) -> None:
    """It is accepted, and what was wrong with it is told later."""
    if mime:
        post.bot.files["a"] = (mime, content)
    sent = await post.send(amara, body, media_url=[f"{post.bot.origin}/files/a"])
    await post.quiet()
    assert post.bot.states() == ["failed"]
    assert post.bot.at("/status")[-1]["ErrorCode"] == str(code)
    assert (await post.ask(post.client.messages(sent.sid).fetch)).error_code == code
    assert amara.chat == amara.chat[:1]


async def test_a_voice_of_the_bot(post: Post, amara: WhatsAppPhone) -> None:
    """Without words a recording arrives."""
    post.bot.files["a"] = ("audio/ogg", sample("voice"))
    await post.send(amara, None, media_url=[f"{post.bot.origin}/files/a"])
    await post.quiet()
    assert amara.last().media is not None
    assert amara.last().media.kind == "voice"  # type: ignore[union-attr]
