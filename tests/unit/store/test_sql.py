"""What is taken for one SELECT, and what a worker is told to answer."""

from __future__ import annotations

import socket
import threading

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.broker.framing import Channel
from workbench.core.errors import Invalid
from workbench.domains.store.drivers import sql_worker
from workbench.domains.store.drivers.sql_worker import Refused
from workbench.domains.store.service import queries

CHANGES = [
    *("DROP TABLE t", "CREATE TABLE x AS SELECT 1", "CREATE VIEW v AS SELECT 1", "ALTER TABLE t ADD COLUMN b INT"),
    *("INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "TRUNCATE t", "CREATE MACRO m() AS 1"),
    *("COPY t TO '/tmp/x.csv'", "COPY (SELECT 1) TO '/tmp/x.parquet'", "COPY t FROM '/etc/passwd'"),
    *("ATTACH '/tmp/x.db'", "DETACH memory", "USE memory", "EXPORT DATABASE '/tmp/x'", "IMPORT DATABASE '/tmp/x'"),
    *(
        "INSTALL httpfs",
        "LOAD json",
        "SET threads = 1",
        "RESET threads",
        "PRAGMA database_list",
        "CHECKPOINT",
        "VACUUM",
    ),
    *("CALL pragma_version()", "CREATE SECRET s (TYPE s3)", "BEGIN", "COMMIT", "PREPARE q AS SELECT 1", "EXECUTE q"),
    *("EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t"),
    "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a",
    "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
    "WITH a AS (UPDATE t SET a = 1 RETURNING *) SELECT * FROM a",
    *("", " ", ";", "-- nothing", "/* nothing */", "SELECT 1\x00; DROP TABLE t"),
]


@pytest.fixture(scope="module")
def connection():
    """A worker's database, before it is given anything."""
    opened = sql_worker.connect()
    yield opened
    opened.close()


@pytest.mark.parametrize("sql", CHANGES)
def test_all_but_one_select_is_refused(connection, sql):
    """What writes, reads files, attaches, sets, or is several or no statements is refused with what may be asked."""
    with pytest.raises(Refused) as caught:
        sql_worker.tables(connection, sql)

    assert caught.value.told["code"] in ("query_refused", "query_failed")
    assert caught.value.told["detail"]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT 1", []),
        ("FROM t", ["t"]),
        ("SELECT * FROM a JOIN b USING (x) WHERE y IN (SELECT y FROM C)", ["C", "a", "b"]),
        ("WITH w AS (SELECT * FROM t) SELECT * FROM w", ["t", "w"]),
        ("(SELECT * FROM a) UNION ALL (SELECT * FROM b) -- c", ["a", "b"]),
        ("SELECT * FROM (PIVOT t ON a IN (1, 2))", ["t"]),
        ("DESCRIBE t", ["t"]),
        ("SELECT 'FROM nowhere; DROP TABLE x'", []),
    ],
)
def test_the_tables_of_a_select_are_known(connection, sql, names):
    """Wherever a table stands in a SELECT, its name is found; text and comments are not taken for names."""
    assert sql_worker.tables(connection, sql) == names


def test_long_and_deep_sql_is_refused(connection):
    """More than 64 kB are not parsed, and deep nesting is an error, not a crash."""
    with pytest.raises(Refused) as long:
        sql_worker.tables(connection, f"SELECT '{'x' * 65536}'")
    with pytest.raises(Refused) as deep:
        sql_worker.tables(connection, f"SELECT {'(' * 5000}1{')' * 5000}")

    assert long.value.told["code"] == "query_too_long"
    assert "depth" in deep.value.told["detail"]


@given(st.text(max_size=300))
@example("\ud800")
def test_no_text_is_more_than_refused(connection, text):
    """Whatever a person types is one SELECT or a refusal with a sentence."""
    try:
        assert isinstance(sql_worker.tables(connection, text), list)
    except Refused as refused:
        assert refused.told["detail"]  # noqa: PT017 - either is right


