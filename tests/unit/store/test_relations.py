"""Snapshots: whatever the files are, a relation has exactly the columns and types that the version declares."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.core.errors import Invalid, Unavailable
from workbench.domains.store.drivers import delta, files
from workbench.domains.store.drivers.arrow import columns_of, normalised, schema_of
from workbench.domains.store.drivers.duck import Duck
from workbench.domains.store.drivers.relations import Relation, layered, over, snapshot, staged


@pytest.fixture(scope="module")
def duck(tmp_path_factory):
    """DuckDB in this process."""
    opened = Duck(memory=512_000_000, spill=tmp_path_factory.mktemp("spill"), threads=2)
    yield opened
    opened.close()


def rows(duck, relation):
    """The rows of a relation, whose Arrow types must be those of its columns."""
    table = duck.stream(relation).read_all()
    assert table.schema.equals(schema_of(relation.columns))
    return table.to_pylist()


def stage(folder, name, table):
    """A staged file of a table."""
    reader = normalised(table.to_reader())
    files.write(folder / name, reader)
    return staged(folder / name, columns_of(reader.schema))


def test_a_bare_file_list_is_not_enough_but_a_snapshot_is(tmp_path, duck):
    """Columns added later, in whichever order the files come, are there, typed, and null where a file is older."""
    folder = tmp_path / "t"
    write_deltalake(folder, pa.table({"a": [1]}))
    write_deltalake(
        folder, pa.table({"a": [2], "b": ["x"], "d": [dt.date(2013, 1, 1)]}), mode="append", schema_mode="merge"
    )

    assert rows(duck, snapshot(folder, 1)) == [
        {"a": 1, "b": None, "d": None},
        {"a": 2, "b": "x", "d": dt.date(2013, 1, 1)},
    ]
    assert rows(duck, snapshot(folder, 0)) == [{"a": 1}]


def test_a_column_that_no_file_has_is_a_typed_null(tmp_path, duck):
    """A column that was added without rows can be read, and compared with."""
    pq.write_table(pa.table({"a": [1]}), tmp_path / "f.parquet")
    columns = [{"name": "a", "type": "long"}, {"name": "when", "type": "timestamp"}]
    relation = over(columns, [str(tmp_path / "f.parquet")])

    assert rows(duck, relation) == [{"a": 1, "when": None}]
    assert duck.rows(f'SELECT count(*) FROM ({relation.sql}) WHERE "when" IS NULL') == [(1,)]


def test_a_table_without_files_is_empty(tmp_path, duck):
    """An empty table has its columns and no rows."""
    DeltaTable.create(tmp_path / "t", schema=pa.schema([("a", pa.int64()), ("b", pa.list_(pa.string()))]))

    assert rows(duck, snapshot(tmp_path / "t", 0)) == []


def test_partitions_have_the_type_that_the_schema_says(tmp_path, duck):
    """A table that another tool partitioned is read with typed partition columns, nulls and odd characters included."""
    data = pa.table({"day": [dt.date(2013, 1, 1), None], "code": ["01", "a b/c"], "n": [1, 2]})
    write_deltalake(tmp_path / "t", data, partition_by=["day", "code"])

    assert sorted(rows(duck, snapshot(tmp_path / "t", 0)), key=lambda row: row["n"]) == data.to_pylist()


def test_a_folder_that_looks_like_a_partition_is_none(tmp_path, duck):
    """A home below a folder named `a=5` does not change what column `a` holds."""
    folder = tmp_path / "a=5" / "t"
    write_deltalake(folder, pa.table({"a": [1]}))

    assert rows(duck, snapshot(folder, 0)) == [{"a": 1}]


def test_features_that_cannot_be_read_are_refused(tmp_path):
    """A table whose rows are not what its files hold is refused, never read wrongly."""
    from deltalake import TableFeatures

    write_deltalake(tmp_path / "t", pa.table({"a": [1]}))
    DeltaTable(tmp_path / "t").alter.add_feature(TableFeatures.DeletionVectors, allow_protocol_versions_increase=True)
    with pytest.raises(Invalid, match="deletionVectors") as caught:
        snapshot(tmp_path / "t", 1)

    assert caught.value.code == "table_features"


def test_a_version_that_is_gone_says_so(tmp_path):
    """A missing log or version is a clear problem with a mend."""
    write_deltalake(tmp_path / "t", pa.table({"a": [1]}))
    for folder, version in ((tmp_path / "t", 7), (tmp_path / "nowhere", 0)):
        with pytest.raises(Unavailable, match="cannot be opened"):
            snapshot(folder, version)


def test_fewer_columns_and_rows_are_asked_of_the_files_themselves(tmp_path, duck):
    """Choosing columns and a limit reaches the Parquet reader."""
    write_deltalake(tmp_path / "t", pa.table({"a": list(range(1000)), "b": ["x"] * 1000}))
    chosen = snapshot(tmp_path / "t", 0).select(["a"], 5)
    plan = "".join(text for _, text in duck.rows(f"EXPLAIN {chosen.sql}"))

    assert len(rows(duck, chosen)) == 5
    assert "Projections: a" in plan
    assert "Projections: b" not in plan


def test_layers_are_what_a_commit_would_make(tmp_path, duck):
    """Append is a union, merge an anti-join and a union, replace the write alone."""
    base = stage(tmp_path, "base", pa.table({"id": [1, 2], "x": ["a", "b"]}))
    write = stage(tmp_path, "write", pa.table({"id": [2, 3], "y": [0.5, 1.5]}))

    assert rows(duck, layered("t", base, "append", write))[2:] == [
        {"id": 2, "x": None, "y": 0.5},
        {"id": 3, "x": None, "y": 1.5},
    ]
    assert [row["id"] for row in rows(duck, layered("t", base, "merge", write, ["id"]))] == [1, 2, 3]
    assert rows(duck, layered("t", base, "replace", write)) == rows(duck, write)
    assert rows(duck, layered("t", None, "merge", write, ["id"])) == rows(duck, write)


def test_a_duck_is_not_shared_with_a_fork(tmp_path, duck):
    """After a fork the child opens a database of its own, since DuckDB's threads stayed with the parent."""
    import os

    duck.rows("SELECT 1")
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if duck.rows("SELECT 41 + 1") == [(42,)] else 2
        finally:
            os._exit(code)

    assert os.waitpid(pid, 0)[1] == 0


