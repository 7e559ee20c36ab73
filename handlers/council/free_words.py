"""Screens of members that wait for words, and who takes them."""

from collections.abc import Callable, Mapping

from handlers.council import bulk, refer
from handlers.turn import Turn

WORDS_FOR: Mapping[str, Callable[[Turn], None]] = {
    "bulk_write": bulk.words,
    "bulk": bulk.words,
    "refer_write": refer.words,
    "refer_text": refer.words,
}
"""Screen → what becomes of the words that follow it, unless they reply to a request's message."""
EDITS_FOR: Mapping[str, Callable[[Turn], bool]] = {
    "bulk": bulk.edited,
    "refer_text": refer.edited,
}
"""Screen → what becomes of a changed message; false: it was not about this screen."""
