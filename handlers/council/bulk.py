"""One text to several requests that ask the same, seen as each of their writers will see it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from handlers.council import cards, close, desk, preview
from handlers.language import Rich, Tongue
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import bundles
from storage.model import ANSWERED, CLOSED, Case, Member

Args = dict[str, Any]
"""What the screens hold: `of` (the request it began at), `kind` (answer, close), `reason`, `text`,
`attachments`, `texts` (by message), `refs` (all references), `out` (those left out), `page`,
`seen` (pages that were shown)."""


def begin(turn: Turn, reference: str, kind: str) -> None:
    """Answer all, or close all: first the one text, or the one reason."""
    case = desk.mine(turn, reference, "bulk")
    if case is None or kind not in ("answer", "close"):
        return
    if len(refs := _references(turn, case, kind)) < 2:
        turn.toast = turn.tongue("There is only one. Please use its own card.")
        return
    start: Args = {"of": reference, "kind": kind, "refs": refs}
    asked = write(turn, **start) if kind == "answer" else reasons(turn, **start)
    turn.ask(asked)


def _references(turn: Turn, case: Case, kind: str) -> list[str]:
    """What is answered already needs no second answer, except where somebody begins there."""
    together = bundles.together(turn.session, case)
    wanted = [one for one in together if kind == "close" or one.state != ANSWERED]
    return [one.reference for one in wanted]


def write(scene: Scene, of: str, kind: str, refs: Sequence[str]) -> Screen:
    """The invitation to write once for all of them."""
    t = scene.tongue
    text = t.plural(
        "✍️ Your answer to {count} request. Write it once.",
        "✍️ Your answer to all {count} requests. Write it once.",
        len(refs),
    )
    how = t("You see each one before anything is sent.")
    return Screen(
        name="bulk_write",
        text=Rich(f"{text}\n{how}"),
        zero=Choice(t("Cancel"), f"bulk:{of}:drop"),
        args={"of": of, "kind": kind, "refs": list(refs)},
        protect=True,
    )


def reasons(scene: Scene, of: str, kind: str, refs: Sequence[str]) -> Screen:
    """Why all of them are closed."""
    t = scene.tongue
    return Screen(
        name="bulk_reasons",
        text=t.plural(
            "Why is {count} request closed? The writer is told.",
            "Why are all {count} closed? Each writer is told.",
            len(refs),
        ),
        choices=tuple(
            Choice(t(label), f"bulk:{of}:why:{name}") for name, label in close.REASONS.items()
        ),
        zero=Choice(t("Cancel"), f"bulk:{of}:drop"),
        args={"of": of, "kind": kind, "refs": list(refs)},
    )


def words(turn: Turn) -> None:
    """The text, or more of it: all previews begin anew."""
    incoming = turn.incoming
    if not (incoming.text or incoming.attachments):
        turn.say(turn.tongue("Please write text, or send voice or a photo."))
        return
    args: Args = turn.someone.screen_args or {}
    if args["kind"] != "answer":
        turn.say(turn.tongue("No words go with a closing. Nothing was sent."))
        look(turn, args)
        return
    mine = (case for one in args["refs"] if (case := desk.readable(turn, one)))
    if (case := next(mine, None)) is not None:
        cards.own_words(turn, case)
    texts = [*args.get("texts", []), [incoming.message_id, incoming.text]]
    files = [*args.get("attachments", []), *(asdict(a) for a in incoming.attachments)]
    look(turn, {**args, "attachments": files, **_joined(texts), "page": 0, "seen": 1})


def edited(turn: Turn) -> bool:
    """They changed their text before it was sent: all previews begin anew."""
    args: Args = turn.someone.screen_args or {}
    incoming = turn.incoming
    texts = args.get("texts", [])
    if all(message_id != incoming.message_id for message_id, _ in texts):
        return False
    changed = [[mid, incoming.text if mid == incoming.message_id else text] for mid, text in texts]
    look(turn, {**args, **_joined(changed), "page": 0, "seen": 1})
    return True


def _joined(texts: Sequence[Sequence[str]]) -> Args:
    return {"texts": list(texts), "text": "\n".join(text for _, text in texts if text)}


def look(turn: Turn, args: Args) -> None:
    """Show the page that is open."""
    if asked := screen(turn, **args):
        turn.open("bulk", args, turn.ask(asked))


def among(scene: Scene, reference: str, kind: str) -> tuple[Case | None, Rich]:
    """The case, if it can be among them now; else why it cannot."""
    t = scene.tongue
    case = desk.readable(scene, reference, "bulk")
    if case is None:
        still = desk.readable(scene, reference)
        if still is None:
            return None, t("not with you any more")
        return None, t("closed") if still.state == CLOSED else t("private now")
    if kind == "answer" and case.state == ANSWERED:
        return None, t("answered already")
    if kind == "answer" and case.topic in scene.charter.second_reader:
        return None, t("its topic needs a second reader")
    return case, Rich("")


def screen(scene: Scene, page: int, refs: Sequence[str], **args: Any) -> Screen | None:
    """One of them, exactly as its writer will see it."""
    t, member = scene.tongue, scene.session.get(Member, scene.chat.member_id or 0)
    if member is None or not 0 <= page < len(refs):
        return None
    case, why = among(scene, refs[page], args["kind"])
    count = t("👁 {page} of {count}", page=page + 1, count=len(refs))
    if case is None:
        body = t("🚫 This one is left out: {why}.", why=why)
    elif refs[page] in args.get("out", ()):
        body = t("🚫 You left this one out.")
    else:
        body = _seen_by_writer(scene, case, member, args)
    lines = [Rich(f"<b>{count}</b>"), body]
    files = len(args.get("attachments", ()))
    if files:
        lines.append(
            t.plural("📎 With {count} file or voice.", "📎 With {count} files or voices.", files)
        )
    return Screen(
        name="bulk",
        text=Rich("\n".join(lines)),
        choices=tuple(_choices(scene, page, refs, args)),
        zero=Choice(t("✖️ Cancel"), f"bulk:{args['of']}:drop"),
        args={"page": page, "refs": refs, **args},
        protect=True,
        case_id=case.id if case is not None else None,
    )


def _seen_by_writer(scene: Scene, case: Case, member: Member, args: Args) -> Rich:
    theirs = Tongue(case.language, scene.charter)
    number = shown(scene, case)
    if args["kind"] == "answer":
        body = preview.envelope(theirs, "answer", number, member.alias, args["text"])
    else:
        body = follow.closing(theirs, number, args["reason"], scene.charter.reopen_days)
    language = scene.tongue.language(case.language)
    return Rich(f"🌐 {language}\n<blockquote>{body}</blockquote>")


def _choices(scene: Scene, page: int, refs: Sequence[str], args: Args) -> list[Choice]:
    t, of = scene.tongue, args["of"]
    out = args.get("out", ())
    choices = []
    if args.get("seen", 1) >= len(refs):
        held = (one for one in refs if one not in out)
        going = sum(among(scene, one, args["kind"])[0] is not None for one in held)
        if going:
            label = t.plural("✅ Send {count}", "✅ Send all {count}", going)
            choices.append(Choice(label, f"bulk:{of}:send:{page}", "success"))
    if page + 1 < len(refs):
        choices.append(Choice(t("▶️ Next"), f"bulk:{of}:next:{page}"))
    if refs[page] in out:
        choices.append(Choice(t("Take this one in"), f"bulk:{of}:in:{page}"))
    else:
        choices.append(Choice(t("Leave this one out"), f"bulk:{of}:out:{page}"))
    choices.append(Choice(t("✏️ Change"), f"bulk:{of}:change:{page}"))
    return choices
