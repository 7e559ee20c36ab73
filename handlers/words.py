"""Words that act like commands, in every offered language and always in English."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "start": ("START",),
        "menu": ("MENU",),
        "delete": ("DELETE",),
        "skip": ("SKIP",),
        "help": ("HELP",),
    },
    "az": {
        "start": ("BAŞLA",),
        "menu": ("MENYU",),
        "delete": ("SİL",),
        "skip": ("KEÇ",),
        "help": ("KÖMƏK",),
    },
    "ru": {
        "start": ("СТАРТ",),
        "menu": ("МЕНЮ",),
        "delete": ("УДАЛИТЬ",),
        "skip": ("ПРОПУСК",),
        "help": ("ПОМОЩЬ",),
    },
    "tr": {
        "start": ("BAŞLA",),
        "menu": ("MENÜ",),
        "delete": ("SİL",),
        "skip": ("GEÇ",),
        "help": ("YARDIM",),
    },
    "fa": {
        "start": ("شروع",),
        "menu": ("منو",),
        "delete": ("حذف",),
        "skip": ("رد",),
        "help": ("کمک",),
    },
}


def word(meaning: str, language: str) -> str:
    """The word to write for this in a language, else in English."""
    return WORDS.get(language, WORDS["en"])[meaning][0]


def meaning_of(text: str, language: str) -> str | None:
    """What a message means that is nothing but one such word (any case, dots and quotes aside)."""
    said = _plain(text)
    for words in (WORDS.get(language, {}), WORDS["en"]):
        for meaning, spellings in words.items():
            if said in map(_plain, spellings):
                return meaning
    return None


def _plain(text: str) -> str:
    """Letters only, without the two Turkic i's and case getting in the way."""
    lowered = text.strip(" \t\n.!\"'«»“”/").replace("İ", "i").replace("I", "i").casefold()
    return lowered.replace("ı", "i").replace("\u0307", "")
