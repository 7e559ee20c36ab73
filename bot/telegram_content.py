"""What a Telegram message holds: words, a file, a place, or something we do not take."""

from dataclasses import dataclass

from bot import telegram_fields as field
from bot.telegram_fields import Json
from bot.transport import Unparsable
from handlers.messages import Attachment, AttachmentKind, Refusal

LARGEST_FILE = 20 << 20
"""Bytes; Telegram gives a bot no larger file."""

SERVICE = frozenset(
    [
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "chat_owner_changed",
        "chat_owner_left",
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "delete_chat_photo",
        "direct_message_price_changed",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "gift",
        "gift_upgrade_sent",
        "giveaway_completed",
        "giveaway_created",
        "group_chat_created",
        "left_chat_member",
        "managed_bot_created",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "new_chat_members",
        "new_chat_photo",
        "new_chat_title",
        "paid_message_price_changed",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "suggested_post_approval_failed",
        "suggested_post_approved",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "supergroup_chat_created",
        "unique_gift",
        "users_shared",
        "video_chat_ended",
        "video_chat_participants_invited",
        "video_chat_scheduled",
        "video_chat_started",
        "web_app_data",
        "write_access_allowed",
    ]
)
"""Fields of messages that Telegram writes itself; nobody waits for an answer to them."""

# In this order: an animation is repeated as a document for old clients, a live photo as a photo.
FILES: tuple[tuple[AttachmentKind, str], ...] = (
    ("animation", "video/mp4"),
    ("voice", "audio/ogg"),
    ("audio", "audio/mpeg"),
    ("video", "video/mp4"),
    ("video_note", "video/mp4"),
    ("sticker", "image/webp"),
    ("document", "application/octet-stream"),
)
"""Kinds of files and the media type where Telegram names none."""

CONTACT_CARDS = ("text/vcard", "text/x-vcard", "text/directory")


@dataclass(frozen=True, slots=True)
class Content:
    """What was said; with `refused` there is nothing else."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    refused: Refusal | None = None


def written_by_telegram(message: Json) -> bool:
    """Whether this only tells that something happened in the chat."""
    return "text" not in message and bool(SERVICE & message.keys())


def read(message: Json) -> Content:
    """Understand the content of a private message; raises Unparsable."""
    if "contact" in message:
        return Content(refused="contact")
    attachment = _attachment(message)
    if attachment is None:
        words = field.text(message, "text")
        return Content(words) if words else Content(refused="unsupported")
    if attachment.mime in CONTACT_CARDS:
        return Content(refused="contact")
    if attachment.size is not None and attachment.size > LARGEST_FILE:
        return Content(refused="too_big")
    return Content(_caption(message), (attachment,))


def _caption(message: Json) -> str:
    """The words beside a file, or the name of a place."""
    if "venue" not in message:
        return field.text(message, "caption")
    venue = field.maybe_thing(message, "venue")
    lines = field.maybe_text(venue, "title"), field.maybe_text(venue, "address")
    return "\n".join(line for line in lines if line)


def _attachment(message: Json) -> Attachment | None:
    if "photo" in message:
        return _photo(message)
    if "location" in message:
        return _place(field.thing(message, "location"))
    for kind, usual in FILES:
        if kind in message:
            return _file(message, kind, usual)
    return None


def _photo(message: Json) -> Attachment:
    """The largest of a photo's sizes."""
    sizes = message.get("photo")
    if not isinstance(sizes, list) or not sizes or not all(isinstance(one, dict) for one in sizes):
        raise Unparsable("photo")
    largest = max(
        sizes,
        key=lambda one: (
            field.maybe_whole(one, "width") or 0,
            field.maybe_whole(one, "file_size") or 0,
        ),
    )
    return Attachment(
        kind="photo",
        file_id=field.handle(largest, "file_id"),
        mime="image/jpeg",
        size=field.maybe_whole(largest, "file_size"),
        album=_album(message),
    )


def _place(location: Json) -> Attachment:
    return Attachment(
        kind="location",
        latitude=field.degrees(location, "latitude", 90),
        longitude=field.degrees(location, "longitude", 180),
    )


def _file(message: Json, kind: AttachmentKind, usual: str) -> Attachment:
    file = field.thing(message, kind)
    return Attachment(
        kind=kind,
        file_id=field.handle(file, "file_id"),
        mime=field.mime(file) or _moving(file) or usual,
        size=field.maybe_whole(file, "file_size"),
        seconds=field.maybe_whole(file, "duration"),
        album=_album(message),
    )


def _moving(sticker: Json) -> str:
    """The media type of a sticker that moves."""
    if sticker.get("is_video") is True:
        return "video/webm"
    return "application/x-tgsticker" if sticker.get("is_animated") is True else ""


def _album(message: Json) -> str:
    return field.maybe_text(message, "media_group_id")[:64]
