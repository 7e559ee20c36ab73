"""The nine groups of urgent matters, and what a look at a text can find of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["", "amber", "red"]

GROUPS: Mapping[str, Literal["P1", "P2"]] = {
    "danger_now": "P1",
    "suicide": "P1",
    "trafficking": "P1",
    "sexual_abuse": "P1",
    "family_violence": "P1",
    "child": "P1",
    "detention_removal": "P2",
    "reprisal": "P2",
    "official_misconduct": "P2",
}
"""Which class each group belongs to."""

PRIVATE_GROUPS = frozenset(
    {group for group, cls in GROUPS.items() if cls == "P1"} | {"official_misconduct"}
)
"""Groups that only focal persons read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the words of a message point at.

    `red`: an exact phrase of an urgent group. `amber`: a loose pair of words; a person looks
    first and nothing is said by itself. `groups` are the groups pointed at, in the table's order.
    """

    level: Level = ""
    groups: tuple[str, ...] = ()

    @property
    def private(self) -> bool:
        """Whether only focal persons may read what was found."""
        return self.level == "red" and not PRIVATE_GROUPS.isdisjoint(self.groups)


NOTHING = Finding()
