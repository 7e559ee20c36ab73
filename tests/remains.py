"""What a database still holds: every value of every table, decrypted, and the bytes on the disk."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.base import Base
from storage.database import Database

OWN = ("data_key", "note", "received")
"""Tables of the program itself; `received` holds keyed hashes of events for three days."""


def values(database: Database) -> Iterator[tuple[str, str]]:
    """Every value of every table with its place, as it reads once decrypted."""
    with database.read() as session:
        for mapper in Base.registry.mappers:
            for row in session.scalars(select(mapper.class_)):
                for column in mapper.column_attrs:
                    yield (
                        f"{mapper.local_table.name}.{column.key}",
                        _plain(getattr(row, column.key)),
                    )


def places_of(database: Database, *words: str) -> set[str]:
    """Where any of these words stands."""
    return {place for place, value in values(database) if any(word in value for word in words)}


def rows(database: Database) -> dict[str, int]:
    """How many rows each table holds that is not empty, the program's own tables left out."""
    counts: dict[str, int] = {}
    with database.read() as session:
        for mapper in Base.registry.mappers:
            name = mapper.local_table.name
            count = len(session.scalars(select(mapper.class_)).all())
            if count and name not in OWN:
                counts[name] = count
    return counts


def bytes_of(database: Database) -> bytes:
    """What stands on the disk: the file and its log; of PostgreSQL every value as it is stored."""
    if database.path is not None:
        log = Path(f"{database.path}-wal")
        return database.path.read_bytes() + (log.read_bytes() if log.exists() else b"")
    stored = b""
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"'):
                stored += b"\x00".join(_stored(value) for value in row)
    return stored


def _stored(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
