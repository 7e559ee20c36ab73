"""Catalogues: every text in the person's language, or visibly in English, never half of each."""

import gettext
import io
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import locales
from handlers.charter import Charter
from handlers.words import word

SOURCE = "en"
Day = date
"""The same, where a method of that name stands beside it."""
CATALOGUES = Path(locales.__file__).parent
OWN_NAMES = {
    "ar": "العربية",
    "az": "Azərbaycanca",
    "bn": "বাংলা",
    "en": "English",
    "fa": "فارسی",
    "fr": "Français",
    "hi": "हिन्दी",
    "ka": "ქართული",
    "ps": "پښتو",
    "ru": "Русский",
    "tk": "Türkmençe",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "uz": "Oʻzbekcha",
    "zh": "中文",
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
WHOLE_WEEKDAYS = frozenset({"az"})
"""Where the short names of weekdays are told apart by a letter or a dot."""
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def N_(message: str) -> str:
    """Mark a text of a table for the catalogues; it is translated where it is shown."""
    return message


class Rich(str):
    """Text that is already rich: filled into a message as it is."""


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The texts of one language, compiled in memory; uncertain (fuzzy) ones stay English."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE or not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        read = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, read, use_fuzzy=False)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Spoken(Rich):
    """A date or a name in somebody's language, and in English for a sentence that is not."""

    english: str

    def __new__(cls, text: str, english: str) -> "Spoken":
        spoken = super().__new__(cls, text)
        spoken.english = english
        return spoken


class Tongue:
    """Speaks one language for one council: translates, fills in, keeps directions apart.

    A text that is not translated is English as a whole: dates and names in it too.
    """

    def __init__(self, language: str, charter: Charter) -> None:
        self.code = language
        self.rtl = language in RIGHT_TO_LEFT
        self._catalogue = catalogue(language)
        self._zone = ZoneInfo(charter.working_time.zone)
        self._names = _names(charter, language)
        self._english_names = _names(charter, SOURCE)

    def __call__(self, message: str, /, **values: object) -> Rich:
        """Translate a text and fill in values, which are escaped unless they are Rich."""
        text = self._catalogue.gettext(message)
        return self._fill(text, values, translated=text != message or self.code == SOURCE)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> Rich:
        """Translate by number; `{count}` stands in the text."""
        text = self._catalogue.ngettext(one, many, count)
        translated = text not in (one, many) or self.code == SOURCE
        return self._fill(text, {"count": count, **values}, translated=translated)

    def fill(self, form: str, /, **values: object) -> Rich:
        """Fill values into a form without words, which is the same in every language."""
        return self._fill(form, values, translated=True)

    def _fill(self, text: str, values: Mapping[str, object], *, translated: bool) -> Rich:
        names = self._names if translated else self._english_names
        filled = {name: self._safe(value) for name, value in names.items()}
        for name, value in values.items():
            if isinstance(value, Spoken) and not translated:
                filled[name] = value.english
            else:
                filled[name] = self._safe(value)
        return Rich(text.format_map(filled))

    def _safe(self, value: object) -> str:
        if isinstance(value, Rich):
            return value
        return self.isolated(escape(str(value), quote=False))

    def written(self, text: str) -> Rich:
        """What somebody wrote, made safe, its direction kept apart from ours."""
        return Rich(self.isolated(escape(text, quote=False)))

    def isolated(self, text: str) -> str:
        """Keep a name or number whole inside text that runs the other way."""
        if text and (self.rtl or runs_right_to_left(text)):
            return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
        return text

    def moment(self, at: datetime) -> Spoken:
        """A date and time as people say it, in the council's zone: "Fri 27 Nov, 18:00"."""
        return self._date(at, "d MMM, HH:mm")

    def day(self, at: datetime) -> Spoken:
        """A date as people say it, in the council's zone: "Fri 27 Nov"."""
        return self._date(at, "d MMM")

    def date(self, on: date) -> Spoken:
        """A day of the calendar as people say it."""
        return self.day(datetime.combine(on, time(12), self._zone))

    def day_of(self, at: datetime) -> Day:
        """The day of the calendar on which something is, in the council's zone."""
        return at.astimezone(self._zone).date()

    def _date(self, at: datetime, form: str) -> Spoken:
        local = at.astimezone(self._zone)
        weekday = "EEEE" if self.code in WHOLE_WEEKDAYS else "EEE"
        own = format_datetime(local, f"{weekday} {form}", locale=babel_locale(self.code))
        own = own.replace(",", "،") if self.rtl else own
        return Spoken(self.isolated(own), format_datetime(local, f"EEE {form}", locale=SOURCE))

    def language(self, code: str) -> Spoken:
        """The name of a language, said in this one."""
        own = babel_locale(self.code).languages.get(code) or OWN_NAMES.get(code, code)
        english = babel_locale(SOURCE).languages.get(code) or code
        return Spoken(self.isolated(own), english)

    def languages(self, codes: Iterable[str]) -> Spoken:
        """The names of several languages."""
        names = [self.language(code) for code in codes]
        return Spoken(self.listed(names), ", ".join(name.english for name in names))

    def listed(self, parts: Iterable[str]) -> Rich:
        """Several things one after the other, with the comma of the script."""
        return Rich(("، " if self.rtl else ", ").join(parts))


def _names(charter: Charter, language: str) -> dict[str, str]:
    """What every text may name: the council, the Service, the words to write."""
    return {
        "council": named(charter.council, language),
        "service": named(charter.service, language),
        "controller": named(charter.controller, language),
        "complaint_address": charter.official_complaint,
        "members": str(charter.members),
        "start_word": word("start", language),
        "delete_word": word("delete", language),
        "skip_word": word("skip", language),
        "stop_word": word("stop", language),
        "manager_word": word("manager", language),
        "appeal_word": word("appeal", language),
    }


def rich(text: str) -> Rich:
    """What a person wrote, made safe to stand in a message."""
    return Rich(escape(text, quote=False))


def named(names: Mapping[str, str], language: str) -> str:
    """A name in this language, else in English."""
    return names.get(language) or names[SOURCE]


def runs_right_to_left(text: str) -> bool:
    """Whether the first strong character runs right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def offered(hint: str, charter: Charter) -> str | None:
    """The offered language that an app's language code (`pt-br`) means, if any."""
    code = hint.lower().replace("_", "-").split("-")[0]
    return code if code in charter.languages else None


@cache
def babel_locale(language: str) -> Locale:
    """Babel's knowledge of a language; English where it has none."""
    return Locale.parse(language) if language in OWN_NAMES else Locale.parse(SOURCE)
