"""The doctor looks at WhatsApp: what is wrong at Twilio, and what it mends there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import whatsapp_client, whatsapp_webhook
from bot.doctor_whatsapp import examine
from bot.finding import Finding
from bot.sandbox.twilio import TwilioSandbox
from bot.settings import Settings, load
from bot.template_table import needed
from bot.templates_at_twilio import read
from bot.templates_sync import carry_out, plan
from bot.twilio_faults import said
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import call, make_client

ROOT = Path(__file__).parents[2]
PUBLIC = "https://bot.example"
AGAIN = "#rc=3&rp=all"
RIGHT = {
    "callback_url": f"{PUBLIC}/whatsapp{AGAIN}",
    "fallback_url": f"{PUBLIC}/whatsapp/fallback{AGAIN}",
    "status_callback_url": f"{PUBLIC}/whatsapp/status{AGAIN}",
}


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioSandbox]:
    """A Twilio on this machine."""
    sandbox = TwilioSandbox()
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
def account(twilio: TwilioSandbox) -> WhatsAppAccount:
    """The account there."""
    return WhatsAppAccount(
        account_sid=twilio.account_sid,
        auth_token=SecretStr(twilio.auth_token),
        sender=twilio.sender,
        public_url=PUBLIC,
        api_base_url=twilio.origin,
        content_base_url=twilio.origin,
        messaging_base_url=twilio.origin,
    )


@pytest.fixture
def settings(account: WhatsAppAccount, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that name this account."""
    monkeypatch.setenv("COUNCIL_CONFIG", str(ROOT / "council.toml"))
    return replace(load(None), whatsapp=account)


async def look(settings: Settings, *, fix: bool = False) -> list[Finding]:
    """What the doctor says."""
    return await asyncio.to_thread(lambda: list(examine(settings, fix=fix)))


def bad(findings: list[Finding], words: str = "") -> list[tuple[str, str]]:
    """Warnings and faults that hold these words."""
    return [(one.level, one.text) for one in findings if one.level != "ok" and words in one.text]


async def sync(settings: Settings) -> None:
    """Bring Twilio up to what is needed."""
    assert settings.whatsapp is not None
    client = make_client(settings.whatsapp)
    steps = plan(await call(read, client), needed(settings.charter))
    await call(carry_out, client, steps, lambda _: None)
    whatsapp_client.close(client)


def english(settings: Settings) -> str:
    """The name of the English text at Twilio."""
    texts = [one for one in needed(settings.charter).wanted if one.category]
    return next(one.friendly_name for one in texts if one.language == "en")


def test_twilio_is_told_to_call_where_we_listen(account: WhatsAppAccount) -> None:
    """The addresses written at Twilio are those of the routes."""
    paths = (whatsapp_webhook.PATH, whatsapp_webhook.FALLBACK_PATH, whatsapp_webhook.STATUS_PATH)
    ours = (account.inbound_url, account.fallback_url, account.status_url)
    assert ours == tuple(f"{PUBLIC}{path}" for path in paths)


async def test_without_an_account_there_is_telegram_alone(settings: Settings) -> None:
    """Nothing is wrong with a bot that does not want WhatsApp."""
    found = await look(replace(settings, whatsapp=None))
    assert found == [Finding("ok", "WhatsApp is not set up: the bot runs on Telegram alone")]


async def test_a_fresh_account_is_told_what_to_do(settings: Settings) -> None:
    """Addresses are to be set, texts submitted and forms made, by commands that are named."""
    found = bad(await look(settings))
    lost = [text for level, text in found if level == "fault"]
    assert any("callback_url: run `council-bot doctor --fix`" in text for text in lost)
    assert any("no text is approved" in text for text in lost)
    assert any("English was not submitted: run `council-bot templates sync`" in t for _, t in found)
    assert any("100 of 100 forms with buttons are missing" in text for _, text in found)


async def test_addresses_are_mended(twilio: TwilioSandbox, settings: Settings) -> None:
    """After `--fix` Twilio calls us where we listen, and the doctor finds nothing more."""
    mended = await look(settings, fix=True)
    assert Finding("ok", f"the sender was mended: {', '.join(RIGHT)}") in mended
    assert {name: twilio.sender_webhook[name] for name in RIGHT} == RIGHT
    assert not bad(await look(settings), "_url")


async def test_nothing_is_changed_unasked(twilio: TwilioSandbox, settings: Settings) -> None:
    """Looking is only looking."""
    await look(settings)
    assert {made.method for made in twilio.calls} == {"GET"}


@pytest.mark.parametrize(
    ("name", "stands", "level"),
    [
        ("callback_url", "https://elsewhere.example/whatsapp#rc=3&rp=all", "fault"),
        ("callback_url", f"{PUBLIC}/whatsapp/{AGAIN}", "fault"),
        ("callback_url", "", "fault"),
        ("callback_url", f"{PUBLIC}/whatsapp", "warning"),
        ("callback_url", f"{PUBLIC}/whatsapp#rc=0&rp=all", "warning"),
        ("callback_url", f"{PUBLIC}/whatsapp#rc=3&rp=ct", "warning"),
        ("callback_url", f"{PUBLIC}/whatsapp#rc=5&rp=all", ""),
        ("callback_url", f"{PUBLIC}/whatsapp#rp=ct,all", ""),
        ("fallback_url", "", "warning"),
        ("status_callback_url", "https://elsewhere.example", "warning"),
    ],
)
async def test_an_address_is_compared_as_twilio_calls_it(
    twilio: TwilioSandbox, settings: Settings, name: str, stands: str, level: str
) -> None:
    """Lost messages are a fault, calls that are not repeated a warning; other ways to say the
    same are as good."""
    twilio.sender_webhook.update(RIGHT | {name: stands})
    assert [one for one, _ in bad(await look(settings), "_url")] == ([level] if level else [])


