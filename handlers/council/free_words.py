"""Screens of members that wait for words, and who takes them."""

from collections.abc import Callable, Mapping

from handlers.council import (
    away,
    bulk,
    digest_words,
    find,
    invitations,
    notes,
    proposals_approval,
    proposals_outcome,
    proposals_replied,
    proposals_sent,
    proposals_words,
    refer,
    release,
    reviewing,
    template_approval,
    template_words,
)
from handlers.turn import Turn

WORDS_FOR: Mapping[str, Callable[[Turn], None]] = {
    **dict.fromkeys(template_words.TAKES, template_words.words),
    **dict.fromkeys(digest_words.TAKES, digest_words.words),
    "away_until": away.words,
    "bulk": bulk.words,
    "bulk_write": bulk.words,
    "find": find.words,
    "invite_alias": invitations.alias_words,
    "invite_code": invitations.code_words,
    "note": notes.words,
    **dict.fromkeys(proposals_words.TAKES, proposals_words.words),
    "prop_answer": proposals_replied.words,
    "prop_outcome": proposals_outcome.words,
    "prop_remark": proposals_approval.words,
    "prop_withdraw": proposals_sent.withdraw_words,
    "refer_text": refer.TEXT.words,
    "refer_write": refer.TEXT.words,
    "release_text": release.TEXT.words,
    "release_write": release.TEXT.words,
    "ready_remark": template_approval.words,
    "second_remark": reviewing.words,
}
"""Screen → what becomes of the words that follow it, unless they reply to a request's message."""
EDITS_FOR: Mapping[str, Callable[[Turn], bool]] = {
    "bulk": bulk.edited,
    "refer_text": refer.TEXT.edited,
    "digest_day": digest_words.edited,
    "digest_text": digest_words.edited,
    "digest_line": digest_words.edited,
    "release_text": release.TEXT.edited,
}
"""Screen → what becomes of a changed message; false: it was not about this screen."""
