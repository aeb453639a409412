"""Where rows came from, and what was made of them."""

from __future__ import annotations

from sqlalchemy import event

from tests.factories.store import read, write
from workbench.domains.store.service import lineage


def test_lineage_goes_through_runs_from_connectors_to_tables(any_database, workbench, caller, attempt):
    """A table's origin is known over several steps, once for each pair, with the last run and how often."""
    for day in (1, 2):
        run = attempt()
        with workbench.unit_of_work() as db:
            lineage.note_source(db, run.commit_id, "warehouse", "flights")
            lineage.note_source(db, run.commit_id, "warehouse", "flights")
        write(run.caller, "flights", {"day": [day]})
        run.succeed()
    daily = attempt()
    read(daily.caller, "flights")
    write(daily.caller, "daily", {"day": [1]})
    daily.succeed()
    seen = caller.call("tables.lineage", name="daily")
    down = caller.call("tables.lineage", name="flights").downstream

    assert [(e.source.name, e.source_version, e.target.name, e.target_version, e.times) for e in seen.upstream] == [
        ("flights", 2, "daily", 1, 1),
        ("warehouse.flights", None, "flights", 2, 2),
    ]
    assert [(e.source.name, e.target.name) for e in down] == [("flights", "daily")]
    assert (seen.downstream, seen.upstream[1].source.kind) == ([], "connector")


def test_a_run_s_uses_are_listed_while_it_goes_and_after(any_database, workbench, caller, attempt):
    """Tables read have the pinned version; tables written have none until the commit is done."""
    write(caller, "flights", {"day": [1]})
    run = attempt()
    read(run.caller, "flights")
    write(run.caller, "daily", {"day": [1, 2]})

    def uses():
        with workbench.read() as db:
            return lineage.uses_of(db, [run.commit_id])[run.commit_id]

    assert uses() == ([lineage.Use("flights", 1)], [lineage.Use("daily", None, 2)])
    run.succeed()
    assert uses() == ([lineage.Use("flights", 1)], [lineage.Use("daily", 1, 2)])


def test_a_version_asked_for_by_number_is_remembered_and_moves_no_pin(any_database, workbench, caller, attempt):
    """A run that compares a table with its past has read both versions, and still sees the newer by its name."""
    for number in (1, 2):
        write(caller, "t", {"a": [number]}, mode="replace")
    run = attempt()
    assert read(run.caller, "t", version=1) == [{"a": 1}]
    assert read(run.caller, "t") == [{"a": 2}]
    assert read(run.caller, "t", version=1) == [{"a": 1}]
    write(run.caller, "u", {"a": [1]})
    run.succeed()

    with workbench.read() as db:
        reads, _ = lineage.uses_of(db, [run.commit_id])[run.commit_id]
    assert reads == [lineage.Use("t", 1), lineage.Use("t", 2)]
    assert [edge.target.name for edge in caller.call("tables.lineage", name="t").downstream] == ["u"]


def test_a_version_counts_once_however_much_its_run_read(any_database, caller, attempt):
    """A run that read two versions of a table and wrote one is one edge, from the newest that it read."""
    for number in (1, 2):
        write(caller, "t", {"a": [number]}, mode="replace")
    for _ in range(3):
        run = attempt()
        read(run.caller, "t")
        read(run.caller, "t", version=1)
        write(run.caller, "u", {"a": [1]})
        run.succeed()

    (edge,) = caller.call("tables.lineage", name="u").upstream
    assert (edge.source.name, edge.source_version, edge.target_version, edge.times) == ("t", 2, 3, 3)
    assert caller.call("tables.lineage", name="t").downstream == [edge]


def test_lineage_asks_as_little_of_many_versions_as_of_one(workbench, caller, attempt):
    """The database counts: neither the questions nor what is handed to them grow with the versions on the way."""
    seen = []

    def look() -> tuple[int, int]:
        seen.clear()
        caller.call("tables.lineage", name="c")
        return len(seen), sum(map(len, seen))

    def run() -> None:
        for source, target in (("a", "b"), ("b", "c")):
            made = attempt()
            read(made.caller, source)
            write(made.caller, target, {"x": [1]})
            made.succeed()

    write(caller, "a", {"x": [1]})
    run()
    event.listen(workbench.database.engine, "before_cursor_execute", lambda *given: seen.append(given[3]))
    once = look()
    for _ in range(5):
        run()

    assert look() == once
