"""`council-bot digest …`: one week's digest to look at, to keep as a file, to send or to correct."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.orm import Session

from bot import richtext
from bot.clock import SystemClock
from bot.opening import opened
from handlers import numbers
from handlers.charter import Charter
from handlers.council.digest_writing import LONGEST
from handlers.language import Tongue
from handlers.rules import personal, weeks
from handlers.rules import published as shapes
from handlers.service import digests as service
from handlers.staff import digest as staff
from handlers.staff import message
from handlers.staff.digest import Digest
from storage import digests
from storage.model import DigestRun

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class NotThisWeek(Exception):
    """The digest of that week cannot be had; the text says why."""


def digest(
    week: Annotated[
        str, typer.Option(help="The week, like 2026-W48; else the last that is over.")
    ] = "",
    preview: Annotated[
        bool,
        typer.Option("--preview", help="Show it here (this is what happens without an option)."),
    ] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Send it now to everybody who joined, once.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="Write it into a file: .html, .xlsx, .png, .txt or .json.")
    ] = None,
    correct: Annotated[
        str, typer.Option(help="Send it once more, marked as corrected, with these words.")
    ] = "",
    language: Annotated[
        str, typer.Option(help="In which of the digest's languages; else its first.")
    ] = "",
) -> None:
    """Show, keep, send or correct the weekly digest for the Service."""
    if sum((preview, send, to is not None, bool(correct))) > 1:
        raise _fault("Choose one of --preview, --send, --to and --correct.")
    with opened(lambda text: err.print(text, markup=False)) as here:
        charter, now = here.settings.charter, SystemClock().now()
        if language and language not in charter.digest.languages:
            offered = ", ".join(charter.digest.languages)
            raise _fault(f"The digest is not written in {language!r}; it is in {offered}.")
        try:
            chosen = _week(charter, week, now, is_sent=send)
            if send:
                with here.database.begin() as session:
                    said = _send(session, charter, chosen, now)
            elif correct:
                with here.database.begin() as session:
                    said = _correct(session, charter, chosen, correct, language, now)
            else:
                tongue = Tongue(language or charter.digest.languages[0], charter)
                with here.database.read() as session:
                    made = _made(session, charter, chosen, tongue.code, now)
                said = _kept(made, to, tongue) if to else _text(made, tongue)
        except NotThisWeek as why:
            raise _fault(str(why)) from None
        out.print(said, markup=False, soft_wrap=True)


def _fault(text: str) -> typer.Exit:
    err.print(text, markup=False)
    return typer.Exit(1)


def _week(charter: Charter, named: str, now: datetime, *, is_sent: bool) -> str:
    """The week that is meant, as long as it has begun, and is over where it is to be sent."""
    zone = charter.working_time.zone
    present = weeks.week_of(now, zone)
    if not named:
        return weeks.before(present)
    try:
        weeks.monday(named)
    except ValueError:
        raise NotThisWeek(
            f"{named!r} is not a week. Write year and week, like {weeks.before(present)}."
        ) from None
    if named > present:
        raise NotThisWeek(f"{named} has not begun yet.")
    if is_sent and named == present:
        raise NotThisWeek(f"{named} is not over yet: it can be sent after its Sunday.")
    return named


def _send(session: Session, charter: Charter, week: str, now: datetime) -> str:
    """Weeks follow each other: what was published stands on what was published before."""
    known = digests.locked(session, week)
    if known is not None and known.stage == digests.SENT:
        raise NotThisWeek(f"The digest of {week} was sent already: {_when(known, charter)}.")
    is_first = digests.being_made(session) is None and not digests.sent(session)
    if is_first and weeks.after(week) == weeks.week_of(now, charter.working_time.zone):
        known = service.begin(session, charter, weeks.bounds(week, charter.working_time.zone)[0])
    open_one = service.begin(session, charter, now)
    if known is None and week < open_one.week:
        raise NotThisWeek(
            f"There is no digest of {week}: the one that is being made is {open_one.week}."
        )
    if open_one.week != week:
        raise NotThisWeek(f"The digest of {open_one.week} comes first: it was not sent yet.")
    run = digests.locked(session, week)
    assert run is not None
    if not service.send(session, charter, run, now, by="operator"):
        raise NotThisWeek(f"The digest of {week} was sent already: {_when(run, charter)}.")
    count = digests.count_copies(session, week)
    return f"The digest of {week} is on its way to {count} recipients."


def _when(run: DigestRun, charter: Charter) -> str:
    tongue = Tongue("en", charter)
    assert run.sent_at is not None
    return richtext.plain(tongue.moment(run.sent_at))


def _correct(
    session: Session, charter: Charter, week: str, words: str, language: str, now: datetime
) -> str:
    said = " ".join(words.split())
    match personal.fault(said, LONGEST, charter.prefix, numbers.digits(charter)):
        case "empty":
            raise NotThisWeek("Please say what was wrong.")
        case "long":
            raise NotThisWeek(f"That is too long: at most {LONGEST} letters.")
        case "personal":
            raise NotThisWeek("There is a number or an address in it that may be somebody's own.")
    run = digests.locked(session, week)
    if run is None or run.stage != digests.SENT:
        raise NotThisWeek(f"The digest of {week} was not sent yet.")
    count = service.correct(session, charter, run, said, now, language=language)
    if count is None:
        raise NotThisWeek(f"The digest of {week} was corrected with these words already.")
    return f"The digest of {week} goes once more to {count} recipients, marked as corrected."


def _made(session: Session, charter: Charter, week: str, language: str, now: datetime) -> Digest:
    """As it was sent, else as it would be."""
    run = digests.find(session, week) or DigestRun(week=week, stage="waiting")
    return service.preview(session, charter, run, language, now)


def _text(made: Digest, tongue: Tongue) -> str:
    return richtext.plain(message.text(made, tongue, None))


def _page(made: Digest, tongue: Tongue) -> bytes:
    from bot import digest_page

    picture = digest_page.as_data(_chart(made, tongue))
    return digest_page.html(made, tongue, chart=picture).encode()


def _chart(made: Digest, tongue: Tongue) -> bytes:
    from bot import digest_chart

    return digest_chart.png(made, tongue)


def _sheet(made: Digest, tongue: Tongue) -> bytes:
    from bot import digest_sheet

    return digest_sheet.xlsx(made, tongue)


def _json(made: Digest, tongue: Tongue) -> bytes:
    kept = {**staff.as_json(made), "published": shapes.as_json(made.published)}
    return (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode()


FORMS: Mapping[str, Callable[[Digest, Tongue], bytes]] = {
    ".html": _page,
    ".png": _chart,
    ".xlsx": _sheet,
    ".txt": lambda made, tongue: (_text(made, tongue) + "\n").encode(),
    ".json": _json,
}


def _kept(made: Digest, path: Path, tongue: Tongue) -> str:
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise NotThisWeek(f"{path.name}: the name must end in {', '.join(FORMS)}.")
    try:
        path.write_bytes(form(made, tongue))
    except OSError as error:
        raise NotThisWeek(f"{path} cannot be written: {error.strerror}.") from None
    return f"The digest of {made.week} stands in {path}."
