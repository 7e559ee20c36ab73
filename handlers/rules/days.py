"""Until when somebody is away, as people say it: "until Friday", "27.11", "3 days", "a week".

Only one clear reading counts: of "next Friday" or "Friday or Saturday" people are asked instead.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from handlers.rules.digits import western
from handlers.rules.folding import fold
from handlers.rules.lists import plain_of
from handlers.rules.phrases import Phrases

FURTHEST = timedelta(days=366)
"""Nobody is away for longer than that by one word of theirs."""

# As in the lists of `words/`: * takes any ending, a|b either word. Of two that fit, the longer one
# is meant, and of equally long ones the one that stands first.
WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("monday|mon|mondays", "tuesday|tue|tues", "wednesday|wed", "thursday|thu|thurs|thur"),
        *("friday|fri", "saturday|sat", "sunday|sun"),
    ),
    "az": (
        *("bazar ertə*|ertes*", "çərşənbə axşam*", "çərşənbə*", "cümə axşam*"),
        *("cümə*", "şənbə*", "bazar*"),
    ),
    "ru": (
        *("понедельник*|пн", "вторник*|вт", "сред*|ср", "четверг*|чт", "пятниц*|пт"),
        *("суббот*|сб", "воскресен*|вс"),
    ),
    "tr": (
        *("pazartesi*|pzt", "salı|salıya|salıdan", "çarşamba*|çrş", "perşembe*|prş"),
        *("cuma|cumaya|cumadan", "cumartesi*|cmt", "pazar|pazara|pazardan"),
    ),
    "fa": (
        *("دوشنبه*", "سهشنبه*", "چهارشنبه*", "پنجشنبه*", "جمعه*", "شنبه*", "یکشنبه*"),
        *("دو شنبه*", "سه شنبه*", "چهار شنبه*", "پنج شنبه*", "", "", "یک شنبه*"),
    ),
}
"""Monday first; a second seven are other spellings."""
MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun"),
        *("july|jul", "august|aug", "september|sep|sept", "october|oct", "november|nov"),
        "december|dec",
    ),
    "az": (
        *("yanvar*", "fevral*", "mart*", "aprel*", "may|mayın|maya|mayadək", "iyun*", "iyul*"),
        *("avqust*", "sentyabr*", "oktyabr*", "noyabr*", "dekabr*"),
    ),
    "ru": (
        *("январ*|янв", "феврал*|фев", "март*|мар", "апрел*|апр", "май|мая|маю", "июн*"),
        *("июл*", "август*|авг", "сентябр*|сен", "октябр*|окт", "ноябр*|ноя", "декабр*|дек"),
    ),
    "tr": (
        *("ocak*|ocağ*", "şubat*", "mart*", "nisan*", "mayıs*", "haziran*", "temmuz*"),
        *("ağustos*", "eylül*", "ekim*", "kasım*", "aralık*|aralığ*"),
    ),
    "fa": (
        *("ژانویه*|جنوری", "فوریه*|فبروری", "مارس*|مارچ", "آوریل*|اپریل", "مه|می", "ژوئن*|جون"),
        *("ژوئیه*|جولای", "اوت|آگوست|اگست", "سپتامبر*|سپتمبر", "اکتبر*|اکتوبر", "نوامبر*|نومبر"),
        "دسامبر*|دسمبر",
    ),
}
"""January first."""
UNITS: Mapping[str, Mapping[int, str]] = {
    "en": {1: "day|days", 7: "week|weeks"},
    "az": {1: "gün|günə|günlük|gündür|günlüyə", 7: "həftə|həftəyə|həftəlik|həftəliyə"},
    "ru": {1: "день|дня|дней|дни", 7: "недел*"},
    "tr": {1: "gün|günlük|günlüğüne", 7: "hafta|haftalık|haftaya|haftalığına"},
    "fa": {1: "روز|روزه", 7: "هفته"},
}
NEAR: Mapping[str, Mapping[int, str]] = {
    "en": {0: "today|tonight", 1: "tomorrow", 2: "day after tomorrow|after tomorrow"},
    "az": {0: "bugün*|bu gün*", 1: "sabah|sabaha|sabahadək", 2: "birigün*|birisi gün*"},
    "ru": {0: "сегодня", 1: "завтра", 2: "послезавтра"},
    "tr": {0: "bugün*", 1: "yarın|yarına", 2: "öbür gün*|ertesi gün*"},
    "fa": {0: "امروز*", 1: "فردا*", 2: "پسفردا*|پس فردا*"},
}
"""Days from today."""
COUNTS: Mapping[str, tuple[str, ...]] = {
    "en": ("one|a", "two", "three", "four", "five"),
    "az": ("bir", "iki", "üç", "dörd", "beş"),
    "ru": ("один|одну|одна", "два|две", "три", "четыре", "пять"),
    "tr": ("bir", "iki", "üç", "dört", "beş"),
    "fa": ("یک", "دو", "سه", "چهار", "پنج"),
}
VAGUE = (
    *("next", "or", "weekend|weekends", "about", "maybe", "not", "month|months"),
    *("növbəti|gələn|gələcək", "və ya|yoxsa", "sonu*|sonra*", "təxminən", "ay|ayadək"),
    *("следующ*", "или", "выходн*", "примерно", "месяц*", "не"),
    *("gelecek|önümüzdeki", "veya|yoksa", "belki|yaklaşık"),
    *("آینده|بعد|بعدی|دیگر", "یا", "آخر|پایان", "حدود|شاید", "ماه"),
)
"""With these words it is not clear which day is meant."""

_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", re.ASCII)
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?![\d/])", re.ASCII)
_NUMBER = re.compile(r"(\d{1,3})(?:st|nd|rd|th|go|го)?", re.ASCII)


class Word(NamedTuple):
    """Something understood: weekday, month, unit, near, or a number; `rank` breaks a tie."""

    rank: int
    what: str
    value: int


def last_day(text: str, language: str, today: date) -> date | None:
    """The last day away that these words mean, today or later; None where that is not clear."""
    plain = western(text)
    dates = [*_written(_ISO, plain, today), *_written(_DOTTED, plain, today)]
    if dates:
        rest = _DOTTED.sub(" ", _ISO.sub(" ", plain))
        return _only([*dates, *_said(rest, language, today)], today)
    if _vague().found(fold(plain).split()):
        return None
    return _only(_said(plain, language, today), today)


def _only(found: Sequence[date | None], today: date) -> date | None:
    """The one day on which all that was understood agrees."""
    day = found[0] if found and len(set(found)) == 1 else None
    return day if day is not None and today <= day <= today + FURTHEST else None


def _written(form: re.Pattern[str], text: str, today: date) -> Iterator[date | None]:
    for found in form.finditer(text):
        first, second, third = found.groups()
        if form is _ISO:
            yield _date(int(first), int(second), int(third))
        elif third:
            yield _date(int(third) + (2000 if len(third) == 2 else 0), int(second), int(first))
        else:
            yield _coming(int(first), int(second), today)


def _coming(day: int, month: int, today: date) -> date | None:
    """The next day of that name, in this year or the next."""
    this = _date(today.year, month, day)
    return this if this is not None and this >= today else _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _said(text: str, language: str, today: date) -> list[date | None]:
    """What the words mean in the first language in which they mean anything, theirs before all."""
    for one in dict.fromkeys((language, "en", *WEEKDAYS)):
        if one in WEEKDAYS and (found := _meant(_words(text, one), today)):
            return found
    return []


def _meant(words: Sequence[Word], today: date) -> list[date | None]:
    """Each day that was said; a number that belongs to nothing makes it unclear."""
    days: list[date | None] = []
    at = 0
    while at < len(words):
        here = words[at]
        after = words[at + 1] if at + 1 < len(words) else None
        pair = {here.what: here.value, after.what: after.value} if after else {}
        if "number" in pair and ("unit" in pair or "month" in pair) and _in_order(here, after):
            days.append(_counted(pair, today))
            at += 2
            continue
        if here.what == "weekday":
            ahead = (here.value - today.weekday() - 1) % 7 + 1
            days.append(today + timedelta(days=ahead))
        elif here.what == "near":
            days.append(today + timedelta(days=here.value))
        elif here.what == "unit" and here.value == 7:
            days.append(today + timedelta(days=6))
        elif here.what in ("number", "month"):
            days.append(None)
        at += 1
    return days


def _in_order(here: Word, after: Word | None) -> bool:
    """A count stands before what it counts; a month before or after its day."""
    return here.what == "number" or (here.what == "month" and after is not None)


def _counted(pair: Mapping[str, int], today: date) -> date | None:
    number = pair["number"]
    if "month" in pair:
        return _coming(number, pair["month"], today)
    days = number * pair["unit"]
    return today + timedelta(days=days - 1) if 0 < days <= FURTHEST.days else None


def _words(text: str, language: str) -> list[Word]:
    """What is understood in one language, in the order of the text."""
    words = plain_of(language)(text).split()
    hits = sorted(
        _table(language).hits(words), key=lambda hit: (hit.start - hit.end, hit.means.rank)
    )
    taken: dict[int, Word] = {}
    places: set[int] = set()
    for hit in hits:
        if places.isdisjoint(range(hit.start, hit.end)):
            places.update(range(hit.start, hit.end))
            taken[hit.start] = hit.means
    for place, word in enumerate(words):
        if place not in places and (number := _NUMBER.fullmatch(word)):
            taken[place] = Word(0, "number", int(number[1]))
    return [taken[place] for place in sorted(taken)]


@cache
def _table(language: str) -> Phrases[Word]:
    entries: list[tuple[str, str, int]] = [
        *((form, "near", days) for days, form in NEAR[language].items()),
        *((form, "weekday", place % 7) for place, form in enumerate(WEEKDAYS[language])),
        *((form, "month", place) for place, form in enumerate(MONTHS[language], start=1)),
        *((form, "unit", days) for days, form in UNITS[language].items()),
        *((form, "number", place) for place, form in enumerate(COUNTS[language], start=1)),
    ]
    ranked = [
        (f"({form})" if " " in form else form, Word(rank, what, value))
        for rank, (form, what, value) in enumerate(entries)
        if form
    ]
    return Phrases(ranked, plain_of(language))


@cache
def _vague() -> Phrases[str]:
    return Phrases([(f"({form})" if " " in form else form, form) for form in VAGUE], fold)
