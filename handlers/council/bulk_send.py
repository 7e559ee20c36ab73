"""The buttons under the previews of one text to several requests, and the sending."""

from collections.abc import Callable, Mapping

from handlers.council import bulk, cards, close, second_reader, send
from handlers.council.bulk import Args
from handlers.language import Rich
from handlers.rules import references
from handlers.turn import Turn
from storage import audit
from storage.model import Case


def press(turn: Turn, of: str, what: str, value: str = "") -> None:
    """A button of the open previews; of former ones it is an old button."""
    person = turn.someone
    args: Args = person.screen_args or {}
    if not person.screen.startswith("bulk") or args.get("of") != of:
        turn.toast = turn.tongue("There is nothing to send here any more.")
    elif what == "drop":
        turn.close()
        turn.say(turn.tongue("✖️ Nothing was sent."))
    elif what == "why" and person.screen == "bulk_reasons" and value in close.REASONS:
        bulk.look(turn, {**args, "reason": value, "page": 0, "seen": 1})
    elif person.screen == "bulk" and what in PAGE and value == str(args["page"]):
        PAGE[what](turn, args)
    else:
        turn.toast = turn.tongue("This button does not work any more.")


def _next(turn: Turn, args: Args) -> None:
    page = min(args["page"] + 1, len(args["refs"]) - 1)
    bulk.look(turn, {**args, "page": page, "seen": max(args["seen"], page + 1)})


def _out(turn: Turn, args: Args) -> None:
    one = args["refs"][args["page"]]
    held = {**args, "out": [*(r for r in args.get("out", ()) if r != one), one]}
    last = args["page"] + 1 == len(args["refs"])
    if last:
        bulk.look(turn, held)
    else:
        _next(turn, held)


def _in(turn: Turn, args: Args) -> None:
    one = args["refs"][args["page"]]
    bulk.look(turn, {**args, "out": [r for r in args.get("out", ()) if r != one]})


def _change(turn: Turn, args: Args) -> None:
    """Write it anew, or choose another reason."""
    start: Args = {name: args[name] for name in ("of", "kind", "refs")}
    turn.ask(bulk.write(turn, **start) if args["kind"] == "answer" else bulk.reasons(turn, **start))


def _send(turn: Turn, args: Args) -> None:
    """Each of them, if it still can be; whatever cannot is said."""
    if args["seen"] < len(args["refs"]):
        turn.toast = turn.tongue("Please look at each one first.")
        return
    turn.close()
    sent: list[Case] = []
    missed: list[tuple[str, Rich]] = []
    # in the order of their numbers, so that two who send at once do not wait for each other
    for reference in sorted(r for r in args["refs"] if r not in args.get("out", ())):
        case, why = bulk.among(turn, reference, args["kind"])
        if case is not None:
            sent.append(case)
        else:
            missed.append((reference, why))
    for case in sent:
        _send_one(turn, case, args, len(sent))
    _tell(turn, sent, missed)


def _send_one(turn: Turn, case: Case, args: Args, together: int) -> None:
    if args["kind"] == "close":
        close.do_close(turn, case, args["reason"])
    else:
        send.deliver(turn, case, "answer", args["text"], args.get("attachments", ()))
        second_reader.sent(turn, case, {})
        cards.refresh(turn, case)
    what = "bulk_closed" if args["kind"] == "close" else "bulk_answered"
    audit.note(turn.session, what, turn.now, by=turn.desk, about=case, together=together)


def _tell(turn: Turn, sent: list[Case], missed: list[tuple[str, Rich]]) -> None:
    """What went, and what did not and why."""
    t = turn.tongue
    lines = [
        t.plural("✅ Taken for {count} request.", "✅ Taken for {count} requests.", len(sent))
        if sent
        else t("✖️ Nothing was sent.")
    ]
    for reference, why in missed:
        number = references.shown(reference, turn.charter.prefix)
        lines.append(t("🚫 {reference} was left out: {why}.", reference=number, why=why))
    turn.say(Rich("\n".join(lines)))


PAGE: Mapping[str, Callable[[Turn, Args], None]] = {
    "next": _next,
    "out": _out,
    "in": _in,
    "change": _change,
    "send": _send,
}
