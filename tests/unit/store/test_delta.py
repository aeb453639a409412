"""A table's log: every write is in it once."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from workbench.domains.store.drivers import delta

A = [{"name": "a", "type": "long"}]
AB = [*A, {"name": "b", "type": "timestamp_ntz"}]


@pytest.fixture
def folder(tmp_path):
    """A table without rows."""
    made = tmp_path / "t"
    delta.ensure(made, "me", A)
    return made


def put(folder, name, rows):
    """A Parquet file in the table's folder."""
    pq.write_table(pa.table({"a": rows}), folder / name)
    return delta.NewFile(name, len(rows), (folder / name).stat().st_size)


def test_a_new_table_keeps_its_logs_and_may_hold_times_without_a_zone(folder):
    """Pinned versions stay readable for ever, and a later column cannot make the table unreadable."""
    table = DeltaTable(folder)

    assert table.metadata().configuration["delta.enableExpiredLogCleanup"] == "false"
    assert table.protocol().reader_features == ["timestampNtz"]


@pytest.fixture
def synced(monkeypatch):
    """The paths that were made to last, relative to the folder of the test."""
    seen = []
    for name in ("sync", "sync_folder"):
        monkeypatch.setattr(delta, name, seen.append)
    return seen


def test_a_new_table_lasts_with_all_that_leads_to_it(tmp_path, synced):
    """Every version that making it took is synced, and each folder up to the store's, whoever made it."""
    folder = tmp_path / "store" / "default" / "t"
    log = folder / "_delta_log"
    version = delta.ensure(folder, "me", AB).version
    wanted = {*log.glob("*.json"), log, folder, folder / delta.OWNER, folder.parent, folder.parent.parent}

    assert set(synced) == wanted
    assert len(list(log.glob("*.json"))) == version + 1
    synced.clear()
    delta.ensure(folder, "me", AB)
    assert set(synced) == wanted


def test_a_change_makes_the_versions_before_it_last(folder, synced):
    """A version of added columns is synced with the rows that need it, and so is a checkpoint."""
    delta.change(folder, delta.Mark(1, "c"), A, [put(folder, "f", [1])])
    synced.clear()
    before = DeltaTable(folder).version()
    after = delta.change(folder, delta.Mark(2, "c"), AB, [put(folder, "g", [2])])
    assert after == before + 2
    assert {f"{number:020d}.json" for number in (before, before + 1, after)} < {path.name for path in synced}

    for number in range(3, 30):
        delta.change(folder, delta.Mark(number, "c"), AB, [put(folder, f"f{number}", [number])])
    log = folder / "_delta_log"
    assert {log / "_last_checkpoint", *log.glob("*.checkpoint.parquet")} < set(synced)


def test_making_a_table_again_changes_nothing(folder):
    """Whoever comes second finds it as it is."""
    before = DeltaTable(folder).version()

    assert delta.ensure(folder, "me", AB) == delta.Log(before, 0)


def test_a_folder_of_another_table_is_moved_aside(folder):
    """What another table left is kept under another name, and is not in the way."""
    delta.change(folder, delta.Mark(1, "c"), A, [put(folder, "f", [1])])

    assert delta.ensure(folder, "another", A).sequence == 0
    assert len(list(folder.parent.glob(".t.*.aside"))) == 1


def test_a_write_is_found_by_its_number(folder):
    """The version that a write made is known, with its commit, also when columns were added in between."""
    first = delta.change(folder, delta.Mark(1, "one"), A, [put(folder, "f", [1])])
    second = delta.change(folder, delta.Mark(2, "two"), AB, [put(folder, "g", [2, 3])])
    log = delta.ensure(folder, "me", A)

    assert log == delta.Log(second, 2)
    assert [delta.applied(folder, log, number) for number in (1, 2, 3)] == [(first, "one"), (second, "two"), None]


def test_a_state_says_columns_files_rows_and_bytes(folder):
    """Each version has its own, in the order in which files came."""
    file = put(folder, "f", [1])
    first = delta.change(folder, delta.Mark(1, "c"), A, [file])
    more = put(folder, "g", [2, 3])
    second = delta.change(folder, delta.Mark(2, "c"), AB, [more])
    found = delta.state(folder, second)

    assert delta.state(folder, first).rows == 1
    assert (found.rows, found.bytes, list(found.columns)) == (3, file.bytes + more.bytes, AB)
    assert [path.rpartition("/")[2] for path in found.paths] == ["f", "g"]


def test_files_are_taken_out_and_replaced(folder):
    """A change may remove files and add others at once; a replacement leaves only its own."""
    delta.change(folder, delta.Mark(1, "c"), A, [put(folder, "f", [1]), put(folder, "g", [2])])
    swapped = delta.change(folder, delta.Mark(2, "c"), A, [put(folder, "h", [3])], ["f"])
    replaced = delta.change(folder, delta.Mark(3, "c"), AB, [put(folder, "i", [4])], replace=True)

    names = [[path.rpartition("/")[2] for path in delta.state(folder, v).paths] for v in (swapped, replaced)]
    assert [sorted(found) for found in names] == [["g", "h"], ["i"]]


def test_a_restore_is_a_new_version_with_the_old_columns(folder):
    """Restoring resets rows and columns and is numbered like any write."""
    first = delta.change(folder, delta.Mark(1, "c"), A, [put(folder, "f", [1])])
    delta.change(folder, delta.Mark(2, "c"), AB, [put(folder, "g", [2])])
    restored = delta.restore(folder, delta.Mark(3, "back"), first)
    log = delta.ensure(folder, "me", A)

    assert delta.state(folder, restored).paths == delta.state(folder, first).paths
    assert list(delta.state(folder, restored).columns) == A
    assert delta.applied(folder, log, 3) == (restored, "back")


def test_rows_are_counted_where_a_log_does_not_say(folder):
    """Files that another tool added without statistics are counted."""
    from deltalake.transaction import AddAction

    put(folder, "f", [1, 2, 3])
    table = DeltaTable(folder)
    size = (folder / "f").stat().st_size
    table.create_write_transaction([AddAction("f", size, {}, 0, True, "{}")], "append", table.schema())

    assert delta.state(folder, table.version() + 1).rows == 3


def test_many_writes_stay_quick_to_open(folder):
    """Checkpoints come every twenty versions, so that opening does not read the whole history, and no log is lost."""
    for number in range(1, 46):
        delta.change(folder, delta.Mark(number, "c"), A, [put(folder, f"f{number}", [number])])
    log = folder / "_delta_log"

    assert len(list(log.glob("*.checkpoint.parquet"))) == 2
    assert len(list(log.glob("*.json"))) == delta.ensure(folder, "me", A).version + 1
    assert delta.state(folder, 3).rows < delta.state(folder, 46).rows
