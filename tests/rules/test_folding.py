"""Words written carelessly are the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.folding import fold, sounds


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("İşdən ÇIXARDILAR, maaşımı vermirlər!!!", "isden cixardilar maasimi vermirler"),
        ("isden cixardilar maasimi vermirler", "isden cixardilar maasimi vermirler"),
        ("s\u0327u\u0308", "su"),
        ("I don’t know… heeeelp 1000", "i dont know help 1000"),
        ("Меня бьёт мой муж", "меня бьет мои муж"),
        ("كي يك", "کی یک"),
        ("می‌خواهم", "میخواهم"),
        ("می خواهم", "میخواهم"),
        ("نمی شود", "نمیشود"),
        ("خانه ام", "خانهام"),
        ("خانه‌ام", "خانهام"),
        ("کتاب ها", "کتابها"),
        ("مُدّت ـــ", "مدت"),
        ("۱۵ روز", "15 روز"),
        ("हिन्दी", "हिनदी"),
        ("Bakı'da", "bakida"),
        ("", ""),
        ("👍 \n\t", ""),
    ],
)
def test_fold(written: str, plain: str) -> None:
    """Case, diacritics, marks and half-spaces do not matter."""
    assert fold(written) == plain


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("помогите", "pomogite"),
        ("жалоба на хозяина", "zhaloba na khozyaina"),
        ("жалоба на хозяина", "zhaloba na hozjaina"),
        ("я хочу умереть", "ya xochu umeret"),
        ("меня бьют", "menja bjut"),
        ("меня бьют", "menya byut'"),
        ("ещё", "eshche"),
        ("счёт в банке", "schyot v banke"),
        ("регистрация", "registratsiya"),
        ("регистрация", "registraciya"),
        ("мой паспорт", "moy pasport"),
        ("мой паспорт", "moj pasport"),
    ],
)
def test_russian_in_latin_letters(cyrillic: str, latin: str) -> None:
    """Russian typed in Latin letters sounds like Russian."""
    assert sounds(fold(cyrillic)) == sounds(fold(latin))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folded text is plain: single spaces, no marks, and stays so."""
    plain = fold(text)
    assert "  " not in plain
    assert plain == plain.strip()
    assert fold(plain) == plain
