"""What a page of a digest's line is answered with in words: taken, changed, or told what is wrong."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from handlers.council import chair, digest_lines, digest_writing
from handlers.council.digest_seats import covers, may_edit, open_line, open_run, tell_chair
from handlers.council.digest_writing import LONGEST
from handlers.council.public_words import text_of, unfit
from handlers.council.template_access import proposer
from handlers.council.template_dates import today
from handlers.migrant import follow
from handlers.rules.typed_dates import coming_day
from handlers.turn import Turn
from handlers.words import meaning_of
from storage import audit
from storage.model import DigestLine


def words(turn: Turn) -> None:
    """A text, or the day that it is about."""
    args: dict[str, Any] = dict(turn.someone.screen_args or {})
    if proposer(turn) is None:
        turn.close()
        turn.say(follow.stale(turn))
        return
    said = text_of(turn)
    if said is not None:
        TAKES[turn.someone.screen](turn, args, _one_line(said))


def _day(turn: Turn, args: dict[str, Any], said: str) -> None:
    t, now = turn.tongue, today(turn.charter, turn.now)
    on = coming_day(said, now)
    if on is None:
        turn.say(t("Please write the day like this: {example}", example=f"{now:%d.%m.%Y}"))
    elif on < now:
        turn.say(t("This day is over. Which day is still to come?"))
    else:
        chosen = digest_writing.about("date", "", on)
        digest_writing.go_on(turn, digest_writing.next_text(turn, chosen), args)


def _text(turn: Turn, args: dict[str, Any], said: str) -> None:
    if meaning_of(said, turn.someone.language) == "skip":
        digest_writing.skip(turn, args["language"])
        return
    if (fault := unfit(turn, said, LONGEST)) is not None:
        turn.say(fault)
        return
    line = _written(turn, args, said)
    if line is None:
        turn.close()
        turn.say(turn.tongue("This line cannot be changed any more. Nothing was kept."))
        return
    kept = [turn.incoming.message_id, str(line.id), args["language"]]
    args = {**args, "line": str(line.id), "messages": [*args.get("messages", []), kept]}
    digest_writing.go_on(turn, digest_writing.next_text(turn, args), args)


TAKES: Mapping[str, Callable[[Turn, dict[str, Any], str], None]] = {
    "digest_day": _day,
    "digest_text": _text,
}
"""Screen → what takes the words."""


def edited(turn: Turn) -> bool:
    """They changed the message that holds a text of a line: so does the line, until it is sent."""
    args: dict[str, Any] = dict(turn.someone.screen_args or {})
    of_message = [kept for kept in args.get("messages", []) if kept[0] == turn.incoming.message_id]
    if not of_message:
        return False
    _, line_id, language = of_message[-1]
    said = text_of(turn)
    if said is None:
        return True
    said = _one_line(said)
    if (fault := unfit(turn, said, LONGEST)) is not None:
        turn.say(fault)
        return True
    line = open_line(turn, line_id)
    if line is None or not may_edit(turn, line):
        turn.say(turn.tongue("This line cannot be changed any more. Nothing was kept."))
        return True
    _put(turn, line, language, said)
    next_one = digest_writing.next_text(turn, {**args, "line": line_id})
    if turn.someone.screen == "digest_line":
        next_one = digest_lines.screen(turn, line_id)
    digest_writing.go_on(turn, next_one, args)
    return True


def _one_line(said: str) -> str:
    return " ".join(said.split())


def _written(turn: Turn, args: dict[str, Any], said: str) -> DigestLine | None:
    """The line with this text in it: a new one, or one of theirs as long as it is not sent."""
    if args["line"]:
        line = open_line(turn, args["line"])
        if line is None or not may_edit(turn, line):
            return None
        _put(turn, line, args["language"], said)
        return line
    member, run = turn.desk, open_run(turn)
    section, topic = args["section"], args["topic"]
    if not covers(turn, member, section, topic):
        return None
    line = DigestLine(
        week=run.week,
        section=section,
        topic=topic,
        on=date.fromisoformat(args["on"]) if args["on"] else None,
        texts={args["language"]: said},
        author_id=member.id,
        at=turn.now,
    )
    turn.session.add(line)
    turn.session.flush()
    audit.note(
        turn.session,
        "line_proposed",
        turn.now,
        by=member,
        line=line.id,
        week=run.week,
        section=section,
    )
    if chair.chairing(turn) is not None:
        _approve(turn, line)
    else:
        tell_chair(turn, run)
    return line


def _put(turn: Turn, line: DigestLine, language: str, said: str) -> None:
    """What the chair words is approved; what anybody else changes waits for the chair again."""
    line.texts = {**line.texts, language: said}
    audit.note(turn.session, "line_changed", turn.now, by=turn.desk, line=line.id)
    if chair.chairing(turn) is not None:
        if line.state != "held":
            _approve(turn, line)
    else:
        line.state, line.decided_by, line.decided_at = "proposed", None, None
        turn.session.flush()
        tell_chair(turn, open_run(turn))
    turn.session.flush()


def _approve(turn: Turn, line: DigestLine) -> None:
    """The chair's own words need nobody else: deciding is that office."""
    if line.state != "approved":
        line.state, line.decided_by, line.decided_at = "approved", turn.desk.id, turn.now
        audit.note(turn.session, "line_approved", turn.now, by=turn.desk, line=line.id)
        turn.session.flush()
