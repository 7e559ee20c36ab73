"""The word lists of `words/`, one file a language and subject, read once when first needed.

A subject's files are named `SUBJECT_LANGUAGE.toml`; a new language is a new file.
"""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handlers.rules.folding import fold, sounds

WORDS = Path(__file__).parent / "words"


@cache
def read(subject: str) -> Mapping[str, Any]:
    """The lists of one subject by language, the languages in alphabetical order."""
    files = sorted(WORDS.glob(f"{subject}_*.toml"))
    return {
        file.stem.removeprefix(f"{subject}_"): tomllib.loads(file.read_text("utf-8"))
        for file in files
    }


def by_sound(text: str) -> str:
    """Russian as it is written in Cyrillic and in Latin letters, in one form."""
    return sounds(fold(text))


def plain_of(language: str) -> Callable[[str], str]:
    """How the words of this language's lists are brought to the form they are looked for in."""
    return by_sound if language in BY_SOUND else fold


BY_SOUND = frozenset({"ru"})
"""Languages that people type in Latin letters as they hear them."""
