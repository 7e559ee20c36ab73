"""What is understood of Telegram's updates, payload by payload."""

import json
import random
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram_in import parse
from bot.transport import Unparsable
from handlers.messages import Attachment, Incoming

BOT = 42
NODIRA = "700100200"
GROUP = "-1001234500000"
FOLDER = Path(__file__).parents[1] / "payloads" / "telegram"
PAYLOADS = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
SENT_AT = datetime(2026, 11, 5, 10, tzinfo=UTC)

PRIVATE_WORDS = (
    "Nodira", "nodira_k", "Karimova", "Farid", "farid_boss", "700100999", "994501234567", "VCARD",
    "Boss", "nodira_by_stickers", "Baku workers",
)  # fmt: skip


def photo(number: int, **more: Any) -> Attachment:
    return Attachment("photo", f"AgACAg{number}x", "image/jpeg", 150000, **more)


ALBUM = "13650000000000001"

# what each payload means, leaving out what is the same for all
MEANINGS: dict[str, dict[str, Any] | None] = {
    "text": {"text": "  Salom!\nMenga maosh bermadilar.  "},
    "text_arabic": {"text": 'مرحبا، لدي شكوى بخصوص "السكن" ١٢٣'},
    "text_no_language": {"text": "hi", "language_hint": ""},
    "text_entities": {"text": "😀 bold https://example.org"},
    "start_invitation": {"text": "/start c_AbC-123"},
    "text_reply": {
        "text": "Yes, in October",
        "reply_to": "55",
        "reply_text": "Your request MC 4827 1935 6: when did the work begin?",
    },
    "text_forwarded": {"text": "Come on Monday with your passport", "forwarded": True},
    "text_forwarded_hidden": {"text": "Pay first", "forwarded": True},
    "photo_caption": {"text": "This is the contract", "attachments": (photo(1),)},
    "photo_album_1of2": {"text": "both pages", "attachments": (photo(2, album=ALBUM),)},
    "photo_album_2of2": {"attachments": (photo(3, album=ALBUM),)},
    "live_photo": {"attachments": (photo(4),)},
    "voice": {"attachments": (Attachment("voice", "AwACAgV1", "audio/ogg", 28000, 7),)},
    "audio": {"attachments": (Attachment("audio", "CQACAgA1", "audio/mp4", 900000, 61),)},
    "video": {
        "text": "Our room",
        "attachments": (Attachment("video", "BAACAgD1", "video/mp4", 4200000, 12),),
    },
    "video_note": {"attachments": (Attachment("video_note", "DQACAgN1", "video/mp4", 400000, 5),)},
    "animation": {"attachments": (Attachment("animation", "CgACAgG1", "video/mp4", 50000, 3),)},
    "document": {"attachments": (Attachment("document", "BQACAgF1", "application/pdf", 900000),)},
    "document_no_mime": {
        "attachments": (Attachment("document", "BQACAgF1", "application/octet-stream", 11),)
    },
    "document_too_big": {"refused": "too_big"},
    "document_contact_card": {"refused": "contact"},
    "sticker": {"attachments": (Attachment("sticker", "CAACAgS1", "image/webp", 21000),)},
    "sticker_animated": {
        "attachments": (Attachment("sticker", "CAACAgS2", "application/x-tgsticker"),)
    },
    "location": {
        "attachments": (Attachment("location", latitude=40.4093, longitude=49.8671),),
    },
    "venue": {
        "text": "Construction site 5\nHeydar Aliyev Avenue 77, Baku",
        "attachments": (Attachment("location", latitude=40.37, longitude=49.84),),
    },
    "contact": {"refused": "contact"},
    "dice": {"refused": "unsupported"},
    "poll": {"refused": "unsupported"},
    "story": {"refused": "unsupported"},
    "paid_media": {"refused": "unsupported"},
    "checklist": {"refused": "unsupported"},
    "unheard_of": {"refused": "unsupported"},
    "service_pinned": None,
    "service_timer": None,
    "from_ourselves": None,
    "edited_text": {
        "happened": "edit",
        "text": "Menga IKKI oy maosh bermadilar",
        "key": "42:e:700100200:136:1793872860:efb5cfa8",
    },
    "edited_caption": {
        "happened": "edit",
        "text": "better caption",
        "attachments": (photo(5),),
        "key": "42:e:700100200:137:1793872860:24ef9957",
    },
    "edited_live_location": None,
    "edited_group": None,
    "press": {
        "happened": "press",
        "key": "42:c:4382bfdwdsb323b2d9",
        "message_id": "300",
        "press": "take:12",
        "press_id": "4382bfdwdsb323b2d9",
        "reply_text": "MC 4827 1935 6 · new request",
    },
    "press_inaccessible": {
        "happened": "press",
        "key": "42:c:4382bfdwdsb323b2e0",
        "message_id": "300",
        "press": "take:12",
        "press_id": "4382bfdwdsb323b2e0",
    },
    "press_without_message": {
        "happened": "press",
        "key": "42:c:4382bfdwdsb323b2e1",
        "message_id": "",
        "press": "take:12",
        "press_id": "4382bfdwdsb323b2e1",
    },
    "press_game": None,
    "press_group": {
        "happened": "press",
        "key": "42:c:4382bfdwdsb323b2e3",
        "address": GROUP,
        "message_id": "300",
        "press_id": "4382bfdwdsb323b2e3",
        "refused": "group",
    },
    "blocked": {"happened": "blocked", "key": "42:s:700100200:1793872800:kicked"},
    "unblocked": {"happened": "unblocked", "key": "42:s:700100200:1793872800:member"},
    "added_to_group": {
        "refused": "group",
        "address": GROUP,
        "key": f"42:s:{GROUP}:1793872800:member",
    },
    "removed_from_group": None,
    "group_text": None,
    "group_command": {"refused": "group", "address": GROUP},
    "group_reply_to_us": {"refused": "group", "address": GROUP},
    "group_anonymous_admin": {"refused": "group", "address": GROUP, "language_hint": ""},
    "group_migrated": None,
    "channel_post": None,
    "reaction": None,
    "unheard_of_update": None,
}