NAMES = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f"), min_size=1, max_size=20
)
KINDS = st.sampled_from([
    (pa.int64(), [1, None]), (pa.string(), ["'\"\\", None]), (pa.float64(), [1.5, float("nan")]),
    (pa.decimal128(10, 2), [None, None]), (pa.bool_(), [True, None]), (pa.binary(), [b"\x00\xff", None]),
    (pa.date32(), [dt.date(1, 1, 1), dt.date(9999, 12, 31)]), (pa.timestamp("us", "UTC"), [0, None]),
    (pa.timestamp("us"), [-1, 1]), (pa.list_(pa.struct([("a", pa.string())])), [[{"a": None}], None]),
    (pa.map_(pa.string(), pa.int32()), [[("k", 1)], []]), (pa.uint16(), [65535, 0]), (pa.null(), [None, None]),
])  # fmt: skip
TABLES = st.dictionaries(NAMES, KINDS, min_size=1, max_size=4).filter(
    lambda found: len({name.casefold() for name in found}) == len(found)
)


@given(TABLES, TABLES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_goes_into_a_table_comes_out(tmp_path_factory, duck, first, second):
    """Any columns under any names survive staging, the log, replacing, merging and the snapshot unchanged."""
    folder = tmp_path_factory.mktemp("tables") / "t"
    made = [
        pa.table({name: pa.array(values, kind) for name, (kind, values) in found.items()}) for found in (first, second)
    ]
    for sequence, table in enumerate(made, 1):
        reader = normalised(table.to_reader())
        columns = columns_of(reader.schema)
        delta.ensure(folder, "id", columns)
        written = files.write(folder / f"{sequence}.parquet", reader)
        file = delta.NewFile(f"{sequence}.parquet", written.rows, written.bytes)
        version = delta.change(folder, delta.Mark(sequence, "c"), columns, [file], replace=True)
        kept = normalised(table.to_reader()).read_all()
        relation = snapshot(folder, version)

        assert duck.stream(relation).read_all().to_pylist().__repr__() == kept.to_pylist().__repr__()
        self_merge = Relation(layered("t", relation, "append", relation).sql, relation.columns)
        assert len(rows(duck, self_merge)) == 4


def test_a_database_closes_while_it_is_asked_something(tmp_path):
    """A server that ends is not held up by a page that was opened just now."""
    opened = Duck(memory=512_000_000, spill=tmp_path, threads=1)
    cursor = opened.cursor()
    answers: list[int] = []
    asking = threading.Thread(
        target=lambda: answers.extend(
            cursor.execute("SELECT count(*) FROM range(300000000) WHERE range % 7 = 1").fetchone()
        )
    )
    asking.start()
    time.sleep(0.2)
    busy = asking.is_alive()
    opened.close()
    asking.join(60)

    assert (busy, len(answers)) == (True, 1)
