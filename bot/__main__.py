"""The command line: `council-bot …`, or `python -m bot …`."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from bot import catalogues, doctor, log, replay, serve
from bot.answers_command import answers
from bot.audit_command import audit
from bot.clock import SystemClock
from bot.digest_command import digest
from bot.faults import SettingsFault
from bot.opening import NotMigrated, Opened, opened
from bot.recipients_command import recipients
from bot.settings import load
from bot.start_link import start_link
from bot.templates_command import templates
from bot.transport import ChannelStopped
from handlers.council import membership, suspend
from handlers.council.membership import NotPossible
from handlers.service import joining
from storage import members, migrate, rotation
from storage.database import AlreadyRunning, open_database
from storage.migrate import NewerDatabase
from storage.secrecy import SecrecyError

cli = typer.Typer(
    help="The line between migrants and the council that speaks for them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
seats = typer.Typer(help="Who sits in the council.", no_args_is_help=True)
keys = typer.Typer(help="The keys that everything is encrypted with.", no_args_is_help=True)
texts = typer.Typer(help="The catalogues of texts, for translators.", no_args_is_help=True)
cli.add_typer(seats, name="members")
cli.add_typer(keys, name="keys")
cli.add_typer(texts, name="catalogues")
cli.add_typer(templates, name="templates")
cli.add_typer(audit, name="audit")
cli.add_typer(answers, name="answers")
cli.command()(digest)
cli.add_typer(recipients, name="recipients")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

TOLD = (
    SettingsFault,
    SecrecyError,
    NotMigrated,
    NewerDatabase,
    AlreadyRunning,
    NotPossible,
    joining.NotPossible,
)
"""Faults whose text says what to do."""


def main() -> None:
    """Run the command line; a fault that somebody can mend is one clear text and exit code 1."""
    try:
        cli()
    except ChannelStopped as stopped:
        err.print(f"Telegram refuses the bot: {stopped.reason}. See `council-bot doctor`.")
        raise SystemExit(1) from None
    except TOLD as fault:
        err.print(str(fault), markup=False)
        raise SystemExit(1) from None


@contextmanager
def _here(*, telegram: bool = False) -> Iterator[Opened]:
    with opened(lambda text: err.print(text, markup=False), telegram=telegram) as here:
        yield here


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes any.")] = 8080,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    life: Annotated[
        bool,
        typer.Option(help="Play four invented weeks first, so that the digest says something."),
    ] = True,
) -> None:
    """Show the whole system in a browser, with no account.

    Migrants, members and the Service on phones, and a mailbox, that live on this machine; nothing
    of it is kept.
    """
    from bot.sandbox.demo import demo as play

    settings = load(env_file=None)
    log.set_up("warning")

    def say(address: str) -> None:
        out.print(f"\n  The demo runs at [bold]{address}[/bold]   (stop it with Ctrl-C)\n")

    if life:
        out.print("\n  Four weeks of a council’s life are played first; this takes some seconds …")
    try:
        asyncio.run(play(settings.charter, port, browser, say, lived=life))
    except KeyboardInterrupt:
        out.print("Stopped. Nothing of the demo is kept.")


@cli.command()
def run() -> None:
    """Run the bot on Telegram until it is stopped.

    It asks Telegram for news itself, or listens for it where PUBLIC_URL is set. The first run
    makes keys and tables. A second bot on the same database is refused.
    """
    with _here(telegram=True) as here:
        serve.run(here, lambda text: err.print(text, markup=False))


@cli.command(name="migrate")
def migrate_database() -> None:
    """Bring the database to the shape of this version.

    Safe to repeat. A database that is ahead of this program is left alone.
    """
    settings = load()
    database = open_database(settings.database_url.get_secret_value())
    try:
        migrate.upgrade(database)
    finally:
        database.close()
    out.print("The database is up to date.")


@cli.command()
def invite(
    alias: Annotated[str, typer.Option(help="The name migrants will see, not a real one.")],
    languages: Annotated[str, typer.Option(help="Spoken languages, best first: az,ru,en")] = "en",
    role: Annotated[str, typer.Option(help="member, chair, focal or operator")] = "member",
    topics: Annotated[str, typer.Option(help="Topics covered; none means all.")] = "",
) -> None:
    """Make a one-time link into the council.

    Whoever opens it is shown a code and nothing else, until you confirm that code with
    `council-bot members confirm CODE`.
    """
    with _here() as here:
        spoken, covered = _listed(languages), _listed(topics)
        membership.check(alias, spoken, covered)
        with here.database.begin() as session:
            token = membership.invite(
                session,
                here.settings.charter,
                SystemClock().now(),
                alias=alias.strip(),
                role=role,
                languages=spoken,
                topics=covered,
            )
        hours = int(here.settings.charter.invitation_valid.total_seconds() // 3600)
        out.print(f"Send this link to {alias.strip()} alone; it works once, within {hours} hours:")
        out.print(f"  {start_link(here, token)}", soft_wrap=True)
        out.print("They see a code. Let them tell it to you by voice, then run:")
        out.print("  council-bot members confirm CODE")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@seats.command(name="list")
def list_members() -> None:
    """Show who sits in the council, and who is invited."""
    with _here() as here, here.database.read() as session:
        table = Table("alias", "role", "languages", "topics", "open", "since")
        for seat in members.seated(session):
            table.add_row(
                seat.alias,
                seat.role,
                ", ".join(seat.languages),
                ", ".join(seat.topics) or "all",
                str(members.open_cases(session, seat)),
                f"{seat.joined_at:%Y-%m-%d}",
            )
        out.print(table)
        for seat in members.suspended(session):
            out.print(f"suspended: {seat.alias} ({seat.role})", markup=False)
        for invitation in members.pending(session, SystemClock().now()):
            state = "shows its code" if invitation.claimed_at else "not opened yet"
            zone = ZoneInfo(here.settings.charter.working_time.zone)
            until = f"{invitation.expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
            out.print(f"invited: {invitation.alias} ({invitation.role}), {state}, until {until}")


@seats.command()
def confirm(code: Annotated[str, typer.Argument(help="The code the newcomer told you.")]) -> None:
    """Seat the newcomer who was shown this code.

    Let them tell it to you by voice: whoever has the code gets the seat.
    """
    with _here() as here:
        with here.database.begin() as session:
            digits = "".join(letter for letter in code if letter.isdigit())
            member = membership.confirm(session, here.settings.charter, digits, SystemClock().now())
            seated = f"{member.alias} sits in the council now ({member.role})."
        out.print(seated, markup=False)


@seats.command()
def leave(alias: Annotated[str, typer.Argument(help="Who leaves.")]) -> None:
    """End a member's seat.

    Their requests go on to others with history, and their chat is emptied of them.
    """
    with _here() as here:
        with here.database.begin() as session:
            now = SystemClock().now()
            moved, unread = membership.leave(session, here.settings.charter, alias, now)
        out.print(f"{alias} has left. Requests handed on: {moved}.", markup=False)
        if unread:
            wanting = f"Nobody can read {unread} of theirs now: invite somebody who may."
            err.print(wanting, markup=False)


@seats.command(name="suspend")
def suspend_member(alias: Annotated[str, typer.Argument(help="Whose seat rests.")]) -> None:
    """Let a member see and do nothing, at once.

    Their requests go on to others, and their chat is emptied, until `members return`.
    """
    with _here() as here:
        with here.database.begin() as session:
            now = SystemClock().now()
            member = membership.seat_called(session, alias)
            moved, unread = suspend.begin(session, here.settings.charter, member, now)
        out.print(f"{alias} is suspended. Requests handed on: {moved}.", markup=False)
        if unread:
            wanting = f"Nobody can read {unread} of theirs now: invite somebody who may."
            err.print(wanting, markup=False)


@seats.command(name="return")
def return_member(alias: Annotated[str, typer.Argument(help="Whose seat opens again.")]) -> None:
    """End a member's suspension.

    Their desk is empty: what was handed on stays where it is.
    """
    with _here() as here:
        with here.database.begin() as session:
            member = membership.seat_called(session, alias)
            suspend.end(session, here.settings.charter, member, SystemClock().now())
        out.print(f"{alias} is back in the council.", markup=False)


@cli.command(name="doctor")
def examine(
    fix: Annotated[bool, typer.Option("--fix", help="Set our addresses at Twilio.")] = False,
) -> None:
    """Say what is wrong, and how to mend it.

    Looks at keys, database, council, calendar, telephone numbers, catalogues, token and clock, and
    at what Twilio knows of us.
    """
    signs = {"ok": "✓", "warning": "!", "fault": "✗"}
    worst = "ok"
    with _here() as here:
        for finding in doctor.examine(here, SystemClock().now(), fix=fix):
            out.print(f"{signs[finding.level]} {finding.text}", markup=False, soft_wrap=True)
            worst = "fault" if "fault" in (worst, finding.level) else worst
    raise typer.Exit(1 if worst == "fault" else 0)


@cli.command(name="replay")
def replay_stuck() -> None:
    """Add messages that were stuck to their requests.

    After a mend. Words and files are added; an old digit, press or command is never carried out.
    """
    with _here(telegram=True) as here:
        token = here.settings.telegram_bot_token
        assert token is not None
        bot_id = int(token.get_secret_value().partition(":")[0])
        now = SystemClock().now()
        counts = replay.replay(here.database, here.settings.charter, bot_id, now)
    out.print(
        ", ".join(f"{what}: {count}" for what, count in counts.items()) or "Nothing is stuck."
    )


@keys.command()
def rotate() -> None:
    """Encrypt everything with a fresh key.

    The bot may run meanwhile. Safe to stop and repeat.
    """
    with _here() as here:
        done = rotation.rotate(here.database, here.ring, SystemClock().now())
    out.print(f"Everything is encrypted with a fresh key now: {done.rewritten} values.")
    if done.unreadable:
        out.print(f"{done.unreadable} values could be read by no key and were left as they are.")
        raise typer.Exit(1)


@keys.command()
def rewrap() -> None:
    """Stop needing an old master key.

    After a new one was put first in COUNCIL_KEYS and the bot was restarted.
    """
    with _here() as here:
        changed = rotation.rewrap(here.database, here.settings.masters)
    out.print(f"Keys wrapped anew: {changed}. The other keys can go out of COUNCIL_KEYS now.")


@texts.command()
def update(
    new: Annotated[list[str] | None, typer.Argument(help="Languages to begin.")] = None,
) -> None:
    """Bring every language up to the texts in the code."""
    catalogues.update(*(new or []))


@texts.command()
def check() -> None:
    """Say what is missing or broken in any language."""
    faults = list(catalogues.faults())
    for fault in faults:
        out.print(str(fault), markup=False, soft_wrap=True)
    if faults:
        raise typer.Exit(1)
    out.print(f"Complete: {', '.join(catalogues.languages())}.")


if __name__ == "__main__":
    main()
