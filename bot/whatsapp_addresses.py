"""Whether Twilio calls us where we listen, and again when that fails; mended if asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urldefrag

from twilio.rest.messaging.v2.channels_sender import (  # type: ignore[import-untyped]
    ChannelsSenderList,
)

from bot.finding import Finding
from bot.twilio_faults import TROUBLES, said
from bot.whatsapp_account import WhatsAppAccount

AGAIN = "#rc=3&rp=all"
"""Put behind an address, it makes Twilio call up to three times more, whatever went wrong."""
CONSOLE = "in Twilio's console, at Messaging, Senders, WhatsApp senders"


@dataclass(frozen=True)
class Place:
    """Where Twilio keeps addresses of ours: what it calls them, the first the one for messages."""

    whose: str
    inbound: str
    fallback: str
    status: str

    def wanted(self, account: WhatsAppAccount) -> dict[str, str]:
        """The addresses that should stand there."""
        return {
            self.inbound: account.inbound_url + AGAIN,
            self.fallback: account.fallback_url + AGAIN,
            self.status: account.status_url + AGAIN,
        }


SENDER = Place("the sender", "callback_url", "fallback_url", "status_callback_url")
SERVICE = Place("the messaging service", "inbound_request_url", "fallback_url", "status_callback")


def of_sender(sender: Any, account: WhatsAppAccount, *, fix: bool) -> Iterator[Finding]:
    """The addresses of the WhatsApp sender itself."""

    def change(urls: Mapping[str, str]) -> None:
        methods = {name.replace("_url", "_method"): "POST" for name in urls}
        request = {"webhook": {**urls, **methods}}
        sender.update(ChannelsSenderList.MessagingV2ChannelsSenderRequestsUpdate(request))

    yield from _examined(SENDER, account, sender.webhook or {}, change, fix=fix)


def of_service(service: Any, account: WhatsAppAccount, *, fix: bool) -> Iterator[Finding]:
    """The addresses of the service that the sender belongs to, if it does not leave them to it."""
    if service.use_inbound_webhook_on_number:
        yield Finding("ok", f"{SERVICE.whose} leaves it to the sender where to call")
        return

    def change(urls: Mapping[str, str]) -> None:
        service.update(**urls)

    stands = {name: getattr(service, name) for name in SERVICE.wanted(account)}
    yield from _examined(SERVICE, account, stands, change, fix=fix)


def by_hand(account: WhatsAppAccount) -> Iterator[Finding]:
    """What to set where this program cannot: a sender that Twilio lends to many, for one."""
    for name, url in SENDER.wanted(account).items():
        yield Finding("warning", f"if it is Twilio's sandbox, set there by hand {name}: {url}")


def _examined(
    place: Place,
    account: WhatsAppAccount,
    stands: Mapping[str, Any],
    change: Callable[[Mapping[str, str]], None],
    *,
    fix: bool,
) -> Iterator[Finding]:
    wanted = place.wanted(account)
    wrong = {name: url for name, url in wanted.items() if not _good(stands.get(name), url)}
    if not wrong:
        yield Finding("ok", f"{place.whose} calls us at PUBLIC_URL, and again when that fails")
        return
    trouble = ""
    if fix:
        try:
            change(wanted)  # all of them: what is left out might be emptied
        except TROUBLES as error:
            trouble = said(error, account.messaging_base_url)
            yield Finding("fault", f"{place.whose} could not be mended: {trouble}")
        else:
            yield Finding("ok", f"{place.whose} was mended: {', '.join(wrong)}")
            return
    how = "set it" if trouble else "run `council-bot doctor --fix`, or set it by hand"
    for name, url in wrong.items():
        lost = name == place.inbound and not _same(stands.get(name), url)
        text = f"{place.whose} has not our {name}: {how} {CONSOLE}: {url}"
        yield Finding("fault" if lost else "warning", text)


def _same(stands: Any, wanted: str) -> bool:
    """Whether this is the same address, whatever else Twilio is told behind it."""
    return urldefrag(str(stands or "")).url == urldefrag(wanted).url


def _good(stands: Any, wanted: str) -> bool:
    """Whether it is the same address, and called again after any failure."""
    told = parse_qs(urldefrag(str(stands or "")).fragment)
    repeats = told.get("rc", ["1"])[0] != "0" and "all" in ",".join(told.get("rp", [])).split(",")
    return _same(stands, wanted) and repeats
