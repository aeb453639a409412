"""Tables through the gate, as a person uses them."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from tests.factories.store import ask, read, write
from workbench.core.errors import Conflict, Invalid, NotFound, Unavailable
from workbench.domains.store.models import Table


def test_append_replace_and_merge_each_make_a_version(any_database, caller):
    """Three writes are three versions, numbered from 1, and each can be read as it was."""
    write(caller, "delays", {"id": [1, 2], "minutes": [5, 7]})
    merged = write(caller, "delays", {"id": [2, 3], "minutes": [70, 80]}, mode="merge", key=["id"])
    write(caller, "delays", {"id": [9], "minutes": [0]}, mode="replace")

    assert (merged.version, merged.rows, merged.staged) == (2, 2, False)
    assert [read(caller, "delays", version=number) for number in (1, 2, 3)] == [
        [{"id": 1, "minutes": 5}, {"id": 2, "minutes": 7}],
        [{"id": 1, "minutes": 5}, {"id": 2, "minutes": 70}, {"id": 3, "minutes": 80}],
        [{"id": 9, "minutes": 0}],
    ]
    assert read(caller, "delays") == [{"id": 9, "minutes": 0}]


def test_versions_say_who_did_what(caller):
    """The list of versions has the newest first, with mode, rows before and after, author and message."""
    write(caller, "delays", {"id": [1, 2]}, message="first load")
    write(caller, "delays", {"id": [3]})

    found = caller.call("tables.versions", name="delays").items
    assert [(v.version, v.mode, v.rows, v.rows_written, v.message) for v in found] == [
        (2, "append", 3, 1, ""),
        (1, "append", 2, 2, "first load"),
    ]
    assert {v.author for v in found} == {caller.context().principal.name}


def test_versions_come_in_pages(any_database, caller):
    """The cursor of one page leads to the next, and no version is left out or shown twice."""
    for number in range(5):
        write(caller, "t", {"a": [number]})
    first = caller.call("tables.versions", name="t", limit=3)
    second = caller.call("tables.versions", name="t", limit=3, cursor=first.next)

    assert [v.version for v in first.items + second.items] == [5, 4, 3, 2, 1]


def test_versions_are_listed_up_to_one(caller):
    """As a page asks that compares a version with the one before it, however many came since."""
    for number in range(4):
        write(caller, "t", {"a": [number]})

    assert [v.version for v in caller.call("tables.versions", name="t", upto=2, limit=2).items] == [2, 1]


def test_a_new_column_is_null_in_older_rows_and_a_missing_one_in_newer(caller):
    """Added columns evolve; what a write says nothing of becomes null."""
    write(caller, "t", {"a": [1], "b": ["x"]})
    write(caller, "t", {"a": [2], "c": pa.array([dt.date(2013, 1, 1)])})

    assert read(caller, "t") == [
        {"a": 1, "b": "x", "c": None},
        {"a": 2, "b": None, "c": dt.date(2013, 1, 1)},
    ]
    assert read(caller, "t", version=1) == [{"a": 1, "b": "x"}]


def test_a_changed_type_is_refused_and_nothing_is_left(caller):
    """A float for an integer column is refused with its mend; the table and its versions are as before."""
    write(caller, "t", {"a": [1]})
    with pytest.raises(Conflict) as caught:
        write(caller, "t", {"a": [1.9]})

    assert caught.value.code == "table_schema_changed"
    assert read(caller, "t") == [{"a": 1}]
    assert len(caller.call("tables.versions", name="t").items) == 1


def test_replace_may_change_a_type(caller):
    """The mend that the refusal names works, also from and to times without a zone, and back by restore."""
    write(caller, "t", {"a": [1]})
    write(caller, "t", {"a": pa.array([0], pa.timestamp("us"))}, mode="replace")
    caller.call("tables.restore", name="t", version=1)

    assert read(caller, "t", version=2) == [{"a": dt.datetime.fromisoformat("1970-01-01")}]
    assert read(caller, "t") == [{"a": 1}]


def test_restore_brings_rows_and_columns_back_as_a_new_version(any_database, caller):
    """After a restore the old rows and columns are there, later versions stay readable, and writing goes on."""
    write(caller, "t", {"a": [1]})
    write(caller, "t", {"a": [2], "b": ["new"]})
    view = caller.call("tables.restore", name="t", version=1)
    write(caller, "t", {"a": [3], "b": [1.5]})

    assert (view.current_version, [c.name for c in view.columns]) == (3, ["a"])
    assert read(caller, "t", version=3) == [{"a": 1}]
    assert read(caller, "t", version=2) == [{"a": 1, "b": None}, {"a": 2, "b": "new"}]
    assert read(caller, "t") == [{"a": 1, "b": None}, {"a": 3, "b": 1.5}]


def test_an_empty_table_is_a_table(caller):
    """A write without rows makes a table that can be read, queried, previewed and added to."""
    write(caller, "t", pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}))

    assert read(caller, "t") == []
    assert ask(caller, "SELECT count(*) AS n FROM t") == [{"n": 0}]
    assert caller.call("tables.preview", name="t").rows == []
    write(caller, "t", {"a": [1]})
    assert read(caller, "t") == [{"a": 1, "b": None}]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ({"id": [1, None], "x": [1, 2]}, "merge_key_null"),
        ({"id": [1, 1], "x": [1, 2]}, "merge_key_duplicate"),
        ({"x": [1, 2]}, "key_not_found"),
    ],
)
def test_a_merge_refuses_keys_that_identify_no_row(caller, rows, code):
    """NULL, duplicate and missing keys are refused by name and count, and nothing is written."""
    write(caller, "t", {"id": [1], "x": [0]})
    with pytest.raises(Invalid, match="id") as caught:
        write(caller, "t", rows, mode="merge", key=["id"])

    assert caught.value.code == code
    assert read(caller, "t") == [{"id": 1, "x": 0}]


def test_a_merge_on_several_columns_replaces_whole_rows(caller):
    """Rows with an equal key are replaced, also the columns that the merge does not have; the others stay."""
    write(caller, "t", {"day": [1, 1, 2], "carrier": ["AA", "B6", "AA"], "n": [1, 2, 3], "note": ["x", "y", "z"]})
    write(caller, "t", {"carrier": ["B6", "AA"], "day": [1, 3], "n": [20, 30]}, mode="merge", key=["day", "carrier"])

    assert read(caller, "t") == [
        {"day": 1, "carrier": "AA", "n": 1, "note": "x"},
        {"day": 1, "carrier": "B6", "n": 20, "note": None},
        {"day": 2, "carrier": "AA", "n": 3, "note": "z"},
        {"day": 3, "carrier": "AA", "n": 30, "note": None},
    ]


def test_a_merge_leaves_files_alone_that_it_does_not_touch(caller, workbench):
    """Only files with a matching key are rewritten; a merge that matches nothing only adds."""
    from deltalake import DeltaTable

    from workbench.domains.store.drivers import delta

    for start in (0, 10, 20):
        write(caller, "t", {"id": list(range(start, start + 10)), "x": [0] * 10})
    folder = workbench.settings.store_dir / "default" / "t"
    before = set(delta.state(folder, DeltaTable(folder).version()).paths)
    write(caller, "t", {"id": [12, 99], "x": [1, 1]}, mode="merge", key=["id"])
    after = set(delta.state(folder, DeltaTable(folder).version()).paths)

    assert (len(before & after), len(after - before)) == (2, 2)
    assert ask(caller, "SELECT count(*) AS n, sum(x) AS x, count(DISTINCT id) AS ids FROM t") == [
        {"n": 31, "x": 2, "ids": 31}
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mode": "merge"}, "needs a key"),
        ({"key": ["a"]}, "means nothing to append"),
        ({"mode": "merge", "key": ["a", "a"]}, "twice"),
        ({"mode": "upsert"}, "mode"),
    ],
)
def test_a_wrong_mode_or_key_is_refused_before_rows_are_read(caller, fields, words):
    """The request alone shows that it makes no sense."""
    with pytest.raises(Invalid, match=words):
        write(caller, "t", {"a": [1]}, **fields)


@pytest.mark.parametrize("name", ["Daily", "a.b", 'a"b', "a b", "../up", "", "1st", "x" * 64, "t;drop"])
def test_a_name_that_is_no_name_is_refused_with_a_better_one(caller, name):
    """Quotes, dots, spaces, capitals and paths are refused before anything is made."""
    with pytest.raises(Invalid):
        write(caller, name, {"a": [1]})

    assert caller.call("tables.list").items == []


def test_rows_that_break_on_the_way_leave_nothing(any_database, caller, workbench):
    """When the stream fails in the middle, there is no table, no file and no commit under way."""

    def batches():
        yield pa.record_batch({"a": [1]})
        raise OSError("the source is gone")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), batches())
    with pytest.raises(Exception, match="not yours"):
        caller.stream("tables.stage", reader, name="t")

    assert caller.call("tables.list").items == []
    assert list((workbench.settings.store_dir / ".staging").glob("*")) == []


def test_reading_fewer_columns_rows_and_versions(caller):
    """Columns come in the order asked for, rows up to the limit, and a condition chooses among them."""
    write(caller, "t", {"a": list(range(100)), "b": ["x"] * 100, "c": [0.5] * 100})
    found = caller.stream("tables.read", name="t", columns=["c", "a"], limit=3).read_all()

    assert (found.column_names, found.num_rows) == (["c", "a"], 3)
    assert read(caller, "t", columns=["a"], where="a > 97 -- and no more") == [{"a": 98}, {"a": 99}]
    assert len(read(caller, "t", where="a > 10", limit=5)) == 5


def test_what_is_not_there_is_said_clearly(caller):
    """A missing table, version and column are each named, with what there is."""
    write(caller, "t", {"a": [1]})
    with pytest.raises(NotFound, match="'u'"):
        read(caller, "u")
    with pytest.raises(NotFound, match="no version 2") as version:
        read(caller, "t", version=2)
    with pytest.raises(Invalid, match="no column 'z'") as column:
        read(caller, "t", columns=["z"])

    assert (version.value.fix, column.value.fix) == ("It has versions 1 to 1.", "There are a.")


def test_a_condition_sees_its_table_alone(caller):
    """The condition of a read cannot reach another table."""
    write(caller, "t", {"a": [1]})
    write(caller, "secret", {"s": ["x"]})
    with pytest.raises(Invalid, match="secret does not exist"):
        read(caller, "t", where="EXISTS (SELECT 1 FROM secret)")


def test_preview_says_values_as_json_can(caller):
    """Dates, decimals, bytes, infinities and nested values arrive as plain JSON values, under the SQL types."""
    from decimal import Decimal

    rows = pa.table({
        "day": [dt.date(2013, 1, 1)], "price": pa.array([Decimal("1.50")], pa.decimal128(5, 2)), "raw": [b"\x00"],
        "odd": [float("inf")], "tags": [[{"k": 1}]],
    })  # fmt: skip
    write(caller, "t", rows)
    found = caller.call("tables.preview", name="t")

    assert found.rows == [["2013-01-01", "1.50", "AA==", None, [{"k": 1}]]]
    assert [c.type for c in found.columns] == ["DATE", "DECIMAL(5,2)", "BLOB", "DOUBLE", 'STRUCT("k" BIGINT)[]']
    assert (found.total, found.version) == (1, 1)


def test_profile_describes_each_column(caller):
    """Extremes, mean, distinct count and nulls of each column."""
    write(caller, "t", {"a": [1, 2, 3, None], "b": ["x", "x", "y", "y"]})
    found = caller.call("tables.profile", name="t")

    assert found.rows == 4
    assert [(c.name, c.minimum, c.maximum, c.mean, c.null_percent) for c in found.columns] == [
        ("a", "1", "3", 2.0, 25.0),
        ("b", "x", "y", None, 0.0),
    ]


def test_a_table_put_away_gives_its_name_free_and_comes_back(any_database, caller):
    """A deleted table is gone, another may take its name, and it returns whole when that one is gone."""
    write(caller, "t", {"a": [1]})
    gone = caller.call("tables.delete", name="t")
    with pytest.raises(NotFound):
        read(caller, "t")
    with pytest.raises(Invalid, match="no table t"):
        ask(caller, "SELECT * FROM t")
    write(caller, "t", {"b": ["another"]})
    with pytest.raises(Conflict, match="Another table is called t"):
        caller.call("tables.unarchive", name=gone.id)
    caller.call("tables.delete", name="t")
    away = caller.call("tables.list", archived=True).items
    back = caller.call("tables.unarchive", name=gone.id)

    assert [(table.name, table.archived_at is not None) for table in away] == [("t", True), ("t", True)]
    assert [str(table.id) for table in caller.call("tables.list", archived=True, q="t").items] == [
        str(table.id) for table in away if str(table.id) != gone.id
    ]
    assert (back.name, [table.name for table in caller.call("tables.list").items]) == ("t", ["t"])
    assert read(caller, "t") == [{"a": 1}]


def test_two_tables_of_one_name_never_share_a_folder(caller, workbench):
    """The second table of a name keeps its files apart from the first one's."""
    write(caller, "t", {"a": [1]})
    caller.call("tables.delete", name="t")
    write(caller, "t", {"a": [2]})
    with workbench.read() as db:
        folders = [table.folder for table in db.query(Table)]

    assert len(set(folders)) == 2
    assert read(caller, "t") == [{"a": 2}]


