"""Until when somebody is away, as they say it."""

from datetime import date

import pytest

from handlers.rules.days import last_day

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "until Friday", date(2026, 11, 27)),
        ("en", "till FRI", date(2026, 11, 27)),
        ("en", "27.11", date(2026, 11, 27)),
        ("en", "until 27/11", date(2026, 11, 27)),
        ("en", "27.11.2026", date(2026, 11, 27)),
        ("en", "27.11.26.", date(2026, 11, 27)),
        ("en", "2026-12-04", date(2026, 12, 4)),
        ("en", "until 4 December", date(2026, 12, 4)),
        ("en", "until December 4th", date(2026, 12, 4)),
        ("en", "3 days", date(2026, 11, 26)),
        ("en", "for two days", date(2026, 11, 25)),
        ("en", "today", TUESDAY),
        ("en", "tomorrow", date(2026, 11, 25)),
        ("en", "the day after tomorrow", date(2026, 11, 26)),
        ("en", "a week", date(2026, 11, 30)),
        ("en", "2 weeks", date(2026, 12, 7)),
        ("en", "until Friday 27.11", date(2026, 11, 27)),
        ("az", "cüməyə qədər", date(2026, 11, 27)),
        ("az", "cume gunune qeder", date(2026, 11, 27)),
        ("az", "cümə axşamına qədər", date(2026, 11, 26)),
        ("az", "bazar ertəsinə qədər", date(2026, 11, 30)),
        ("az", "bazara qədər", date(2026, 11, 29)),
        ("az", "çərşənbə axşamına kimi", date(2026, 12, 1)),
        ("az", "çərşənbəyə kimi", date(2026, 11, 25)),
        ("az", "şənbə", date(2026, 11, 28)),
        ("az", "sabah", date(2026, 11, 25)),
        ("az", "bu gün", TUESDAY),
        ("az", "bir həftə", date(2026, 11, 30)),
        ("az", "3 gün", date(2026, 11, 26)),
        ("az", "27 noyabra qədər", date(2026, 11, 27)),
        ("ru", "до пятницы", date(2026, 11, 27)),
        ("ru", "do pyatnicy", date(2026, 11, 27)),
        ("ru", "до среды", date(2026, 11, 25)),
        ("ru", "сегодня", TUESDAY),
        ("ru", "до завтра", date(2026, 11, 25)),
        ("ru", "послезавтра", date(2026, 11, 26)),
        ("ru", "на неделю", date(2026, 11, 30)),
        ("ru", "на две недели", date(2026, 12, 7)),
        ("ru", "3 дня", date(2026, 11, 26)),
        ("ru", "до 4 декабря", date(2026, 12, 4)),
        ("ru", "до воскресенья", date(2026, 11, 29)),
        ("tr", "cumaya kadar", date(2026, 11, 27)),
        ("tr", "cuma günü", date(2026, 11, 27)),
        ("tr", "cumartesiye kadar", date(2026, 11, 28)),
        ("tr", "pazartesi", date(2026, 11, 30)),
        ("tr", "pazara kadar", date(2026, 11, 29)),
        ("tr", "salı", date(2026, 12, 1)),
        ("tr", "yarın", date(2026, 11, 25)),
        ("tr", "bir hafta", date(2026, 11, 30)),
        ("tr", "3 gün", date(2026, 11, 26)),
        ("tr", "4 Aralık'a kadar", date(2026, 12, 4)),
        ("fa", "تا جمعه", date(2026, 11, 27)),
        ("fa", "تا پنج‌شنبه", date(2026, 11, 26)),
        ("fa", "پنجشنبه", date(2026, 11, 26)),
        ("fa", "تا سه شنبه", date(2026, 12, 1)),
        ("fa", "سه‌شنبه", date(2026, 12, 1)),
        ("fa", "یکشنبه", date(2026, 11, 29)),
        ("fa", "شنبه", date(2026, 11, 28)),
        ("fa", "امروز", TUESDAY),
        ("fa", "فردا", date(2026, 11, 25)),
        ("fa", "یک هفته", date(2026, 11, 30)),
        ("fa", "۳ روز", date(2026, 11, 26)),
        ("fa", "۲۷.۱۱", date(2026, 11, 27)),
        ("en", "cüməyə qədər", date(2026, 11, 27)),
        ("az", "until Friday", date(2026, 11, 27)),
    ],
)
def test_the_day_understood(language: str, text: str, day: date) -> None:
    """In the language of the member, or in another one of ours."""
    assert last_day(text, language, TUESDAY) == day


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "soon"),
        ("en", "27"),
        ("en", "0 days"),
        ("en", "31.02"),
        ("en", "99.99"),
        ("en", "24.11.2025"),
        ("en", "2030-01-01"),
        ("en", "next Friday"),
        ("en", "Friday or Saturday"),
        ("en", "from Monday until Friday"),
        ("en", "Thursday 27.11"),
        ("en", "the weekend"),
        ("en", "a month"),
        ("en", "999 weeks"),
        ("az", "gələn həftə"),
        ("az", "həftə sonu"),
        ("ru", "до следующей пятницы"),
        ("tr", "gelecek hafta"),
        ("tr", "3 gün sonra"),
        ("fa", "هفته آینده"),
        ("fa", "آخر هفته"),
    ],
)
def test_what_is_not_clear_is_asked(language: str, text: str) -> None:
    """No day is guessed from words that may mean two days, one long gone, or none."""
    assert last_day(text, language, TUESDAY) is None


def test_todays_weekday_is_the_next_one() -> None:
    """On a Tuesday "until Tuesday" is the one in a week; today is said with another word."""
    assert last_day("until Tuesday", "en", TUESDAY) == date(2026, 12, 1)


def test_over_the_turn_of_the_year() -> None:
    """A day and a month that have passed this year are of the next one; weekdays go on."""
    december = date(2026, 12, 30)
    assert last_day("05.01", "en", december) == date(2027, 1, 5)
    assert last_day("until 5 January", "en", december) == date(2027, 1, 5)
    assert last_day("until Friday", "en", december) == date(2027, 1, 1)
    assert last_day("a week", "en", december) == date(2027, 1, 5)
    assert last_day("29.02", "en", december) is None
