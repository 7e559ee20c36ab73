"""How a digest in the making and its lines are said to the council."""

from collections.abc import Mapping
from hashlib import sha256

from handlers.language import N_, Rich
from handlers.rules.published import Band, Published, Share
from handlers.rules.topics import TOPICS
from handlers.service import digest_content
from handlers.service.digest_parts import written_in
from handlers.turn import Scene
from storage import digests
from storage.model import DigestLine, DigestRun, Member

SECTIONS: Mapping[str, tuple[str, str]] = {
    "topic": ("🏷", N_("What people say is wrong")),
    "gap": ("❓", N_("What people do not know, and rumours")),
    "signal": ("📡", N_("E-services, queues, offices")),
    "decision": ("⚖️", N_("What recent decisions changed")),
    "change": ("🔁", N_("What earlier digests changed")),
    "date": ("📅", N_("Days ahead")),
}
"""Each part that holds lines: its sign, and what it is called."""
STATES: Mapping[str, tuple[str, str]] = {
    "proposed": ("🕓", N_("waits for the chair")),
    "approved": ("✅", N_("approved")),
    "held": ("⏸", N_("held back")),
}
COUNTS: Mapping[str, str] = {
    "received": N_("Wrote to us: {band}"),
    "answered": N_("Answered: {band}"),
    "closed": N_("Closed: {band}"),
    "overdue": N_("Late: {band}"),
}


def figures(scene: Scene, published: Published) -> Rich:
    """The figures in a line or two, as they would be published."""
    t = scene.tongue
    said = [
        t(COUNTS[name], band=t.isolated(str(Band(*band))))
        for name, band in published.counts.items()
        if name in COUNTS
    ]
    share = published.shares.get("in_time")
    if share is not None and (in_time := _share(scene, share)) is not None:
        said.append(t("In time: {share}", share=in_time))
    return Rich(" · ".join(said))


def _share(scene: Scene, share: Share) -> Rich | None:
    """None where it stands on too few people for anything to be said."""
    t = scene.tongue
    if share.percent is not None:
        return t("{percent} %", percent=share.percent)
    return {"nearly_all": t("nearly all"), "hardly_any": t("hardly any")}.get(share.word)


def label(scene: Scene, line: DigestLine) -> Rich:
    """Its sign, and what it is about."""
    t = scene.tongue
    sign, called = SECTIONS[line.section]
    if line.section == "topic":
        return t.fill("{sign} {topic}", sign=sign, topic=t(TOPICS[line.topic].label))
    if line.on is not None:
        return t.fill("{sign} {day}", sign=sign, day=t.date(line.on))
    return t.fill("{sign} {section}", sign=sign, section=t(called))


def words(scene: Scene, line: DigestLine) -> Rich:
    """All of it in one language: the reader's, where it is."""
    t = scene.tongue
    return t.written(line.texts[written_in(line.texts, scene.charter, t.code)])


def alias(scene: Scene, member_id: int | None) -> Rich:
    """Whoever it was, also when they have left."""
    member = scene.session.get(Member, member_id) if member_id is not None else None
    t = scene.tongue
    return Rich(t.isolated(member.alias.split("·")[0])) if member is not None else Rich("—")


def in_order(scene: Scene, run: DigestRun) -> list[DigestLine]:
    """Every line of a digest, held ones too, as the page shows them."""
    return sorted(digests.lines(scene.session, run.week), key=digest_content.order)


def stamp(lines: list[DigestLine]) -> str:
    """What was seen: it changes with every word and every line."""
    told = [f"{one.id} {one.state} {sorted(one.texts.items())} {one.on}" for one in lines]
    return sha256("\n".join(told).encode()).hexdigest()[:12]
