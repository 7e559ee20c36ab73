"""What is understood of Twilio's forms, payload by payload."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transport import Receipt, Standing, Unparsable
from bot.whatsapp_in import STANDINGS, parse, parse_receipt
from handlers.messages import Attachment, AttachmentKind, Incoming

SENDER = "whatsapp:+15005550006"
AMARA = "AZ.1A2B3C4D5E6F"
NUMBER = "+994500000001"
CARD = "SM" + "9" * 32
FOLDER = Path(__file__).parents[1] / "payloads" / "whatsapp"
PAYLOADS = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}

PRIVATE_WORDS = ("Amara", "Okafor", "Farid", "Boss", "fb.me", "contract.jpg", "outside the allowed")


def file(name: str, kind: AttachmentKind, mime: str, number: int = 0) -> Attachment:
    return Attachment(kind, PAYLOADS[name][f"MediaUrl{number}"], mime)


# what each form of a person means, leaving out what is the same for all
MEANINGS: dict[str, dict[str, Any] | None] = {
    "text": {"text": "  My boss has not paid me\nfor two months.  "},
    "text_without_user_id": {"text": "hello", "address": NUMBER, "phone": ""},
    "text_without_number": {"text": "hello", "phone": ""},
    "text_without_number_or_user_id": {"text": "hello", "phone": ""},
    "text_number_in_wa_id_only": {"text": "hello"},
    "text_longest_user_id": {"text": "hello", "address": "AZ." + "a1B2" * 32},
    "text_persian": {"text": "سلام، کارفرما گذرنامه‌ام را پس نمی‌دهد 😔"},
    "text_reply": {"text": "Yes, in October", "reply_to": CARD},
    "text_forwarded": {"text": "Come on Monday with your passport", "forwarded": True},
    "text_forwarded_often": {"text": "Pay first", "forwarded": True},
    "text_number": {"text": "1"},
    "text_stop_inside": {"text": "Please make them STOP taking our passports"},
    "text_from_advertisement": {"text": "hello"},
    "text_unheard_of_fields": {"text": "hello"},
    "photo": {"attachments": (file("photo", "photo", "image/jpeg"),)},
    "photo_caption": {
        "text": "This is the contract",
        "attachments": (file("photo_caption", "photo", "image/jpeg"),),
    },
    "photo_two": {
        "text": "both pages",
        "attachments": (
            file("photo_two", "photo", "image/jpeg"),
            file("photo_two", "photo", "image/png", 1),
        ),
    },
    "photo_as_document": {
        "attachments": (file("photo_as_document", "document", "image/jpeg"),),
    },
    "sticker": {"attachments": (file("sticker", "sticker", "image/webp"),)},
    "voice": {"attachments": (file("voice", "voice", "audio/ogg"),)},
    "audio": {"attachments": (file("audio", "audio", "audio/mp4"),)},
    "video": {"text": "Our room", "attachments": (file("video", "video", "video/mp4"),)},
    "document": {"attachments": (file("document", "document", "application/pdf"),)},
    "document_without_type": {
        "attachments": (file("document_without_type", "document", "application/octet-stream"),)
    },
    "contact": {"refused": "contact"},
    "contact_old_type": {"refused": "contact"},
    "contact_without_card": {"refused": "contact"},
    "location": {"attachments": (Attachment("location", latitude=40.4093, longitude=49.8671),)},
    "location_named": {
        "text": "Construction site 5\nHeydar Aliyev Avenue 77, Baku",
        "attachments": (Attachment("location", latitude=40.37, longitude=49.84),),
    },
    "press_button": {"happened": "press", "press": "send:4827", "reply_to": CARD},
    "press_list": {"happened": "press", "press": "languages", "reply_to": CARD},
    "press_without_number": {
        "happened": "press",
        "press": "change",
        "reply_to": CARD,
        "phone": "",
    },
    "button_without_payload": {"text": "Read it", "reply_to": CARD},
    "stop": {"text": "STOP", "opted": "out"},
    "start": {"text": "START", "opted": "in"},
    "help": {"text": "HELP"},
    "order": {"refused": "unsupported"},
    "system": {"refused": "unsupported"},
    "unsupported": {"refused": "unsupported"},
    "unheard_of": {"refused": "unsupported"},
    "unheard_of_with_words": {"text": "can you see this"},
    "reaction": {"refused": "reaction"},
    "from_ourselves": None,
}

RECEIPTS: dict[str, tuple[Standing, str]] = {
    "receipt_queued": ("accepted", ""),
    "receipt_accepted": ("accepted", ""),
    "receipt_scheduled": ("accepted", ""),
    "receipt_sending": ("accepted", ""),
    "receipt_sent": ("sent", ""),
    "receipt_delivered": ("delivered", ""),
    "receipt_read": ("read", ""),
    "receipt_failed": ("failed", "63016"),
    "receipt_undelivered": ("failed", "63024"),
    "receipt_canceled": ("failed", ""),
    "receipt_with_body": ("sent", ""),
    "receipt_sms_status_only": ("delivered", ""),
}


def test_every_payload_has_a_meaning() -> None:
    """No payload lies there untested."""
    assert {*MEANINGS, *RECEIPTS} == set(PAYLOADS)


def expected(name: str) -> Incoming | None:
    """The whole meaning: what is the same for all, and what the table says."""
    told = MEANINGS[name]
    if told is None:
        return None
    sid = PAYLOADS[name]["MessageSid"]
    usual = {"address": AMARA, "phone": NUMBER, "key": f"m:{sid}", "message_id": sid}
    return Incoming(channel="whatsapp", **{**usual, **told})


@pytest.mark.parametrize("name", sorted(MEANINGS))
def test_what_a_form_means(name: str) -> None:
    """Each form means exactly what the table says."""
    assert parse(PAYLOADS[name], SENDER) == expected(name)


@pytest.mark.parametrize("name", sorted(RECEIPTS))
def test_what_a_callback_means(name: str) -> None:
    """Each callback tells the standing of one message, wherever it arrives."""
    standing, code = RECEIPTS[name]
    receipt = Receipt("whatsapp", PAYLOADS[name]["SmsSid"], standing, code)
    assert parse(PAYLOADS[name], SENDER) == receipt
    labelled = parse_receipt(PAYLOADS[name], "12.1")
    assert labelled == Receipt("whatsapp", PAYLOADS[name]["SmsSid"], standing, code, "12.1")


def test_every_standing_of_the_specification() -> None:
    """Every standing that Twilio's specification names is known, or is one of what comes in."""
    told = "queued sending sent failed delivered undelivered receiving received accepted scheduled read partially_delivered canceled"
    assert set(told.split()) - STANDINGS.keys() == {"receiving", "received", "partially_delivered"}


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_names_stay_outside(name: str) -> None:
    """Nobody's name, no file's name and no words of Twilio's come in."""
    incoming = repr(parse(PAYLOADS[name], SENDER))
    assert not [word for word in PRIVATE_WORDS if word in incoming]


