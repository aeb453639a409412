"""Connectors through the gate: set up, changed, tried, looked into and read, on both databases."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.factories.people import caller_of, principal
from tests.factories.store import Attempt, write
from tests.integration.connectors.json_api import ELSEWHERE
from workbench.core.errors import (
    AlreadyExists,
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    StaleVersion,
)
from workbench.core.gate import dump
from workbench.core.permissions import Role
from workbench.home import local_caller

pytestmark = pytest.mark.usefixtures("any_database")
CANARY = "c4n4ry-0p5"


@pytest.fixture
def folder(tmp_path):
    """A folder of flights: two files, four rows, in the order of their times."""
    source = tmp_path / "sources"
    (source / "flights").mkdir(parents=True)
    put(source, "2013-01", [1, 2])
    put(source, "2013-02", [3, 4])
    return source


def put(source, name: str, numbers: list[int]) -> None:
    """A file of flights; the time of each grows with its number."""
    at = [dt.datetime(2013, 1, number, tzinfo=dt.UTC) for number in numbers]
    table = pa.table({"id": numbers, "at": pa.array(at, pa.timestamp("us", "UTC"))})
    pq.write_table(table, source / "flights" / f"{name}.parquet")


@pytest.fixture
def warehouse(caller, folder):
    """A connector of the folder, whose flights are read incrementally by their time."""
    config = {"path": str(folder), "cursors": {"flights": "at"}}
    return caller.call("connectors.create", name="warehouse", type="files", config=config)


def read(caller, stream: str = "flights", **fields) -> list[int]:
    """The ids of the flights that are read."""
    return caller.stream("connectors.read_data", id="warehouse", stream=stream, **fields).read_all()["id"].to_pylist()


def test_types_are_listed_with_their_forms(caller):
    """Each built-in type shows its title and a schema in which secrets are marked."""
    types = {item.name: item for item in caller.call("connectors.types").items}

    assert set(types) >= {"files", "http_json", "postgresql", "sqlite"}
    assert types["postgresql"].config_schema["properties"]["password"]["x-secret"] is True
    assert types["http_json"].title == "JSON API"


def test_a_connector_is_created_shown_and_listed(caller, warehouse, folder):
    """What was set comes back, by name and by id; defaults are not made settings."""
    shown = caller.call("connectors.show", id="warehouse")

    assert shown == caller.call("connectors.show", id=str(warehouse.id)) == warehouse
    assert (shown.type, shown.etag) == ("files", 1)
    assert shown.config == {"path": str(folder), "cursors": {"flights": "at"}}
    listed = {"id": warehouse.id, "name": "warehouse", "type": "files", "tested_at": None, "test_problem": None}
    assert [item.model_dump() for item in caller.call("connectors.list").items] == [listed]


def test_the_list_says_how_the_last_test_went(caller, warehouse, folder):
    """Nothing before the first; then when it was, and in a word why the source did not answer."""
    caller.call("connectors.test", id="warehouse")
    [well] = caller.call("connectors.list").items
    folder.rename(folder.with_name("elsewhere"))
    caller.call("connectors.test", id="warehouse")
    [badly] = caller.call("connectors.list").items

    assert (well.tested_at is not None, well.test_problem) == (True, None)
    assert badly.tested_at > well.tested_at
    assert badly.test_problem


def test_the_list_can_leave_out_what_answers(caller, warehouse, folder):
    """Nobody knows of one that was never tested that it is broken."""
    assert caller.call("connectors.list", broken=True).items == []
    caller.call("connectors.create", name="gone", type="files", config={"path": str(folder)})
    caller.call("connectors.test", id="warehouse")
    folder.rename(folder.with_name("elsewhere"))
    caller.call("connectors.test", id="gone")

    assert [one.name for one in caller.call("connectors.list", broken=True).items] == ["gone"]
    assert len(caller.call("connectors.list").items) == 2


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"type": "oracle"}, "/type"),
        ({"type": "postgresql", "config": {"user": "u"}}, "/config/database"),
        ({"type": "postgresql", "config": {"user": "u", "database": "d", "port": "high"}}, "/config/port"),
        ({"type": "postgresql", "config": {"user": "u", "database": "d", "port": 10**12}}, "/config/port"),
        ({"type": "files", "config": {"path": "/", "nonsense": 1}}, "/config/nonsense"),
        ({"type": "files", "config": {"path": "/", "csv": {"delimiter": ";;"}}}, "/config/csv/delimiter"),
        ({"name": "Not A Slug"}, "/name"),
        ({"config": "text"}, "/config"),
        ({"extra": 1}, "/extra"),
    ],
)
def test_settings_that_do_not_fit_are_refused_by_field(caller, fields, pointer):
    """Each mistake is named by a pointer, and nothing is stored."""
    given = {"name": "wrong", "type": "files", "config": {"path": "/"}} | fields
    with pytest.raises(Invalid) as raised:
        caller.call("connectors.create", **given)

    assert [error["pointer"] for error in raised.value.errors] == [pointer]
    assert raised.value.fix
    assert caller.call("connectors.list").items == []


def test_a_name_is_taken_once(caller, warehouse, folder):
    """A second connector of a name is refused, and so is a rename onto one."""
    config = {"path": str(folder)}
    with pytest.raises(AlreadyExists, match="already has a connector 'warehouse'"):
        caller.call("connectors.create", name="warehouse", type="files", config=config)
    caller.call("connectors.create", name="other", type="files", config=config)
    with pytest.raises(AlreadyExists):
        caller.call("connectors.update", id="other", name="warehouse")

    assert caller.call("connectors.show", id="other").name == "other"


def test_a_relative_path_is_kept_where_it_was_written(caller, folder, monkeypatch):
    """A path is made absolute when it is set, so that a server elsewhere reads the same files."""
    monkeypatch.chdir(folder.parent)
    made = caller.call("connectors.create", name="here", type="files", config={"path": "sources"})

    assert made.config == {"path": str(folder)}


def test_a_stale_change_is_refused(caller, warehouse):
    """Of two people who read the same version only the first changes it."""
    caller.call("connectors.update", id="warehouse", description="first")
    with pytest.raises(StaleVersion):
        local_caller(caller.workbench, if_match='"1"').call("connectors.update", id="warehouse", description="second")

    assert caller.call("connectors.show", id="warehouse").description == "first"


def test_an_archived_connector_frees_its_name_and_is_not_used(workbench, caller, workspace):
    """What was put away is not listed, tried or changed; its secrets are gone; the name may be taken again."""
    made = caller.call("connectors.create", name="api", type="http_json", config=ELSEWHERE | {"token": CANARY})
    caller.call("connectors.delete", id="api")

    assert caller.call("connectors.list").items == []
    with workbench.read() as db:
        assert workbench.vault.get(db, workspace_id=workspace.id, object_id=made.id, field="token") is None
    with pytest.raises(NotFound):
        caller.call("connectors.show", id="api")
    for name, fields in (("connectors.test", {}), ("connectors.update", {"description": "x"})):
        with pytest.raises(Conflict, match="'api' is archived"):
            caller.call(name, id=str(made.id), **fields)
    caller.call("connectors.create", name="api", type="http_json", config=ELSEWHERE)


def test_a_test_says_what_is_wrong_without_failing(caller, warehouse):
    """A source that does not answer is a report with cause and mend; one that does, says so."""
    caller.call("connectors.create", name="api", type="http_json", config=ELSEWHERE | {"token": CANARY})
    good, bad = caller.call("connectors.test", id="warehouse"), caller.call("connectors.test", id="api")

    assert (good.ok, good.streams, good.problem) == (True, 1, None)
    assert (bad.ok, bad.code) == (False, "no_answer")
    assert bad.problem
    assert bad.fix


def test_streams_are_shown_with_columns(caller, warehouse):
    """Introspection gives names, types and the cursor that the settings name."""
    (stream,) = caller.call("connectors.introspect", id="warehouse").items

    assert (stream.name, stream.rows, stream.cursor) == ("flights", 4, "at")
    assert [(column.name, column.type) for column in stream.columns] == [
        ("id", "int64"),
        ("at", "timestamp[us, tz=UTC]"),
    ]


def test_a_preview_can_be_shown_whatever_it_holds(workbench, caller, tmp_path):
    """Bytes, long texts, endless numbers and nested values become JSON."""
    rows = pa.table(
        {
            "raw": [b"\xff\x00"], "long": ["x" * 5000], "nan": [float("nan")], "nested": [{"a": [b"\xfe"]}],
            "price": pa.array(["1.50"]).cast(pa.decimal128(5, 2)), "day": [dt.date(2013, 1, 2)],
        }
    )  # fmt: skip
    pq.write_table(rows, tmp_path / "odd.parquet")
    caller.call("connectors.create", name="odd", type="files", config={"path": str(tmp_path / "odd.parquet")})
    preview = caller.call("connectors.preview", id="odd", stream="odd")

    row = json.loads(dump(workbench.registry["connectors.preview"], preview))["rows"][0]
    assert (row["raw"], row["nested"], row["price"], row["day"]) == ("/wA=", {"a": ["/g=="]}, "1.50", "2013-01-02")
    assert len(row["long"]) < 2100


def test_rows_are_read_all_some_and_since(caller, warehouse):
    """All rows, chosen columns, a limit, and rows strictly after a time."""
    assert read(caller) == [1, 2, 3, 4]
    assert read(caller, limit=3, columns=["id"]) == [1, 2, 3]
    assert read(caller, since="2013-01-02") == [3, 4]
    assert read(caller, since="2013-01-02", limit=1) == [3]
    assert read(caller, since=2, cursor="id") == [3, 4]


def test_since_needs_a_cursor_column(caller, folder):
    """Without a cursor column the error offers the columns that may be one."""
    caller.call("connectors.create", name="warehouse", type="files", config={"path": str(folder)})
    with pytest.raises(Invalid, match=r"no cursor column.*at may be one") as raised:
        read(caller, since="2013-01-02")

    assert raised.value.code == "no_cursor"


def test_a_read_is_on_record(caller, warehouse):
    """Reading data is audited with what was read, by whom."""
    read(caller, since="2013-01-02")
    (entry,) = caller.call("audit.list", operation="connectors.read_data").items

    assert (entry.outcome, entry.target_id) == ("done", str(warehouse.id))
    assert entry.detail["request"]["stream"] == "flights"


def test_a_consumer_gets_each_row_once(caller, warehouse, folder):
    """Every read of a consumer begins where its last ended, and consumers do not know of each other."""
    first = read(caller, consumer="daily")
    put(folder, "2013-03", [5])

    assert (first, read(caller, consumer="daily"), read(caller, consumer="daily")) == ([1, 2, 3, 4], [5], [])
    assert read(caller, consumer="weekly") == [1, 2, 3, 4, 5]
    marks = caller.call("connectors.cursors", id="warehouse").items
    assert [(mark.stream, mark.consumer, mark.column, mark.value) for mark in marks] == [
        ("flights", "daily", "at", "2013-01-05T00:00:00.000000Z"),
        ("flights", "weekly", "at", "2013-01-05T00:00:00.000000Z"),
    ]


def test_who_stops_half_way_has_read_nothing(caller, warehouse):
    """The mark moves when the last row was taken, not before."""
    reader = caller.stream("connectors.read_data", id="warehouse", stream="flights", consumer="daily")
    reader.read_next_batch()
    del reader

    assert read(caller, consumer="daily") == [1, 2, 3, 4]


def test_a_mark_can_be_forgotten(caller, warehouse):
    """A consumer whose mark was forgotten begins anew; one that has none is not found."""
    read(caller, consumer="daily")
    caller.call("connectors.forget_cursor", id="warehouse", stream="flights", consumer="daily")

    assert read(caller, consumer="daily") == [1, 2, 3, 4]
    with pytest.raises(NotFound):
        caller.call("connectors.forget_cursor", id="warehouse", stream="flights", consumer="nobody")


def test_a_consumer_keeps_to_its_column(caller, warehouse):
    """A mark by time says nothing of ids: another column is refused with the mend."""
    read(caller, consumer="daily")
    with pytest.raises(Conflict, match="by 'at' so far, not by 'id'") as raised:
        read(caller, consumer="daily", cursor="id")

    assert raised.value.code == "cursor_column_changed"


@pytest.mark.parametrize("more", [{"since": "2013-01-01"}, {"limit": 5}])
def test_a_consumer_takes_no_shortcuts(caller, warehouse, more):
    """A limit or another beginning would lose rows for ever."""
    with pytest.raises(Invalid, match="everything after its mark"):
        read(caller, consumer="daily", **more)


def test_a_run_that_succeeds_moves_the_mark_and_one_that_fails_does_not(workbench, caller, warehouse, tmp_path):
    """What a failed run has read is read again by its retry; a success moves the mark with its tables."""
    failed = Attempt(workbench, caller, tmp_path / "1")
    assert read(failed.caller, consumer="daily") == [1, 2, 3, 4]
    failed.fail()
    retried = Attempt(workbench, caller, tmp_path / "2")
    assert read(retried.caller, consumer="daily") == read(retried.caller, consumer="daily") == [1, 2, 3, 4]
    assert read(caller, consumer="other") == [1, 2, 3, 4]
    retried.succeed()

    assert read(Attempt(workbench, caller, tmp_path / "3").caller, consumer="daily") == []


def test_of_two_runs_the_one_that_reached_less_does_not_move_the_mark_back(
    workbench, caller, warehouse, folder, tmp_path
):
    """Runs may end in any order; the mark only goes forward."""
    early = Attempt(workbench, caller, tmp_path / "1")
    assert read(early.caller, consumer="daily") == [1, 2, 3, 4]
    put(folder, "2013-03", [5])
    late = Attempt(workbench, caller, tmp_path / "2")
    assert read(late.caller, consumer="daily") == [1, 2, 3, 4, 5]
    late.succeed()
    early.succeed()

    assert read(caller, consumer="daily") == []


def test_a_run_reads_only_what_its_version_declares(workbench, caller, warehouse, tmp_path):
    """The globs of a run's rights bound the streams that it may read."""
    bounded = Attempt(workbench, caller, tmp_path / "1", reads=("warehouse.weather",))
    with pytest.raises(NotPermitted, match=r"may not read 'warehouse.flights'"):
        read(bounded.caller)
    with pytest.raises(NotPermitted, match=r"may not read 'warehouse.flights'"):
        bounded.caller.call("connectors.preview", id="warehouse", stream="flights")


