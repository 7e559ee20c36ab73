"""Screens of members that wait for words, and who takes them."""

from collections.abc import Callable, Mapping

from handlers.council import (
    away,
    bulk,
    find,
    invitations,
    notes,
    refer,
    release,
    reviewing,
    template_approval,
    template_words,
)
from handlers.turn import Turn

WORDS_FOR: Mapping[str, Callable[[Turn], None]] = {
    **dict.fromkeys(template_words.TAKES, template_words.words),
    "away_until": away.words,
    "bulk": bulk.words,
    "bulk_write": bulk.words,
    "find": find.words,
    "invite_alias": invitations.alias_words,
    "invite_code": invitations.code_words,
    "note": notes.words,
    "refer_text": refer.words,
    "refer_write": refer.words,
    "release_text": release.words,
    "release_write": release.words,
    "ready_remark": template_approval.words,
    "second_remark": reviewing.words,
}
"""Screen → what becomes of the words that follow it, unless they reply to a request's message."""
EDITS_FOR: Mapping[str, Callable[[Turn], bool]] = {
    "bulk": bulk.edited,
    "refer_text": refer.edited,
    "release_text": release.edited,
}
"""Screen → what becomes of a changed message; false: it was not about this screen."""
