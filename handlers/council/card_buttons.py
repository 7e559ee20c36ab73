"""The buttons of a card: what can be done with a request now, the rarer things behind one."""

from handlers.council import access, history
from handlers.language import N_
from handlers.messages import Choice
from handlers.turn import Scene
from storage.model import ANSWERED, ASKED, CLOSED, OPEN, Case

MORE = (
    ("template", "template", N_("📋 Answer by template")),
    ("note", "note", N_("📝 Note for members")),
    ("sort", "sort", N_("🏷 Topic, kind, class")),
    ("refer", "refer", N_("➡️ To another office")),
    ("release", "release", N_("🏛 Let the Service solve it")),
    ("link", "link", N_("🔗 Others ask the same")),
    ("reveal", "reveal", N_("🔓 Show hidden numbers")),
    ("conflict", "conflict", N_("⚖️ I have a conflict")),
    ("reopen", "reopen", N_("🔄 Open again")),
    ("ban", "ban", N_("🚫 Ask the chair to stop them")),
)
"""What stands behind *More*: verb, the action that is asked of `access`, label."""


def buttons(scene: Scene, case: Case, cut: bool, more: bool) -> list[tuple[Choice, ...]]:
    t, reference = scene.tongue, case.reference
    if more:
        return [*_more(scene, case), (Choice(t("Back"), f"less:{reference}"),)]
    take = () if case.taken_at else (Choice(t("✋ Take"), f"take:{reference}", "primary"),)
    rows = [(*take, Choice(t("✍️ Answer"), f"answer:{reference}", "success"))]
    if history.has_files(scene, case):
        rows.append((Choice(t("📎 Voice and files"), f"files:{reference}"),))
    if cut:
        rows.append((Choice(t("📜 Whole text"), f"whole:{reference}"),))
    if case.state in (OPEN, ANSWERED, ASKED):
        rows.append(
            (
                Choice(t("❓ Ask"), f"ask:{reference}"),
                Choice(t("🔁 Hand over"), f"hand:{reference}"),
                Choice(t("✔️ Close"), f"close:{reference}"),
            )
        )
    if case.state == CLOSED:
        rows = [(Choice(t("✍️ Answer"), f"answer:{reference}"),)]
    private = _possible(scene, case, "private")
    rows.append(
        (
            *((Choice(t("🔒 Private!"), f"private!:{reference}"),) if private else ()),
            Choice(t("⋯ More"), f"more:{reference}"),
        )
    )
    return rows


def _more(scene: Scene, case: Case) -> list[tuple[Choice, ...]]:
    """What is done more rarely, as far as it is possible now, two on a row."""
    possible = [
        Choice(scene.tongue(label), f"{verb}:{case.reference}")
        for verb, action, label in MORE
        if _possible(scene, case, action) and (verb != "reveal" or history.hides(scene, case))
    ]
    return [tuple(possible[start : start + 2]) for start in range(0, len(possible), 2)]


def _possible(scene: Scene, case: Case, action: str) -> bool:
    member = scene.seat
    return member is not None and access.may(scene.session, member, case, action)
