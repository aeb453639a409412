"""The summary of a workspace is true, cheap, and says nothing that its reader may not know."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import event

from tests.factories.people import caller_of, principal
from tests.factories.store import Attempt, write
from workbench.core.clock import now
from workbench.core.errors import Invalid, NotFound
from workbench.core.ids import new_id
from workbench.core.permissions import Role
from workbench.domains.runs.models import Run, RunCheck, RunFigure

DAYS = [date(2013, 1, 1) + timedelta(days=n) for n in range(40)]


def add_run(workbench: Any, workspace: Any, **fields: Any) -> Run:
    """A run that was submitted an hour ago and succeeded after three seconds, save for `fields`."""
    began = now() - timedelta(hours=1)
    given = {
        "id": new_id(), "workspace_id": workspace.id, "created_at": began, "title": "notes.ipynb",
        "submitted_by": "os:1",
        "rights_of": "os:1", "rights": {}, "parameters": {}, "options": {}, "status": "succeeded", "attempt": 1,
        "started_at": began, "finished_at": began + timedelta(seconds=3), "cells_total": 4, "cells_done": 4,
        "correlation_id": "0" * 32,
    }  # fmt: skip
    run = Run(**(given | fields))
    with workbench.unit_of_work() as db:
        db.add(run)
    return run


def delays(rows: int = 40) -> pa.Table:
    """Delays of two carriers on each day."""
    days = DAYS[:rows] * 2
    return pa.table(
        {"day": days, "carrier": ["AA"] * rows + ["UA"] * rows, "delay": [float(n % 7) for n in range(2 * rows)]}
    )


def test_an_empty_workspace_has_an_empty_summary(any_database, caller):
    """Nothing that happened is nothing, on both databases: no error, no null where a number belongs."""
    home = caller.call("dashboards.home")

    assert (home.workspace, home.recent, home.tables, home.measures, home.figure, home.last_write) == (
        "default", [], [], [], None, None,
    )  # fmt: skip
    assert home.store.model_dump() == {"tables": 0, "rows": 0, "bytes": 0, "rows_today": 0, "growth": [], "sizes": []}
    assert home.runs.model_dump() == {"total": 0, "succeeded": 0, "failed": 0, "active": 0, "marks": []}


def test_runs_are_counted_over_24_hours_and_the_active_whenever(any_database, workbench, caller, workspace):
    """Yesterday's runs are not today's; one that still runs counts however long it has."""
    add_run(workbench, workspace)
    add_run(workbench, workspace, status="failed")
    add_run(workbench, workspace, status="crashed")
    add_run(workbench, workspace, created_at=now() - timedelta(hours=30))
    add_run(workbench, workspace, created_at=now() - timedelta(days=9), status="running", finished_at=None)

    runs = caller.call("dashboards.home").runs

    assert (runs.total, runs.succeeded, runs.failed, runs.active) == (3, 1, 2, 1)
    assert [mark.status for mark in runs.marks] == ["running", "succeeded", "succeeded", "failed", "crashed"]
    assert runs.marks[-1].seconds == 3.0


def test_the_store_is_summed_up_and_its_growth_counted_back(any_database, workbench, caller):
    """Rows, sizes and the last write follow each commit, also one that replaces."""
    write(caller, "small", {"a": [1, 2]})
    write(caller, "large", {"a": list(range(10))})
    write(caller, "small", {"a": [3]}, mode="replace")

    home = caller.call("dashboards.home")

    assert home.store.model_dump(exclude={"bytes"}) == {
        "tables": 2, "rows": 11, "rows_today": 13, "growth": [0, 2, 12, 11], "sizes": [10, 1],
    }  # fmt: skip
    assert [(line.name, line.rows, line.version) for line in home.tables] == [("small", 1, 2), ("large", 10, 1)]
    assert (home.last_write.table, home.last_write.version, home.last_write.sizes) == ("small", 2, [2.0, 10.0, 1.0])


def test_what_is_only_staged_is_not_there_yet(workbench, caller, tmp_path):
    """The page never speaks of rows that nobody can read."""
    write(caller, "t", {"a": [1]})
    attempt = Attempt(workbench, caller, tmp_path / "attempt")
    write(attempt.caller, "t", {"a": [2, 3]}, mode="append")
    write(attempt.caller, "new", {"a": [1]})

    home = caller.call("dashboards.home")
    assert (home.store.rows, [line.name for line in home.tables]) == (1, ["t"])

    attempt.succeed()
    assert caller.call("dashboards.home").store.rows == 4


def test_recent_runs_say_what_they_wrote_and_can_be_chosen(workbench, caller, workspace, tmp_path):
    """Each line has its run's tables; filters choose by status, pipeline and who submitted it."""
    attempt = Attempt(workbench, caller, tmp_path / "attempt")
    write(attempt.caller, "b", {"x": [1, 2]})
    write(attempt.caller, "a", {"x": [1]})
    attempt.succeed()
    wrote = add_run(workbench, workspace, commit_id=attempt.commit_id)
    broke = add_run(
        workbench, workspace, created_at=now(), status="failed", error={"name": "KeyError", "message": "'x'"}
    )

    lines = caller.call("dashboards.home").recent
    assert [line.id for line in lines] == [broke.id, wrote.id]
    assert [(table.name, table.rows) for table in lines[1].tables] == [("a", 1), ("b", 2)]
    assert (lines[0].pipeline, lines[0].error) == ("notes.ipynb", "KeyError: 'x'")

    assert [line.id for line in caller.call("dashboards.home", runs="failed").recent] == [broke.id]
    assert caller.call("dashboards.home", runs="active").recent == []
    assert caller.call("dashboards.home", pipeline="no such").recent == []
    hers = add_run(workbench, workspace, created_at=now(), owner_id=caller.context().principal.user_id)
    assert [line.id for line in caller.call("dashboards.home", mine=True).recent] == [hers.id]
    with pytest.raises(Invalid, match="runs"):
        caller.call("dashboards.home", runs="broken")


