"""Patterns are found where they stand, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.folding import fold
from handlers.rules.phrases import Phrases


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("visa", "my visa", True),
        ("visa", "visas", False),
        ("visa*", "my Visas!", True),
        ("visa*", "advisable", False),
        ("new address", "a NEW, address", True),
        ("new address", "new my address", False),
        ("new ~ address", "new address", True),
        ("new ~ address", "new very big nice address", True),
        ("new ~ address", "new and very big nice address", False),
        ("took|hold* my passport", "he holds my passport", True),
        ("took|hold* my passport", "he took my passport", True),
        ("took|hold* my passport", "he sold my passport", False),
        ("pasport* al*", "pasportumu aldı", True),
        ("خسته ام", "خسته‌ام", True),
        ("می زند", "او مرا میزند", True),
        ("می زن*", "او مرا می‌زند", True),
        ("15 gün*", "15 günlük", True),
        ("15 gün*", "115 günlük", False),
        ("a b", "a", False),
        ("x a*", "x", False),
    ],
)
def test_a_pattern_is_found(pattern: str, text: str, found: bool) -> None:
    """Endings, gaps and choices mean what the lists say."""
    phrases = Phrases([(pattern, "it")], fold)
    words = fold(text).split()
    assert bool(list(phrases.hits(words))) is found
    assert bool(phrases.found(words)) is found


def test_places() -> None:
    """A hit tells where it stands, as often as it stands there."""
    phrases = Phrases([("my visa*", "visa"), ("my", "mine")], fold)
    hits = list(phrases.hits(["my", "visa", "and", "my", "visas"]))
    assert hits == [("mine", 0, 1), ("visa", 0, 2), ("mine", 3, 4), ("visa", 3, 5)]
    assert phrases.found(["my", "visa", "and", "my", "visas"]) == {"mine": 1, "visa": 2}


@pytest.mark.parametrize("pattern", ["", "*", "~", "a*", "! visa*|"])
def test_a_pattern_that_would_find_everything_is_refused(pattern: str) -> None:
    """A slip in a list shows when it is read, not as noise in the field."""
    with pytest.raises(ValueError):
        Phrases([(pattern, "it")], fold)


words = st.lists(st.sampled_from(["not", "no", "pay", "pays", "a", "b"]), max_size=12)
patterns = st.lists(
    st.sampled_from(["not", "not*", "pay*", "pays", "a", "b", "~"]), min_size=1, max_size=4
).map(" ".join)


@given(words, patterns)
def test_the_quick_search_finds_what_a_slow_one_finds(text: list[str], pattern: str) -> None:
    """The index changes nothing about what is found."""
    parts = pattern.strip("~ ").split()
    if not parts:
        return
    slow = any(_stands(text, at, parts) for at in range(len(text)))
    assert bool(Phrases([(" ".join(parts), "it")], fold).found(text)) is slow


def _stands(text: list[str], at: int, parts: list[str]) -> bool:
    """Whether the parts stand from `at` on, each as near as it can."""
    gap = 0
    for part in parts:
        if part == "~":
            gap = 3
            continue
        near = text[at : at + gap + 1]
        fits = [word.startswith(part[:-1]) if part.endswith("*") else word == part for word in near]
        if True not in fits:
            return False
        at, gap = at + fits.index(True) + 1, 0
    return True
