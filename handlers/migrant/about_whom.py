"""Private words: whom they are about decides who may read them, before a word is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import assign, numbers
from handlers.council import access
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import draft, safety
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import cases, members
from storage.model import ONLY_MEMBER, PRIVATE, Case, Member


def safe(turn: Turn, answer: str) -> None:
    """They can write here, or they cannot."""
    t = turn.tongue
    if answer != "no":
        turn.ask(whom(turn))
        return
    waiting = cases.draft_of(turn.session, turn.someone)
    if waiting is not None:  # no reminder of it either
        waiting.reminded_at = turn.now
    turn.close()
    turn.say(
        t(
            "OK. We stop. We do not write first about this.\n"
            "If someone checks your phone, delete this chat or only these messages. "
            "To come back, write any word."
        )
    )


def whom(scene: Scene, reference: str = "") -> Screen:
    """Whom is it about?"""
    t = scene.tongue
    return Screen(
        name="about_whom",
        text=t(
            "🔒 <b>Whom is it about?</b>\n"
            "Whoever it is about never reads it. You do not have to give names."
        ),
        choices=(
            Choice(t("Nobody of the council"), f"about:none:{reference}"),
            Choice(t("A council member"), f"about:member:{reference}"),
            Choice(t("An official"), f"about:official:{reference}"),
            Choice(t("🙈 How to hide this chat"), "hide"),
        ),
        zero=Choice(t("Back"), f"draft:{reference}" if reference else "private"),
        args={"reference": reference},
    )


def about(turn: Turn, answer: str, reference: str = "") -> None:
    """They said whom; of the council's members, which."""
    if answer == "member":
        turn.ask(which(turn, reference))
    elif answer in ("none", "official"):
        _decided(turn, reference, "official" if answer == "official" else "", ())
    else:
        turn.toast = turn.tongue("This button does not work any more.")


def which(scene: Scene, reference: str = "", subjects: Sequence[int] = ()) -> Screen:
    """Which members? Several can be chosen; a number chosen again is taken back."""
    t = scene.tongue
    seats = _seats(scene)
    chosen = [seat for seat in seats if seat.id in subjects]
    names = t.listed([t.fill("{alias}", alias=seat.alias) for seat in chosen])
    lines = [t("👤 <b>Which council member?</b> Choose one or more, then Done.")]
    if chosen:
        lines.append(t("Chosen: {aliases}", aliases=names))
    done = [Choice(t("✅ Done"), f"subjects:{reference}", "success")] if chosen else []
    return Screen(
        name="about_member",
        text=Rich("\n".join(lines)),
        choices=(
            *(
                Choice(
                    f"✓ {t.isolated(seat.alias)}" if seat in chosen else t.isolated(seat.alias),
                    f"subject:{seat.id}:{reference}",
                )
                for seat in seats
            ),
            *done,
        ),
        zero=Choice(t("Back"), f"about_back:{reference}"),
        args={"reference": reference, "subjects": list(subjects)},
        columns=2,
    )


def _seats(scene: Scene) -> list[Member]:
    """Everyone a complaint may name: whoever sits in the council, but for the writer."""
    mine = scene.someone.id
    seats = members.seated(scene.session, *members.READERS, "outside")
    return [seat for seat in seats if seat.person_id != mine]


def back(turn: Turn, reference: str = "") -> None:
    """Whom is it about? Asked before the words, or of a draft."""
    if not reference or draft.mine(turn, reference):
        turn.ask(whom(turn, reference))


def subject(turn: Turn, member_id: str, reference: str = "") -> None:
    """One more, or one less."""
    offered = {str(seat.id): seat.id for seat in _seats(turn)}
    if member_id not in offered:
        turn.toast = turn.tongue("This button does not work any more.")
        return
    chosen = set(_chosen(turn)) ^ {offered[member_id]}
    turn.ask(which(turn, reference, sorted(chosen)))


def subjects(turn: Turn, reference: str = "") -> None:
    """These are all."""
    chosen = _chosen(turn)
    if chosen:
        _decided(turn, reference, "member", chosen)
    else:
        turn.ask(which(turn, reference))


def _chosen(turn: Turn) -> list[int]:
    person = turn.someone
    if person.screen != "about_member":
        return []
    return list((person.screen_args or {}).get("subjects", []))


def _decided(turn: Turn, reference: str, kind: str, chosen: Sequence[int]) -> None:
    if reference:
        case = draft.mine(turn, reference)
        if case is not None:
            case.about, case.subjects = kind, list(chosen)
            case.track, case.share = PRIVATE, ONLY_MEMBER
            draft.show(turn, case)
        return
    whole: dict[str, Any] = {"about": kind, "subjects": list(chosen)}
    if assign.choice(turn, _imagined(turn, whole)).member_id is None:
        turn.ask(safety.nobody_private(turn, **whole))
    else:
        begin(turn, whole)


def _imagined(scene: Scene, chosen: Mapping[str, Any]) -> Case:
    """The request as it would be, to see whether anybody could read it."""
    return Case(
        person_id=scene.someone.id,
        track=PRIVATE,
        language=scene.someone.language,
        topic="other",
        excluded=[],
        **chosen,
    )


def begin(turn: Turn, chosen: Mapping[str, Any]) -> None:
    """Let them write what only whoever may know it will read."""
    t = turn.tongue
    kept = {"about": chosen.get("about", ""), "subjects": list(chosen.get("subjects", []))}
    lines = [_who_reads(turn, kept)]
    wanted: tuple[str, ...] = ("trafficking", "violence", "child", "ombudsman", "corruption")
    if kept["about"] == "official":
        wanted = ("ombudsman", "corruption")
        lines.append(
            t(
                "The official and their office do not see it. "
                "Nothing that shows who you are goes into any report.\n"
                "You can also go outside the council: {numbers}",
                numbers=numbers.line(turn.charter, t, *wanted),
            )
        )
    lines.append(t("Write or send voice. You do not have to give names."))
    if kept["about"] != "official":
        lines.append(t("Help by phone: {numbers}", numbers=numbers.line(turn.charter, t, *wanted)))
    turn.say(Rich("\n".join(lines)))
    turn.open("write", {"track": PRIVATE, **kept})


def _who_reads(scene: Scene, chosen: Mapping[str, Any]) -> Rich:
    t = scene.tongue
    imagined = _imagined(scene, chosen)
    if access.about_chair(scene.session, imagined):
        return t(
            "🔒 This is about the chair. Only the acting chair or a contact outside the "
            "{council} reads what you write next. The chair does not see it."
        )
    only = t(
        "🔒 Only a focal person for private messages reads what you write next. "
        "Other members of the {council} and the {service} do not see it."
    )
    if not chosen["subjects"]:
        return only
    seats = [seat for seat in _seats(scene) if seat.id in chosen["subjects"]]
    names = t.listed([t.fill("{alias}", alias=seat.alias) for seat in seats])
    never = t("Never: {aliases}, and whoever stands in for them.", aliases=names)
    return Rich(f"{only}\n{never}")
