"""A form from Twilio becomes an `Incoming`, a `Receipt`, or nothing for us."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl

from bot import telegram_fields as field
from bot.telegram_files import EXTENSIONS
from bot.transport import Receipt, Standing, Unparsable
from handlers.messages import Attachment, AttachmentKind, Incoming

Form = Mapping[str, str]

CHANNEL = "whatsapp"
PREFIX = "whatsapp:"

PERSON_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
"""WhatsApp's own id of a person at one business; whatever else an address is, it is a number."""

STANDINGS: dict[str, Standing] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}
"""What Twilio says of a message of ours; of somebody else's it says "received"."""

KINDS: tuple[tuple[str, AttachmentKind], ...] = (
    ("image/webp", "sticker"),
    ("image/", "photo"),
    ("audio/ogg", "voice"),
    ("audio/", "audio"),
    ("video/", "video"),
)
"""Kinds by how the media type begins, the first that fits; anything else is a document."""

CONTACT_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
CONTACT_TYPES = frozenset({"contact", "contacts"})

OPTED: dict[str, Literal["", "out", "in"]] = {"stop": "out", "start": "in"}
"""What a word does that Twilio itself listens to; it also explains itself at HELP."""

UNKNOWN_MIME = "application/octet-stream"
MOST_MEDIA = 10
LONGEST_ADDRESS = 160
LONGEST_URL = 2048


@dataclass(frozen=True, slots=True)
class Who:
    """Where an answer goes, and the number beside it if that is told too."""

    address: str
    phone: str


def parse(form: Form, sender: str) -> Incoming | Receipt | None:
    """Understand one form; None where nobody waits for an answer.

    `sender` is our own address at Twilio, as in `whatsapp:+15005550006`. Raises Unparsable, and
    nothing else, for what cannot be understood. Names and fields nobody knows are left behind here.
    """
    if _is_of_ours(form, sender):
        return parse_receipt(form, "")
    if sender and _bare(form, "From") == sender.removeprefix(PREFIX):
        return None
    if _word(form, "MessageType") == "reaction":
        return replace(_said(form), refused="reaction")  # taken, or the list would bring it again
    return _filled(_said(form), form)


def parse_receipt(form: Form, label: str) -> Receipt:
    """What became of a message of ours; `label` is what the callback's address calls it.

    Raises Unparsable for a standing nobody has heard of.
    """
    standing = STANDINGS.get(_word(form, "MessageStatus") or _word(form, "SmsStatus"))
    if standing is None:
        raise Unparsable("MessageStatus")
    return Receipt(
        channel=CHANNEL,
        message_id=_message_id(form),
        standing=standing,
        code=_code(form) if standing == "failed" else "",
        label=label,
    )


def address_in(body: bytes) -> str:
    """Whom a raw form came from, "" where that much cannot be read."""
    try:
        return _who(dict(parse_qsl(body.decode(), keep_blank_values=True))).address
    except ValueError:
        return ""


def message_id_in(body: bytes) -> str:
    """The message that a raw form is of, "" where that much cannot be read."""
    try:
        return _message_id(dict(parse_qsl(body.decode(), keep_blank_values=True)))
    except ValueError:
        return ""


def _is_of_ours(form: Form, sender: str) -> bool:
    """Whether a form tells of a message we sent, wherever it was sent to."""
    status = _word(form, "MessageStatus") or _word(form, "SmsStatus")
    if status not in STANDINGS:
        return False
    ours = bool(sender) and _bare(form, "From") == sender.removeprefix(PREFIX)
    return ours or not ("Body" in form or "NumMedia" in form)


def _said(form: Form) -> Incoming:
    """Who said something, and in answer to what."""
    message_id = _message_id(form)
    who = _who(form)
    return Incoming(
        channel=CHANNEL,
        key=f"m:{message_id}",
        address=who.address,
        phone=who.phone,
        message_id=message_id,
    )


def _filled(said: Incoming, form: Form) -> Incoming:
    reply_to = field.text(form, "OriginalRepliedMessageSid").strip()[:64]
    opted = OPTED.get(_word(form, "OptOutType"), "")
    pressed = field.text(form, "ButtonPayload") or field.text(form, "ListId")
    if pressed and not opted:
        return replace(said, happened="press", press=pressed, reply_to=reply_to)
    attachments = _attachments(form)
    cards = any(attachment.mime in CONTACT_CARDS for attachment in attachments)
    if cards or _word(form, "MessageType") in CONTACT_TYPES:
        return replace(said, refused="contact")
    text = "" if _is_file_name(form, attachments) else _text(form)
    if not text and not attachments and not opted:
        return replace(said, refused="unsupported")
    return replace(
        said,
        text=text,
        attachments=attachments,
        reply_to=reply_to,
        forwarded="true" in (_word(form, "Forwarded"), _word(form, "FrequentlyForwarded")),
        opted=opted,
    )


