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
from bot.sandbox.refusals import bad_request
from bot.sandbox.samples import MIMES
from bot.sandbox.wire import message_json
from bot.sandbox.world import World

MOST_BYTES = {"photo": 10_000_000}
MOST_BYTES_OF_OTHERS = 50_000_000


def send_message(world: World, call: Call) -> Any:
    """sendMessage."""
    phone = world.reachable(call.params["chat_id"])
    text, entities = text_of(call.params)
    return _say(world, phone, call.params, text, entities, None)


def _sends(kind: MediaKind) -> Callable[[World, Call], Any]:
    def send(world: World, call: Call) -> Any:
        phone = world.reachable(call.params["chat_id"])
        text, entities = caption_of(call.params)
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
    if not 1 <= len(items) <= 10:
        raise bad_request("wrong number of media specified")
    kinds = {item["type"] for item in items}
    if len(items) > 1 and len(kinds) > 1 and kinds & {"audio", "document"}:
        raise bad_request("can't mix different types of media in the album")
    ready = [
        (*caption_of(item), media_of(world, call, item["type"], item["media"], item))
        for item in items
    ]
    album = str(world.next_message_id() * 7919)
    sent = []
    for text, entities, media in ready:
        media.album = album if len(ready) > 1 else ""
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
            raise bad_request("file attach name not found")
    stored = _uploaded(world, kind, upload) if isinstance(upload, Upload) else None
    if stored is None:
        stored = known_file(world, given)
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind} as {kind}")
    return attachments.shown(
        world, stored, seconds=details.get("duration"), emoji=details.get("emoji", "")
    )


def known_file(world: World, given: str) -> StoredFile:
    """The file behind a file_id of this bot."""
    stored = world.files.by_id(given)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def _uploaded(world: World, kind: MediaKind, upload: Upload) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MOST_BYTES.get(kind, MOST_BYTES_OF_OTHERS):
        raise bad_request(f"file is too big for a {kind}")
    named = kind in ("document", "audio", "video", "animation")
    mime = upload.mime if kind == "document" else MIMES[kind]
    return world.files.keep(kind, upload.content, mime, name=upload.name if named else "")


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
