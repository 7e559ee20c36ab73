"""Words that act like commands, in every offered language and always in English."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "start": ("START",),
        "menu": ("MENU",),
        "delete": ("DELETE",),
        "skip": ("SKIP",),
        "stop": ("STOP",),
        "help": ("HELP",),
        "manager": ("MANAGER", "CHAIR"),
        "hide": ("HIDE",),
        "appeal": ("APPEAL",),
    },
    "az": {
        "start": ("BAŞLA", "BASLA", "BASHLA"),
        "menu": ("MENYU", "MENÜ"),
        "delete": ("SİL", "SİLMƏK", "SİLMEK"),
        "skip": ("KEÇ", "KEC", "KECH"),
        "stop": ("DAYANDIR", "DAYAN", "STOP"),
        "help": ("KÖMƏK", "KÖMEK", "KOMƏK", "KOMEK"),
        "manager": ("SƏDR", "SEDR", "MÜDİR"),
        "hide": ("GİZLƏT", "GIZLET", "GİZLET"),
        "appeal": ("ETİRAZ",),
    },
    "ru": {
        "start": ("СТАРТ", "НАЧАТЬ"),
        "menu": ("МЕНЮ", "ГЛАВНОЕ МЕНЮ"),
        "delete": ("УДАЛИТЬ", "УДАЛИТЬ ВСЁ", "УДАЛИТЬ ВСЕ", "УДАЛИ", "УДАЛИТЕ"),
        "skip": ("ПРОПУСТИТЬ", "ПРОПУСК", "ПРОПУСТИ", "ПРОПУСТИТЕ"),
        "stop": ("СТОП", "STOP"),
        "help": ("ПОМОЩЬ", "СПРАВКА"),
        "manager": ("ПРЕДСЕДАТЕЛЬ", "НАЧАЛЬНИК", "ГЛАВНЫЙ"),
        "hide": ("СКРЫТЬ", "СПРЯТАТЬ"),
        "appeal": ("ОБЖАЛОВАТЬ", "АПЕЛЛЯЦИЯ"),
    },
    "tr": {
        "start": ("BAŞLA", "BASLA", "BAŞLAT", "BASLAT"),
        "menu": ("MENÜ", "MENU"),
        "delete": ("SİL", "SİLMEK"),
        "skip": ("ATLA",),
        "stop": ("DUR", "DURDUR", "STOP"),
        "help": ("YARDIM",),
        "manager": ("BAŞKAN", "BASKAN", "MÜDÜR"),
        "hide": ("GİZLE",),
        "appeal": ("İTİRAZ",),
    },
    # Also as typed in Afghanistan, with Arabic ي and ك, and without the half-space.
    "fa": {
        "start": ("شروع", "آغاز", "استارت"),
        "menu": ("منو", "مینو", "مينو"),
        "delete": ("حذف", "حذف کن", "حذف كن", "حذف کنید", "حذف كنيد", "حذف همه چیز", "حذف همه چيز"),
        "skip": ("نمی‌گویم", "نمیگویم", "نمی گویم", "نميگويم", "نمي گويم", "نمی‌گم", "نمیگم", "رد"),
        "stop": ("توقف", "ایست", "استاپ"),
        "help": ("راهنما", "کمک", "كمك"),
        "manager": ("رئیس", "رییس", "مدیر"),
        "hide": ("پنهان", "پنهان کن", "پنهان كن"),
        "appeal": ("اعتراض",),
    },
}


GREETINGS = (
    *("HELLO", "HI", "HEY", "GOOD MORNING", "GOOD AFTERNOON", "GOOD EVENING"),
    *("SALAM", "SALAMLAR", "SALAM ALEYKUM", "SALAM ƏLEYKUM", "SABAHINIZ XEYİR"),
    *(
        "ПРИВЕТ",
        "ЗДРАВСТВУЙТЕ",
        "ЗДРАВСТВУЙ",
        "ДОБРЫЙ ДЕНЬ",
        "ДОБРОЕ УТРО",
        "ДОБРЫЙ ВЕЧЕР",
        "САЛАМ",
    ),
    *("MERHABA", "MERHABALAR", "SELAM", "SELAMÜN ALEYKÜM", "İYİ GÜNLER"),
    *("سلام", "درود", "سلام علیکم", "سلام عليكم", "السلام علیکم", "السلام عليكم"),
)
"""With which a chat begins; whoever says nothing else has not written to anybody yet."""

ALONE = ("start", "language", "requests", "delete", "desk", "find", "away")
"""Commands that are carried out whatever is written behind them; behind others it is a message."""


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


def is_greeting(text: str) -> bool:
    """Whether somebody only says hello, in whichever language."""
    return _plain(text) in _GREETINGS


def command_in(text: str) -> tuple[str, str] | None:
    """The name of a command like `/help@bot`, and what is written behind it; None for words."""
    if not text.startswith("/"):
        return None
    name, *rest = text[1:].split(maxsplit=1) or [""]
    return name.split("@")[0].lower(), rest[0] if rest else ""


def command(text: str) -> str | None:
    """The name of the command that a message is; None for words, behind a command's name too."""
    name, rest = command_in(text) or (None, "")
    return None if rest and name not in ALONE else name


def _plain(text: str) -> str:
    """Letters only, without the two Turkic i's and case getting in the way."""
    lowered = text.strip(" \t\n.!,\"'«»“”/👋🙂").replace("İ", "i").replace("I", "i").casefold()
    return lowered.replace("ı", "i").replace("\u0307", "")


_GREETINGS = frozenset(map(_plain, GREETINGS))
