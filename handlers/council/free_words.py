"""Screens of members that wait for words, and who takes them."""

from collections.abc import Callable, Mapping

from handlers.council import find
from handlers.turn import Turn

WORDS_FOR: Mapping[str, Callable[[Turn], None]] = {
    "find": find.words,
}
"""Screen → what becomes of the words that follow it, unless they reply to a request's message."""
