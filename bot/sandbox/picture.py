"""A chat drawn as plain text, pleasant to read where a test fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.bubbles import Bubble, Media
    from bot.sandbox.phones import Phone

NEWEST = 30


def picture(phone: Phone) -> str:
    """The newest messages: the person's on the right of ►, the bot's on the right of ◄, buttons below."""
    state = " · blocked the bot" if phone.blocked else "" if phone.started else " · never wrote"
    lines = [f"┌── {phone.name} ({phone.user_id}, {phone.language_code or 'no language'}){state}"]
    if len(phone.chat) > NEWEST:
        lines.append(f"│   … {len(phone.chat) - NEWEST} older")
    for bubble in phone.chat[-NEWEST:]:
        lines += [f"│ {line}".rstrip() for line in _bubble(bubble)]
    if phone.typing:
        lines.append("│ ◄ …")
    if phone.notice:
        lines.append(f"│ ◄ (notice) {phone.notice}")
    return "\n".join([*lines, "└──"])


def _bubble(bubble: Bubble) -> list[str]:
    marks = [
        f"#{bubble.message_id}",
        f"{bubble.date:%H:%M}",
        *([f"answers #{bubble.reply_to}"] if bubble.reply_to else []),
        *(["edited"] if bubble.edited else []),
        *(["protected"] if bubble.protected else []),
        *(["silent"] if bubble.silent else []),
    ]
    who = "►" if bubble.mine else "◄"
    content = ([_media(bubble.media)] if bubble.media else []) + bubble.text.splitlines()
    lines = [f"{who} {content[0] if content else ''}   ({' · '.join(marks)})"]
    lines += [f"  {line}" for line in content[1:]]
    for row in bubble.buttons:
        lines.append("    " + " ".join(f"[{b.label}{' ⏳' if b.waiting else ''}]" for b in row))
    return lines


def _media(media: Media) -> str:
    details = [
        media.kind,
        media.file_name,
        f"{media.seconds} s" if media.seconds is not None else "",
        f"{media.size} bytes" if media.size is not None else "",
        f"{media.latitude}, {media.longitude}" if media.latitude is not None else "",
        f"album …{media.album[-4:]}" if media.album else "",
        media.emoji,
        media.card,
    ]
    return f"⟨{' · '.join(detail for detail in details if detail)}⟩"
