"""`council-bot templates sync`: what to do so that Twilio holds everything we need.

It makes and submits. It takes nothing away: an older version may still be in use until the newer
one is approved, and what is not ours is nobody's business here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from twilio.rest import Client  # type: ignore[import-untyped]

from bot import templates_at_twilio as at_twilio
from bot.template_table import Table, Wanted, family
from bot.templates_at_twilio import UNSUBMITTED, Content
from handlers.language import OWN_NAMES

Action = Literal["create", "submit", "stands", "rejected", "superseded", "without"]
DONE = ("stands", "rejected", "superseded", "without")
"""Nothing to do, or nothing that this program may do."""
REJECTED = ("rejected", "disabled")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, or a reason why nothing is done. `text` says it to the operator."""

    action: Action
    text: str
    wanted: Wanted | None = None
    sid: str = ""
    status: str = ""


def plan(contents: Sequence[Content], table: Table) -> list[Step]:
    """What must be done, and what stands already; asked twice after the same work, it says less."""
    steps = [_step(one, _standing(one, contents)) for one in table.wanted]
    for language, why in table.without.items():
        name = OWN_NAMES.get(language, language)
        steps.append(Step("without", f"{name}: {why}; a related language or English is used"))
    return steps + [
        Step("superseded", f"{old.friendly_name}: an older version; may be deleted in the console")
        for old in contents
        if _superseded(old, steps)
    ]


def to_do(steps: Iterable[Step]) -> list[Step]:
    """Those steps that change something at Twilio."""
    return [step for step in steps if step.action not in DONE]


def carry_out(client: Client, steps: Iterable[Step], say: Callable[[str], None]) -> None:
    """Do what is to do, saying each thing once it is done; a text is submitted once it is made."""
    for step in to_do(steps):
        wanted, sid = step.wanted, step.sid
        assert wanted is not None
        if step.action == "create":
            sid = at_twilio.create(client, wanted)
            say(f"made {wanted.friendly_name}")
        if wanted.category:
            status = at_twilio.submit(client, sid, wanted)
            say(f"submitted {wanted.friendly_name}: {status}")


def _standing(wanted: Wanted, contents: Sequence[Content]) -> Content | None:
    """The resource that is this one; of several, the one that got furthest."""
    same = [one for one in contents if one.friendly_name == wanted.friendly_name]
    return min(same, key=lambda one: one.status == UNSUBMITTED, default=None)


def _step(wanted: Wanted, content: Content | None) -> Step:
    name = wanted.friendly_name
    if content is None:
        also = ", and submit it for approval" if wanted.category else ""
        return Step("create", f"{name}: make it{also}", wanted)
    if wanted.category and content.status == UNSUBMITTED:
        return Step("submit", f"{name}: submit it for approval", wanted, content.sid)
    if content.status in REJECTED:
        why = f" ({content.reason})" if content.reason else ""
        text = f"{name}: {content.status}{why}; change the text, then sync again"
        return Step("rejected", text, wanted, content.sid, content.status)
    text = f"{name}: {content.status or 'stands'}"
    return Step("stands", text, wanted, content.sid, content.status)


def _superseded(old: Content, steps: Iterable[Step]) -> bool:
    """Whether this is a version of ours that a newer one has replaced, which may be sent already."""
    for step in steps:
        one = step.wanted
        if one is None or old.friendly_name == one.friendly_name:
            continue
        if old.friendly_name.startswith(family(one.name, one.language if one.category else "")):
            return step.action == "stands" and step.status in ("", "approved")
    return False
