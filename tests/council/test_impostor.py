"""A word about people who only say that they are the council: in time, and never where it harms."""

from datetime import timedelta

import pytest
from talk import Talk

from handlers.rules.impostors import asks_for_money

FREE = "Help here is free."
LINE = "We never ask for money, codes or documents."


@pytest.mark.parametrize(
    "text",
    [
        "A man said: pay 50 manat for an answer",
        "He asked me for money to help",
        "they want me to send the code",
        "Is it a bribe?",
        "Məndən pul istəyirlər",
        "mənə dedi ki, cavab üçün pul ödə",
        "kodu gonder dedi",
        "rusvet",
        "У меня просят деньги за ответ",
        "просят прислать код",
        "prosyat dengi",
        "Benden para istediler",
        "kodu gönder dedi",
        "از من پول خواستند",
        "کد را بفرست",
        "رشوه",
    ],
)
def test_words_about_money_for_help(text: str) -> None:
    """In all five languages, with and without diacritics."""
    assert asks_for_money(text)


@pytest.mark.parametrize(
    "text",
    [
        "My employer did not pay my wages",
        "How much is the fee for the residence permit?",
        "What is the dress code at school?",
        "Maaşımı vermir",
        "Зарплату не платят",
        "Maaşımı ödemiyor",
        "حقوقم را نمی‌دهند",
    ],
)
def test_other_words_about_money(text: str) -> None:
    """Wages and fees are what people write about every day."""
    assert not asks_for_money(text)


@pytest.fixture
def rana(talk: Talk) -> str:
    """Rana has agreed; Leyla and Nigar sit in the council."""
    talk.seat("Leyla")
    talk.seat("Nigar", "focal")
    return talk.agreed("Rana")


def times(talk: Talk, text: str) -> int:
    """How often Rana was told."""
    return talk.ever_said("Rana").count(text)


def test_after_words_about_money(talk: Talk, rana: str) -> None:
    """At once, in the draft or in what is added; once a day."""
    talk.write(rana, "A man says the council wants money.")
    talk.deliver()
    assert times(talk, FREE) == 1
    assert "1 part" in list(talk.chats[rana].values())[-1].text
    talk.write(rana, "He wants money again.")
    talk.deliver()
    assert times(talk, FREE) == 1
    case = talk.case()
    talk.press(rana, f"send:{case.reference}")
    talk.now += timedelta(days=2)
    talk.write(rana, f"{case.reference} he came again and wants money")
    talk.deliver()
    assert times(talk, FREE) == 2


def test_with_the_number_once_in_thirty_days(talk: Talk, rana: str) -> None:
    """In the message with the number; not again for a month, and not as a message of its own."""
    talk.hand_in(rana, "Where is the school?")
    assert times(talk, LINE) == 1
    talk.hand_in(rana, "Where is the library?")
    assert times(talk, LINE) == 1
    talk.now += timedelta(days=31)
    talk.hand_in(rana, "Where is the museum?")
    assert times(talk, LINE) == 2


def test_never_written_first(talk: Talk, rana: str) -> None:
    """What goes by itself after a day brings no warning."""
    talk.write(rana, "Where is the school?")
    talk.later(hours=25)
    talk.deliver()
    assert talk.case().state == "open"
    assert times(talk, LINE) == 0


def test_never_where_it_is_private(talk: Talk, rana: str) -> None:
    """A phone may be watched: neither in what is private, nor after it."""
    talk.press(rana, "safe:yes")
    talk.write(rana, "An officer wants money.")
    case = talk.case()
    talk.press(rana, f"send:{case.reference}")
    talk.deliver()
    talk.hand_in(rana, "Where is the school?")
    assert times(talk, FREE) == times(talk, LINE) == 0
