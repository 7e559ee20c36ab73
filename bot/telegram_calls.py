"""What a call of the Bot API holds, made of our words; and what its answer says."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMedia,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
)

from bot.richtext import escape, plain, split, storable
from bot.telegram_files import OURS, needs_upload, own_handle
from bot.transport import SendError, Sent
from handlers.messages import Attachment, AttachmentKind, Choice, Outgoing

METHODS: dict[AttachmentKind, str] = {
    "photo": "sendPhoto",
    "voice": "sendVoice",
    "audio": "sendAudio",
    "video": "sendVideo",
    "video_note": "sendVideoNote",
    "animation": "sendAnimation",
    "document": "sendDocument",
    "sticker": "sendSticker",
    "location": "sendLocation",
}

UPLOADED: dict[AttachmentKind, dict[str, object]] = {
    # the name of a recording inside its file can be its maker's
    "audio": {"title": "audio"},
    "document": {"disable_content_type_detection": True},
    "video": {"supports_streaming": True},
}
"""What is said of a file we upload ourselves."""

TIMED: frozenset[AttachmentKind] = frozenset({"voice", "audio", "video", "video_note", "animation"})

IN_ALBUM: dict[AttachmentKind, type[InputMedia]] = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "audio": InputMediaAudio,
    "document": InputMediaDocument,
}

BUTTONS_IN_A_ROW = 8
PRESS_ANSWER_LIMIT = 200

Fields = dict[str, object]
File = str | InputFile

_NUMBER = re.compile(r"-?[0-9]{1,19}")


def words(message: Outgoing, field: str) -> Fields:
    """The text as the field a method calls it by; never with a preview of a link."""
    if not message.text:
        return {}
    shown: Fields = {field: storable(message.text), "parse_mode": "HTML"}
    return shown | {"link_preview_options": {"is_disabled": True}} if field == "text" else shown


def address_of(chat: str) -> Fields:
    """The chat by its number; a name would be somebody else's chat."""
    if not _NUMBER.fullmatch(chat):
        raise SendError("refused", "bad_address")
    return {"chat_id": chat}


def place_of(chat: str, message_id: str) -> Fields:
    """One message in a chat."""
    if not _NUMBER.fullmatch(message_id):
        raise SendError("refused", "bad_message_id")
    return {**address_of(chat), "message_id": message_id}


def manner(part: Outgoing) -> Fields:
    """How it appears: loud or silent, free or protected, as an answer, with buttons."""
    fields = keyboard(part)
    if part.protect:
        fields["protect_content"] = True
    if part.silent:
        fields["disable_notification"] = True
    if _NUMBER.fullmatch(part.reply_to):
        reply = {"message_id": int(part.reply_to), "allow_sending_without_reply": True}
        fields["reply_parameters"] = reply
    return fields


def keyboard(message: Outgoing) -> Fields:
    """The choices as buttons; none takes the buttons of an edited message away."""
    rows = [
        [_button(choice) for choice in row[start : start + BUTTONS_IN_A_ROW]]
        for row in message.choices
        for start in range(0, len(row), BUTTONS_IN_A_ROW)
    ]
    return {"reply_markup": InlineKeyboardMarkup(rows)} if rows else {}


def _button(choice: Choice) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        storable(choice.label), callback_data=storable(choice.does), style=choice.style or None
    )


def content(attachment: Attachment, file: File) -> Fields:
    """One file, or a place, as its own method takes it."""
    if attachment.kind == "location":
        return {"latitude": attachment.latitude, "longitude": attachment.longitude}
    return {attachment.kind: file, **_details(attachment, file)}


def album(part: Outgoing, files: Sequence[File]) -> Fields:
    """Several files as sendMediaGroup takes them, the words with the first."""
    first = words(part, "caption")
    return {
        "media": [
            _in_album(attachment, file, first if index == 0 else {})
            for index, (attachment, file) in enumerate(zip(part.attachments, files, strict=True))
        ]
    }


def _in_album(attachment: Attachment, file: File, caption: Fields) -> Fields | InputMedia:
    # the library would take a handle for the path of a file of this machine if there were one
    if isinstance(file, str):
        return {"type": attachment.kind, "media": file, **caption}
    make: Any = IN_ALBUM[attachment.kind]
    media: InputMedia = make(media=file, **_details(attachment, file), **caption)
    return media


def _details(attachment: Attachment, file: File) -> Fields:
    """What is said of a file we upload; Telegram knows the others."""
    if isinstance(file, str):
        return {}
    details = dict(UPLOADED.get(attachment.kind, {}))
    if attachment.kind in TIMED and attachment.seconds is not None:
        details["duration"] = attachment.seconds
    return details


def press_answer(press_id: str, text: str) -> Fields:
    """A word for the person who pressed, cut to what Telegram shows."""
    fields: Fields = {"callback_query_id": press_id}
    pieces = split(escape(plain(storable(text))), PRESS_ANSWER_LIMIT)
    if pieces:
        fields["text"] = plain(pieces[0])
    return fields


def sent(result: Any, attachments: tuple[Attachment, ...]) -> Sent:
    """The ids Telegram gave; raises SendError for an answer that has none."""
    messages = result if isinstance(result, list) else [result]
    try:
        return Sent(
            message_ids=tuple(str(int(message["message_id"])) for message in messages),
            at=datetime.fromtimestamp(messages[0]["date"], UTC),
            file_ids=tuple(_handle(*pair) for pair in zip(messages, attachments, strict=False)),
        )
    except (LookupError, TypeError, ValueError, OverflowError, OSError):
        raise SendError("retry", "garbage", maybe_sent=True) from None


def _handle(message: dict[str, Any], attachment: Attachment) -> str:
    """The handle of a file as it was just sent, "" for a place."""
    for kind in (attachment.kind, "document", "animation", "video", "audio", "voice"):
        found = message.get(kind)
        file = found[-1] if isinstance(found, list) and found else found
        handle = file.get("file_id") if isinstance(file, dict) else None
        if isinstance(handle, str):
            sent_as_it_was = own_handle(attachment) == attachment.file_id
            uploaded = needs_upload(attachment) or not sent_as_it_was
            return (OURS if uploaded else "") + handle
    return ""
