"""What a run may do to tables: read and write what its version declares, and nothing that would outlive its failure."""

from __future__ import annotations

import pytest

from tests.factories.store import ask, read, write
from workbench.core.errors import NotPermitted
from workbench.domains.store.service import lineage


def test_a_run_may_touch_only_what_it_declared(caller, attempt):
    """Globs bound reading, writing and asking; a table that is not declared is not even proposed."""
    write(caller, "flights", {"a": [1]})
    write(caller, "salaries", {"a": [1]})
    run = attempt(reads=("fl*",), writes=("daily_*",)).caller

    assert read(run, "flights") == [{"a": 1}]
    with pytest.raises(NotPermitted, match="'salaries'"):
        read(run, "salaries")
    with pytest.raises(NotPermitted, match="'flights'"):
        write(run, "flights", {"a": [1]})
    with pytest.raises(Exception, match="no table salaries") as caught:
        ask(run, "SELECT * FROM salaries")
    assert "flights" in caught.value.fix
    assert "salaries" not in caught.value.fix
    write(run, "daily_delays", {"a": [1]})


@pytest.mark.parametrize("operation", ["tables.preview", "tables.profile"])
def test_a_look_at_a_table_is_a_read_of_the_run(workbench, caller, attempt, operation):
    """Previews and profiles are bounded by the declaration, show what the run pinned, and are in its lineage."""
    for name in ("flights", "salaries"):
        write(caller, name, {"a": [1]})
    run = attempt(reads=("fl*",))
    write(caller, "flights", {"a": [2]})
    assert read(run.caller, "flights", version=1) == [{"a": 1}]
    assert run.caller.call(operation, name="flights").version == 2
    write(caller, "flights", {"a": [3]})
    assert run.caller.call(operation, name="flights").version == 2
    for key in ("salaries", str(caller.call("tables.show", name="salaries").id)):
        with pytest.raises(NotPermitted, match="'salaries'"):
            run.caller.call(operation, name=key)

    with workbench.read() as db:
        reads, _ = lineage.uses_of(db, [run.commit_id])[run.commit_id]
    assert reads == [lineage.Use("flights", 1), lineage.Use("flights", 2)]


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("tables.restore", {"version": 1}),
        ("tables.update", {"description": "other"}),
        ("tables.delete", {}),
        ("tables.unarchive", {}),
    ],
)
def test_a_run_changes_a_table_by_its_writes_only(caller, attempt, operation, fields):
    """What would be there at once, and outlive a run that fails, is refused to it with a mend."""
    write(caller, "t", {"a": [1]})
    before = caller.call("tables.show", name="t")
    with pytest.raises(NotPermitted, match="also if the run fails") as caught:
        attempt().caller.call(operation, name="t", **fields)

    assert (caught.value.code, bool(caught.value.fix)) == ("not_within_a_run", True)
    assert caller.call("tables.show", name="t") == before
