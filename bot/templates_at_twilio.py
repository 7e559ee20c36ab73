"""What of ours stands at Twilio: read from the Content API, made there, and sent for approval."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.content.v1.content import ContentList  # type: ignore[import-untyped]
from twilio.rest.content.v1.content.approval_create import (  # type: ignore[import-untyped]
    ApprovalCreateList,
)

from bot.template_table import OURS, Wanted

UNSUBMITTED = "unsubmitted"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Content:
    """One resource at Twilio. `status` is Meta's word on a text; forms with buttons have none."""

    sid: str
    friendly_name: str
    variables: frozenset[str] = frozenset()
    status: str = ""
    reason: str = ""
    created_at: datetime = LONG_AGO


def read(client: Client) -> tuple[Content, ...]:
    """Everything whose name is one of ours, the newest first; made for a thread, for it waits."""
    listed = client.content.v1.content_and_approvals.list(page_size=500)
    found = [_content(one) for one in listed if str(one.friendly_name or "").startswith(OURS)]
    return tuple(sorted(found, key=lambda one: one.created_at, reverse=True))


def _content(one: Any) -> Content:
    told = one.approval_requests or {}
    needs_approval = "twilio/text" in (one.types or {})
    return Content(
        sid=one.sid,
        friendly_name=one.friendly_name,
        variables=frozenset(one.variables or {}),
        status=str(told.get("status") or UNSUBMITTED).lower() if needs_approval else "",
        reason=str(told.get("rejection_reason") or ""),
        created_at=one.date_created or LONG_AGO,
    )


def create(client: Client, wanted: Wanted) -> str:
    """Make a resource and return its SID."""
    request = ContentList.ContentCreateRequest(wanted.request)
    return str(client.content.v1.contents.create(request).sid)


def submit(client: Client, sid: str, wanted: Wanted) -> str:
    """Ask Meta to approve a text and return what it says for now."""
    asked = {"name": wanted.friendly_name, "category": wanted.category}
    request = ApprovalCreateList.ContentApprovalRequest(asked)
    told = client.content.v1.contents(sid).approval_create.create(request)
    return str(told.status or "received").lower()
