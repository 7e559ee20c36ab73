"""What the council asks of the Service: the list of proposals, and one of them whole.

Every member sees how many people stand behind one, and nobody through it what they wrote.
"""

from collections.abc import Mapping

from handlers.council import chair
from handlers.council.template_access import proposer
from handlers.council.templates import alias, clipped
from handlers.language import N_, Rich, Tongue, named
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.rules.published import Band
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import members
from storage import proposals as store
from storage.model import Member, Proposal, ProposalReply

LISTED = 8
REPLIES, CLIPPED = 3, 500
"""So many of the last words are shown with a proposal, and so much of each."""
STATES: Mapping[str, str] = {
    "draft": N_("being written"),
    "proposed": N_("waits for the chair"),
    "sent": N_("sent, no reply yet"),
    "accepted": N_("the {service} says yes"),
    "partly": N_("the {service} says yes in part"),
    "refused": N_("the {service} says no"),
    "more_time": N_("the {service} needs more time"),
    "question": N_("the {service} asks something"),
    "withdrawn": N_("taken back"),
}
SAID: Mapping[str, str] = {
    "accepted": N_("🏛 {day}: yes"),
    "partly": N_("🏛 {day}: yes, in part"),
    "refused": N_("🏛 {day}: no"),
    "more_time": N_("🏛 {day}: they need more time"),
    "question": N_("🏛 {day}: they ask"),
    "answer": N_("💬 {day}: the council answered"),
    "withdrawn": N_("↩️ {day}: the council took it back"),
}


def show(turn: Turn, first: str = "0") -> None:
    """All proposals, the newest first."""
    _ask(turn, listing(turn, store.number(first) or 0))


def one(turn: Turn, number: str) -> None:
    """One of them whole."""
    _ask(turn, whole(turn, number))


def _ask(turn: Turn, screen: Screen | None) -> None:
    if screen is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(screen)


def listing(scene: Scene, first: int = 0) -> Screen | None:
    """A page of the list."""
    if proposer(scene) is None:
        return None
    t, every = scene.tongue, store.listed(scene.session)
    page = every[first : first + LISTED]
    head = t("📮 <b>What the council asks of the {service}</b>")
    lines = [head, *([] if page else [t("No proposal yet.")])]
    for place, proposal in enumerate(page, start=1):
        lines.append(_line(scene, place, proposal))
    choices = [Choice(label(scene, each), f"proposal:{each.id}") for each in page]
    if len(every) > first + LISTED:
        choices.append(Choice(t("More"), f"proposals:{first + LISTED}"))
    return Screen(
        name="proposals",
        text=Rich("\n".join(lines)),
        choices=(*choices, Choice(t("➕ New proposal"), "newprop")),
        zero=Choice(t("My desk"), "desk"),
        args={"first": first},
    )


def _line(scene: Scene, place: int, proposal: Proposal) -> Rich:
    t = scene.tongue
    return t.fill(
        "{place}. №{number} <b>{concerns}</b>\n{state} · 👥 {people}",
        place=place,
        number=proposal.id,
        concerns=clipped(worded(t, proposal.concerns)) or "…",
        state=t(STATES[proposal.state]),
        people=store.people_behind(scene.session, proposal),
    )


def label(scene: Scene, proposal: Proposal) -> Rich:
    """A proposal on a button."""
    concerns = clipped(worded(scene.tongue, proposal.concerns)) or "…"
    return scene.tongue.fill("№{number} {concerns}", number=proposal.id, concerns=concerns)


def worded(t: Tongue, texts: Mapping[str, str]) -> str:
    """The text in the reader's language, else in English, else in the one there is."""
    return texts.get(t.code) or texts.get("en") or next(iter(texts.values()), "")


def unit_name(scene: Scene, proposal: Proposal) -> str:
    """The unit that is asked; its id where council.toml does not name it any more."""
    names = scene.charter.units.get(proposal.unit)
    return named(names, scene.tongue.code) if names else proposal.unit


def whole(scene: Scene, number: str) -> Screen | None:
    """Where it stands, what it says in the reader's language, and what can be done."""
    proposal = store.find(scene.session, number)
    member = proposer(scene)
    if proposal is None or member is None:
        return None
    t = scene.tongue
    texts = [worded(t, one) for one in (proposal.concerns, proposal.problem, proposal.asked)]
    lines = [*head(scene, proposal), *body(t, *texts), *said(scene, proposal)]
    return Screen(
        name="proposal",
        text=Rich("\n".join(lines)),
        choices=tuple(_choices(scene, proposal, member)),
        zero=Choice(t("Back"), "proposals"),
        args={"number": number},
    )


