"""Writing a line of the digest: what it is for, about what, on which day, then a text a language."""

from datetime import date
from typing import Any

from handlers.council import digest_lines
from handlers.council.digest_said import SECTIONS
from handlers.council.digest_seats import TOPIC, covers, may_edit, open_line, seen, topics
from handlers.council.template_access import proposer
from handlers.council.template_dates import today
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.rules import weeks
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import digests

HINTS = {
    "topic": N_("What do people say is wrong? What would help?"),
    "gap": N_(
        "What do people not know, or believe wrongly? Add a text that the office could publish."
    ),
    "signal": N_("Which page, queue or office does not work well? Where?"),
    "decision": N_("Which new rule was it, and what did it change for people?"),
    "change": N_("What became better because the council said so before?"),
    "date": N_("What happens on that day?"),
}
LONGEST = 600
"""Letters of a line: it is read in a few seconds."""
TEXT = "digest_text"


def begin(turn: Turn) -> None:
    """A new line: for which part?"""
    asked = sections(turn)
    if asked is None:
        turn.toast = follow.stale(turn)
        return
    turn.ask(asked)


def sections(scene: Scene) -> Screen | None:
    """The parts of a digest that hold lines."""
    t = scene.tongue
    if proposer(scene) is None:
        return None
    return Screen(
        name="digest_section",
        text=t("✍️ A new line. What is it about?"),
        choices=tuple(
            Choice(t.fill("{sign} {label}", sign=sign, label=t(called)), f"line_in:{section}")
            for section, (sign, called) in SECTIONS.items()
        ),
        zero=Choice(t("Back"), "digest"),
    )


def choose_section(turn: Turn, section: str) -> None:
    """On to what that part needs first."""
    if proposer(turn) is None or section not in SECTIONS:
        turn.toast = follow.stale(turn)
    elif section == TOPIC:
        go_on(turn, topic_choice(turn))
    elif section == "date":
        go_on(turn, day(turn))
    else:
        go_on(turn, next_text(turn, {"section": section}))


def topic_choice(scene: Scene) -> Screen | None:
    """The topics that they cover; those that people wrote about this week come first."""
    t, member, run = scene.tongue, proposer(scene), digests.being_made(scene.session)
    if member is None or run is None:
        return None
    start, _ = weeks.bounds(run.week, scene.charter.working_time.zone)
    asked = digests.topics(scene.session, start, scene.now)
    listed = sorted(topics(scene, member), key=lambda topic: topic not in asked)
    return Screen(
        name="digest_topic",
        text=t("🏷 Which topic? The first ones have requests this week."),
        choices=tuple(
            Choice(
                t.fill(
                    "{icon} {label}", icon=Rich(TOPICS[topic].icon), label=t(TOPICS[topic].label)
                ),
                f"line_about:{topic}",
            )
            for topic in listed
        ),
        zero=Choice(t("Back"), "line_new"),
        columns=2,
    )


def choose_topic(turn: Turn, topic: str) -> None:
    """On to the text."""
    member = proposer(turn)
    if member is None or not covers(turn, member, TOPIC, topic):
        turn.toast = follow.stale(turn)
        return
    go_on(turn, next_text(turn, {"section": TOPIC, "topic": topic}))


def day(scene: Scene) -> Screen | None:
    """On which day?"""
    t = scene.tongue
    if proposer(scene) is None:
        return None
    example = f"{today(scene.charter, scene.now):%d.%m.%Y}"
    return Screen(
        name="digest_day",
        text=t("📅 On which day? Write it like this: {example}", example=example),
        zero=Choice(t("Back"), "line_new"),
    )


def order(scene: Scene) -> list[str]:
    """The digest's languages, the member's own first."""
    offered = scene.charter.digest.languages
    own = [code for code in offered if code == scene.tongue.code]
    return list(dict.fromkeys([*own, *offered]))


def next_text(scene: Scene, args: dict[str, Any]) -> Screen | None:
    """The page of the next language that has no text; the line itself where none is left."""
    line = seen(scene, args.get("line", ""))
    has = line.texts if line is not None else {}
    args = {name: value for name, value in args.items() if name != "messages"}
    for code in order(scene):
        if code not in has and code not in args.get("skipped", ()):
            return text(scene, **{**args, "language": code})
    if line is not None:
        return digest_lines.screen(scene, str(line.id))
    return text(scene, **{**args, "language": order(scene)[0], "skipped": []})


def text(
    scene: Scene,
    section: str,
    language: str,
    topic: str = "",
    on: str = "",
    line: str = "",
    skipped: Any = (),
) -> Screen | None:
    """One line in one language."""
    t, found = scene.tongue, seen(scene, line) if line else None
    if proposer(scene) is None or (line and (found is None or not may_edit(scene, found))):
        return None
    lines = [
        t("✍️ One line, written in: {language}", language=t.language(language)),
        t(HINTS[section]),
        t(
            "In your own words, at most {most} letters. No names, no numbers of people, "
            "nothing copied from a request.",
            most=LONGEST,
        ),
    ]
    has = found.texts.get(language) if found is not None else None
    choices = []
    if has:
        lines.append(Rich(f"<blockquote>{t.written(has)}</blockquote>"))
        choices.append(Choice(t("Keep it as it is"), f"line:{line}"))
    elif len(scene.charter.digest.languages) > 1:
        choices.append(Choice(t("No text in this language"), f"line_skip:{language}"))
    return Screen(
        name=TEXT,
        text=Rich("\n".join(lines)),
        choices=tuple(choices),
        zero=Choice(t("Back"), f"line:{line}" if line else "line_new"),
        args={
            "section": section,
            "language": language,
            "topic": topic,
            "on": on,
            "line": line,
            "skipped": list(skipped),
        },
    )


def skip(turn: Turn, language: str) -> None:
    """No text in this language: on to the next; one language at least must have one."""
    person = turn.someone
    args: dict[str, Any] = dict(person.screen_args or {})
    if person.screen != TEXT or args.get("language") != language or proposer(turn) is None:
        turn.toast = follow.stale(turn)
        return
    skipped = [*args["skipped"], language]
    if not args["line"] and set(skipped) >= set(turn.charter.digest.languages):
        turn.toast = turn.tongue("Please write it in one language at least.")
    go_on(turn, next_text(turn, {**args, "skipped": skipped}), args)


def rewrite(turn: Turn, line_id: str, language: str) -> None:
    """The text of a line in one language, anew."""
    line = open_line(turn, line_id)
    offered = turn.charter.digest.languages
    if line is None or not may_edit(turn, line) or language not in offered:
        turn.toast = follow.stale(turn)
        return
    args = about(line.section, line.topic, line.on) | {"line": line_id, "language": language}
    # only this one: the others are not asked for once more
    others = [code for code in offered if code != language]
    go_on(turn, text(turn, **args, skipped=others))


def about(section: str, topic: str, on: date | None) -> dict[str, Any]:
    """What a line is about, as the pages keep it."""
    return {"section": section, "topic": topic, "on": on.isoformat() if on else ""}


def go_on(turn: Turn, asked: Screen | None, before: dict[str, Any] | None = None) -> None:
    """Ask it; which of their messages hold which text is not forgotten on the way."""
    if asked is None:
        turn.toast = follow.stale(turn)
        return
    row = turn.ask(asked)
    messages = (before or {}).get("messages", [])
    turn.open(asked.name, {**asked.args, "messages": messages}, row)
