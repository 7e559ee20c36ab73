"""What the writer of a request is told about it: its number, its reader, its dates."""

from handlers.language import Rich
from handlers.rules import references
from handlers.turn import Scene
from storage.model import Case, Member


def shown(scene: Scene, case: Case) -> str:
    """A case's reference as people read it: "MC 4827 1935 6"."""
    return references.shown(case.reference, scene.charter.prefix)


def reader(scene: Scene, case: Case, member: Member | None) -> list[Rich]:
    """Who reads it and by when; where nobody can, the truth."""
    t = scene.tongue
    if member is None:
        return [nobody_reads(scene)]
    assert case.read_by_at is not None
    assert case.answer_by_at is not None
    lines = [who_reads(scene, case, member)]
    if case.read_by_at < case.answer_by_at:
        lines.append(t("📖 Read by: {moment}", moment=t.moment(case.read_by_at)))
    lines.append(t("💬 Answer or news by: {moment}", moment=t.moment(case.answer_by_at)))
    return lines


def nobody_reads(scene: Scene) -> Rich:
    """The truth where nobody may read it now."""
    return scene.tongue(
        "⚠️ Right now there is no council member who can read it. "
        "We keep it and tell you as soon as somebody can."
    )


def who_reads(scene: Scene, case: Case, member: Member) -> Rich:
    """The reader's alias and a language they can read it in."""
    t = scene.tongue
    if case.language in member.languages:
        return t(
            "👤 {alias} reads it. Language: {language}",
            alias=member.alias,
            language=t.language(case.language),
        )
    return t(
        "👤 {alias} reads it. Languages: {languages}.",
        alias=member.alias,
        languages=t.languages(member.languages),
    )


def only_focal(scene: Scene, case: Case, member: Member) -> Rich:
    """It is private from now on, and who reads it."""
    return scene.tongue(
        "🔒 From now on only a focal person for private messages reads {reference}.\n{reader}",
        reference=shown(scene, case),
        reader=who_reads(scene, case, member),
    )
