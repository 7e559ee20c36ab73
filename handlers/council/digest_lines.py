"""One line of the digest: all of it, and what the chair or its author does with it."""

from handlers.council import chair, digest_draft
from handlers.council.digest_said import SECTIONS, STATES, alias, label, stamp
from handlers.council.digest_seats import may_edit, open_line, seen
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit
from storage.model import DigestLine


def show(turn: Turn, line_id: str) -> None:
    """One line, as it stands."""
    asked = screen(turn, line_id)
    if asked is None:
        turn.toast = follow.stale(turn)
        return
    turn.ask(asked)


def screen(scene: Scene, line: str) -> Screen | None:
    """Every word of it in each language, who wrote it, and what can be done."""
    found = seen(scene, line)
    if found is None:
        return None
    t, (sign, state) = scene.tongue, STATES[found.state]
    lines = [
        t.fill("<b>{label}</b>", label=label(scene, found)),
        t(SECTIONS[found.section][1]),
    ]
    for code, text in found.texts.items():
        lines.append(t.fill("🌐 <b>{language}</b>", language=t.language(code)))
        lines.append(Rich(f"<blockquote>{t.written(text)}</blockquote>"))
    absent = [code for code in scene.charter.digest.languages if code not in found.texts]
    if absent:
        lines.append(t("⚠️ No text in: {languages}", languages=t.languages(absent)))
    lines.append(t("Written by {alias}.", alias=alias(scene, found.author_id)))
    lines.append(t.fill("{sign} {state}", sign=sign, state=t(state)))
    return Screen(
        name="digest_line",
        text=Rich("\n".join(lines)),
        choices=(*_decisions(scene, found), *_changes(scene, found)),
        zero=Choice(t("Back"), "digest"),
        args={"line": line},
        columns=2,
    )


def _decisions(scene: Scene, line: DigestLine) -> list[Choice]:
    """What the chair can say to it."""
    t = scene.tongue
    if chair.chairing(scene) is None:
        return []
    approve = Choice(t("✅ Approve"), f"line_yes:{line.id}:{stamp([line])}", "success")
    hold = Choice(t("⏸ Hold back"), f"line_hold:{line.id}")
    return {"proposed": [approve, hold], "held": [approve], "approved": [hold]}[line.state]


def _changes(scene: Scene, line: DigestLine) -> list[Choice]:
    t = scene.tongue
    if not may_edit(scene, line):
        return []
    texts = [
        Choice(
            t.fill(
                "{sign} {language}",
                sign="✏️" if code in line.texts else "➕",
                language=t.language(code),
            ),
            f"line_text:{line.id}:{code}",
        )
        for code in scene.charter.digest.languages
    ]
    return [*texts, Choice(t("🗑 Throw away"), f"line_drop:{line.id}", "danger")]


def approve(turn: Turn, line_id: str, as_seen: str) -> None:
    """It goes out, if it still is what the chair saw."""
    line = _decided(turn, line_id)
    if line is None:
        return
    if as_seen != stamp([line]):
        turn.toast = turn.tongue("It was changed meanwhile. Please read it again.")
        show(turn, line_id)
        return
    _decide(turn, line, "approved", "line_approved")


def hold(turn: Turn, line_id: str) -> None:
    """It does not go out now, and stands in the draft of the next week again."""
    line = _decided(turn, line_id)
    if line is not None:
        _decide(turn, line, "held", "line_held")


def _decided(turn: Turn, line_id: str) -> DigestLine | None:
    """The line, if whoever pressed acts as the chair now."""
    if not chair.is_chairing(turn):
        return None
    line = open_line(turn, line_id)
    if line is None:
        turn.toast = follow.stale(turn)
    return line


def _decide(turn: Turn, line: DigestLine, state: str, noted: str) -> None:
    if line.state != state:
        line.state, line.decided_by, line.decided_at = state, turn.desk.id, turn.now
        audit.note(turn.session, noted, turn.now, by=turn.desk, line=line.id)
        turn.session.flush()
    sign, said = STATES[state]
    turn.toast = turn.tongue.fill("{sign} {state}", sign=sign, state=turn.tongue(said))
    digest_draft.show(turn)


def drop(turn: Turn, line_id: str) -> None:
    """Throw it away: its author, and the chair."""
    line = open_line(turn, line_id)
    if line is None or not may_edit(turn, line):
        turn.toast = follow.stale(turn)
        return
    audit.note(turn.session, "line_dropped", turn.now, by=turn.desk, line=line.id)
    turn.session.delete(line)
    turn.session.flush()
    turn.toast = turn.tongue("🗑 Thrown away.")
    digest_draft.show(turn)
