"""What somebody's SQL cannot do, whatever it is: write, read other files, reach the network, learn secrets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest

from tests.factories.people import caller_of, principal
from tests.factories.store import Attempt, ask, read, write
from workbench.core.errors import Invalid, NotFound, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.store.drivers import confinement
from workbench.domains.store.drivers.workers import Workers

LANDLOCK = confinement.landlock() >= 1
ATTACKS = [
    "COPY (SELECT 1) TO '{file}'",
    "COPY (SELECT 1) TO '{file}' (FORMAT parquet, OVERWRITE true)",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM parquet_scan('{other}')",
    "SELECT * FROM parquet_metadata('{other}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{file}''')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT getenv('PATH')",
    "SELECT * FROM sqlite_scan('{other}', 't')",
    "SELECT * FROM postgres_scan('host=127.0.0.1', 'public', 't')",
]


@pytest.fixture
def workers():
    """Workers that have a secret to keep in their parent's environment."""
    made = Workers(memory=256_000_000, seconds=30.0, threads=2)
    yield made
    made.close()


@pytest.mark.parametrize("sql", ATTACKS)
def test_no_sql_reaches_what_it_was_not_given(caller, tmp_path, sql):
    """Every attempt at a file, the network or the environment is refused, and the table's own files are as before."""
    write(caller, "t", {"a": [1]})
    write(caller, "other", {"a": [2]})
    store = caller.context().workbench.settings.store_dir / "default"
    (file,), (other,) = store.glob("t/part-*.parquet"), store.glob("other/part-*.parquet")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\nhunter2\n")
    before = file.read_bytes()
    given = {"file": file, "other": other, "secret": secret, "folder": tmp_path}
    with pytest.raises(Invalid) as caught:
        ask(
            caller,
            f"SELECT * FROM t UNION ALL ({sql})".format(**given) if sql.startswith("SELECT") else sql.format(**given),
        )

    assert "hunter2" not in json.dumps(caught.value.problem())
    assert file.read_bytes() == before
    assert read(caller, "t") == [{"a": 1}]


def in_child(action):
    """What an action in a process of its own answered, after it was confined; `refused` where it may not."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        answer = "broken"
        try:
            os.close(reading)
            answer = str(action())
        except PermissionError:
            answer = "refused"
        except BaseException as error:  # noqa: BLE001 - the parent shows it
            answer = repr(error)
        finally:
            os.write(writing, answer.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return answer


@pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")
def test_a_confined_process_reads_what_it_was_given_and_nothing_more(tmp_path):
    """By the kernel's word, not DuckDB's: its own files to read, no other, nothing to write, make, remove or run."""
    given, other = tmp_path / "given", tmp_path / "other"
    given.write_text("yes")
    other.write_text("no")

    def attempt(action):
        def do():
            confinement.confine([str(given)])
            return action()

        return in_child(do)

    assert attempt(given.read_text) == "yes"
    assert attempt(other.read_text) == "refused"
    assert attempt(lambda: given.open("a")) == "refused"
    assert attempt(lambda: os.truncate(given, 0)) == "refused"
    assert attempt(given.unlink) == "refused"
    assert attempt((tmp_path / "new").touch) == "refused"
    assert attempt((tmp_path / "new").mkdir) == "refused"
    assert attempt(lambda: list(tmp_path.iterdir())) == "refused"
    assert attempt(lambda: subprocess.run(["/bin/true"], check=False)) == "refused"
    assert attempt(lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes()) == "refused"


@pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")
def test_a_confined_process_connects_to_nobody():
    """A listening socket on this machine cannot be reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        def connect():
            confinement.confine([])
            socket.create_connection(address, timeout=5)

        assert in_child(connect) == "refused"


def test_a_worker_s_memory_is_bounded_by_the_kernel():
    """Beyond its share a process gets no memory, whatever DuckDB thinks."""

    def eat():
        confinement.limit(64 * 1024 * 1024, 10)
        try:
            return len(bytearray(2 * 1024**3))
        except MemoryError:
            return "no memory"

    assert in_child(eat) == "no memory"


def test_a_worker_cannot_make_a_file_longer(tmp_path):
    """The limit on file sizes holds where the kernel has no Landlock."""

    def grow():
        confinement.limit(64 * 1024 * 1024, 10)
        try:
            (tmp_path / "f").write_text("x")
        except OSError as error:
            return error.strerror
        return "written"

    assert in_child(grow) == "File too large"


