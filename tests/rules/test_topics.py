"""What a message seems to be about is suggested, in five languages and in careless writing."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.lists import plain_of, read
from handlers.rules.topics import KINDS, TOPICS, suggest, suggest_kind

ENDING = "\u16a0"


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("How do I extend my residence permit?", "en", "residence"),
        ("my boss did not pay my salary for 2 months", "en", "labour"),
        ("landlord kicked me out and keeps the deposit", "en", "housing"),
        ("they gave me a fine for overstay", "en", "fines"),
        ("I lost my passport in the metro", "en", "documents"),
        ("can my daughter go to school without papers", "en", "education"),
        ("Müvəqqəti yaşayış icazəmin müddəti bitir", "az", "residence"),
        ("maasimi vermirler 2 aydir", "az", "labour"),
        ("ev sahibi meni qeydiyyata almaq istemir", "az", "registration"),
        ("Sərhəddə məni buraxmadılar, girişə qadağa var", "az", "visa_entry"),
        ("Где сделать регистрацию по месту пребывания?", "ru", "registration"),
        ("nachalnik ne platit zarplatu", "ru", "labour"),
        ("мне выписали штраф за просрочку", "ru", "fines"),
        ("хочу получить гражданство азербайджана", "ru", "citizenship"),
        ("çalışma iznim için patron başvuru yapmadı", "tr", "work_permit"),
        ("hastaneye gittim sigortam geçmiyor", "tr", "health"),
        ("ev sahibi kirayı artırdı, evden çıkarıyor", "tr", "housing"),
        ("چطور اقامتم را تمدید کنم؟", "fa", "residence"),
        ("كارفرما حقوق من را نمی دهد", "fa", "labour"),
        ("پناهنده هستم، نمی‌توانم برگردم", "fa", "asylum"),
        ("میخوام با شوهرم ازدواجمون رو ثبت کنیم", "fa", "family"),
        ("зарплату не платят", "en", "labour"),
        ("How do I extend my residence permit?", "ka", "residence"),
        ("hello", "en", "other"),
        ("", "en", "other"),
        ("👍", "xx", "other"),
    ],
)
def test_suggest(text: str, language: str, topic: str) -> None:
    """The plain cases are right in every language that has lists."""
    assert suggest(text, language) == topic


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("How long can I stay?", "en", "question"),
        ("I want to complain, the officer was rude", "en", "complaint"),
        ("you should add Urdu to the website", "en", "suggestion"),
        ("thank you very much", "en", "thanks"),
        ("I heard that they deport everyone, is it true?", "en", "rumour"),
        ("please help me", "en", "help"),
        ("sənədləri haradan almaq olar", "az", "question"),
        ("şikayət edirəm, cavab vermirlər", "az", "complaint"),
        ("çox sağ olun", "az", "thanks"),
        ("сколько стоит?", "ru", "question"),
        ("спасибо большое", "ru", "thanks"),
        ("Teşekkür ederim", "tr", "thanks"),
        ("kime başvurmam gerekiyor", "tr", "question"),
        ("چقدر طول می‌کشد؟", "fa", "question"),
        ("خیلی ممنون", "fa", "thanks"),
        ("xyz", "en", None),
        ("", "en", None),
    ],
)
def test_suggest_kind(text: str, language: str, kind: str | None) -> None:
    """Question, complaint and the other kinds are told apart where the words say so."""
    assert suggest_kind(text, language) == kind


def test_the_lists_speak_of_known_topics_and_kinds() -> None:
    """Every list names only what exists, and every language knows every topic and kind."""
    lists = read("topics")
    assert set(lists) >= {"en", "az", "ru", "tr", "fa"}
    for language, tables in lists.items():
        assert set(tables) == {"topics", "kinds"}, language
        assert set(tables["topics"]) == set(TOPICS) - {"other"}, language
        assert set(tables["kinds"]) == set(KINDS), language
        for patterns in (*tables["topics"].values(), *tables["kinds"].values()):
            assert len(patterns) == len(set(patterns)), language


def test_no_pattern_counts_twice() -> None:
    """No pattern of a list is found wherever another one of as many words is found."""
    for language, tables in read("topics").items():
        for name, patterns in (*tables["topics"].items(), *tables["kinds"].items()):
            for one, other in permutations(patterns, 2):
                assert not _covers(one, other, language), (language, name, one, other)


def _covers(one: str, other: str, language: str) -> bool:
    """Whether `one` takes any ending of what `other` begins with."""
    if not one.endswith("*") or len(one.split()) != len(other.split()):
        return False
    stem, word = (plain_of(language)(_marked(text)) for text in (one, other))
    return word.startswith(stem.removesuffix(ENDING))


def _marked(pattern: str) -> str:
    """A pattern with its signs as letters, so that folding leaves them where they are."""
    return pattern.replace("*", ENDING).replace("~", "\u16a1").replace("|", "\u16a2")


def test_topics_are_complete() -> None:
    """Each topic has an icon, a label and its objectives; dates are asked for where they matter."""
    assert all(topic.icon and topic.label for topic in TOPICS.values())
    assert all(topic.gcm for name, topic in TOPICS.items() if name != "other")
    assert {"fines", "visa_entry", "residence", "asylum"} <= {
        name for name, topic in TOPICS.items() if topic.dated
    }


@given(st.text(), st.sampled_from(["en", "az", "ru", "tr", "fa", "zz"]))
def test_any_text_has_a_topic(text: str, language: str) -> None:
    """Whatever is written, there is a suggestion that exists."""
    assert suggest(text, language) in TOPICS
    assert suggest_kind(text, language) in {None, *KINDS}
