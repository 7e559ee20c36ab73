"""The chair words what came of a proposal, sees it as its writers will, and has them told."""

from hashlib import sha256

from handlers import dates
from handlers.council import chair
from handlers.council.public_words import text_of, unfit
from handlers.language import Rich, Tongue
from handlers.messages import Choice
from handlers.migrant import follow, outcome
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from handlers.words import meaning_of
from storage import audit
from storage import proposals as store
from storage.model import Proposal

LONGEST = 800
STAMP = 8
ALWAYS = "en"
"""The language whoever has none of their own there reads it in: it is never left out."""


def order(scene: Scene) -> list[str]:
    """The languages of the writers: the chair's own and English first."""
    offered = scene.charter.languages
    first = [code for code in (scene.tongue.code, ALWAYS) if code in offered]
    return list(dict.fromkeys([*first, *offered]))


def decided(scene: Scene, number: str) -> Proposal | None:
    """One that is decided and nobody was told of, if whoever looks is the chair."""
    proposal = store.find(scene.session, number)
    if proposal is None or chair.chairing(scene) is None or proposal.outcome_at is not None:
        return None
    return proposal if proposal.state in store.ENDS else None


def begin(turn: Turn, number: str) -> None:
    """Word it, or go on wording it."""
    if proposal := _mine(turn, number):
        _next(turn, proposal)


def _mine(turn: Turn, number: str) -> Proposal | None:
    """The same, locked; otherwise the button says that it is stale."""
    store.locked(turn.session, number)
    proposal = decided(turn, number)
    if proposal is None:
        turn.toast = follow.stale(turn)
    return proposal


def _next(turn: Turn, proposal: Proposal, after: str = "") -> None:
    """The next language without words, then all of it; `after` is the one just asked for."""
    turn.session.flush()
    languages, have = order(turn), proposal.outcome or {}
    rest = languages[languages.index(after) + 1 :] if after in languages else languages
    asked = None
    if after or not have:
        code = next((code for code in rest if code not in have), "")
        asked = words_page(turn, str(proposal.id), code) if code else None
    if asked is None and ALWAYS not in have:
        asked = words_page(turn, str(proposal.id), ALWAYS)
    asked = asked or preview(turn, str(proposal.id), "")
    assert asked is not None
    turn.ask(asked)


def words_page(scene: Scene, number: str, language: str, alone: bool = False) -> Screen | None:
    """The invitation to write in one language."""
    t, proposal = scene.tongue, decided(scene, number)
    if proposal is None or language not in scene.charter.languages:
        return None
    lines = [
        t(
            "📣 What does the council say to the writers about what came of it? In: {language}. "
            "At most {most} letters.",
            language=t.language(language),
            most=LONGEST,
        )
    ]
    has = (proposal.outcome or {}).get(language)
    if has:
        lines.append(Rich(f"<blockquote>{t.written(has)}</blockquote>"))
    skip = t("Keep it as it is") if has else t("No text in this language")
    choices = (Choice(skip, f"psayskip:{number}:{language}"),)
    return Screen(
        name="prop_outcome",
        text=Rich("\n".join(lines)),
        choices=choices if has or language != ALWAYS else (),
        zero=Choice(t("Later"), f"proposal:{number}"),
        args={"number": number, "language": language, "alone": alone},
    )


def say(turn: Turn, number: str, language: str) -> None:
    """Write it in this language."""
    if _mine(turn, number) is None:
        return
    asked = words_page(turn, number, language, alone=True)
    if asked is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(asked)


def skip(turn: Turn, number: str, language: str) -> None:
    """Nothing in this language: on to the next."""
    if proposal := _mine(turn, number):
        _next(turn, proposal, language)


def words(turn: Turn) -> None:
    """The council's words in one language."""
    args = turn.someone.screen_args or {}
    number, language = str(args.get("number", "")), args.get("language", "")
    proposal = _mine(turn, number)
    if proposal is None:
        turn.close()
        return
    said = text_of(turn)
    if said is None:
        return
    if meaning_of(said, turn.someone.language) == "skip" and language != ALWAYS:
        _next(turn, proposal, language)
    elif fault := unfit(turn, said, LONGEST):
        turn.say(fault)
    else:
        proposal.outcome = {**(proposal.outcome or {}), language: said}
        _next(turn, proposal, "" if args.get("alone") else language)


def see(turn: Turn, number: str, language: str) -> None:
    """See it in this language."""
    asked = preview(turn, number, language)
    if asked is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(asked)


def preview(scene: Scene, number: str, language: str) -> Screen | None:
    """Exactly what its writers will see, and how many they are."""
    t, proposal = scene.tongue, decided(scene, number)
    if proposal is None or ALWAYS not in (proposal.outcome or {}):
        return None
    shown = language if language in scene.charter.languages else order(scene)[0]
    text = outcome.text(Tongue(shown, scene.charter), scene.charter, proposal, "…")
    count = store.readers(scene.session, proposal)
    lines = [
        t("👁 <b>This is what the writers will see</b> ({language}):", language=t.language(shown)),
        Rich(f"<blockquote>{text}</blockquote>"),
        t.plural("It goes to {count} person.", "It goes to {count} people.", count),
    ]
    have = proposal.outcome or {}
    if absent := [code for code in order(scene) if code not in have]:
        lines.append(
            t("⚠️ The words stand in English in: {languages}", languages=t.languages(absent))
        )
    return Screen(
        name="prop_outcome_seen",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("✅ Tell them"), f"ptold:{number}:{stamp(proposal)}", "success"),
            *(
                Choice(t.fill("👁 {language}", language=t.language(code)), f"psee:{number}:{code}")
                for code in order(scene)
                if code != shown
            ),
            Choice(t("✏️ Change: {language}", language=t.language(shown)), f"psay:{number}:{shown}"),
        ),
        zero=Choice(t("Later"), f"proposal:{number}"),
        args={"number": number, "language": shown},
        columns=2,
    )


def stamp(proposal: Proposal) -> str:
    """Of exactly these words: no others go with it."""
    said = sorted((proposal.outcome or {}).items())
    return sha256(repr((proposal.state, said)).encode()).hexdigest()[:STAMP]


def tell(turn: Turn, number: str, seen: str) -> None:
    """Everybody whose request is part of it is told, in working time."""
    proposal = _mine(turn, number)
    if proposal is None:
        return
    if ALWAYS not in (proposal.outcome or {}) or seen != stamp(proposal):
        turn.toast = turn.tongue("It was changed meanwhile. Please read it again.")
        _next(turn, proposal)
        return
    proposal.outcome_at = dates.calendar(turn.charter).next_open(turn.now)
    turn.session.flush()
    audit.note(turn.session, "proposal_outcome", turn.now, by=turn.desk, proposal=proposal.id)
    count = store.readers(turn.session, proposal)
    turn.close()
    turn.say(
        turn.tongue.plural(
            "📣 {count} person is told. You hear when it is done.",
            "📣 {count} people are told. You hear when it is done.",
            count,
        )
    )
