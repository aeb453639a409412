"""The verbs of a notebook outside a run: each write is there at once."""

from __future__ import annotations

import sqlite3
import traceback
from contextlib import closing

import pytest

import workbench as wb
from tests.factories.store import Attempt
from workbench import sdk
from workbench.core.errors import Conflict, Invalid, NotFound, WorkbenchError
from workbench.sdk.brief import BriefCaller


@pytest.fixture(autouse=True)
def in_a_home(caller, monkeypatch):
    """The verbs mean the test's home."""
    monkeypatch.setattr(sdk, "caller", lambda: caller)


def rows(frame) -> list[dict]:
    """A frame's rows, in the order of their ids."""
    return sorted(frame.to_arrow().to_pylist(), key=lambda row: row["id"])


def test_what_is_written_can_be_read_and_asked():
    """Append, merge and replace, each a version that stays readable."""
    wb.write([{"id": 1, "v": 1.0}, {"id": 2, "v": 2.0}], "t")
    wb.write([{"id": 2, "v": 20.0}, {"id": 3, "v": 30.0}], "t", mode="merge", key="id")

    assert rows(wb.read("t")) == [{"id": 1, "v": 1.0}, {"id": 2, "v": 20.0}, {"id": 3, "v": 30.0}]
    assert wb.query("SELECT sum(v) AS s FROM t").to_arrow().to_pylist() == [{"s": 51.0}]

    wb.write([{"id": 9, "v": 9.0}], "t", mode="replace")

    assert rows(wb.read("t")) == [{"id": 9, "v": 9.0}]
    assert rows(wb.read("t", version=1)) == [{"id": 1, "v": 1.0}, {"id": 2, "v": 2.0}]


def test_a_mapping_is_applied_to_what_there_is():
    """A DataFrame, what `read` gave, an Arrow table and rows come out alike; what does not cast is told."""
    document = {
        "title": "halves", "source": "t", "columns": [{"name": "half", "type": "DOUBLE"}],
        "rules": [{"target": "half", "expression": "id / 2"}],
    }  # fmt: skip
    wb.write([{"id": 3}], "t")
    sdk.caller().call("mappings.create", document=document)
    given = [wb.read("t"), wb.read("t").to_pandas(), wb.read("t").to_arrow(), [{"id": 3}]]

    assert [wb.apply_mapping("halves", data).to_arrow().to_pylist() for data in given] == [[{"half": 1.5}]] * 4
    with pytest.raises(Invalid, match="no column 'id'"):
        wb.apply_mapping("halves", [{"ident": 3}])


def test_a_column_is_added_and_a_changed_type_is_refused():
    """The old rows have NULL in a new column; the refusal names the column and the mend."""
    wb.write([{"id": 1}], "t")
    wb.write([{"id": 2, "more": "x"}], "t")

    assert rows(wb.read("t")) == [{"id": 1, "more": None}, {"id": 2, "more": "x"}]
    with pytest.raises(WorkbenchError, match="id") as caught:
        wb.write([{"id": 1.9}], "t")
    assert caught.value.code == "table_schema_changed"
    assert caught.value.fix
    assert len(wb.read("t")) == 2


@pytest.mark.parametrize("name", ['a"b', "a.b", "../x", "", "A", "x" * 100, "a b", "1a", "t;drop table u"])
def test_a_name_that_is_no_name_is_refused(name):
    """Quotes, dots and paths reach neither SQL nor the disk."""
    with pytest.raises(Invalid):
        wb.write([{"id": 1}], name)


def test_a_table_that_is_not_there_is_not_found():
    """Reading by a wrong name says so."""
    with pytest.raises(NotFound):
        wb.read("nothing")


@pytest.fixture
def orders(caller, tmp_path):
    """Adds orders to a database that the connector `crm` reads incrementally by their ids."""

    def add(*ids: int) -> None:
        with closing(sqlite3.connect(tmp_path / "crm.db")) as db:
            db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY)")
            db.executemany("INSERT INTO orders VALUES (?)", [(each,) for each in ids])
            db.commit()

    add(1, 2)
    config = {"path": str(tmp_path / "crm.db"), "cursors": {"orders": "id"}}
    caller.call("connectors.create", name="crm", type="sqlite", config=config)
    return add


