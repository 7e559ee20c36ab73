"""What was written and done in a request, as its reader sees it: numbers hidden, edits crossed out."""

from collections.abc import Sequence
from dataclasses import fields, replace
from heapq import merge

import regex

from handlers import numbers
from handlers.language import N_, Rich, named
from handlers.messages import Attachment
from handlers.rules.masking import mask
from handlers.turn import Scene
from storage import cases, released
from storage.model import Case, Entry, Member

HISTORY = ("message", "answer", "question", "edit", "note", "event")
"""What a request's reader sees of its history."""
SERVICE = "service"
EVENTS = {
    "skipped": N_("The writer did not want to answer."),
    "handed_over": N_("Handed over to {alias}."),
}
"""Events that a history tells of, by the word they are kept under."""
CARD_UNITS = 2800
"""Room for text on a card, in UTF-16 units; what is older is behind a button."""


def fitting(scene: Scene, case: Case) -> tuple[Rich, bool]:
    """The newest part of the history that fits on a card, and whether anything was left out."""
    entries = _readable(scene, case)
    kept: list[tuple[Entry, Rich]] = []
    room = CARD_UNITS
    for entry in reversed(entries):
        piece = _piece(scene, entry)
        if _units(piece) > room:
            if not kept:
                kept.append((entry, _piece(scene, entry, CARD_UNITS // 2)))
            return _lines(kept), True
        room -= _units(piece)
        kept.insert(0, (entry, piece))
    return _lines(kept), False


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def whole(scene: Scene, case: Case, *kinds: str) -> Rich:
    """Everything written in a case, both sides, numbers hidden; or only these kinds of it."""
    return _lines([(entry, _piece(scene, entry)) for entry in _readable(scene, case, *kinds)])


def _lines(pieces: Sequence[tuple[Entry, Rich]]) -> Rich:
    """One thing a line; files without a word stand side by side."""
    lines: list[Rich] = []
    was_bare = False
    for entry, piece in pieces:
        is_bare = bool(entry.attachment) and not entry.text and entry.kind == "message"
        if is_bare and was_bare:
            lines[-1] = Rich(f"{lines[-1]} {piece}")
        else:
            lines.append(piece)
        was_bare = is_bare
    return Rich("\n".join(lines))


def _readable(scene: Scene, case: Case, *kinds: str) -> list[Entry]:
    found = [
        entry
        for entry in cases.entries(scene.session, case, *(kinds or HISTORY))
        if (entry.text in EVENTS if entry.kind == "event" else _says_something(entry))
    ]
    return found if kinds else list(merge(found, _of_service(scene, case), key=lambda one: one.at))


def _of_service(scene: Scene, case: Case) -> list[Entry]:
    """What the Service answered, which is no entry: whoever reads it later must know of it too."""
    return [
        Entry(kind=SERVICE, text=reply.text, at=reply.at)
        for one in released.sent_of(scene.session, case)
        for reply in released.replies(scene.session, one)
    ]


def _says_something(entry: Entry) -> bool:
    return bool(entry.text or entry.attachment or entry.member_id)


def hiding(scene: Scene, case: Case) -> list[Entry]:
    """What its writer wrote of which numbers are hidden."""
    return [
        entry
        for entry in cases.entries(scene.session, case, "message")
        if hidden(scene, entry.text) != entry.text
    ]


def hides(scene: Scene, case: Case) -> bool:
    """Whether any number of it is hidden."""
    return bool(hiding(scene, case))


def has_files(scene: Scene, case: Case) -> bool:
    """Whether its writer sent voice or files."""
    return any(entry.attachment for entry in cases.entries(scene.session, case, "message"))


def _piece(scene: Scene, entry: Entry, limit: int | None = None) -> Rich:
    """One thing of the history as it is read, cut after `limit` UTF-16 units if there is one."""
    t = scene.tongue
    if entry.kind == "event":
        event = t(EVENTS[entry.text], alias=_alias(scene, entry))
        return t.fill("• <i>{event}</i>", event=event)
    text = entry.text if entry.kind == SERVICE else hidden(scene, entry.text)
    words = t.written(text if limit is None else clipped(text, limit))
    if entry.kind in ("answer", "question", "note"):
        alias = _alias(scene, entry)
        words = words or t("(voice or file)")
        if entry.kind == "note":
            return t("📝 <i>For members only</i> · <b>{alias}</b>: {text}", alias=alias, text=words)
        return t.fill("↪️ <b>{alias}</b>: {text}", alias=alias, text=words)
    if entry.kind == SERVICE:
        service = named(scene.charter.service, t.code)
        return t.fill("🏛 <b>{service}</b>: {text}", service=service, text=words)
    if entry.kind == "edit":
        return t.fill("<s>{text}</s>", text=words)
    if entry.attachment:
        sign = _sign(entry)
        return t.fill("{sign} {text}", sign=sign, text=words) if words else sign
    return t("{text} (changed)", text=words) if entry.edited_at else words


def _alias(scene: Scene, entry: Entry) -> str:
    member = scene.session.get(Member, entry.member_id) if entry.member_id else None
    return member.alias.split("·")[0] if member else ""


def clipped(text: str, units: int) -> str:
    """The beginning of a text, so many UTF-16 units of it, never half a character."""
    kept: list[str] = []
    for character in regex.findall(r"\X", text):
        units -= _units(character)
        if units < 0:
            return "".join(kept) + " …"
        kept.append(character)
    return text


def hidden(scene: Scene, text: str) -> str:
    """The text with numbers that may identify somebody hidden."""
    return mask(text, scene.charter.prefix, numbers.digits(scene.charter))


def _sign(entry: Entry) -> Rich:
    kind = attachment(entry).kind
    signs = {"voice": "🎤", "audio": "🎵", "photo": "🖼", "video": "🎬", "location": "📍"}
    seconds = attachment(entry).seconds
    length = f" {seconds // 60}:{seconds % 60:02d}" if seconds else ""
    return Rich(f"{signs.get(kind, '📎')}{length}")


def attachment(entry: Entry) -> Attachment:
    """The attachment of an entry, without anything that names a person."""
    known = {field.name for field in fields(Attachment)}
    kept = entry.attachment or {}
    file = Attachment(**{k: v for k, v in kept.items() if k in known})
    return replace(file, file_id=kept["own_file_id"]) if "own_file_id" in kept else file
