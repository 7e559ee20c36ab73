"""The digest in the making: its figures as they would be published, its lines, and the chair's yes."""

from handlers.council import chair
from handlers.council.digest_said import STATES, alias, figures, in_order, label, stamp, words
from handlers.council.digest_seats import open_run
from handlers.council.template_access import proposer
from handlers.language import Rich, Tongue
from handlers.messages import Choice, Outgoing
from handlers.migrant import follow
from handlers.rules import weeks
from handlers.screens import Screen
from handlers.service import digests as service
from handlers.staff import message
from handlers.turn import Scene, Turn
from storage import audit, digests
from storage.model import Case, DigestLine, DigestRun, Outbox

A_PAGE = 5
"""Lines of full length, so that all of them fit into one message."""


def show(turn: Turn, page: str = "0") -> None:
    """The command, the button of a notice, and pages."""
    if proposer(turn) is None:
        turn.toast = follow.stale(turn)
        return
    service.begin(turn.session, turn.charter, turn.now)
    asked = screen(turn, page)
    assert asked is not None
    turn.ask(asked)


def screen(scene: Scene, page: str = "0") -> Screen | None:
    """Figures so far, and some of the lines; the last page has the chair's yes to all of it."""
    run = digests.being_made(scene.session)
    if proposer(scene) is None or run is None:
        return None
    t, lines = scene.tongue, in_order(scene, run)
    last = max(0, (len(lines) - 1) // A_PAGE)
    number = min(int(page), last) if page.isdecimal() and page.isascii() and len(page) < 4 else 0
    here = lines[number * A_PAGE : (number + 1) * A_PAGE]
    said = [*_head(scene, run), *(_line(scene, n, one) for n, one in enumerate(here, start=1))]
    if not lines:
        said.append(t("No lines yet. Without any, only figures go out."))
    is_chair = chair.chairing(scene) is not None
    turning = []
    if number:
        turning.append(Choice(t("◀ Back"), f"digest:{number - 1}"))
    if number < last:
        turning.append(Choice(t("More ▶"), f"digest:{number + 1}"))
    return Screen(
        name="digest",
        text=Rich("\n".join(said)),
        choices=(
            *(Choice(label(scene, one), f"line:{one.id}") for one in here),
            Choice(t("✍️ New line"), "line_new"),
            *(
                Choice(
                    t("👁 As it will look: {language}", language=t.language(code)),
                    f"digest_see:{code}",
                )
                for code in scene.charter.digest.languages
            ),
            *_yes(scene, run, number == last),
            *turning,
        ),
        zero=Choice(t("Back"), "chair" if is_chair else "desk"),
        args={"page": str(number)},
        last_row=len(turning),
    )


def _head(scene: Scene, run: DigestRun) -> list[Rich]:
    t, first = scene.tongue, weeks.monday(run.week)
    goes_at = service.goes_at(scene.charter, run)
    lines = [
        t(
            "📊 <b>Digest for the {service}</b>, week from {day}",
            day=t.date(first),
        ),
        t("It goes out: {moment}", moment=t.moment(goes_at)),
    ]
    if run.approved_at is not None:
        who = alias(scene, run.approved_by)
        lines.append(t("✅ {alias} has approved it.", alias=who))
    so_far = service.figures_so_far(scene.session, scene.charter, run, scene.now)
    lines += [
        t("<b>Figures so far</b> (they are counted; nobody can change them):"),
        figures(scene, so_far),
        t("<b>Lines in your words</b>:"),
    ]
    return lines


def _line(scene: Scene, number: int, line: DigestLine) -> Rich:
    t = scene.tongue
    return t.fill(
        "{number} {state} <b>{label}</b>: {text}",
        number=t.isolated(str(number)),
        state=STATES[line.state][0],
        label=label(scene, line),
        text=words(scene, line),
    )


def _yes(scene: Scene, run: DigestRun, is_last: bool) -> list[Choice]:
    """The chair's yes to all that waits, once the draft is there and the last line was seen."""
    if chair.chairing(scene) is None or run.stage != "drafted" or not is_last:
        return []
    lines = digests.lines(scene.session, run.week, "proposed", "approved")
    if run.approved_at is not None and all(one.state == "approved" for one in lines):
        return []
    does = f"digest_yes:{run.week}:{stamp(lines)}"
    return [Choice(scene.tongue("✅ Approve all of it"), does, "success")]


def approve(turn: Turn, week: str, as_seen: str) -> None:
    """All that waits goes out with it, if it still is what the chair saw. Held lines stay held."""
    t = turn.tongue
    if not chair.is_chairing(turn):
        return
    run = open_run(turn)
    if run.week != week or run.stage != "drafted":
        turn.toast = follow.stale(turn)
        return
    lines = digests.lines(turn.session, week, "proposed", "approved")
    if as_seen != stamp(lines):
        turn.toast = t("It was changed meanwhile. Please read it again.")
        show(turn)
        return
    for one in lines:
        if one.state == "proposed":
            one.state, one.decided_by, one.decided_at = "approved", turn.desk.id, turn.now
            audit.note(turn.session, "line_approved", turn.now, by=turn.desk, line=one.id)
    run.approved_by, run.approved_at = turn.desk.id, turn.now
    audit.note(turn.session, "digest_approved", turn.now, by=turn.desk, week=week, lines=len(lines))
    turn.session.flush()
    turn.toast = t("✅ Approved")
    show(turn)


def see(turn: Turn, language: str) -> None:
    """Exactly what would go out now, in one language."""
    run = digests.being_made(turn.session)
    if proposer(turn) is None or run is None or language not in turn.charter.digest.languages:
        turn.toast = follow.stale(turn)
        return
    digest = service.preview(turn.session, turn.charter, run, language, turn.now)
    text = message.text(digest, Tongue(language, turn.charter))
    turn.say(Outgoing(text=text, protect=True), key="digest_seen", mode="below")
    show(turn)


def notice(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The draft is there; nothing where it was sent meanwhile."""
    run = digests.being_made(scene.session)
    if proposer(scene) is None or run is None or run.stage != "drafted":
        return None
    t = scene.tongue
    goes_at = service.goes_at(scene.charter, run)
    lines = [
        t("📊 The draft of the digest for the {service} is there."),
        t("It goes out: {moment}", moment=t.moment(goes_at)),
    ]
    waiting = len(digests.lines(scene.session, run.week, "proposed"))
    held = len(digests.lines(scene.session, run.week, "held"))
    if chair.chairing(scene) is not None:
        if waiting:
            lines.append(
                t.plural(
                    "{count} line waits for your approval.",
                    "{count} lines wait for your approval.",
                    waiting,
                )
            )
        if held:
            lines.append(
                t.plural("{count} line is held back.", "{count} lines are held back.", held)
            )
        lines.append(t("Without your yes only figures and approved lines go out."))
    else:
        lines.append(t("You can write what people say is wrong. The chair decides on it."))
    return Outgoing(text=Rich("\n".join(lines)), choices=((Choice(t("Look"), "digest"),),))
