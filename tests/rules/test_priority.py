"""The class of a request follows danger, dates and kind, in this order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.priority import KINDS, class_of
from handlers.rules.topics import TOPICS
from handlers.rules.urgent import GROUPS, NOTHING, PRIVATE_GROUPS, Finding

RED_LIFE = Finding("red", ("suicide",))
RED_POLICE = Finding("red", ("detention_removal",))
RED_BOTH = Finding("red", ("detention_removal", "trafficking"))
RED_MONEY = Finding("red", ("official_misconduct",))
AMBER = Finding("amber", ("trafficking",))


@pytest.mark.parametrize(
    ("kind", "finding", "private", "days", "topic", "expected"),
    [
        ("question", NOTHING, False, None, "residence", "P4"),
        ("complaint", NOTHING, False, None, "service", "P3"),
        ("help", NOTHING, False, None, "other", "P3"),
        ("suggestion", NOTHING, False, None, "service", "P5"),
        ("thanks", NOTHING, False, None, "other", "P5"),
        ("rumour", NOTHING, False, None, "visa_entry", "P5"),
        (None, NOTHING, False, None, "other", "P3"),
        ("", NOTHING, False, None, "other", "P3"),
        ("never heard of", NOTHING, False, None, "never heard of", "P3"),
        ("thanks", RED_LIFE, False, None, "other", "P1"),
        ("question", RED_BOTH, False, None, "other", "P1"),
        ("question", RED_POLICE, False, None, "fines", "P2"),
        ("complaint", RED_MONEY, False, None, "service", "P2"),
        ("question", AMBER, False, None, "labour", "P2"),
        ("suggestion", NOTHING, True, None, "service", "P2"),
        ("question", RED_LIFE, True, 1, "fines", "P1"),
        ("question", NOTHING, False, 3, "health", "P2"),
        ("question", NOTHING, False, 4, "health", "P4"),
        ("question", NOTHING, False, 0, "other", "P2"),
        ("question", NOTHING, False, -2, "fines", "P2"),
        ("question", NOTHING, False, 7, "fines", "P2"),
        ("question", NOTHING, False, 8, "fines", "P4"),
        ("complaint", NOTHING, False, 8, "labour", "P3"),
    ],
)
def test_class_of(
    kind: str | None,
    finding: Finding,
    private: bool,
    days: int | None,
    topic: str,
    expected: str,
) -> None:
    """Each row of the table has the class that the council promised."""
    assert class_of(kind, finding, private, days, topic) == expected


kinds = st.sampled_from([None, *KINDS])
findings = st.sampled_from([NOTHING, RED_LIFE, RED_POLICE, RED_BOTH, RED_MONEY, AMBER])
topics = st.sampled_from(list(TOPICS))


@given(kinds, findings, st.booleans(), st.integers(-400, 400), st.integers(0, 50), topics)
def test_nothing_alarming_ever_lowers_a_class(
    kind: str | None, finding: Finding, private: bool, days: int, sooner: int, topic: str
) -> None:
    """Danger, privacy and a nearer date can only raise."""
    given_class = class_of(kind, finding, private, days, topic)
    assert given_class <= class_of(kind, NOTHING, private, days, topic)
    assert given_class <= class_of(kind, finding, False, days, topic)
    assert given_class <= class_of(kind, finding, private, None, topic)
    assert class_of(kind, finding, private, days - sooner, topic) <= given_class


def test_private_groups_are_life_and_officials() -> None:
    """Arrest and threats go to the ordinary queue with speed; all else urgent is private."""
    assert set(GROUPS) - PRIVATE_GROUPS == {"detention_removal", "reprisal"}
    assert RED_LIFE.private
    assert RED_MONEY.private
    assert not RED_POLICE.private
    assert not AMBER.private
