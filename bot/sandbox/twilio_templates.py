"""The Content API: what may be made, what WhatsApp approves, who approves it here."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.twilio_calls import RestCall
from bot.sandbox.twilio_content_rules import REJECTED_KINDS, fault_of_template, fault_of_types
from bot.sandbox.twilio_contents import Approval, Content
from bot.sandbox.twilio_filling import SHOWN
from bot.sandbox.twilio_listing import page_with_meta
from bot.sandbox.twilio_messages import Answer
from bot.sandbox.twilio_refusals import RestRefusal
from bot.sandbox.twilio_resources import new_sid

if TYPE_CHECKING:
    from bot.sandbox.twilio_world import TwilioWorld

CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
NAME = re.compile(r"[a-z0-9_]{1,512}")


def create(world: TwilioWorld, call: RestCall) -> Answer:
    """CreateContent: kept if it keeps to the limits."""
    form = call.form
    types = {kind: parts for kind, parts in form["types"].items() if parts is not None}
    wrong = fault_of_types(types)
    if wrong:
        raise RestRefusal(20001, wrong)
    kind = next((kind for kind in SHOWN if kind in types), next(iter(types)))
    content = Content(
        new_sid("HX"),
        form.get("friendly_name") or "",
        form["language"],
        form.get("variables") or {},
        kind,
        types[kind],
        types,
        world.clock(),
    )
    world.contents[content.sid] = content
    return 201, _resource(world, content)


def list_all(world: TwilioWorld, call: RestCall) -> Answer:
    """ListContent: the newest first."""
    shown = [_resource(world, content) for content in reversed(world.contents.values())]
    return 200, page_with_meta(call, world.origin, "contents", shown)


def list_with_approvals(world: TwilioWorld, call: RestCall) -> Answer:
    """ListContentAndApprovals: the same with what WhatsApp thinks of each."""
    shown = []
    for content in reversed(world.contents.values()):
        resource = _resource(world, content)
        del resource["url"], resource["links"]
        shown.append({**resource, "approval_requests": _approval(content)})
    return 200, page_with_meta(call, world.origin, "contents", shown)


def fetch(world: TwilioWorld, call: RestCall) -> Answer:
    """FetchContent."""
    return 200, _resource(world, _known(world, call.names["Sid"]))


def delete(world: TwilioWorld, call: RestCall) -> Answer:
    """DeleteContent: gone, with its approval."""
    del world.contents[_known(world, call.names["Sid"]).sid]
    return 204, None


def submit(world: TwilioWorld, call: RestCall) -> Answer:
    """CreateApprovalCreate: received; what breaks the rules is rejected, the rest waits."""
    content = _known(world, call.names["ContentSid"])
    name, category = call.form["name"], call.form["category"]
    if not NAME.fullmatch(name):
        raise RestRefusal(20001, "name holds more than small letters, digits and _")
    if category not in CATEGORIES:
        raise RestRefusal(20001, f"category must be one of {', '.join(CATEGORIES)}")
    if content.kind in REJECTED_KINDS:
        raise RestRefusal(20001, f"{content.kind} cannot be a template")
    if content.approval is not None and content.approval.status != "rejected":
        raise RestRefusal(20001, "already submitted")
    content.approval = Approval(name, category, content.kind)
    answer = content.approval.resource()
    reason = fault_of_template(content)
    if reason:
        content.approval.status, content.approval.rejection_reason = "rejected", reason
    elif world.approves_at_once:
        content.approval.status = "approved"
    return 201, answer


def fetch_approval(world: TwilioWorld, call: RestCall) -> Answer:
    """FetchApprovalFetch: what WhatsApp thinks of one."""
    content = _known(world, call.names["Sid"])
    return 200, {
        "sid": content.sid,
        "account_sid": world.account_sid,
        "whatsapp": _approval(content),
        "url": f"{world.origin}/v1/Content/{content.sid}/ApprovalRequests",
    }


def _known(world: TwilioWorld, sid: str) -> Content:
    content = world.contents.get(sid)
    if content is None:
        raise RestRefusal(20404)
    return content


def _approval(content: Content) -> dict[str, Any]:
    return (content.approval or Approval("", "", content.kind, "unsubmitted")).resource()


def _resource(world: TwilioWorld, content: Content) -> dict[str, Any]:
    url = f"{world.origin}/v1/Content/{content.sid}"
    return {
        "sid": content.sid,
        "account_sid": world.account_sid,
        "friendly_name": content.friendly_name,
        "language": content.language,
        "variables": content.variables,
        "types": content.types,
        "date_created": _moment(content.created_at),
        "date_updated": _moment(content.created_at),
        "url": url,
        "links": {
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
            "approval_fetch": f"{url}/ApprovalRequests",
        },
    }


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


OPERATIONS = {
    "CreateContent": create,
    "ListContent": list_all,
    "ListContentAndApprovals": list_with_approvals,
    "FetchContent": fetch,
    "DeleteContent": delete,
    "CreateApprovalCreate": submit,
    "FetchApprovalFetch": fetch_approval,
}