SOUP = (
    "SELECT FROM t * 1 , ( ) ; WHERE JOIN ON a = 'x' WITH AS INSERT INTO COPY TO '/tmp/f' DROP TABLE VALUES UNION -- "
)
WORDS = st.sampled_from((SOUP + "/* */ RETURNING DELETE SET").split())


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_what_passes_is_one_select_by_duckdb_s_own_word(connection, sql):
    """No mixture of SQL's words passes that DuckDB does not call exactly one SELECT statement."""
    import duckdb

    try:
        sql_worker.tables(connection, sql)
    except Refused:
        return
    (statement,) = connection.extract_statements(sql)
    assert statement.type == duckdb.StatementType.SELECT


def test_views_are_all_that_a_query_sees(tmp_path):
    """With the doors closed and locked a query reads its views, and neither files nor settings."""
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "f.parquet")
    pq.write_table(pa.table({"a": [3]}), tmp_path / "other.parquet")
    path = str(tmp_path / "f.parquet")
    opened = sql_worker.connect()
    select = f"SELECT * FROM read_parquet('{path}')"
    rows = sql_worker.run(opened, "SELECT sum(a) AS a FROM t", {"t": select}, [path], 256_000_000, 1).read_all()

    assert rows.to_pylist() == [{"a": 3}]
    for sql in (f"SELECT * FROM '{tmp_path}/other.parquet'", "SELECT * FROM read_text('/etc/passwd')"):
        with pytest.raises(Exception, match=r"disabled by configuration|does not exist"):
            opened.sql(sql).fetchall()
    with pytest.raises(Exception, match="locked"):
        opened.execute("SET enable_external_access = true")
    opened.close()


def test_an_unknown_table_is_mended_only_with_visible_names():
    """The nearest visible name is proposed, and none that was not given."""
    error = Invalid("Catalog Error: Table with name flihgts does not exist!", code="query_failed")
    found = queries._mended(error, {"flights", "weather"})

    assert (found.code, found.detail) == ("unknown_table", "There is no table flihgts here.")
    assert found.fix == "Did you mean flights?"
    assert queries._mended(error, set()).fix == "There are: none yet."
    other = Invalid("Binder Error: no column")
    assert queries._mended(other, {"flights"}) is other


@pytest.fixture
def worker(monkeypatch):
    """A worker in a thread of this process, which keeps its rights; answers the asker's end of the socket."""
    monkeypatch.setattr(sql_worker, "limit", lambda *_: None)
    monkeypatch.setattr(sql_worker, "confine", lambda _: True)
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    far, near = Channel(theirs), Channel(ours)
    thread = threading.Thread(target=sql_worker.serve, args=(far, 256_000_000, 10.0))
    thread.start()
    near.receive()
    yield near
    ours.shutdown(socket.SHUT_RDWR)
    thread.join()
    near.close()
    far.close()


def asked(channel, sql, limit=None):
    """What a worker answers to a query without tables: the headers and the rows."""
    channel.send({"sql": sql, "views": {}, "paths": [], "limit": limit, "threads": 1})
    headers, rows = [], []
    while not headers or not {"done", "error"} & headers[-1].keys():
        header, body = channel.receive()
        rows += body.read_all().to_pylist() if body is not None else []
        headers.append(header)
    return headers, rows


def test_a_worker_tells_tables_then_schema_then_rows_then_that_it_is_done(worker):
    """The order of what comes over the socket, with an answer of no rows and one that is cut at its limit."""
    worker.send({"sql": "SELECT * FROM a"})
    assert worker.receive()[0]["tables"] == ["a"]
    headers, rows = asked(worker, "SELECT * FROM range(100000) AS t(n)", limit=3)

    assert [key for header in headers for key in header if key != "body"] == ["schema", "rows", "done", "confined"]
    assert rows == [{"n": 0}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("DROP TABLE t", "query_refused"),
        ("SELECT * FROM nowhere", "query_failed"),
        ("SELECT error('no')", "query_failed"),
        ("SELECT * FROM read_text('/etc/passwd')", "query_refused"),
    ],
)
def test_a_worker_tells_what_went_wrong(worker, sql, code):
    """Each kind of failure has its code and a sentence."""
    headers, rows = asked(worker, sql)

    assert (headers[-1]["error"]["code"], rows) == (code, [])
    assert headers[-1]["error"]["detail"]