def head(scene: Scene, proposal: Proposal) -> list[Rich]:
    """Number, state, unit, topic, date, and how many people stand behind it."""
    t = scene.tongue
    lines = [
        t(
            "📮 <b>Proposal {number}</b> · {state}",
            number=proposal.id,
            state=t(STATES[proposal.state]),
        ),
        t("To: {unit}", unit=unit_name(scene, proposal)),
    ]
    if proposal.topic:
        topic = TOPICS[proposal.topic]
        lines.append(t.fill("{icon} {topic}", icon=Rich(topic.icon), topic=t(topic.label)))
    if proposal.wished_on is not None:
        lines.append(t("📅 Wished by {date}", date=t.date(proposal.wished_on)))
    count = store.people_behind(scene.session, proposal)
    lines.append(
        t.plural("👥 {count} person stands behind it.", "👥 {count} people stand behind it.", count)
    )
    if proposal.evidence is not None:
        band = Band(*proposal.evidence)
        lines.append(t("The {service} sees only: {band} people.", band=str(band)))
    author = alias(scene, proposal.author_id)
    if proposal.approved_by is None:
        lines.append(t("Written by {author}.", author=author))
    else:
        who = alias(scene, proposal.approved_by)
        lines.append(t("Written by {author}, approved by {chair}.", author=author, chair=who))
    return lines


def body(t: Tongue, concerns: str, problem: str, asked: str) -> list[Rich]:
    """Its three texts in one language; what is missing is not there."""
    parts = (
        (t("📄 <b>What it is about</b>"), concerns),
        (t("❗ <b>What goes wrong</b>"), problem),
        (t("🙏 <b>What we ask</b>"), asked),
    )
    return [
        Rich(f"{title}\n<blockquote>{t.written(text)}</blockquote>")
        for title, text in parts
        if text
    ]


def said(scene: Scene, proposal: Proposal) -> list[Rich]:
    """The last words of both sides."""
    return [
        _reply(scene.tongue, reply) for reply in store.replies(scene.session, proposal)[-REPLIES:]
    ]


def _reply(t: Tongue, reply: ProposalReply) -> Rich:
    line = t(SAID[reply.kind], day=t.day(reply.at))
    if reply.until_on is not None:
        until = t("until {date}", date=t.date(reply.until_on))
        line = Rich(f"{line} · {until}")
    if not reply.text:
        return line
    text = reply.text if len(reply.text) <= CLIPPED else f"{reply.text[: CLIPPED - 1]}…"
    return Rich(f"{line}\n<blockquote>{t.written(text)}</blockquote>")


def deciders(scene: Scene, proposal: Proposal) -> list[Member]:
    """Who may approve it: the chair or whoever stands in, never whoever wrote it."""
    besides = [proposal.author_id] if proposal.author_id else []
    return members.chairs(scene.session, scene.now, besides)


def may_decide(scene: Scene, proposal: Proposal) -> bool:
    """Whether the member whose chat this is may approve it."""
    member = proposer(scene)
    return member is not None and member.id in [each.id for each in deciders(scene, proposal)]


def writes(scene: Scene, proposal: Proposal) -> bool:
    """Whether this member writes at it: its author, or anybody once its author sits no more."""
    member = proposer(scene)
    author = scene.session.get(Member, proposal.author_id) if proposal.author_id else None
    if member is None or author is None or not members.sits(author):
        return member is not None
    return author.id == member.id


def _choices(scene: Scene, proposal: Proposal, member: Member) -> list[Choice]:
    t, number, state = scene.tongue, proposal.id, proposal.state
    leads = chair.chairing(scene) is not None
    possible = (
        (state == "draft" and writes(scene, proposal), t("✏️ Go on writing"), f"pdraft:{number}"),
        (
            state == "proposed" and may_decide(scene, proposal),
            t("✔️ Read and approve"),
            f"papprove:{number}",
        ),
        (
            state == "question" and (leads or proposal.author_id == member.id),
            t("💬 Answer their question"),
            f"panswer:{number}",
        ),
        (
            state in store.ENDS and proposal.outcome_at is None and leads,
            t("📣 Tell the writers"),
            f"ptell:{number}",
        ),
        (state in store.WITH_UNIT and leads, t("↩️ Take it back"), f"pwithdraw:{number}"),
    )
    return [Choice(text, does) for is_possible, text, does in possible if is_possible]
