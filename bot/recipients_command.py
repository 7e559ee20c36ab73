"""`council-bot recipients …`: who at the Service is sent the digest."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.opening import Opened, opened
from bot.start_link import start_link
from handlers.charter import RecipientRule
from handlers.service import joining, places
from storage import audit
from storage import recipients as rows
from storage.model import Recipient

recipients = typer.Typer(help="Who at the Service is sent the weekly digest.", no_args_is_help=True)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Name = Annotated[str, typer.Argument(help="An entry of [[recipients]] in council.toml.")]


@contextmanager
def _here() -> Iterator[Opened]:
    with opened(lambda text: err.print(text, markup=False)) as here:
        yield here


@recipients.command(name="list")
def show() -> None:
    """Show every entry of council.toml, and who joined under it."""
    with _here() as here, here.database.read() as session:
        charter, now = here.settings.charter, SystemClock().now()
        zone = ZoneInfo(charter.working_time.zone)
        table = Table("id", "name", "channel", "language", "unit", "state")
        for rule in charter.recipients:
            number, state = _state(session, rule, now, zone)
            table.add_row(number, rule.name, rule.channel, rule.language, rule.unit, state)
        out.print(table)
        known = {rule.name for rule in charter.recipients}
        for one in rows.joined(session):
            if one.name not in known:
                gone = f"{one.name} ({one.id}) stands no more in council.toml, and is sent nothing"
                out.print(gone, markup=False)


def _state(session: Session, rule: RecipientRule, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    joined = rows.joined(session, [rule.name])
    if joined and joined[0].joined_at is not None:
        elsewhere = "" if places.sits_at(rule, joined[0]) else " elsewhere, is sent nothing"
        on = f"{joined[0].joined_at.astimezone(zone):%Y-%m-%d}"
        return str(joined[0].id), f"joined {on}{elsewhere}"
    invited = rows.invited(session, now, rule.name)
    if invited and invited[0].expires_at is not None:
        until = f"until {invited[0].expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
        return str(invited[0].id), f"{_waits_for(invited[0])}, {until}"
    return "", "nobody"


def _waits_for(invited: Recipient) -> str:
    if invited.channel == "email":
        return "invited, a code was sent"
    return "invited, shows its code" if invited.claimed_hash else "invited, link not opened yet"


@recipients.command()
def invite(name: Name) -> None:
    """Invite whoever is to be sent the digest at this entry.

    On Telegram by a one-time link that shows a code; by e-mail the code is sent to the address in
    council.toml. Nothing else is sent until you confirm the code.
    """
    with _here() as here:
        with here.database.begin() as session:
            token = joining.invite(session, here.settings.charter, name, SystemClock().now())
        hours = int(here.settings.charter.invitation_valid.total_seconds() // 3600)
        if token is None:
            out.print(f"The running bot sends a code to the address of {name} in council.toml.")
            out.print(f"It is good for {hours} hours. Let them tell it to you by voice, then run:")
        else:
            out.print(f"Send this link to {name} alone; it works once, within {hours} hours:")
            out.print(f"  {start_link(here, token)}", soft_wrap=True)
            out.print("They see a code. Let them tell it to you by voice, then run:")
        out.print("  council-bot recipients confirm CODE")


@recipients.command()
def confirm(code: Annotated[str, typer.Argument(help="The code that they told you.")]) -> None:
    """Have the digest sent to whoever was shown this code.

    Let them tell it to you by voice: whoever has the code is sent the digest.
    """
    problem: joining.NotPossible | None = None
    joined = ""
    with _here() as here:
        charter, now = here.settings.charter, SystemClock().now()
        with here.database.begin() as session:
            try:
                joined = joining.confirm(session, charter, code, now).name
            except joining.NotPossible as fault:  # the wrong try is counted all the same
                problem = fault
    if problem is not None:
        raise problem
    out.print(f"{joined} is sent the digest from now on.", markup=False)


@recipients.command()
def leave(name: Name) -> None:
    """Send this recipient nothing any more, or take back their invitation.

    They are told so once; their chat or address is forgotten.
    """
    with _here() as here:
        with here.database.begin() as session:
            now = SystemClock().now()
            found = joining.called(session, name, now)
            had_joined = found.joined_at is not None
            joining.leave(session, here.settings.charter, found, now, by=audit.OPERATOR)
        done = "is sent nothing any more" if had_joined else "is not invited any more"
        out.print(f"{name} {done}.", markup=False)
