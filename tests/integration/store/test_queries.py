"""SQL that people write: answered, refused with a reason, or ended."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

from tests.factories.store import ask, write
from workbench.core import places
from workbench.core.errors import Invalid, Throttled, TimedOut
from workbench.domains.store.drivers.workers import AT_ONCE, Workers

FOREVER = "SELECT sum(sin(a.range * b.range)) FROM range(100000) a, range(1000000) b"


@pytest.fixture
def workers():
    """Workers with little memory and little time."""
    made = Workers(memory=256_000_000, seconds=2.0, threads=2)
    yield made
    made.close()


@pytest.fixture
def patient():
    """Workers with little memory and much time."""
    made = Workers(memory=256_000_000, seconds=100.0, threads=2)
    yield made
    made.close()


def answer(workers, sql, views=None, paths=(), limit=None):
    """All rows of a query."""
    query = workers.query("somebody")
    query.tables(sql)
    return query.stream(sql, views or {}, list(paths), limit).read_all().to_pylist()


def test_a_query_joins_tables_by_name_in_any_case(caller):
    """Names are found whatever their case, and common table expressions are no tables."""
    write(caller, "flights", {"carrier": ["AA", "B6"], "delay": [5, 7]})
    write(caller, "airlines", {"carrier": ["AA", "B6"], "name": ["American", "JetBlue"]})
    sql = 'WITH late AS (SELECT * FROM FLIGHTS WHERE delay > 5) SELECT "name" FROM late JOIN airlines USING (carrier)'

    assert ask(caller, sql) == [{"name": "JetBlue"}]


def test_a_limit_ends_an_endless_answer(caller):
    """Rows stop at the limit, however many there would be."""
    assert len(ask(caller, "SELECT * FROM range(10000000000)", limit=5)) == 5


@pytest.mark.parametrize(
    ("sql", "code", "words", "fix"),
    [
        ("SELECT * FROM flihgts", "unknown_table", "no table flihgts", "Did you mean flights?"),
        ("SELECT delai FROM flights", "query_failed", 'column "delai" not found', ""),
        ("SELEC 1", "query_failed", "syntax error", ""),
        ("SELECT CAST('x' AS INTEGER)", "query_failed", "Could not convert", ""),
        ("DROP TABLE flights", "query_refused", "a DROP statement", "One SELECT"),
        ("SELECT * FROM read_csv('/etc/passwd')", "query_refused", "disabled by configuration", "One SELECT"),
        ("SELECT 1; SELECT 2", "query_refused", "2 statements", "One SELECT"),
    ],
)
def test_a_wrong_query_is_told_what_duckdb_says(caller, sql, code, words, fix):
    """The problem has DuckDB's sentence, the whole message for the field, and a mend where we know one."""
    write(caller, "flights", {"delay": [5]})
    with pytest.raises(Invalid, match=words) as caught:
        ask(caller, sql)

    assert caught.value.code == code
    assert caught.value.fix.startswith(fix)


def test_an_error_in_the_middle_of_the_rows_reaches_the_reader(workers):
    """When a row cannot be computed after many could, the reader gets DuckDB's sentence, not a broken stream."""
    sql = "SELECT CASE WHEN range < 500000 THEN 1 ELSE CAST('x' AS INTEGER) END AS n FROM range(600000)"
    query = workers.query("somebody")
    query.tables(sql)
    with pytest.raises(Invalid, match="Could not convert"):
        query.stream(sql, {}, []).read_all()


@pytest.mark.parametrize(
    "sql", ["SELECT repeat('x', 2000000000)", "SELECT * FROM range(1000000000) ORDER BY hash(range)"]
)
def test_a_query_that_eats_memory_is_ended(patient, sql):
    """What needs more memory than allowed is ended with a mend, and the next query is answered."""
    workers = patient
    with pytest.raises(Invalid, match="query_bytes") as caught:
        answer(workers, sql)

    assert caught.value.code == "query_out_of_memory"
    assert answer(workers, "SELECT 1 AS a") == [{"a": 1}]


def test_a_query_that_never_ends_is_killed_at_its_deadline(workers):
    """It is ended after its seconds, and the next query finds a worker ready."""
    answer(workers, "SELECT 1")
    began = time.monotonic()
    with pytest.raises(TimedOut, match="ended after 2 s") as caught:
        answer(workers, FOREVER)
    took = time.monotonic() - began
    answer(workers, "SELECT 1")

    assert caught.value.code == "query_timed_out"
    assert 2.0 <= took < 20.0