def test_a_run_s_preview_is_in_its_lineage(workbench, caller, warehouse, tmp_path):
    """Rows that a run saw in a preview are a source of what it writes."""
    run = Attempt(workbench, caller, tmp_path / "1")
    run.caller.call("connectors.preview", id="warehouse", stream="flights")
    write(run.caller, "copied", {"a": [1]})
    run.succeed()

    (edge,) = caller.call("tables.lineage", name="copied").upstream
    assert (edge.source.kind, edge.source.name) == ("connector", "warehouse.flights")


def test_a_database_is_read_by_its_own_type(caller, tmp_path):
    """Another type behind the same doors: a SQLite table."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as db:
        db.executescript("CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1), (2);")
    config = {"path": str(tmp_path / "shop.db"), "cursors": {"orders": "id"}}
    caller.call("connectors.create", name="warehouse", type="sqlite", config=config)

    assert read(caller, "orders", since=1) == [2]


def test_files_outside_the_allowed_folders_are_not_read(workbench, caller, warehouse, tmp_path):
    """An installation may bound what file connectors reach; the same connector is then refused."""
    object.__setattr__(workbench.settings, "files_roots", (tmp_path / "elsewhere",))

    report = caller.call("connectors.test", id="warehouse")
    assert (report.ok, report.code) == (False, "path_not_allowed")
    with pytest.raises(Invalid, match="outside the folders"):
        read(caller)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.DEVELOPER, ["list", "show", "read", "preview", "test", "delete"]),
        (Role.DESIGNER, ["list", "show", "read", "preview"]),
        (Role.EXECUTOR, ["list"]),
        (Role.VIEWER, []),
    ],
)
def test_roles_reach_as_far_as_agreed(workbench, caller, warehouse, workspace, role, rights):
    """Names for many, settings and data for those who design, changes for developers."""
    someone = caller_of(workbench, principal(workspace.id, role))
    calls = {
        "list": lambda: someone.call("connectors.list"),
        "show": lambda: someone.call("connectors.show", id="warehouse"),
        "read": lambda: read(someone),
        "preview": lambda: someone.call("connectors.preview", id="warehouse", stream="flights"),
        "test": lambda: someone.call("connectors.test", id="warehouse"),
        "delete": lambda: someone.call("connectors.delete", id="warehouse"),
    }

    assert [name for name, call in calls.items() if permitted(call)] == rights


def permitted(call) -> bool:
    """Whether a call is not refused for lack of a permission."""
    try:
        call()
    except NotPermitted:
        return False
    return True


def test_what_happens_to_a_connector_is_told(workbench, caller, warehouse):
    """Creating, changing and archiving are events, without settings."""
    from workbench.core.events import since

    caller.call("connectors.update", id="warehouse", description="x")
    caller.call("connectors.delete", id="warehouse")

    with workbench.read() as db:
        told = [(event.name, event.data) for event in since(db, 0, object_id=warehouse.id)]
    data = {"name": "warehouse", "type": "files"}
    assert told == [("connector.created", data), ("connector.updated", data), ("connector.archived", data)]