def expected(name: str) -> Incoming | None:
    """The whole meaning: what is the same for all, and what the table says."""
    told = MEANINGS[name]
    if told is None:
        return None
    usual: dict[str, Any] = {"address": NODIRA, "language_hint": "uz"}
    kind = next(key for key in PAYLOADS[name] if key != "update_id")
    if kind in ("message", "edited_message"):
        message = PAYLOADS[name][kind]
        usual["message_id"] = str(message["message_id"])
        usual["key"] = f"42:m:{message['chat']['id']}:{message['message_id']}"
    if kind != "callback_query":
        date = PAYLOADS[name][kind].get("edit_date", PAYLOADS[name][kind]["date"])
        usual["sent_at"] = datetime.fromtimestamp(date, UTC)
    return Incoming(channel="telegram", **{**usual, **told})


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_what_a_payload_means(name: str) -> None:
    """Each payload means exactly what the table says."""
    assert parse(PAYLOADS[name], BOT) == expected(name)


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_names_stay_outside(name: str) -> None:
    """Nobody's name, handle, phone or file name comes in."""
    incoming = repr(parse(PAYLOADS[name], BOT))
    assert not [word for word in PRIVATE_WORDS if word in incoming]


def changed(name: str, **fields: Any) -> dict[str, Any]:
    """A payload with fields of its message replaced; those set to ... are taken out."""
    update: dict[str, Any] = deepcopy(PAYLOADS[name])
    kind = next(key for key in update if key != "update_id")
    update[kind] |= fields
    update[kind] = {key: value for key, value in update[kind].items() if value is not ...}
    return update