def test_a_slow_reader_is_not_the_query_s_fault(workers):
    """Only the time in which the reader waits for rows counts."""
    query = workers.query("somebody")
    sql = "SELECT * FROM range(200000)"
    query.tables(sql)
    reader = query.stream(sql, {}, [])
    reader.read_next_batch()
    time.sleep(2.5)

    assert sum(batch.num_rows for batch in reader) > 0


def children(pid):
    """The processes of a process."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def alive(pids):
    """Those of some processes that have not ended."""
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def gone(pids):
    """Whether processes have ended within five seconds."""
    until = time.monotonic() + 5
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pids)


def test_an_answer_that_nobody_reads_on_ends_its_worker(workers):
    """Dropping the reader, or closing it, ends the process behind it."""
    answer(workers, "SELECT 1")
    nursery = workers._nursery.pid
    query = workers.query("somebody")
    sql = "SELECT * FROM range(100000000)"
    query.tables(sql)
    reader = query.stream(sql, {}, [])
    reader.read_next_batch()
    busy = query._process
    (pid,) = [pid for pid in children(nursery) if pid == query.pid]
    del reader, query
    gc.collect()

    assert busy is not None
    assert gone([pid])


def test_closing_leaves_no_process(workers):
    """Nursery, ready workers and busy workers end with the home."""
    query = workers.query("somebody")
    query.tables("SELECT 1")
    nursery = workers._nursery.pid
    family = [nursery, *children(nursery)]
    workers.close()
    query.close()

    assert len(family) >= 2
    assert gone(family)


def test_a_nursery_that_died_is_replaced(workers):
    """After somebody killed the nursery, the next queries are answered all the same."""
    answer(workers, "SELECT 1")
    ready = children(workers._nursery.pid)
    workers._nursery.kill()
    workers._nursery.wait()
    assert gone(ready)

    assert [answer(workers, "SELECT 1 AS a") for _ in range(3)] == [[{"a": 1}]] * 3


def test_too_many_queries_at_once_are_asked_to_wait(workers):
    """Beyond a number of queries a newcomer is told to try again, and gets its turn when one is over."""
    running = [workers.query("somebody") for _ in range(AT_ONCE)]
    with pytest.raises(Throttled):
        workers.query("somebody")
    running.pop().close()
    answer(workers, "SELECT 1")
    for query in running:
        query.close()


def test_rows_that_nobody_takes_give_way(workers, monkeypatch):
    """A query whose rows lie there goes on being read, until there is no place else; then its reader is told why."""
    running = [workers.query("somebody") for _ in range(AT_ONCE)]
    sql = "SELECT * FROM range(1000000)"
    running[3].tables(sql)
    reader = running[3].stream(sql, {}, [])
    reader.read_next_batch()
    monkeypatch.setattr(places, "STALL_SECONDS", 0.0)
    reader.read_next_batch()
    answer(workers, "SELECT 1")

    with pytest.raises(TimedOut, match="others waited for its place"):
        reader.read_all()
    for query in running:
        query.close()


def test_a_stream_that_nobody_reads_gives_its_place_back(workers):
    """Who drops the rows, unread or half read, leaves no worker behind."""
    for number in range(2 * AT_ONCE):
        query = workers.query("somebody")
        sql = "SELECT * FROM range(1000000)"
        query.tables(sql)
        reader = query.stream(sql, {}, [])
        if number % 2:
            reader.read_next_batch()
        pid = query.pid
        del query, reader

    assert gone([pid])


def test_queries_at_once_do_not_see_each_other(patient, tmp_path):
    """Each has its own views, also when several run at the same time."""
    import pyarrow.parquet as pq

    for number in range(4):
        pq.write_table(pa.table({"n": [number]}), tmp_path / f"{number}.parquet")
    found = {}

    def one(number):
        path = str(tmp_path / f"{number}.parquet")
        found[number] = answer(patient, "SELECT n FROM t", {"t": f"SELECT * FROM read_parquet('{path}')"}, [path])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: [{"n": number}] for number in range(4)}


def test_every_type_of_duckdb_arrives(workers):
    """Types that no table has, such as intervals and huge numbers, come through too."""
    sql = "SELECT 1::HUGEINT AS h, INTERVAL 1 DAY AS i, TIME '13:05' AS t, uuid() AS u, 'a'::ENUM('a') AS e, NULL AS n"

    assert answer(workers, sql)[0].keys() == {"h", "i", "t", "u", "e", "n"}