def may_look(pid):
    """Whether we may look inside a process; only root may, and the others need not be told that they cannot."""
    return os.access(f"/proc/{pid}/environ", os.R_OK) and os.access(f"/proc/{pid}/fd", os.R_OK)


def test_a_worker_knows_no_secret_and_has_no_open_file(workers, monkeypatch, tmp_path):
    """Its environment is a handful of plain settings, and it inherits none of the parent's files."""
    monkeypatch.setenv("WORKBENCH_SECRET_KEY", "hunter2")
    with (tmp_path / "database").open("w") as database:
        os.set_inheritable(database.fileno(), True)
        query = workers.query("somebody")
        for pid in filter(may_look, (workers._nursery.pid, query.pid)):
            environ = Path(f"/proc/{pid}/environ").read_bytes()
            files = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
            assert b"hunter2" not in environ
            assert str(tmp_path / "database") not in files
            assert not [name for name in files if name.endswith(".db")]
        query.close()


def test_a_query_sees_no_table_of_another_workspace(workbench, caller):
    """A table of another workspace is not read, not listed, and not proposed."""
    from workbench.domains.access.service import add_workspace

    with workbench.unit_of_work() as db:
        add_workspace(db, "finance", "Finance", "UTC", caller.context().principal.user_id)
    from workbench.home import local_caller

    finance = local_caller(workbench, "finance")
    write(finance, "salaries", {"a": [1]})
    with pytest.raises(Invalid) as caught:
        ask(caller, "SELECT * FROM salarie")

    assert "salaries" not in str(caught.value)
    assert ask(caller, "SELECT table_name FROM information_schema.tables") == []
    assert ask(caller, "SHOW TABLES") == []
    with pytest.raises(NotFound):
        read(caller, "salaries")


def test_a_viewer_reads_only_what_was_shared_and_asks_no_sql(workbench, caller, workspace):
    """Level S: nothing without a share; free SQL and writing not at all."""
    write(caller, "t", {"a": [1]})
    viewer = caller_of(workbench, principal(workspace.id, Role.VIEWER))

    assert viewer.call("tables.list").items == []
    with pytest.raises(NotFound):
        read(viewer, "t")
    with pytest.raises(NotPermitted):
        ask(viewer, "SELECT 1")
    with pytest.raises(NotPermitted):
        write(viewer, "u", {"a": [1]})


def test_a_designer_writes_her_own_tables_alone(workbench, caller, workspace):
    """Level O: a table of somebody else is seen, and refused as such; nobody's becomes hers."""
    write(caller, "t", {"a": [1]})
    designer = caller_of(workbench, principal(workspace.id, Role.DESIGNER))
    for fields in ({}, {"mode": "replace"}, {"mode": "merge", "key": ["a"]}):
        with pytest.raises(NotPermitted):
            write(designer, "t", {"a": [2]}, **fields)

    assert ask(designer, "SELECT * FROM t") == [{"a": 1}]
    with pytest.raises(NotPermitted):
        designer.call("tables.delete", name="t")


def test_reads_and_queries_are_audited(workbench, caller):
    """Who read or asked what is on record, with the SQL."""
    from workbench.domains.audit.models import AuditRecord

    write(caller, "t", {"a": [1]})
    read(caller, "t")
    ask(caller, "SELECT 42 FROM t")
    with workbench.read() as db:
        found = {record.operation: record.detail for record in db.query(AuditRecord)}

    assert {"tables.stage", "tables.read", "queries.run"} <= set(found)
    assert "SELECT 42 FROM t" in json.dumps(found["queries.run"])


def test_a_run_s_reads_by_name_stay_within_its_rights(workbench, caller, tmp_path):
    """A name with a glob's characters is a name, and a condition cannot widen what a run may read."""
    write(caller, "public_a", {"a": [1]})
    write(caller, "private", {"a": [pa.scalar(1).as_py()]})
    run = Attempt(workbench, caller, tmp_path / "attempt", reads=("public_*",)).caller

    assert read(run, "public_a", where="a = 1") == [{"a": 1}]
    with pytest.raises(Invalid, match="private does not exist"):
        read(run, "public_a", where="a IN (SELECT a FROM private)")
