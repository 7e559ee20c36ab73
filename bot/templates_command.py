"""`council-bot templates …`: what must stand at Twilio before it can be sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from twilio.rest import Client  # type: ignore[import-untyped]

from bot import log, templates_sync, whatsapp_client
from bot.faults import SettingsFault
from bot.settings import Settings, load
from bot.template_table import needed
from bot.templates_at_twilio import read
from bot.twilio_faults import TROUBLES, said

templates = typer.Typer(
    help="Texts and buttons that must stand at Twilio before WhatsApp carries them.",
    no_args_is_help=True,
)
out = Console(highlight=False)
SIGNS = {"create": "+", "submit": "+", "stands": "✓", "rejected": "✗", "without": "!"}
NOT_SET_UP = (
    "WhatsApp is not set up: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM are"
    " missing"
)


@templates.command(name="sync")
def sync(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Make at Twilio what is missing there, and submit texts for approval.

    Shows first what it would do. Safe to repeat. Nothing is ever deleted.
    """
    with _twilio() as (client, settings):
        steps = templates_sync.plan(read(client), needed(settings.charter))
        _show(steps)
        to_do = templates_sync.to_do(steps)
        if not to_do:
            out.print("Nothing to do.")
            return
        if not yes and not typer.confirm(f"Do these {len(to_do)} things at Twilio?"):
            out.print("Nothing was done.")
            raise typer.Exit(1)
        templates_sync.carry_out(client, to_do, _say)
        out.print("Approval takes minutes to days; `council-bot templates list` shows it.")


@templates.command(name="list")
def show() -> None:
    """Show what stands at Twilio, and what of it is approved."""
    with _twilio() as (client, settings):
        _show(templates_sync.plan(read(client), needed(settings.charter)))


def _show(steps: list[templates_sync.Step]) -> None:
    """Each text on a line; the forms, of which there are many alike, counted."""
    forms = [step for step in steps if step.wanted is not None and not step.wanted.category]
    for step in steps:
        if step not in forms:
            _say(f"{SIGNS.get(step.action, ' ')} {step.text}")
    for action, what in (("create", "make it"), ("stands", "stands")):
        count = sum(step.action == action for step in forms)
        if count:
            _say(f"{SIGNS[action]} {count} forms with buttons and lists: {what}")


def _say(text: str) -> None:
    out.print(text, markup=False, soft_wrap=True)


@contextmanager
def _twilio() -> Iterator[tuple[Client, Settings]]:
    """The client of the account that is set; raises SettingsFault saying what is wrong."""
    settings = load()
    log.set_up(settings.log_level)
    if settings.whatsapp is None:
        raise SettingsFault([NOT_SET_UP])
    client = whatsapp_client.make_client(settings.whatsapp)
    try:
        yield client, settings
    except TROUBLES as error:
        raise SettingsFault([said(error, settings.whatsapp.content_base_url)]) from None
    finally:
        whatsapp_client.close(client)
