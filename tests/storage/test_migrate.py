"""The numbered steps: they lead to the model, keep what is stored, and take turns."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from furnished import ring_of
from sqlalchemy import LargeBinary, text

from storage import migrate, secrecy, windows
from storage.base import Base
from storage.database import Database, open_database
from storage.model import Case, Entry, Person
from storage.secrecy import SecretJson, SecretText

VERSIONS = Path(migrate.__file__).parent / "migrations/versions"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database in which nothing was ever made."""
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path}/empty.db")
    database: Database = request.getfixturevalue("postgresql")
    with database.begin() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    return database


def test_the_steps_lead_to_the_model(empty: Database) -> None:
    """An empty database that took every step differs in nothing from the model."""
    assert migrate.needs_migration(empty)
    migrate.upgrade(empty)
    assert not migrate.needs_migration(empty)
    migrate.check(empty)
    empty.close()


def test_the_steps_make_the_windows_of_the_model(empty: Database) -> None:
    """The views that the steps wrote down are those that the program reads."""
    migrate.upgrade(empty)
    made = _views(empty)
    with empty.engine.begin() as connection:
        for name in windows.VIEWS:
            connection.execute(text(f"DROP VIEW {name}"))
        for one in windows.statements(empty.dialect):
            connection.exec_driver_sql(one)
    assert made == _views(empty)
    assert made.keys() == windows.VIEWS.keys()
    empty.close()


def _views(database: Database) -> dict[str, str]:
    """Every view as the database keeps it, without its line breaks."""
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'view'",
        "postgresql": "SELECT c.relname, concat(pg_get_viewdef(c.oid), c.reloptions, c.relacl) "
        "FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace",
    }
    with database.engine.begin() as connection:
        rows = connection.execute(text(query[database.dialect].replace("::", "\\:\\:"))).all()
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_ids_of_erased_rows_are_never_given_again(tmp_path: Path) -> None:
    """What still names an erased row never names somebody else."""
    database = open_database(f"sqlite:///{tmp_path}/empty.db")
    migrate.upgrade(database)
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    with database.read() as session:
        for name, table in Base.metadata.tables.items():
            numbered = table.autoincrement_column is not None
            assert ("AUTOINCREMENT" in session.scalar(query, {"name": name})) == numbered, name
    database.close()


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    """Every start may ask for the upgrade."""
    before = migrate.current(database)
    migrate.upgrade(database)
    assert migrate.current(database) == before


def test_processes_that_start_together_take_turns(empty: Database) -> None:
    """Several processes that upgrade at once end with one upgraded database."""
    others = [open_database(empty.url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate.upgrade, others))
    assert not migrate.needs_migration(empty)
    for each in (*others, empty):
        each.close()


def test_a_newer_database_is_left_alone(database: Database) -> None:
    """An older program does not touch what a newer one wrote, and says so."""
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (migrate.upgrade, migrate.needs_migration):
        with pytest.raises(migrate.NewerDatabase, match="newer version of the program"):
            attempt(database)


def test_a_failing_step_leaves_no_trace(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a step breaks, the database stays as it was."""

    def breaks(config: object, _: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(text("CREATE TABLE half_done (a integer)"))
        raise RuntimeError("broken step")

    monkeypatch.setattr("storage.migrate.command.upgrade", breaks)
    with pytest.raises(RuntimeError, match="broken step"):
        migrate.upgrade(empty)
    monkeypatch.undo()
    assert migrate.current(empty) is None
    with empty.begin() as session:
        session.execute(text("CREATE TABLE half_done (a integer)"))
    empty.close()


def rebuild_case(connection: object) -> None:
    """What a later step does on SQLite to change a table that others belong to."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    operations = Operations(MigrationContext.configure(connection))  # type: ignore[arg-type]
    with operations.batch_alter_table("case", recreate="always") as batch:
        batch.drop_index("ix_case_state")


def test_rebuilding_a_table_keeps_its_children(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that rebuilds a table deletes none of the rows that belong to it."""
    secrecy.use(ring_of(sqlite))
    with sqlite.begin() as session:
        person = Person(
            channel="telegram", address_hash="h", address="1", language="en", created_at=NOW
        )
        session.add(person)
        session.flush()
        case = Case(
            reference="482719356",
            person_id=person.id,
            state="open",
            language="en",
            created_at=NOW,
            touched_at=NOW,
        )
        session.add(case)
        session.flush()
        session.add(Entry(case_id=case.id, kind="message", text="my wages", at=NOW))

    def step(config: object, _: str) -> None:
        rebuild_case(config.attributes["connection"])  # type: ignore[attr-defined]

    monkeypatch.setattr("storage.migrate.command.upgrade", step)
    migrate.upgrade(sqlite)
    with sqlite.read() as session:
        assert session.query(Entry).one().text == "my wages"


def test_steps_are_numbered_without_a_gap() -> None:
    """Files are 0001, 0002 … and each follows the one before."""
    files = sorted(VERSIONS.glob("*.py"))
    for number, path in enumerate(files, start=1):
        content = path.read_text()
        assert path.name.startswith(f"{number:04d}_")
        before = re.search(r"^down_revision: str \| None = (.*)$", content, re.MULTILINE)
        assert before is not None
        assert before[1] == (repr(f"{number - 1:04d}") if number > 1 else "None")
        assert "CheckConstraint" not in content
        assert "sa.Enum" not in content


def test_secret_columns_name_their_own_place() -> None:
    """A column is encrypted for its own name, so a copied line cannot share a place."""
    secrets = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, SecretText | SecretJson)
    ]
    assert len(secrets) >= 6
    for column in secrets:
        assert column.type.place == f"{column.table.name}.{column.name}"


def test_every_binary_column_is_a_secret_or_a_wrapped_key() -> None:
    """Bytes in the database are encrypted, all of them."""
    plain = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert plain == {"data_key.wrapped"}


def test_drafting_finds_nothing_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With model and steps equal, a drafted step is empty."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.HERE, copy)
    monkeypatch.setattr(migrate, "HERE", copy)
    migrate.draft("Nothing new")
    (drafted,) = copy.glob("versions/*_nothing_new.py")
    assert re.search(r"def upgrade\(\) -> None:\s+(#.*\s+)*pass", drafted.read_text())