def changed(name: str, **fields: Any) -> dict[str, str]:
    """A form with fields replaced; those set to ... are taken out."""
    return {key: value for key, value in (PAYLOADS[name] | fields).items() if value is not ...}


def incoming(name: str, **fields: Any) -> Incoming:
    """What a changed form means, where somebody said something."""
    told = parse(changed(name, **fields), SENDER)
    assert isinstance(told, Incoming)
    return told


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "MessageSid"),
        (changed("text", MessageSid=..., SmsSid=...), "MessageSid"),
        (changed("text", MessageSid="x" * 65), "MessageSid"),
        (changed("text", From=..., ExternalUserId=..., WaId=...), "From"),
        (changed("text", From="whatsapp:", ExternalUserId="", WaId="?"), "From"),
        (changed("text", From="whatsapp:+" + "1" * 200, ExternalUserId=...), "From"),
        (changed("text", From="whatsapp:+" + "1" * 200), "From"),
        (changed("photo", NumMedia="-1"), "NumMedia"),
        (changed("photo", NumMedia="many"), "NumMedia"),
        (changed("photo", NumMedia="11"), "NumMedia"),
        (changed("photo", NumMedia="9" * 5000), "NumMedia"),
        (changed("photo", NumMedia="²"), "NumMedia"),
        (changed("photo", NumMedia="2"), "MediaUrl1"),
        (changed("photo", MediaUrl0=""), "MediaUrl0"),
        (changed("photo", MediaUrl0="https://x/" + "y" * 3000), "MediaUrl0"),
        (changed("location", Latitude="91"), "Latitude"),
        (changed("location", Latitude="nan"), "Latitude"),
        (changed("location", Latitude="here"), "Latitude"),
        (changed("location", Longitude=...), "Longitude"),
        (changed("location", Longitude="inf"), "Longitude"),
        (changed("receipt_sent", MessageSid=..., SmsSid=...), "MessageSid"),
    ],
)
def test_what_cannot_be_understood(form: dict[str, str], field: str) -> None:
    """A wrong field is named, and only its name."""
    with pytest.raises(Unparsable) as caught:
        parse(form, SENDER)
    assert str(caught.value) == field


@pytest.mark.parametrize("status", ["", "received", "teleported"])
def test_a_standing_nobody_has_heard_of(status: str) -> None:
    """A callback that says nothing we know is no receipt."""
    with pytest.raises(Unparsable) as caught:
        parse_receipt(changed("receipt_sent", MessageStatus=status, SmsStatus=status), "")
    assert str(caught.value) == "MessageStatus"


