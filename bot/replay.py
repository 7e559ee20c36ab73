"""`council-bot replay`: what could not be handled is tried again, after the mend."""

import json
from collections import Counter
from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import whatsapp_in
from bot.telegram_in import parse
from handlers import stuck as unhandled
from handlers.charter import Charter
from handlers.messages import Attachment, Incoming
from storage import copies, inbox
from storage.database import Database
from storage.model import Stuck

NAMES = {field.name for field in fields(Incoming)}


def replay(database: Database, charter: Charter, bot_id: int, now: datetime) -> Counter[str]:
    """Add the words and files of each stuck message to the request they belong to.

    Each in a transaction of its own; counts what was added, skipped (presses, digits, commands,
    people who never agreed) and still fails. Never raises for one of them.
    """
    counts: Counter[str] = Counter()
    with database.read() as session:
        waiting = list(
            session.scalars(select(Stuck.id).where(Stuck.replayed_at.is_(None)).order_by(Stuck.id))
        )
    for stuck_id in waiting:
        try:
            counts[_one(database, charter, bot_id, now, stuck_id)] += 1
        except Exception:
            counts["still stuck"] += 1
    return counts


def _one(database: Database, charter: Charter, bot_id: int, now: datetime, stuck_id: int) -> str:
    with database.begin() as session:
        stuck = session.get_one(Stuck, stuck_id, with_for_update=True)
        if stuck.replayed_at is not None:
            return "skipped"
        came, then = unhandled.parted(stuck.raw or "")
        incoming = _incoming(came, stuck.channel, bot_id) if came else None
        known = incoming is not None and not _is_noted(came) and _came_since(session, incoming, now)
        added = (
            incoming is not None
            and not known
            and unhandled.replay(session, incoming, now, charter, then)
        )
        if incoming is not None:
            copies.hasten(session, incoming.channel, incoming.message_id, now)
        stuck.replayed_at, stuck.raw = now, None
        return "added" if added else "skipped"


def _is_noted(came: str) -> bool:
    """Whether it was noted as taken when it was set aside: one of ours, not a provider's bytes."""
    return came.startswith('{"incoming"')


def _came_since(session: Session, incoming: Incoming, now: datetime) -> bool:
    """Whether a provider's list has brought it meanwhile; from now on it will not."""
    return not inbox.first_time(session, incoming.channel, incoming.key, now)


def _incoming(raw: str, channel: str, bot_id: int) -> Incoming | None:
    """What was kept: one of ours, or a provider's raw update or form."""
    if channel == whatsapp_in.CHANNEL and not raw.startswith("{"):
        told = whatsapp_in.parse(dict(parse_qsl(raw, keep_blank_values=True)), "")
        return told if isinstance(told, Incoming) else None
    kept: Any = json.loads(raw)
    if not isinstance(kept, dict) or "incoming" not in kept:
        return parse(kept, bot_id)
    ours = {name: value for name, value in kept["incoming"].items() if name in NAMES}
    ours["attachments"] = tuple(Attachment(**each) for each in ours.get("attachments", ()))
    if ours.get("sent_at"):
        ours["sent_at"] = datetime.fromisoformat(ours["sent_at"])
    return Incoming(**ours)