def test_checks_and_the_newest_picture_are_those_of_the_last_attempt(any_database, workbench, caller, workspace):
    """What a lost attempt recorded is not counted; pictures of failed runs are not shown."""
    run, failed = add_run(workbench, workspace, attempt=2), add_run(workbench, workspace, status="failed")
    of = lambda run, attempt, label: RunFigure(  # noqa: E731
        workspace_id=workspace.id, run_id=run.id, attempt=attempt, label=label, media_type="image/png", content=b"x"
    )
    with workbench.unit_of_work() as db:
        db.add_all([RunCheck(run_id=run.id, attempt=1, rule="old", rows=1, failing=1)])
        db.add_all(
            [RunCheck(run_id=run.id, attempt=2, rule=rule, rows=9, failing=bad) for rule, bad in (("a", 0), ("b", 3))]
        )
        db.add_all([of(run, 2, "good"), of(run, 1, "lost"), of(failed, 1, "broken")])

    home = caller.call("dashboards.home")

    assert home.checks.model_dump() == {"passed": 1, "failed": 1}
    assert (home.figure.label, home.figure.run_id, home.figure.title) == ("good", run.id, "notes.ipynb")


def test_the_newest_picture_is_found_by_an_index(workbench, caller):
    """However many runs there were, the search begins with the newest picture and sorts nothing."""
    asked: list[Any] = []
    event.listen(workbench.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    caller.call("dashboards.home")
    ((statement, values),) = [each for each in asked if "FROM run_figure" in each[0]]

    with workbench.database.engine.connect() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]

    assert plan[0].startswith("SEARCH run_figure USING INDEX ix_run_figure_workspace_id_created_at")
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_a_series_is_the_mean_of_each_day(caller):
    """Two carriers a day become one point, of the version that was asked for."""
    write(caller, "delays", delays(), mode="replace")
    write(caller, "delays", pa.table({"day": [DAYS[0]], "carrier": ["AA"], "delay": [100.0]}), mode="replace")
    [measure] = caller.call("dashboards.home").measures

    now_ = caller.call("dashboards.series", **measure.model_dump())
    then = caller.call("dashboards.series", **(measure.model_dump() | {"version": 1}))

    assert (now_.days, now_.means, now_.rows, now_.version) == ([DAYS[0]], [100.0], 1, 2)
    assert (then.days, then.rows, then.version) == (DAYS, 80, 1)
    assert then.means[:3] == [(0 + 40 % 7) / 2, (1 + 41 % 7) / 2, (2 + 42 % 7) / 2]


