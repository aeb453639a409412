"""Progress is one line a thing in files and a bar on terminals, and says how each run went."""

import datetime as dt
import io
import uuid

import pytest

from workbench.display import Bars, Lines, display, standing, verdict
from workbench.domains.runs.schemas import CurrentCell, RunView, TableUse

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def run(status="running", **fields) -> RunView:
    """A run of eight cells, the third of which is being executed."""
    given = {
        "id": uuid.UUID(int=1), "title": "Daily delays", "pipeline_id": None, "pipeline_version": None,
        "workspace": "default", "status": status, "parameters": {}, "attempt": 1, "submitted_by": "os:1000",
        "rights_of": "os:1000", "submitted_at": START, "started_at": START, "finished_at": None, "cells_total": 8,
        "cells_done": 2, "current_cell": CurrentCell(number=3, first_line="x = 1"), "error": None, "tables_read": [],
        "tables_written": [], "metrics": {}, "figures": [], "checks": [], "output_path": None, "correlation_id": "c",
    } | fields  # fmt: skip
    return RunView(**given)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (run(), "cell 3 of 8"),
        (run(current_cell=None), "cell 3 of 8"),
        (run(current_cell=None, cells_done=8), "cell 8 of 8"),
        (run("queued"), "queued"),
        (run("running", cells_total=None), "running"),
        (run("committing"), "committing"),
    ],
)
def test_standing_counts_cells_as_people_do(state, text):
    """The first cell is cell 1, and a run without cells to count says its status."""
    assert standing(state) == text


def test_verdict_names_the_rows_of_each_table():
    """An ended run says what it wrote and how long it took."""
    tables = [TableUse(name="airlines", version=1, rows=16), TableUse(name="planes", version=1, rows=3322)]
    ended = run("succeeded", cells_done=8, finished_at=START + dt.timedelta(seconds=4.25), tables_written=tables)

    assert verdict("ingest", ended) == "● ingest, 8 of 8 cells, airlines 16 rows, planes 3,322 rows, 4.2 s"


def test_verdict_of_a_failure_has_its_own_sign_and_word():
    """Status is shape and word, not colour alone."""
    assert verdict("ingest", run("failed")) == "■ ingest, failed, 2 of 8 cells"
    assert verdict("ingest", run("cancelled")) == "▲ ingest, cancelled, 2 of 8 cells"


def test_a_file_gets_each_state_once():
    """A log does not fill with the same line again and again."""
    stream = io.StringIO()
    with display(stream) as show:
        for state in (run("queued"), run(), run(), run("succeeded", cells_done=8)):
            show.show("ingest", state)

    assert type(show) is Lines
    assert stream.getvalue() == "  ingest: queued\n  ingest: cell 3 of 8\n  ingest: succeeded\n"


def test_a_terminal_gets_a_bar_that_goes_away():
    """While a run lasts there is a bar with cell k of n; afterwards only the lines said are left."""
    stream = Terminal()
    with display(stream) as show:
        show.say("Sources are ready [here].")
        show.show("ingest", run())
        show._progress.refresh()
        show.end("ingest", run("succeeded", cells_done=8))

    assert type(show) is Bars
    assert "cell 3 of 8" in stream.getvalue()
    assert "Sources are ready [here]." in stream.getvalue()
    assert "● ingest, 8 of 8 cells" in stream.getvalue()


def test_a_title_does_not_steer_the_terminal():
    """Whoever names a notebook does not get to write to another's screen."""
    stream = io.StringIO()
    with display(stream) as show:
        show.show("a\x1b[2Jb", run())

    assert stream.getvalue() == "  a\\x1b[2Jb: cell 3 of 8\n"
