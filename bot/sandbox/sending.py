"""Methods by which the bot says something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox import attachments, keyboards
from bot.sandbox.bubbles import Bubble, Media, MediaKind
from bot.sandbox.calls import Call, Upload
from bot.sandbox.content import caption_of, text_of
from bot.sandbox.entities import Entity, to_html
from bot.sandbox.files import StoredFile
from bot.sandbox.phones import Phone
from bot.sandbox.refusals import Refusal, bad_request
from bot.sandbox.samples import MIMES
from bot.sandbox.wire import message_json
from bot.sandbox.world import World

BIGGEST_PHOTO = 10 * 1024 * 1024
BIGGEST_UPLOAD = 50 * 1024 * 1024
FEWEST_IN_ALBUM = 2
MOST_IN_ALBUM = 10
_TYPES = {
    "photo": "Photo",
    "voice": "VoiceNote",
    "video": "Video",
    "video_note": "VideoNote",
    "document": "Document",
    "audio": "Audio",
    "animation": "Animation",
    "sticker": "Sticker",
}


def send_message(world: World, call: Call) -> Any:
    """sendMessage."""
    # words are read before the chat is looked for
    text, entities = text_of(call.params)
    phone = world.reachable(call.params["chat_id"])
    return _say(world, phone, call.params, text, entities, None)


def _sends(kind: MediaKind) -> Callable[[World, Call], Any]:
    def send(world: World, call: Call) -> Any:
        text, entities = caption_of(call.params)
        phone = world.reachable(call.params["chat_id"])
        media = media_of(world, call, kind, call.params[kind], call.params)
        return _say(world, phone, call.params, text, entities, media)

    return send


def send_location(world: World, call: Call) -> Any:
    """sendLocation."""
    phone = world.reachable(call.params["chat_id"])
    latitude, longitude = call.params["latitude"], call.params["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return _say(world, phone, call.params, "", [], attachments.place(latitude, longitude))


def send_media_group(world: World, call: Call) -> Any:
    """sendMediaGroup."""
    phone = world.reachable(call.params["chat_id"])
    items = call.params["media"]
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > MOST_IN_ALBUM:
        raise bad_request("too many messages to send as an album")
    if len(items) < FEWEST_IN_ALBUM:
        # the real server lets one pass, against its own documentation
        raise bad_request("an album must include 2-10 items")
    kinds = {item["type"] for item in items}
    for alone in ("audio", "document"):
        if alone in kinds and len(kinds) > 1:
            raise bad_request(f"{alone} can't be mixed with other media types")
    ready = [
        (*caption_of(item), media_of(world, call, item["type"], item["media"], item))
        for item in items
    ]
    album = str(world.next_message_id() * 7919)
    sent = []
    for text, entities, media in ready:
        media.album = album
        sent.append(_say(world, phone, call.params, text, entities, media))
    return sent


def media_of(
    world: World, call: Call, kind: MediaKind, given: Any, details: dict[str, Any]
) -> Media:
    """The file a call means: sent along, attached, or one the bot already knows."""
    upload = given
    if isinstance(given, str) and given.startswith("attach://"):
        upload = call.uploads.get(given.removeprefix("attach://"))
        if upload is None:
            raise bad_request("can't parse InputMedia: media not found")
    stored = _uploaded(world, kind, upload, details) if isinstance(upload, Upload) else None
    if stored is None:
        stored = known_file(world, given)
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {_TYPES[stored.kind]} as {_TYPES[kind]}")
    return attachments.shown(world, stored)


def known_file(world: World, given: str) -> StoredFile:
    """The file behind a file_id of this bot."""
    stored = world.files.by_id(given)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def _uploaded(world: World, kind: MediaKind, upload: Upload, details: dict[str, Any]) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    size = len(upload.content)
    if kind == "photo" and size > BIGGEST_PHOTO:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; "
            f"the maximum size is {BIGGEST_PHOTO} bytes"
        )
    if size > BIGGEST_UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    named = kind in ("document", "audio", "video", "animation")
    mime = upload.mime if kind == "document" else MIMES[kind]
    return world.files.keep(
        kind,
        upload.content,
        mime,
        name=upload.name if named else "",
        seconds=details.get("duration", 0),
        emoji=details.get("emoji", ""),
    )


def _say(
    world: World,
    phone: Phone,
    params: dict[str, Any],
    text: str,
    entities: list[Entity],
    media: Media | None,
) -> dict[str, Any]:
    markup = keyboards.checked(params.get("reply_markup"))
    bubble = Bubble(
        message_id=0,
        mine=False,
        text=text,
        html=to_html(text, entities),
        date=world.clock(),
        buttons=keyboards.buttons(markup),
        media=media,
        reply_to=replied(phone, params.get("reply_parameters")),
        protected=params.get("protect_content", False),
        silent=params.get("disable_notification", False),
        entities=entities,
        markup=markup,
    )
    bubble.message_id = world.next_message_id()
    phone.typing = False
    phone.show(bubble)
    return message_json(world, phone, bubble)


def replied(phone: Phone, reply: dict[str, Any] | None) -> int | None:
    """The message that is answered, or Telegram's no."""
    if reply is None:
        return None
    replied = phone.find(reply["message_id"])
    if replied is not None:
        return replied.message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


METHODS: dict[str, Callable[[World, Call], Any]] = {
    "sendMessage": send_message,
    "sendPhoto": _sends("photo"),
    "sendVoice": _sends("voice"),
    "sendVideo": _sends("video"),
    "sendVideoNote": _sends("video_note"),
    "sendDocument": _sends("document"),
    "sendAudio": _sends("audio"),
    "sendAnimation": _sends("animation"),
    "sendSticker": _sends("sticker"),
    "sendLocation": send_location,
    "sendMediaGroup": send_media_group,
}