@pytest.mark.parametrize(
    ("update", "field"),
    [
        (None, "update"),
        ([], "update"),
        ({"message": None}, "message"),
        ({"message": []}, "message"),
        (changed("text", chat=...), "chat"),
        (changed("text", chat={"id": "1", "type": "private"}), "id"),
        (changed("text", chat={"id": 700100200}), "type"),
        (changed("text", chat={"id": True, "type": "private"}), "id"),
        (changed("text", chat={"id": 700100201, "type": "private"}), "from"),
        (changed("text", **{"from": ...}), "from"),
        (changed("text", message_id=...), "message_id"),
        (changed("text", message_id=-1), "message_id"),
        (changed("text", message_id=1.0), "message_id"),
        (changed("text", date=10**12), "date"),
        (changed("text", date=10**400), "date"),
        (changed("text", date=-5), "date"),
        (changed("text", text=["a"]), "text"),
        (changed("photo_caption", photo=[]), "photo"),
        (changed("photo_caption", photo=[1]), "photo"),
        (changed("photo_caption", photo=[{}]), "file_id"),
        (changed("photo_caption", caption=5), "caption"),
        (changed("voice", voice={"duration": 3}), "file_id"),
        (changed("voice", voice={"file_id": "x" * 1000}), "file_id"),
        (changed("location", location={"latitude": 91, "longitude": 0}), "latitude"),
        (changed("location", location={"latitude": float("nan"), "longitude": 0}), "latitude"),
        (changed("edited_text", edit_date=...), "edit_date"),
        (changed("press", id=7), "id"),
        (changed("press", data={}), "data"),
        (changed("press", message=7), "message"),
        (changed("blocked", new_chat_member=...), "new_chat_member"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood(update: object, field: str) -> None:
    """A wrong field is named, and only its name."""
    with pytest.raises(Unparsable) as caught:
        parse(update, BOT)
    assert str(caught.value) == field


@pytest.mark.parametrize(
    ("update", "text"),
    [
        (changed("text", text="a\x00b"), "ab"),
        (changed("text", text="a\ud83d b"), "a\ufffd b"),
        (changed("text", text="\ud83d\ude00"), "😀"),
        (changed("photo_caption", caption="\x00c"), "c"),
        (changed("text", reply_to_message={"message_id": "x"}), PAYLOADS["text"]["message"]["text"]),
    ],
)  # fmt: skip
def test_what_is_mended(update: object, text: str) -> None:
    """Characters nobody can store are taken out, and a broken decoration does not cost the words."""
    incoming = parse(update, BOT)
    assert incoming is not None
    assert incoming.text == text


def test_a_text_of_nothing_is_refused() -> None:
    """A message that is empty once it is clean asks for nothing."""
    incoming = parse(changed("text", text="\x00"), BOT)
    assert incoming is not None
    assert incoming.refused == "unsupported"


@pytest.mark.parametrize(
    ("size", "refused"), [(20 << 20, None), ((20 << 20) + 1, "too_big"), ("many", None)]
)
def test_size(size: object, refused: str | None) -> None:
    """A file of exactly 20 MB is taken, one byte more is not."""
    update = changed("document", document={"file_id": "BQAC", "file_size": size})
    incoming = parse(update, BOT)
    assert incoming is not None
    assert incoming.refused == refused


def test_the_same_edit_has_the_same_key() -> None:
    """An edit told twice is one event; another text in the same second is another."""
    first, again, other = (parse(changed("edited_text", text=text), BOT) for text in "aab")
    assert first == again
    assert first is not None
    assert other is not None
    assert first.key != other.key


POISON = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**30, -(10**30), 2**63, float("nan"), float("inf"), -1]),
    st.floats(),
    st.text(st.characters(exclude_categories=[]), max_size=8),  # halves of characters included
    st.just("\x00"),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "type", "file_id", "chat"]), st.integers(), max_size=2),
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key) in a payload."""
    found: list[tuple[Any, Any]] = []
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in list(inside):
        found.append((value, key))
        if isinstance(held, dict | list):
            found += places(held)
    return found


@settings(max_examples=600, deadline=None)
@given(
    name=st.sampled_from(sorted(PAYLOADS)),
    poison=st.lists(st.one_of(POISON, st.just(...)), min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
)
def test_hostile_updates(name: str, poison: list[Any], seed: int) -> None:
    """Whatever is wrong or missing anywhere, the answer is an Incoming that can be stored, None or Unparsable."""
    update = deepcopy(PAYLOADS[name])
    chance = random.Random(seed)
    for bad in poison:
        spots = places(update)
        if not spots:
            break
        holder, key = chance.choice(spots)
        if bad is ...:
            del holder[key]
        else:
            holder[key] = bad
    try:
        incoming = parse(update, BOT)
    except Unparsable:
        return
    if incoming is None:
        return
    for words in (incoming.key, incoming.text, incoming.reply_text, incoming.press):
        assert "\x00" not in words
        words.encode()
    for attachment in incoming.attachments:
        assert "\x00" not in f"{attachment.file_id}{attachment.mime}{attachment.album}"
        assert attachment.size is None or 0 <= attachment.size <= 20 << 20
    assert len(incoming.key) < 200
    assert not (incoming.refused and (incoming.text or incoming.attachments or incoming.press))
