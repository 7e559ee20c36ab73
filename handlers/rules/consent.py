"""When a person must be asked again whether we may keep what they write."""

TEXT_VERSION = "2026-11-4"
"""The privacy text that people agree to now; whoever changes its meaning changes this."""


def needs_asking(version_agreed: str | None) -> bool:
    """Whether somebody agreed to nothing yet, or to a text that has changed since."""
    return version_agreed != TEXT_VERSION