def _who(form: Form) -> Who:
    """The person by WhatsApp's id where one is told, else by number; raises Unparsable."""
    told = _bare(form, "From")
    ids = [one for one in (_bare(form, "ExternalUserId"), told) if PERSON_ID.fullmatch(one)]
    phone = "" if PERSON_ID.fullmatch(told) else told
    if not phone:
        phone = _number(_bare(form, "WaId"))
    address = ids[0] if ids else phone
    if not 0 < len(address) <= LONGEST_ADDRESS or len(phone) > LONGEST_ADDRESS:
        raise Unparsable("From")
    return Who(address, phone if ids else "")


def _number(wa_id: str) -> str:
    """The number as `From` would tell it: WaId leaves out the plus."""
    return f"+{wa_id}" if wa_id.isascii() and wa_id.isdigit() else ""


def _text(form: Form) -> str:
    """The words, those of a button without an id of its own, or the name of a place."""
    said = field.text(form, "Body")
    said = said or field.text(form, "ButtonText") or field.text(form, "ListTitle")
    if not _is_place(form):
        return said
    names = (field.text(form, name).strip() for name in ("Label", "Address"))
    return "\n".join(filter(None, [said, *(name for name in names if name not in said)]))


def _attachments(form: Form) -> tuple[Attachment, ...]:
    files = tuple(_file(form, number) for number in range(_how_many(form)))
    return (*files, _place(form)) if _is_place(form) else files


def _is_file_name(form: Form, attachments: tuple[Attachment, ...]) -> bool:
    """Whether the words beside a document are its name, which nobody wrote to us."""
    said = field.text(form, "Body").strip().lower()
    name, _, ending = said.rpartition(".")
    usual = "jpg" if ending == "jpeg" else ending
    endings = {EXTENSIONS.get(one.mime) for one in attachments if one.kind == "document"}
    return bool(name) and "\n" not in said and usual in endings


def _how_many(form: Form) -> int:
    told = _word(form, "NumMedia") or "0"
    if not (told.isascii() and told.isdigit() and len(told) <= 2 and int(told) <= MOST_MEDIA):
        raise Unparsable("NumMedia")
    return int(told)


def _file(form: Form, number: int) -> Attachment:
    """One file: its type decides what it is, but what was sent as a document stays one."""
    url = field.handle(form, f"MediaUrl{number}", LONGEST_URL)
    declared = field.text(form, f"MediaContentType{number}").partition(";")[0].strip()
    mime = field.mime({"mime_type": declared}) or UNKNOWN_MIME
    kind: AttachmentKind = next(
        (kind for start, kind in KINDS if mime.startswith(start)), "document"
    )
    if _word(form, "MessageType") == "document":
        kind = "document"
    return Attachment(kind=kind, file_id=url, mime=mime)


def _is_place(form: Form) -> bool:
    return bool(_word(form, "Latitude") or _word(form, "Longitude"))


def _place(form: Form) -> Attachment:
    return Attachment(
        kind="location",
        latitude=_degrees(form, "Latitude", 90),
        longitude=_degrees(form, "Longitude", 180),
    )


def _degrees(form: Form, name: str, limit: float) -> float:
    try:
        angle = float(form.get(name, ""))
    except ValueError:
        raise Unparsable(name) from None
    return field.degrees({name: angle}, name, limit)


def _message_id(form: Form) -> str:
    told = form.get("MessageSid") or form.get("SmsSid", "")
    return field.handle({"MessageSid": told}, "MessageSid", 64)


def _code(form: Form) -> str:
    """Twilio's number for why it failed, "" where it gives none."""
    code = _word(form, "ErrorCode")
    return code if code.isascii() and code.isdigit() and len(code) <= 8 else ""


def _bare(form: Form, name: str) -> str:
    """An address without the name of the channel before it."""
    return field.text(form, name).strip().removeprefix(PREFIX)


def _word(form: Form, name: str) -> str:
    """A word of Twilio's own, however it is written."""
    return field.text(form, name).strip().lower()