def test_days_are_those_of_the_workspace(workbench, caller, workspace):
    """A moment shortly before midnight in London is the next day in Brussels."""
    from workbench.domains.access.models import Workspace

    late = pa.array(["2013-06-01T23:30:00+00:00"]).cast(pa.timestamp("us", tz="UTC"))
    write(caller, "t", pa.table({"at": late, "v": [1.5]}))
    with workbench.unit_of_work() as db:
        db.get_one(Workspace, workspace.id).timezone = "Europe/Brussels"

    found = caller.call("dashboards.series", table="t", column="v", over="at")

    assert found.days == [date(2013, 6, 2)]


def test_what_is_missing_or_endless_is_left_out(caller):
    """Nulls, infinities and dates that are none do not spoil a mean."""
    values = pa.array([1.0, None, float("inf"), float("nan"), 3.0, 9.0])
    days = pa.array([DAYS[0], DAYS[0], DAYS[0], DAYS[0], DAYS[0], None])
    write(caller, "t", pa.table({"day": days, "v": values}))

    found = caller.call("dashboards.series", table="t", column="v", over="day")

    assert (found.days, found.means, found.rows) == ([DAYS[0]], [2.0], 2)


@pytest.mark.parametrize(
    ("column", "over"), [("carrier", "day"), ("delay", "carrier"), ("nope", "day"), ('delay" FROM t; --', "day")]
)
def test_a_series_of_something_else_is_refused(caller, column, over):
    """Only numbers over dates are averaged; whatever else a name holds is a name that is not there."""
    write(caller, "delays", delays(3))

    with pytest.raises(Invalid, match="is not a column of"):
        caller.call("dashboards.series", table="delays", column=column, over=over)


def test_a_table_with_a_strange_column_is_drawn_all_the_same(caller):
    """Quotes and spaces in names are data."""
    write(caller, "t", pa.table({'the "day"': [DAYS[0]], "a; DROP TABLE t": [4.0]}))
    [measure] = caller.call("dashboards.home").measures

    assert caller.call("dashboards.series", **measure.model_dump()).means == [4.0]


def test_a_table_that_is_not_there_has_no_series(caller):
    """The answer is the same as for every table that one may not know of."""
    with pytest.raises(NotFound):
        caller.call("dashboards.series", table="nobody", column="v", over="day")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EXECUTIVE])
def test_who_was_shared_nothing_sees_nothing(workbench, caller, workspace, role):
    """Counts, names, sizes, pictures and series of what a reader may not see do not reach her."""
    write(caller, "delays", delays())
    run = add_run(workbench, workspace)
    with workbench.unit_of_work() as db:
        db.add(RunCheck(run_id=run.id, attempt=1, rule="a", rows=1, failing=0))
        db.add(
            RunFigure(
                workspace_id=workspace.id, run_id=run.id, attempt=1, label="p", media_type="image/png", content=b""
            )
        )
    reader = caller_of(workbench, principal(workspace.id, role))

    home = reader.call("dashboards.home")

    assert home.model_dump(exclude={"at"}) == {
        "workspace": "default", "timezone": "UTC", "pipelines": {}, "recent": [], "tables": [], "measures": [],
        "figure": None, "last_write": None, "checks": {"passed": 0, "failed": 0},
        "runs": {"total": 0, "succeeded": 0, "failed": 0, "active": 0, "marks": []},
        "store": {"tables": 0, "rows": 0, "bytes": 0, "rows_today": 0, "growth": [], "sizes": []},
    }  # fmt: skip
    with pytest.raises(NotFound):
        reader.call("dashboards.series", table="delays", column="delay", over="day")


def test_another_workspace_is_not_counted(workbench, caller):
    """A workspace is a hard boundary, for sums too."""
    write(caller, "delays", delays())
    caller.call("workspaces.create", name="other")
    from workbench.home import local_caller

    home = local_caller(workbench, "other").call("dashboards.home")

    assert (home.workspace, home.store.rows, home.tables, home.measures) == ("other", 0, [], [])


def test_the_summary_takes_a_dozen_queries_however_much_there_is(workbench, caller, workspace):
    """The number of queries does not grow with tables and runs."""
    asked = []
    event.listen(workbench.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def queries() -> int:
        asked.clear()
        caller.call("dashboards.home")
        return len(asked)

    queries()
    few = queries()
    for number in range(6):
        write(caller, f"t{number}", delays(2))
        add_run(workbench, workspace)
    assert queries() == few <= 20
