"""Which files go out as Telegram already has them, and under which name the others go."""

from handlers.messages import Attachment, AttachmentKind
from handlers.staff import enclosed

OURS = "ours:"
"""In front of a handle: the bot uploaded this file itself, so it carries no name but ours."""

NAMED: frozenset[AttachmentKind] = frozenset({"document", "audio", "video", "animation"})
"""Kinds that show everybody the name which the sender's file had."""

EXTENSIONS = {
    "application/epub+zip": "epub",
    "application/gzip": "gz",
    "application/json": "json",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.rar": "rar",
    "application/x-7z-compressed": "7z",
    "application/x-rar-compressed": "rar",
    "application/zip": "zip",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "webm",
    "audio/x-m4a": "m4a",
    "audio/x-wav": "wav",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/rtf": "rtf",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/mpeg": "mpg",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
}

USUAL_EXTENSIONS: dict[AttachmentKind, str] = {
    "photo": "jpg",
    "voice": "ogg",
    "audio": "mp3",
    "video": "mp4",
    "video_note": "mp4",
    "animation": "mp4",
    "sticker": "webp",
    "document": "bin",
}


def elsewhere(attachment: Attachment) -> bool:
    """Whether another provider holds the file: then its handle is an address."""
    return "://" in attachment.file_id


def made_here(attachment: Attachment) -> bool:
    """Whether nobody holds the file: it is made when it is sent."""
    return attachment.file_id.startswith(enclosed.MADE)


def needs_upload(attachment: Attachment) -> bool:
    """Whether the file must pass through our hands to lose its name, or to reach Telegram."""
    if attachment.file_id.startswith(OURS):
        return False
    return made_here(attachment) or elsewhere(attachment) or attachment.kind in NAMED


def own_handle(attachment: Attachment) -> str:
    """Telegram's handle of a file that goes out as it is."""
    return attachment.file_id.removeprefix(OURS)


def neutral_name(attachment: Attachment) -> str:
    """A file name that tells the kind of file and nothing else; ours, which digest it is."""
    if made_here(attachment):
        return enclosed.read(attachment.file_id).name
    kind = attachment.kind
    return f"{kind}.{EXTENSIONS.get(attachment.mime, USUAL_EXTENSIONS.get(kind, 'bin'))}"
