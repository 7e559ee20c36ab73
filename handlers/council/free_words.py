"""Screens of members that wait for words, and who takes them."""

from collections.abc import Callable, Mapping

from handlers.council import away, invitations, notes, reviewing
from handlers.turn import Turn

WORDS_FOR: Mapping[str, Callable[[Turn], None]] = {
    "away_until": away.words,
    "invite_alias": invitations.alias_words,
    "invite_code": invitations.code_words,
    "note": notes.words,
    "second_remark": reviewing.words,
}
"""Screen → what becomes of the words that follow it, unless they reply to a request's message."""