@pytest.mark.parametrize(
    ("fields", "address", "phone"),
    [
        ({}, AMARA, NUMBER),
        ({"ExternalUserId": ""}, NUMBER, ""),
        ({"ExternalUserId": "whatsapp:+994500000001"}, NUMBER, ""),
        ({"ExternalUserId": AMARA, "From": NUMBER}, AMARA, NUMBER),
        ({"From": "whatsapp:AZ.1A2B3C4D5E6F", "WaId": ""}, AMARA, ""),
        ({"From": "whatsapp:AZ.1A2B3C4D5E6F"}, AMARA, NUMBER),
        ({"From": "whatsapp:994-50 000"}, AMARA, "994-50 000"),
        ({"From": "", "ExternalUserId": ""}, NUMBER, ""),
        ({"From": "whatsapp:az.1A2B3C", "ExternalUserId": ""}, "az.1A2B3C", ""),
        ({"From": "whatsapp:AZ." + "a" * 129, "ExternalUserId": ""}, "AZ." + "a" * 129, ""),
    ],
)
def test_who_it_is(fields: dict[str, str], address: str, phone: str) -> None:
    """WhatsApp's own id comes first; what does not look like one is a number, whatever it looks like."""
    told = incoming("text", **fields)
    assert (told.address, told.phone) == (address, phone)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"Body": "a\x00b"}, "ab"),
        ({"Body": "a\ud83d b"}, "a\ufffd b"),
        ({"Body": "x" * 70_000}, "x" * 70_000),
        ({"Body": "hello", "MessageType": ...}, "hello"),
        ({"Body": "hello", "NumMedia": ...}, "hello"),
        ({"Body": "hello", "To": "whatsapp:+15005550001"}, "hello"),
        ({"Body": "hello", "SmsStatus": ...}, "hello"),
        ({"Body": "hello", "SmsStatus": "sent"}, "hello"),
        ({"Body": "Read it", "ButtonText": "Read it", "ButtonPayload": ""}, "Read it"),
        ({"Body": "", "ListTitle": "2 Visa", "ListId": ""}, "2 Visa"),
    ],
)
def test_what_is_taken_all_the_same(fields: dict[str, Any], text: str) -> None:
    """Characters nobody can store are taken out; nothing else of the words is lost."""
    assert incoming("text", **fields).text == text


def test_the_name_of_a_document() -> None:
    """The name of a file is not kept, but words beside it are."""
    pdf = {"MediaContentType0": "application/pdf"}
    assert incoming("document", Body="Farid Boss.PDF", **pdf).text == ""
    assert incoming("document", Body="see site.com", **pdf).text == "see site.com"
    assert incoming("document", Body="pdf", **pdf).text == "pdf"
    assert incoming("document", Body="look\nat my.pdf", **pdf).text == "look\nat my.pdf"


@pytest.mark.parametrize(
    ("mime", "kind", "kept"),
    [
        ("IMAGE/PNG", "photo", "image/png"),
        ("image/gif", "photo", "image/gif"),
        ("audio/ogg", "voice", "audio/ogg"),
        ("audio/amr", "audio", "audio/amr"),
        ("video/3gpp", "video", "video/3gpp"),
        ("application/zip", "document", "application/zip"),
        ("text/plain; charset=utf-8", "document", "text/plain"),
        ("not a type", "document", "application/octet-stream"),
        ("a/b\x00<script>", "document", "application/octet-stream"),
    ],
)
def test_kinds(mime: str, kind: AttachmentKind, kept: str) -> None:
    """A file is what its type says, and nothing where that is no type."""
    [attachment] = incoming("photo", MediaContentType0=mime).attachments
    assert (attachment.kind, attachment.mime, attachment.size) == (kind, kept, None)


def test_an_unknown_sender() -> None:
    """Where our own address is not told, a callback is known by what it leaves out."""
    assert isinstance(parse(PAYLOADS["receipt_read"], ""), Receipt)
    assert parse(PAYLOADS["text"], "") == expected("text")


POISON = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=12),
    st.sampled_from(["", "\x00", "nan", "-1", "9" * 400, "whatsapp:", "AZ.x", "true", "STOP"]),
)


@settings(max_examples=600, deadline=None)
@given(
    name=st.sampled_from(sorted(PAYLOADS)),
    poison=st.lists(st.one_of(POISON, st.just(...)), min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
)
def test_hostile_forms(name: str, poison: list[Any], seed: int) -> None:
    """Whatever is wrong or missing, the answer can be stored, is None, or is Unparsable."""
    chance = random.Random(seed)
    form = changed(name, **{chance.choice(sorted(PAYLOADS[name])): bad for bad in poison})
    try:
        told = parse(form, SENDER)
    except Unparsable:
        return
    if isinstance(told, Receipt):
        told.message_id.encode()
        assert told.code == "" or told.code.isdigit()
    if not isinstance(told, Incoming):
        return
    for words in (told.key, told.address, told.phone, told.text, told.press, told.reply_to):
        assert "\x00" not in words
        words.encode()
    assert told.address
    assert len(told.key) < 200
    assert told.reply_text == told.press_id == told.language_hint == ""
    assert not (told.refused and (told.text or told.attachments or told.press))
    assert (told.happened == "press") == bool(told.press)
