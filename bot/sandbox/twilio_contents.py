"""Content as Twilio keeps it, and whether WhatsApp approved it as a template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

PAUSED, DISABLED, REJECTED = "paused", "disabled", "rejected"
FAULTS = {PAUSED: 63041, DISABLED: 63042}
FREE_ONLY = ("twilio/list-picker", "twilio/location")


@dataclass(eq=False, slots=True)
class Approval:
    """What WhatsApp thinks of a template."""

    name: str
    category: str
    content_type: str
    status: str = "received"
    rejection_reason: str = ""

    def resource(self) -> dict[str, Any]:
        """The part of the REST API's answer that tells of it."""
        return {
            "name": self.name,
            "category": self.category,
            "content_type": self.content_type,
            "status": self.status,
            "rejection_reason": self.rejection_reason,
            "allow_category_change": True,
        }


@dataclass(eq=False, slots=True)
class Content:
    """A body with variables, perhaps buttons; `kind` is its one type, `parts` what it holds."""

    sid: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    kind: str
    parts: dict[str, Any]
    types: dict[str, Any]
    created_at: datetime
    approval: Approval | None = None

    def copy(self) -> Content:
        """The same at another Twilio, where it may be approved or refused by itself."""
        return replace(self, approval=replace(self.approval) if self.approval else None)

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called."""
        return (self.sid, self.friendly_name, self.approval.name if self.approval else "")

    @property
    def approved(self) -> bool:
        """Whether it may begin a conversation."""
        return self.approval is not None and self.approval.status == "approved"

    def fault(self, closed: bool) -> int:
        """The code this ends with, by its approval and the window."""
        status = self.approval.status if self.approval else ""
        if status in FAULTS:
            return FAULTS[status]
        if not closed:
            return 0
        if self.kind in FREE_ONLY:
            return 63016
        if status == REJECTED:
            return 63040
        return 0 if self.approved else 63016
