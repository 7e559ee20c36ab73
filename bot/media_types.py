"""What a file is by its first bytes, against what it is said to be."""

import re

HEAD = 1024
"""How many of a file's first bytes are looked at."""

SAME = {
    "application/x-pdf": "application/pdf",
    "audio/m4a": "audio/mp4",
    "audio/mp3": "audio/mpeg",
    "audio/opus": "audio/ogg",
    "audio/x-aac": "audio/aac",
    "audio/x-m4a": "audio/mp4",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "video/3gp": "video/3gpp",
}
"""Other names of the same."""

# (what a file is, then pieces that stand at a place in it); the first line that fits decides
Piece = tuple[int, bytes]
FORMS: tuple[tuple[str, tuple[Piece, ...]], ...] = (
    ("jpeg", ((0, b"\xff\xd8\xff"),)),
    ("png", ((0, b"\x89PNG\r\n\x1a\n"),)),
    ("webp", ((0, b"RIFF"), (8, b"WEBP"))),
    ("gif", ((0, b"GIF87a"),)),
    ("gif", ((0, b"GIF89a"),)),
    ("ogg", ((0, b"OggS"),)),
    ("mp3", ((0, b"ID3"),)),
    ("mp3", ((0, b"\xff\xfb"),)),
    ("mp3", ((0, b"\xff\xfa"),)),
    ("mp3", ((0, b"\xff\xf3"),)),
    ("mp3", ((0, b"\xff\xf2"),)),
    ("aac", ((0, b"\xff\xf1"),)),
    ("aac", ((0, b"\xff\xf9"),)),
    ("amr", ((0, b"#!AMR"),)),
    ("mp4", ((4, b"ftyp"),)),  # and 3gp, m4a, mov: one container
    ("zip", ((0, b"PK\x03\x04"),)),
    ("ole", ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)),
    ("rtf", ((0, b"{\\rtf"),)),
)

DANGERS: tuple[tuple[Piece, ...], ...] = (
    ((0, b"#!"),),
    ((0, b"MZ"),),
    ((0, b"\x7fELF"),),
    ((0, b"\xca\xfe\xba\xbe"),),
    ((0, b"\xfe\xed\xfa\xce"),),
    ((0, b"\xfe\xed\xfa\xcf"),),
    ((0, b"\xce\xfa\xed\xfe"),),
    ((0, b"\xcf\xfa\xed\xfe"),),
    ((0, b"\x00asm"),),
    ((0, b"dex\n"),),
    ((0, b"L\x00\x00\x00\x01\x14\x02\x00"),),  # a shortcut of Windows
    # programs that are archives, by the first file in them
    ((0, b"PK\x03\x04"), (30, b"AndroidManifest.xml")),
    ((0, b"PK\x03\x04"), (30, b"META-INF/")),
    ((0, b"PK\x03\x04"), (30, b"classes.dex")),
)
"""What runs on the machine of whoever opens it."""

PAGE = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|iframe|object|embed|svg|style|meta|img|\?php)\b",
    re.IGNORECASE,
)
TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

NEVER = (
    "application/hta",
    "application/java-archive",
    "application/javascript",
    "application/vnd.android.package-archive",
    "application/vnd.microsoft.portable-executable",
    "application/x-dosexec",
    "application/x-httpd-php",
    "application/x-javascript",
    "application/x-msdos-program",
    "application/x-msdownload",
    "application/x-msi",
    "application/x-sh",
    "application/xhtml+xml",
    "image/svg+xml",
    "text/html",
    "text/javascript",
    "text/x-shellscript",
)
"""Types of pages and programs, which nobody is sent whatever they hold."""

OFFICE = "application/vnd.openxmlformats-officedocument"
EXPECTED: dict[str, frozenset[str]] = {
    "application/msword": frozenset({"ole", "zip", "rtf"}),
    "application/pdf": frozenset({"pdf"}),
    "application/rtf": frozenset({"rtf"}),
    "application/vnd.ms-excel": frozenset({"ole", "zip"}),
    "application/vnd.ms-powerpoint": frozenset({"ole", "zip"}),
    # with a password the new forms lie in the old container
    f"{OFFICE}.presentationml.presentation": frozenset({"zip", "ole"}),
    f"{OFFICE}.spreadsheetml.sheet": frozenset({"zip", "ole"}),
    f"{OFFICE}.wordprocessingml.document": frozenset({"zip", "ole"}),
    "application/vnd.oasis.opendocument.presentation": frozenset({"zip"}),
    "application/vnd.oasis.opendocument.spreadsheet": frozenset({"zip"}),
    "application/vnd.oasis.opendocument.text": frozenset({"zip"}),
    "application/zip": frozenset({"zip"}),
    "audio/3gpp": frozenset({"mp4", "amr"}),
    "audio/aac": frozenset({"aac", "mp4"}),
    "audio/amr": frozenset({"amr", "mp4"}),
    "audio/mp4": frozenset({"mp4", "aac"}),
    "audio/mpeg": frozenset({"mp3", "aac"}),
    "audio/ogg": frozenset({"ogg"}),
    "image/gif": frozenset({"gif"}),
    "image/jpeg": frozenset({"jpeg"}),
    "image/png": frozenset({"png"}),
    "image/webp": frozenset({"webp"}),
    "text/csv": frozenset({"text"}),
    "text/plain": frozenset({"text"}),
    "video/3gpp": frozenset({"mp4"}),
    "video/mp4": frozenset({"mp4"}),
} | dict.fromkeys(NEVER, frozenset())
"""What a file of this type may be. Of a type that is not here, anything that is no danger."""


def media_type(said: str) -> str:
    """The usual name of a media type, without what may stand after it."""
    name = said.partition(";")[0].strip().lower()
    return SAME.get(name, name)


def lies(head: bytes, said: str) -> bool:
    """Whether a file that begins so is dangerous to open, or not what it is said to be."""
    found = _form(head)
    if _is_dangerous(head, found):
        return True
    expected = EXPECTED.get(media_type(said))
    return expected is not None and found not in expected


def _form(head: bytes) -> str:
    """What it is; "" for bytes that nobody here knows."""
    for name, pieces in FORMS:
        if _fits(head, pieces):
            return name
    if b"%PDF-" in head and not _is_page(head):
        return "pdf"  # readers find it even a little behind the beginning
    marked = head.startswith(TEXT_MARKS)
    return "text" if marked or b"\x00" not in head else ""


def _is_dangerous(head: bytes, found: str) -> bool:
    if found == "text":  # which may well begin with MZ
        return head.startswith(b"#!") or _is_page(head)
    return found != "amr" and any(_fits(head, pieces) for pieces in DANGERS)


def _fits(head: bytes, pieces: tuple[Piece, ...]) -> bool:
    return all(head.startswith(piece, place) for place, piece in pieces)


def _is_page(head: bytes) -> bool:
    """Whether a browser would take it for a page, in letters of any width."""
    letters = (
        head.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xfe\xff \t\r\n\x0c")
    )
    return letters.startswith(b"<") and PAGE.search(letters) is not None
