"""Screens of members that wait for words, and who takes them."""

from collections.abc import Callable, Mapping

from handlers.council import template_approval, template_words
from handlers.turn import Turn

WORDS_FOR: Mapping[str, Callable[[Turn], None]] = {
    **dict.fromkeys(template_words.TAKES, template_words.words),
    "ready_remark": template_approval.words,
}
"""Screen → what becomes of the words that follow it, unless they reply to a request's message."""
