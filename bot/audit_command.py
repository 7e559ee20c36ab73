"""`council-bot audit …`: whether the record is whole, and what stands in it."""

from typing import Annotated

import typer
from rich.console import Console

from bot.opening import opened
from storage import audit as record

audit = typer.Typer(help="The record of who saw and did what.", no_args_is_help=True)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def _say(text: str) -> None:
    err.print(text, markup=False)


@audit.command()
def verify() -> None:
    """Say whether every row follows from the one before it.

    Exit code 1 where a row was changed, is missing, or was added by another program.
    """
    with opened(_say) as here, here.database.read() as session:
        broken = list(record.verify(session))
        count, head = record.count(session), record.head(session)
    for one in broken[:20]:
        out.print(f"row {one.row}: {one.why}")
    if broken:
        out.print(f"The record is not whole: {len(broken)} of {count} rows do not follow.")
        raise typer.Exit(1)
    out.print(f"The record is whole: {count} rows.")
    if head:
        out.print(f"Its seal now, to compare one day with a copy: {head[0]} {head[1]}")


@audit.command(name="show")
def show(
    limit: Annotated[int, typer.Option(help="How many rows.", min=1, max=1000)] = 50,
) -> None:
    """Print the newest rows: moments, kinds and random numbers."""
    with opened(_say) as here, here.database.read() as session:
        for row in reversed(record.newest(session, limit)):
            line = f"{row.id} {row.at:%Y-%m-%d %H:%M:%S} {row.actor} {row.what} {row.subject}"
            out.print(f"{line} {row.detail}", markup=False, soft_wrap=True)