def test_a_description_is_changed_against_its_version(any_database, caller):
    """Describing a table moves its ETag's version and nothing else."""
    write(caller, "t", {"a": [1]})
    before = caller.call("tables.show", name="t")
    caller.call("tables.update", name="t", description="What it is.")

    assert caller.call("tables.show", name="t") == before.model_copy(
        update={"description": "What it is.", "etag": before.etag + 1}
    )


def test_what_a_deleted_home_left_is_not_taken_for_the_table(caller, workbench):
    """A folder that another home's table left behind is moved aside, and its rows are not seen."""
    write(caller, "t", {"a": [1]})
    folder = workbench.settings.store_dir / "default"
    (folder / "t").rename(folder / "u")
    write(caller, "u", {"a": [2]})

    assert read(caller, "u") == [{"a": 2}]
    assert [path.name[:3] for path in folder.glob(".u.*")] == [".u."]


def test_a_database_older_than_the_store_is_right(caller, workbench):
    """After a database came back from a backup, the next write follows what the database knows, and is not lost."""
    from sqlalchemy import delete, update

    from workbench.domains.store.models import TableHead, TableVersion

    for number in (1, 2, 3):
        write(caller, "t", {"a": [number]})
    with workbench.unit_of_work() as db:
        first = db.query(TableVersion).filter_by(sequence=1).one()
        db.execute(delete(TableVersion).where(TableVersion.sequence > 1))
        db.execute(update(TableHead).values(sequence=1, delta_version=first.delta_version))
    written = write(caller, "t", {"a": [4]})

    assert written.version == 2
    assert read(caller, "t") == [{"a": 1}, {"a": 4}]


def test_a_table_is_not_called_as_delta_s_own_folder(caller):
    """Its commit could never be completed, nor those that wait for it."""
    with pytest.raises(Invalid, match="Delta Lake keeps its log"):
        write(caller, "_delta_log", {"a": [1]})

    assert caller.call("tables.list").items == []


def test_a_fault_that_nobody_foresaw_leaves_the_commit_to_be_tried_again(workbench, caller, monkeypatch):
    """The writer is told that the rows are accepted; whoever comes next brings them in."""
    from workbench.domains.store.service import applying

    with monkeypatch.context() as broken:
        broken.setattr(applying, "apply", lambda _: {}["what"])
        with pytest.raises(Unavailable, match="accepted all the same") as raised:
            write(caller, "good", {"a": [1]})

    write(caller, "good", {"a": [2]})

    assert raised.value.code == "commit_stuck"
    assert [row["a"] for row in read(caller, "good")] == [1, 2]
