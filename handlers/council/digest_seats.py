"""Who of the council has a hand in the digest, and with which lines."""

from handlers.council import chair
from handlers.council.template_access import proposer
from handlers.rules.topics import TOPICS
from handlers.service import digests as service
from handlers.turn import Scene, Turn
from storage import digests, members
from storage.model import DigestLine, DigestRun, Member

TOPIC = "topic"


def topics(scene: Scene, member: Member) -> list[str]:
    """Topics that they may word lines about: those they cover; none chosen are all, as the chair's."""
    if chair.chairing(scene) is not None or not member.topics:
        return list(TOPICS)
    return [topic for topic in TOPICS if topic in member.topics]


def covers(scene: Scene, member: Member, section: str, topic: str) -> bool:
    """Whether they may word this kind of line."""
    return topic in topics(scene, member) if section == TOPIC else not topic


def may_edit(scene: Scene, line: DigestLine) -> bool:
    """Its author, as long as they sit and cover it, and whoever acts as the chair."""
    member = proposer(scene)
    if member is None:
        return False
    is_theirs = line.author_id == member.id and covers(scene, member, line.section, line.topic)
    return is_theirs or chair.chairing(scene) is not None


def open_line(turn: Turn, words: str) -> DigestLine | None:
    """The line of a button as long as its digest was not sent; that stays so until we are done."""
    line = digests.line(turn.session, words)
    if line is None or proposer(turn) is None:
        return None
    run = digests.locked(turn.session, line.week)
    line = digests.line(turn.session, words)  # it may have been carried over while we waited
    if run is None or run.stage == digests.SENT or line is None or line.week != run.week:
        return None
    return line


def seen(scene: Scene, words: str) -> DigestLine | None:
    """The same, only to be looked at."""
    line = digests.line(scene.session, words)
    if line is None or proposer(scene) is None:
        return None
    run = digests.find(scene.session, line.week)
    return line if run is not None and run.stage != digests.SENT else None


def open_run(turn: Turn) -> DigestRun:
    """The digest that lines are written for now; it is not sent until we are done."""
    run = service.begin(turn.session, turn.charter, turn.now)
    locked = digests.locked(turn.session, run.week)
    assert locked is not None
    if locked.stage == digests.SENT:  # it went while we waited for it
        return open_run(turn)
    return locked


def tell_chair(turn: Turn, run: DigestRun) -> None:
    """Once the draft is there, the chair hears of a line that was proposed or changed after it."""
    if run.stage != "drafted":
        return
    member = proposer(turn)
    for seat in members.chairs(turn.session, turn.now):
        if member is None or seat.id != member.id:
            service.tell_of_draft(turn.session, seat, turn.now)
