"""The words that only the digest's workbook needs: its sheets, and what heads their columns."""

from collections.abc import Mapping

from handlers.language import N_

SHEETS: Mapping[str, str] = {
    "state": N_("State"),
    "tables": N_("Tables"),
    "trends": N_("Trends"),
    "proposals": N_("Proposals"),
    "notes": N_("Notes"),
}
"""The sheets, in their order; a name has 31 characters at most."""

FIGURE, FROM, TO = N_("Figure"), N_("People, from"), N_("People, to")
PERCENT = N_("Per cent")
COLUMNS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "state": (
        (FIGURE, 44),
        (FROM, 14),
        (TO, 14),
        (PERCENT, 14),
        (N_("Mean of the four weeks before"), 20),
    ),
    "tables": (
        (FIGURE, 44),
        (N_("Of what"), 36),
        (FROM, 14),
        (TO, 14),
        (PERCENT, 14),
        (N_("Weeks"), 22),
        (N_("Hours of working time: half within"), 20),
        (N_("Hours of working time: nine in ten within"), 20),
    ),
    "trends": (
        (N_("Week"), 12),
        (N_("From Monday"), 14),
        (N_("Wrote, from"), 14),
        (N_("Wrote, to"), 14),
        (N_("Answered, from"), 16),
        (N_("Answered, to"), 16),
    ),
    "proposals": (
        (N_("Proposal"), 10),
        (N_("Unit"), 26),
        (N_("Concerns"), 34),
        (N_("Problem"), 44),
        (N_("The council proposes"), 44),
        (FROM, 12),
        (TO, 12),
        (N_("Wished by"), 14),
        (N_("Where it stands"), 24),
        (N_("Sent on"), 14),
        (N_("Age in working days"), 14),
    ),
    "notes": ((N_("Part"), 34), (N_("Topic"), 24), (N_("Day"), 14), (N_("Text"), 110)),
}
"""What heads each column, and how wide it is."""

DAY_OFF = N_("Day off")
