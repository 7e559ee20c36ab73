"""Who may tell us something in Twilio's name."""

from typing import Any

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.whatsapp_signature import address, genuine

TOKEN = "sirr"
URL = "https://council.example/whatsapp"
FORM = {"Body": "Salam", "MessageSid": "SM1", "ButtonPayload": ""}
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


def signed(
    url: str = URL, form: Any = None, algorithm: str = "", token: str = TOKEN
) -> dict[str, str]:
    """The headers Twilio would send."""
    given = FORM if form is None else form
    signature = RequestValidator(token).compute_signature(url, given, algorithm or None)
    return {"X-Twilio-Signature": signature} | (
        {SETTINGS: f"key=webhooks_1,algorithm={algorithm}"} if algorithm else {}
    )


@pytest.mark.parametrize("algorithm", ["", "HMAC_SHA1", "HMAC_SHA256"])
def test_genuine(algorithm: str) -> None:
    """What Twilio signed is Twilio's, by either algorithm."""
    assert genuine(URL, FORM, signed(algorithm=algorithm), TOKEN)
    assert not genuine(URL, FORM | {"Body": "Salam!"}, signed(algorithm=algorithm), TOKEN)
    assert not genuine(URL, FORM, signed(algorithm=algorithm, token="other"), TOKEN)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("http://council.example/whatsapp", FORM),
        ("https://council.example/whatsapp/", FORM),
        ("https://council.example/whatsapp?label=1", FORM),
        ("https://council.example/whatsapp/status", FORM),
        ("https://other.example/whatsapp", FORM),
        (URL, {"Body": "Salam", "MessageSid": "SM1"}),
        (URL, FORM | {"From": ""}),
        (URL, FORM | {"From": "x"}),
        (URL, {}),
    ],
)
def test_another_request(url: str, form: dict[str, str]) -> None:
    """A signature holds for one address and all fields: not a path, a blank or a new one differs."""
    assert not genuine(url, form, signed(), TOKEN)


def test_fields_that_come_twice() -> None:
    """Repeated fields are signed together, whatever their order."""
    twice = MultiDict([("a", "2"), ("a", "1"), ("b", "")])
    assert genuine(URL, twice, signed(form=twice), TOKEN)
    assert not genuine(URL, MultiDict([("a", "2"), ("b", "")]), signed(form=twice), TOKEN)


def test_ports_and_fragments() -> None:
    """The port may be named or not, and what follows "#" is not signed."""
    assert genuine("https://council.example:443/whatsapp", FORM, signed(), TOKEN)
    assert genuine(f"{URL}#rc=3&rp=all", FORM, signed(), TOKEN)


@pytest.mark.parametrize(
    ("url", "form", "headers", "token"),
    [
        (URL, FORM, {}, TOKEN),
        (URL, FORM, {"X-Twilio-Signature": ""}, TOKEN),
        (URL, FORM, {"X-Twilio-Signature": "сирр"}, TOKEN),
        (URL, FORM, signed() | {SETTINGS: "algorithm=HMAC_MD5"}, TOKEN),
        (URL, FORM, signed() | {SETTINGS: "algorithm=HMAC_SHA256"}, TOKEN),
        (URL, FORM, signed(token=""), ""),
        (URL, FORM | {"Body": "\ud800"}, signed(), TOKEN),
        ("https://council.example:port/whatsapp", FORM, signed(), TOKEN),
        ("https://[council/whatsapp", FORM, signed(), TOKEN),
        ("", FORM, signed(), TOKEN),
    ],
)
def test_never_raises(url: str, form: Any, headers: dict[str, str], token: str) -> None:
    """What is missing or broken is no signature, and no error."""
    assert genuine(url, form, headers, token) is False


@pytest.mark.parametrize(
    ("public_url", "query", "known_as"),
    [
        ("https://council.example", "", URL),
        ("https://council.example/", "", URL),
        ("https://council.example/#rc=3&rp=all", "", URL),
        ("https://council.example", "label=12.1&b=%2F", f"{URL}?label=12.1&b=%2F"),
        ("https://x.example/bot/", "", "https://x.example/bot/whatsapp"),
    ],
)
def test_address(public_url: str, query: str, known_as: str) -> None:
    """We are known by the configured address; the query is as it came."""
    assert address(public_url, "/whatsapp", query) == known_as
