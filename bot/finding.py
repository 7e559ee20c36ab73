"""What `council-bot doctor` says."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One line: how bad it is, and what to do."""

    level: Literal["ok", "warning", "fault"]
    text: str
