"""How alembic reaches the database: on the connection that `storage.migrate` hands it."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

import storage.audit
import storage.data_keys
import storage.model  # noqa: F401 imported for the tables they name
from storage.base import Base


def render(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as what the database sees: a migration outlives the code."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
