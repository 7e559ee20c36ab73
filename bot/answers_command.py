"""`council-bot answers …`: the ready answers of the council."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from bot.opening import opened
from storage import templates
from storage.model import Template

answers = typer.Typer(help="The ready answers of the council.", no_args_is_help=True)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@answers.command(name="list")
def show() -> None:
    """Show every ready answer with its state, its languages and its last day."""
    with (
        opened(lambda text: err.print(text, markup=False)) as here,
        here.database.read() as session,
    ):
        zone = ZoneInfo(here.settings.charter.working_time.zone)
        table = Table("title", "state", "languages", "last day")
        for one in session.scalars(select(Template).order_by(Template.state, Template.id)):
            ends = one.expires_at.astimezone(zone) - timedelta(days=1) if one.expires_at else None
            table.add_row(
                Text(one.title or "—"),
                one.state,
                ", ".join(templates.texts(session, one)),
                f"{ends:%Y-%m-%d}" if ends else "",
            )
        out.print(table)
