"""The class of a request: how soon somebody reads it and answers."""

from collections.abc import Mapping
from typing import Literal

from handlers.rules.topics import TOPICS
from handlers.rules.urgent import GROUPS, Finding

Class = Literal["P1", "P2", "P3", "P4", "P5"]

KINDS: Mapping[str, Class] = {
    "question": "P4",
    "complaint": "P3",
    "help": "P3",
    "suggestion": "P5",
    "thanks": "P5",
    "rumour": "P5",
}
"""What people write, and its class when nothing raises it."""

UNKNOWN_KIND: Class = "P3"
"""Better too soon than too late."""

PRESSING_DAYS = 3
"""A date this near raises every request."""

PRESSING_DAYS_DATED = 7
"""A date this near raises a request of a dated topic: the usual five working days end after it."""


def class_of(
    kind: str | None,
    finding: Finding,
    private: bool,
    date_within_days: int | None,
    topic: str = "other",
) -> Class:
    """The class of a request; `date_within_days` counts from today and is negative when past."""
    if finding.level == "red" and any(GROUPS[group] == "P1" for group in finding.groups):
        return "P1"
    if finding.level or private or _pressing(date_within_days, topic):
        return "P2"
    return KINDS.get(kind or "", UNKNOWN_KIND)


def _pressing(date_within_days: int | None, topic: str) -> bool:
    if date_within_days is None:
        return False
    dated = topic in TOPICS and TOPICS[topic].dated
    return date_within_days <= (PRESSING_DAYS_DATED if dated else PRESSING_DAYS)