def test_a_consumer_reads_what_is_new_to_it(orders):
    """Each read goes on where the last of the same name ended; a frame that nobody looks at moves nothing."""
    wb.read("crm.orders", consumer="nightly")
    assert rows(wb.read("crm.orders", consumer="nightly")) == [{"id": 1}, {"id": 2}]
    orders(3)

    assert rows(wb.read("crm.orders", consumer="nightly")) == [{"id": 3}]
    assert rows(wb.read("crm.orders", consumer="weekly")) == [{"id": 1}, {"id": 2}, {"id": 3}]
    with pytest.raises(Invalid, match="`consumer` are for connectors"):
        wb.read("t", consumer="nightly")


def test_a_consumer_s_mark_moves_with_the_run(orders, workbench, caller, monkeypatch, tmp_path):
    """What a failed run read, the next one reads again; what a run read that succeeded, nobody of that name does."""
    ends = {"fail": Attempt.fail, "succeed": Attempt.succeed, "look": lambda _: None}
    found = {}
    for end, finish in ends.items():
        attempt = Attempt(workbench, caller, tmp_path / end)
        monkeypatch.setattr(sdk, "caller", lambda held=attempt.caller: held)
        found[end] = rows(wb.read("crm.orders", consumer="nightly"))
        finish(attempt)

    assert found == {"fail": [{"id": 1}, {"id": 2}], "succeed": [{"id": 1}, {"id": 2}], "look": []}


def test_checks_count_what_fails():
    """A condition, missing values and doubles; a NULL condition does not fail; nothing is recorded outside a run."""
    data = [{"id": 1, "v": 1}, {"id": 1, "v": None}, {"id": 2, "v": -5}]

    assert wb.check(data, "id > 0")
    assert not wb.check(data, "v >= 0", fail=False)
    with pytest.raises(Conflict, match="1 of 3 rows fail: v is not null; 1 of 3 rows fail: id unique"):
        wb.check(data, not_null=["v"], unique=["id"])
    with pytest.raises(Invalid, match="does not fit"):
        wb.check(data, "nonsense >")


@pytest.mark.parametrize("columns", [["a"], ["a", "b"]])
def test_a_null_is_no_duplicate(columns):
    """As in SQL, of one column and of several together."""
    data = [{"a": None, "b": 1}, {"a": None, "b": 1}, {"a": 1, "b": 1}, {"a": 2, "b": None}]

    assert wb.check(data, unique=columns)
    with pytest.raises(Conflict, match="1 of 5 rows fail"):
        wb.check([*data, {"a": 1, "b": 1}], unique=columns)


def test_a_check_reads_no_file():
    """The condition is SQL over the rows, not over this machine."""
    with pytest.raises(Invalid):
        wb.check([{"id": 1}], "(SELECT count(*) FROM read_csv('/etc/passwd')) = 0")


def test_outside_a_run_there_is_no_current_run():
    """And metrics are only checked."""
    assert wb.current_run is None
    wb.log_metric("x", 1)


def test_a_connector_is_not_read_as_a_whole(orders):
    """Who names the connector alone is told how to name what is in it; a name that nothing has is just not there."""
    with pytest.raises(NotFound, match=r"'crm' is a connector.*crm\.<stream>"):
        wb.read("crm")
    with pytest.raises(NotFound, match="There is no table 'nothing'"):
        wb.read("nothing")


def test_the_package_lists_its_verbs_only():
    """Completion in a notebook offers what a notebook is to use."""
    assert dir(wb) == sorted([*wb.__all__, "__version__"])


def test_a_refusal_ends_where_the_notebook_called(caller, monkeypatch):
    """What is wrong with a statement is told without the frames of the workbench; a fault of ours keeps them."""
    with pytest.raises(Invalid, match="no_such") as refused:
        wb.query("SELECT * FROM no_such")

    assert len(traceback.extract_tb(refused.value.__traceback__)) <= 5
    assert refused.value.__cause__ is None

    monkeypatch.setattr(caller, "call", lambda *_, **__: boil())
    with pytest.raises(WorkbenchError) as fault:
        BriefCaller(caller).call("tables.list")
    assert [frame.name for frame in traceback.extract_tb(fault.value.__traceback__)][-1] == "boil"


def boil():
    """Fail as nobody expects."""
    raise WorkbenchError("It boiled over.")