async def test_a_service_that_calls_by_itself_is_mended(
    twilio: TwilioSandbox, settings: Settings, account: WhatsAppAccount
) -> None:
    """Where the number belongs to a messaging service, its addresses count too."""
    with_service = replace(account, messaging_service_sid=twilio.messaging_service_sid)
    settings = replace(settings, whatsapp=with_service)
    assert not bad(await look(settings), "messaging service")
    twilio.service["use_inbound_webhook_on_number"] = False
    assert len(bad(await look(settings), "messaging service has not")) == 3
    await look(settings, fix=True)
    assert twilio.service["inbound_request_url"] == RIGHT["callback_url"]
    assert twilio.service["fallback_url"] == RIGHT["fallback_url"]
    assert twilio.service["status_callback"] == RIGHT["status_callback_url"]
    assert not bad(await look(settings), "messaging service")


async def test_an_unknown_service_hides_nothing_else(
    settings: Settings, account: WhatsAppAccount
) -> None:
    """What cannot be asked is one fault, and the rest is looked at all the same."""
    with_service = replace(account, messaging_service_sid="MG" + "0" * 32)
    found = bad(await look(replace(settings, whatsapp=with_service)))
    assert (
        "fault",
        "WhatsApp, messaging service: Twilio has nothing of this name in this account",
    ) in found
    assert any("forms with buttons are missing" in text for _, text in found)


async def test_what_cannot_be_mended_is_said_in_full(
    twilio: TwilioSandbox, settings: Settings
) -> None:
    """Each address that Twilio did not take stands there, to be set by hand."""
    twilio.faults.add("UpdateChannelsSender", 500)
    found = [text for _, text in bad(await look(settings, fix=True))]
    assert "the sender could not be mended: Twilio has a fault of its own: try again later" in found
    for name, url in RIGHT.items():
        assert any(f"our {name}: set it in Twilio's console" in t and url in t for t in found)


async def test_a_number_that_is_no_sender_is_said(
    settings: Settings, account: WhatsAppAccount
) -> None:
    """It may be the one that Twilio lends to everybody: then a person must set the addresses."""
    other = replace(account, sender="whatsapp:+994500000001")
    found = bad(await look(replace(settings, whatsapp=other), fix=True))
    assert ("fault", "TWILIO_WHATSAPP_FROM is no WhatsApp sender of this account") in found
    assert any(text.endswith(RIGHT["callback_url"]) for _, text in found)
    assert not any("+994500000001" in text for _, text in found)


async def test_wrong_credentials_are_one_fault(
    settings: Settings, account: WhatsAppAccount
) -> None:
    """Nothing else is asked with them, and they are not repeated."""
    wrong = replace(account, auth_token=SecretStr("fedcba9876543210" * 2))
    (fault,) = await look(replace(settings, whatsapp=wrong))
    assert fault.level == "fault"
    assert "TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN" in fault.text
    assert "fedcba" not in fault.text


async def test_a_suspended_account_is_said(twilio: TwilioSandbox, settings: Settings) -> None:
    """Whether Twilio still talks about it or not."""
    twilio.account_status = "suspended"
    assert bad(await look(settings), "the account at Twilio is suspended")
    twilio.suspend()
    (fault,) = await look(settings)
    assert "or the account is suspended" in fault.text


async def test_twilio_that_is_not_reached_is_said(
    twilio: TwilioSandbox, settings: Settings
) -> None:
    """The address and the kind of fault, and no more."""
    await twilio.stop()
    (fault,) = await look(settings)
    assert fault.text == (
        f"WhatsApp, account: Twilio is not reached at {twilio.origin}: check the network"
        " (ConnectionError)"
    )


@pytest.mark.parametrize(
    ("judged", "level", "words"),
    [
        ("approve", "ok", "texts approved by WhatsApp: English"),
        ("pause", "warning", "the WhatsApp text in English is paused"),
        ("reject", "warning", "English is rejected (Too pushy.); change the text"),
        ("", "warning", "the WhatsApp text in English is received"),
    ],
)
async def test_each_text_is_told(
    twilio: TwilioSandbox, settings: Settings, judged: str, level: str, words: str
) -> None:
    """What Meta said of it, by language."""
    await sync(settings)
    if judged:
        more = ("Too pushy.",) if judged == "reject" else ()
        getattr(twilio, judged)(english(settings), *more)
    found = await look(settings)
    assert [one.level for one in found if words in one.text] == [level]
    assert Finding("ok", "forms with buttons stand at Twilio") in found


async def test_a_refused_list_is_understood(twilio: TwilioSandbox, settings: Settings) -> None:
    """Twilio's code is found also where the client hides it in the whole answer."""
    twilio.faults.add("ListContentAndApprovals", 429, code=20429)
    assert bad(await look(settings), "templates: Twilio was asked too much at once")


async def test_the_page_of_a_proxy_is_no_answer(twilio: TwilioSandbox, settings: Settings) -> None:
    """What is no answer of Twilio's is a finding too, and no traceback."""
    twilio.faults.add("FetchAccount", "garbage")
    (fault,) = await look(settings)
    assert fault.text == "WhatsApp, account: Twilio has a fault of its own: try again later"


def test_twilios_own_words_are_not_repeated() -> None:
    """They can quote an address or a text."""
    told = said(Exception("whatsapp:+994500000001 wrote: help"), "https://api.twilio.com")
    assert told.startswith("Twilio refuses (code 0)")
