"""Beneath the gate PostgreSQL keeps workspaces apart, whatever a query forgets to ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Executable, delete, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from tests.runner import postgresql
from workbench.core.errors import Unavailable
from workbench.core.ids import new_id
from workbench.core.row_security import INSTALLATION, POLICY, confine
from workbench.doctor import house
from workbench.doctor.findings import Level
from workbench.domains.access.models import Workspace
from workbench.domains.runs.models import Run, RunMetric
from workbench.home import open_home
from workbench.migrations import metadata

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
REFUSED = "violates row-level security policy"


def run_of(workspace_id: UUID) -> dict[str, Any]:
    """The columns of a run of a workspace."""
    plain = {"title": "a", "submitted_by": "os:0", "rights_of": "os:0", "correlation_id": "0" * 32}
    return {"id": new_id(), "workspace_id": workspace_id, "rights": {}, "parameters": {}, "options": {}} | plain


@pytest.fixture
def do(workbench) -> Callable[..., list[Any]]:
    """Carries out a statement in a transaction that says a scope, or nothing; answers rows, or how many it changed."""

    def execute(statement: Executable, scope: UUID | None = None) -> list[Any]:
        with workbench.database.write(scope) as db:
            result = db.connection().execute(statement)
            found = list(result.all()) if result.returns_rows else [result.rowcount]
            db.commit()
            return found

    return execute


@pytest.fixture
def here(workspace) -> UUID:
    """The workspace that the tests work in."""
    found: UUID = workspace.id
    return found


@pytest.fixture
def there(caller, do, here) -> UUID:
    """Another workspace; it and `here` have a run each, with one metric."""
    other: UUID = caller.call("workspaces.create", name="other").id
    for each in (here, other):
        run = run_of(each)
        do(insert(Run).values(**run), each)
        do(insert(RunMetric).values(id=new_id(), run_id=run["id"], attempt=1, name="rows", value=1.0), each)
    return other


def test_every_table_of_workspaces_rows_has_its_policy(do):
    """Whoever adds a table cannot forget it: a workspace's rows, and rows that belong to such rows, are protected."""
    owned = {table for table in metadata().tables.values() if "workspace_id" in table.c or table.name == "workspace"}
    while more := {
        table
        for table in metadata().tables.values()
        if table not in owned and any(key.column.table in owned for key in table.foreign_keys)
    }:
        owned |= more
    held = """SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
        WHERE p.polname = :policy AND p.polcmd = '*' AND c.relrowsecurity AND c.relforcerowsecurity"""

    assert {name for (name,) in do(text(held).bindparams(policy=POLICY))} == {table.name for table in owned}
    assert len(owned) > 20


def test_a_query_that_forgets_to_ask_meets_its_own_workspace_only(do, here, there):
    """No filter, no row of another: neither of runs, nor of what belongs to them, nor the other workspace itself."""
    for scope in (here, there):
        assert do(select(Run.workspace_id), scope) == [(scope,)]
        assert do(select(func.count()).select_from(RunMetric), scope) == [(1,)]
        assert do(select(Workspace.id), scope) == [(scope,)]
    assert len(do(select(Run.id), INSTALLATION)) == len(do(select(RunMetric.id), INSTALLATION)) == 2


def test_a_transaction_that_says_nothing_meets_nothing(do, here, there):
    """Who forgot even to say where, reads no row and writes none."""
    for model in (Run, RunMetric, Workspace):
        assert do(select(model)) == []
    assert do(delete(RunMetric)) == [0]
    with pytest.raises(ProgrammingError, match=REFUSED):
        do(insert(Run).values(**run_of(here)))


def test_rows_of_another_workspace_are_neither_written_nor_moved(do, here, there):
    """An insert into another is refused, and so is moving one's own there; an update of theirs finds none."""
    [(theirs,)] = do(select(Run.id), there)
    for statement in (
        insert(Run).values(**run_of(there)),
        update(Run).values(workspace_id=there),
        insert(RunMetric).values(id=new_id(), run_id=theirs, attempt=2, name="rows", value=2.0),
        update(RunMetric).values(run_id=theirs),
    ):
        with pytest.raises(ProgrammingError, match=REFUSED):
            do(statement, here)
    assert do(update(Run).where(Run.id == theirs).values(title="stolen"), here) == [0]
    assert do(delete(RunMetric).where(RunMetric.run_id == theirs), here) == [0]
    assert do(select(Run.title).where(Run.id == theirs), there) == [("a",)]


def test_a_connection_remembers_nothing_of_whom_it_served_before(workbench, do, here, there):
    """From one and the same connection, each transaction meets what it said itself, also after one that broke."""
    served = set()
    for scope, expected in [(here, 1), (None, 0), (INSTALLATION, 2), (None, 0), (uuid4(), 0), (there, 1)] * 3:
        with workbench.database.read(scope) as db:
            served.add(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
            assert len(db.scalars(select(Run.id)).all()) == expected
        with pytest.raises(ProgrammingError), workbench.database.write(scope) as db:
            db.execute(text("SELECT broken"))
    assert len(served) == 1


def test_a_session_is_narrowed_and_never_moved_on(workbench, here, there):
    """Who was identified among all workspaces goes on in one; from there nothing leads to another or back to all."""
    with workbench.read() as db:
        assert len(db.scalars(select(Run.id)).all()) == 2
        confine(db, here)
        assert db.scalars(select(Run.workspace_id)).all() == [here]
        for other in (there, INSTALLATION):
            with pytest.raises(RuntimeError):
                confine(db, other)
        with db.begin_nested():
            assert db.scalars(select(Run.workspace_id)).all() == [here]


def test_a_lost_key_is_noticed_by_the_secrets_of_other_workspaces(workbench, settings, here, there):
    """Who meets no secret but her own still makes no new key beside secrets that another key closed."""
    secret = {"object_id": uuid4(), "field": "password", "value": "canary-of-rows"}
    with workbench.unit_of_work(there) as db:
        workbench.vault.put(db, workspace_id=there, **secret)
    for key in settings.keys_dir.glob("*.key"):
        key.unlink()

    with pytest.raises(Unavailable), workbench.unit_of_work(here) as db:
        workbench.vault.put(db, workspace_id=here, **secret)


def looked(settings) -> Level:
    """What the doctor thinks of row-level security in a home."""
    [found] = [each for each in house.database(settings, None) if each.name == "row security"]
    return found.level


def test_a_team_s_home_is_not_opened_by_a_superuser(settings, postgresql_server, ordinary_role):
    """Whom policies do not bind is refused, with a way out, and the doctor says so; one person's home opens."""
    if ordinary_role is None:
        pytest.skip("the server's own user is no superuser")
    name = postgresql.name_of(settings.database_url)
    url = postgresql_server.replace("postgresql://", "postgresql+psycopg://").rpartition("/")[0] + f"/{name}"
    unbound, team = replace(settings, database_url=url), replace(settings, database_url=url, team=True)

    with pytest.raises(Unavailable, match="keeps no workspaces apart") as refused:
        open_home(team)
    open_home(unbound).close()
    open_home(replace(settings, team=True)).close()

    assert refused.value.code == "row_security_bypassed"
    levels = [looked(each) for each in (team, unbound, settings)]
    assert levels == [Level.ERROR, Level.INFO, Level.OK]
