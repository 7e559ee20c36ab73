"""Words of danger are found as far as words go, and how far that is, is measured here."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.lists import read
from handlers.rules.safety import GROUPS, PAIRS, PRIVATE_GROUPS, languages_with_lists, look

LANGUAGES = ("en", "az", "ru", "tr", "fa")
Table = Mapping[str, Mapping[str, Sequence[str]]]

FOUND_AT_FIRST = {"en": (13, 1), "az": (11, 1), "ru": (13, 1), "tr": (13, 1), "fa": (14, 0)}
"""Of 25 fresh serious messages found, of 25 ordinary ones wrongly found, at the first look."""


def sentences(name: str) -> Table:
    """A table of messages by language, serious and ordinary."""
    return tomllib.loads((Path(__file__).parent / f"danger_{name}.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("help me now he has a knife", "danger_now"),
        ("I'm in danger", "danger_now"),
        ("i want to die", "suicide"),
        ("I don’t want to live anymore", "suicide"),
        ("my boss keeps my passport", "trafficking"),
        ("he locked us in", "trafficking"),
        ("I was raped", "sexual_abuse"),
        ("my husband beats me", "family_violence"),
        ("I am 14 years old", "child"),
        ("they are deporting us tomorrow", "detention_removal"),
        ("he threatens me", "reprisal"),
        ("please do not tell my employer", "reprisal"),
        ("he wants a bribe", "official_misconduct"),
        ("təhlükədəyəm", "danger_now"),
        ("ozumu oldurmek isteyirem", "suicide"),
        ("Ölmək istəyirəm", "suicide"),
        ("müdir pasportumu alıb vermir", "trafficking"),
        ("erim meni doyur", "family_violence"),
        ("mənim 14 yaşım var", "child"),
        ("polis qardaşımı apardı", "detention_removal"),
        ("rüşvət istəyirlər", "official_misconduct"),
        ("я в опасности", "danger_now"),
        ("не хочу больше жить", "suicide"),
        ("ne hochu bolshe zhit", "suicide"),
        ("хозяин забрал паспорт", "trafficking"),
        ("khozyain zabral pasport", "trafficking"),
        ("меня изнасиловали", "sexual_abuse"),
        ("муж меня бьёт", "family_violence"),
        ("мне 15 лет", "child"),
        ("мужа задержали", "detention_removal"),
        ("просит взятку", "official_misconduct"),
        ("tehlikedeyim", "danger_now"),
        ("intihar edeceğim", "suicide"),
        ("patron pasaportuma el koydu", "trafficking"),
        ("kocam beni dövüyor", "family_violence"),
        ("gözaltındayım", "detention_removal"),
        ("rusvet istedi", "official_misconduct"),
        ("در خطر هستم", "danger_now"),
        ("می‌خواهم بمیرم", "suicide"),
        ("ميخوام بميرم", "suicide"),
        ("صاحب کارم پاسپورتم را گرفته", "trafficking"),
        ("شوهرم کتکم می‌زند", "family_violence"),
        ("۱۵ سالمه", "child"),
        ("دستگیرم کردند", "detention_removal"),
        ("رشوه خواست", "official_misconduct"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fa", "ka"])
def test_an_exact_phrase_is_red(text: str, group: str, language: str) -> None:
    """A phrase of a group is found in any spelling, whatever language the person chose."""
    finding = look(text, language)
    assert finding.level == "red"
    assert group in finding.groups
    assert finding.private is (not PRIVATE_GROUPS.isdisjoint(finding.groups))


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("they took our passports", "trafficking"),
        ("I am scared of the man who brought me", "reprisal"),
        ("he slaps me", "danger_now"),
        ("i cant go on", "suicide"),
        ("the inspector asked for something extra, 100 dollars", "official_misconduct"),
        ("a girl is 13 and works in a factory", "child"),
        ("hər gün məni divara çırpır", "danger_now"),
        ("больше нет сил", "suicide"),
        ("aracıya borcum var bitene kadar çalışacağım", "trafficking"),
        ("دیگه نمیتونم", "suicide"),
    ],
)
def test_loose_words_together_are_amber(text: str, group: str) -> None:
    """Words that point the same way are for a person to look at, and are private to nobody yet."""
    finding = look(text, "en")
    assert finding.level == "amber"
    assert group in finding.groups
    assert not finding.private


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "hello",
        "Gün uzun, iş çox",
        "I hold a passport of India",
        "I'm afraid I missed the deadline",
        "The passport office is closed",
        "Must my child register? She is 12.",
        "my account is locked",
        "Мне нужна виза",
        "Ev kirayəsi 300 manat",
        "لطفا راهنمایی کنید",
    ],
)
def test_everyday_words_are_nothing(text: str) -> None:
    """Words that only look alike, here or in another language, raise no alarm."""
    assert look(text, "en").level == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_lists_are_worth(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On messages the lists were not written from, about half is found and little is false."""
    serious, false = _measured(sentences("fresh")[language], language)
    first, first_false = FOUND_AT_FIRST[language]
    with capsys.disabled():
        print(
            f"\n{language}: {serious} of 25 serious found (at first {first}), "
            f"{false} of 25 ordinary wrongly (at first {first_false})",
            end="",
        )
    assert serious >= first
    assert false <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_found_stays_found(language: str) -> None:
    """Messages that helped to write the lists are found: nine in ten, false ones three in a hundred."""
    table = sentences("known")[language]
    serious, false = _measured(table, language)
    assert serious >= 0.9 * len(table["serious"])
    assert false <= 0.03 * len(table["ordinary"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["known", "fresh"])
def test_no_ordinary_message_is_red(name: str, language: str) -> None:
    """The safety text is never shown to somebody who asked about a form."""
    ordinary = sentences(name)[language]["ordinary"]
    assert [text for text in ordinary if look(text, language).level == "red"] == []


def _measured(table: Mapping[str, Sequence[str]], language: str) -> tuple[int, int]:
    """How many serious messages are found, and how many ordinary ones."""
    serious, ordinary = (
        sum(look(text, language).level != "" for text in table[kind])
        for kind in ("serious", "ordinary")
    )
    return serious, ordinary


def test_every_table_is_large_enough() -> None:
    """A figure of fewer than 25 messages is no figure."""
    for name in ("known", "fresh"):
        for language in LANGUAGES:
            table = sentences(name)[language]
            assert min(len(set(table["serious"])), len(set(table["ordinary"]))) >= 25


def test_every_language_has_every_list() -> None:
    """A language with lists has phrases for each group and words for each set."""
    assert languages_with_lists() == set(LANGUAGES)
    sets = {name for pair in PAIRS for name in pair.sets}
    for language, lists in read("safety").items():
        assert set(lists["red"]) == set(GROUPS), language
        assert set(lists["sets"]) == sets, language
        assert all(lists["red"].values()), language
        assert all(lists["sets"].values()), language


def test_every_group_can_be_seen_sooner() -> None:
    """Each urgent group has loose words too, and only known groups are pointed at."""
    assert {pair.group for pair in PAIRS} == set(GROUPS) - {"family_violence"}
    assert all(pair.near for pair in PAIRS if len(pair.sets) > 1)


@given(st.text(), st.sampled_from([*LANGUAGES, "zz", ""]))
def test_any_text_can_be_looked_at(text: str, language: str) -> None:
    """Whatever is written, the finding is one of the three levels, with known groups in order."""
    finding = look(text, language)
    assert bool(finding.level) is bool(finding.groups)
    assert list(finding.groups) == [group for group in GROUPS if group in finding.groups]


@given(st.sampled_from(["i want to die", "müdir pasportumu alıb vermir"]), st.text(max_size=40))
def test_words_around_do_not_hide_a_phrase(phrase: str, around: str) -> None:
    """A red phrase is found in the middle of anything."""
    assert look(f"{around} . {phrase} . {around}", "en").level == "red"
