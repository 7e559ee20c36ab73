"""What is wrong with WhatsApp and how to mend it."""

from collections.abc import Iterable, Iterator

from twilio.rest import Client  # type: ignore[import-untyped]

from bot import templates_sync, whatsapp_addresses, whatsapp_client
from bot.finding import Finding
from bot.settings import Settings
from bot.template_table import needed
from bot.templates_at_twilio import read
from bot.templates_sync import Step
from bot.twilio_faults import TROUBLES, said
from bot.whatsapp_account import WhatsAppAccount
from handlers.charter import Charter
from handlers.language import OWN_NAMES

ONLINE = ("ONLINE", "ONLINE:UPDATING")
SYNC = "run `council-bot templates sync`"


def examine(settings: Settings, *, fix: bool = False) -> Iterator[Finding]:
    """Everything about WhatsApp that can be checked without writing to anybody.

    With `fix` the addresses at which Twilio calls us are set there.
    """
    account = settings.whatsapp
    if account is None:
        yield Finding("ok", "WhatsApp is not set up: the bot runs on Telegram alone")
        return
    client = whatsapp_client.make_client(account)
    checks = {
        "account": _account(client, account),
        "sender": _sender(client, account, fix),
        "messaging service": _service(client, account, fix),
        "templates": _templates(client, settings.charter),
    }
    try:
        for what, findings in checks.items():
            try:
                yield from findings
            except TROUBLES as error:
                yield Finding("fault", f"WhatsApp, {what}: {said(error, account.api_base_url)}")
                if what == "account":
                    return
    finally:
        whatsapp_client.close(client)


def _account(client: Client, account: WhatsAppAccount) -> Iterator[Finding]:
    status = client.api.v2010.accounts(account.account_sid).fetch().status
    if status == "active":
        yield Finding("ok", "Twilio knows the account")
    else:
        yield Finding("fault", f"the account at Twilio is {status}: see Twilio's console")


def _sender(client: Client, account: WhatsAppAccount, fix: bool) -> Iterator[Finding]:
    """Whether it is a number of ours that people write to, and whether what they write comes."""
    listed = client.messaging.v2.channels_senders.list(channel="whatsapp", page_size=100)
    sender = next((one for one in listed if one.sender_id == account.sender), None)
    if sender is None:
        yield Finding("fault", "TWILIO_WHATSAPP_FROM is no WhatsApp sender of this account")
        yield from whatsapp_addresses.by_hand(account)
        return
    if sender.status in ONLINE:
        yield Finding("ok", "the WhatsApp sender is online")
    else:
        where = whatsapp_addresses.CONSOLE
        yield Finding("fault", f"the WhatsApp sender is {sender.status}: see why {where}")
    yield from whatsapp_addresses.of_sender(sender, account, fix=fix)


def _service(client: Client, account: WhatsAppAccount, fix: bool) -> Iterator[Finding]:
    if account.messaging_service_sid is not None:
        service = client.messaging.v1.services(account.messaging_service_sid).fetch()
        yield from whatsapp_addresses.of_service(service, account, fix=fix)


def _templates(client: Client, charter: Charter) -> Iterator[Finding]:
    """Whether people can be told that an answer waits, in which languages, and have buttons."""
    table = needed(charter)
    steps = templates_sync.plan(read(client), table)
    texts = [step for step in steps if step.wanted and step.wanted.category]
    approved = [step for step in texts if step.status == "approved"]
    if approved:
        yield Finding("ok", f"texts approved by WhatsApp: {_languages(approved)}")
    else:
        yield Finding(
            "fault",
            "no text is approved: whoever has not written for a day hears of no answer",
        )
    for step in texts:
        if step not in approved:
            yield Finding("warning", _hindrance(step))
    for language, why in table.without.items():
        yield Finding("warning", f"no WhatsApp text in {OWN_NAMES.get(language, language)}: {why}")
    forms = [step for step in steps if step.wanted and not step.wanted.category]
    missing = sum(step.action == "create" for step in forms)
    if missing:
        yield Finding(
            "warning", f"{missing} of {len(forms)} forms with buttons are missing: {SYNC}"
        )
    else:
        yield Finding("ok", "forms with buttons stand at Twilio")


def _hindrance(step: Step) -> str:
    if step.action in ("create", "submit"):
        return f"the WhatsApp text in {_languages([step])} was not submitted: {SYNC}"
    if step.action == "rejected":
        return f"the WhatsApp text in {_languages([step])} is {step.text.partition(': ')[2]}"
    return f"the WhatsApp text in {_languages([step])} is {step.status}"


def _languages(steps: Iterable[Step]) -> str:
    codes = [step.wanted.language for step in steps if step.wanted]
    return ", ".join(OWN_NAMES.get(code, code) for code in codes)
