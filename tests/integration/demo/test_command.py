"""`workbench demo` as a person types it: again, with a notebook that fails, interrupted, and with nonsense."""

import shutil
import signal
import socket
import subprocess
import sys

import nbformat
import pytest

from tests.factories.notebooks import notebook
from workbench.core.settings import load
from workbench.home import local_caller, open_home

pytestmark = pytest.mark.timeout(900)


def command(home, *arguments):
    """The command line of the demo for a home."""
    return [sys.executable, "-m", "workbench.cli", "--home", str(home), "demo", *arguments]


def demo(home, *arguments):
    """Run the demo to its end; answers its code, its answer and its progress."""
    done = subprocess.run(command(home, *arguments), capture_output=True, text=True, timeout=600, check=False)
    return done.returncode, done.stdout, done.stderr


def state(home):
    """What there is in a home: runs, tables with their versions, pipelines and connectors with theirs."""
    workbench = open_home(load({"home": home}, environ={}))
    caller = local_caller(workbench)
    try:
        return {
            "runs": sorted((run.title, run.status) for run in caller.call("runs.list", limit=100).items),
            "tables": sorted((table.name, table.rows) for table in caller.call("tables.list").items),
            "pipelines": sorted((one.name, one.current_version) for one in caller.call("pipelines.list").items),
            "connectors": sorted(one.name for one in caller.call("connectors.list").items),
            "apps": [(one.name, _reads(workbench, one.name)) for one in caller.call("apps.list").items],
            "dashboards": {one.id: _shown(caller, one.id) for one in caller.call("dashboards.list").items[1:]},
        }
    finally:
        workbench.close()


def _reads(workbench, name):
    """The tables that an app may read for an Executive."""
    as_executive = local_caller(workbench, workspace="default~executive")
    return [table.name for table in as_executive.call("apps.show", id=name).reads]


def _shown(caller, name):
    """The cards of a dashboard that show nothing or not all they ask."""
    cards = caller.call("dashboards.data", id=name).cards
    return [
        card.id for card in cards if card.trouble or not (card.rows or card.value is not None or card.kind == "text")
    ]


@pytest.fixture
def copied(demo_home, tmp_path):
    """A copy of the home in which the demo has run."""
    return shutil.copytree(demo_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.lock"))


@pytest.fixture
def spoilt(tmp_path):
    """A home whose first notebook somebody has changed, so that the demo takes it as it is."""

    def made(source):
        folder = tmp_path / "home" / "notebooks"
        folder.mkdir(parents=True)
        nbformat.write(notebook(source, parameters="month: int = 1  # Month"), folder / "ingest_flights.ipynb")
        return tmp_path / "home"

    return made


def test_the_first_demo_fills_the_home(demo_home):
    """Four pipelines have run, six tables have their known rows; connectors lead to the sources, an app reads."""
    assert state(demo_home) == {
        "runs": [
            ("Carrier scorecard", "succeeded"),
            ("Daily delays", "succeeded"),
            ("Ingest flights", "succeeded"),
            ("Ingest reference data", "succeeded"),
        ],
        "tables": [
            ("airlines", 16),
            ("airports", 1_458),
            ("carrier_scorecard", 15),
            ("daily_delays", 5_432),
            ("flights", 336_776),
            ("planes", 3_322),
        ],
        "pipelines": [
            ("carrier_scorecard", 1),
            ("daily_delays", 1),
            ("delay_explorer", 1),
            ("ingest_flights", 1),
            ("ingest_reference", 1),
        ],
        "apps": [("delay_explorer", ["airlines", "daily_delays"])],
        "connectors": ["airports_csv", "flights_files", "reference_api", "weather_db"],
        "dashboards": {"airports": [], "on_time": []},
    }


@pytest.mark.thorough
def test_a_second_demo_runs_nothing_again_and_breaks_nothing(copied):
    """In a home that is complete, even one that was moved, there is nothing left to do; it says where things are."""
    before = state(copied)

    code, answer, progress = demo(copied, "--exit")

    assert (code, progress.count("done before")) == (0, 4)
    assert state(copied) == before
    assert str(copied / "sources") in answer
    assert str(copied / "store") in answer


def test_a_connector_that_somebody_broke_is_set_right(copied):
    """A home that was moved has connectors that lead to the old place; the demo corrects them."""
    demo(copied, "--exit")
    workbench = open_home(load({"home": copied}, environ={}))
    config = local_caller(workbench).call("connectors.show", id="weather_db").config
    workbench.close()

    assert config == {"path": str(copied / "sources" / "weather.db"), "cursors": {"weather": "time_hour"}}


@pytest.mark.thorough
def test_a_run_that_fails_ends_the_demo_with_its_cause(spoilt):
    """The exit code is 1, the cause is said without a traceback, and later pipelines are not tried."""
    home = spoilt("raise RuntimeError('the files have gone')")

    code, answer, progress = demo(home, "--exit")

    assert (code, answer) == (1, "")
    assert "ingest_flights month=0 failed in cell" in progress
    assert "RuntimeError: the files have gone" in progress
    assert "Traceback" not in progress
    assert [status for _, status in state(home)["runs"]] == ["failed"]


def test_an_interrupted_demo_cancels_its_run(spoilt):
    """Ctrl-C ends the demo with code 130, and no process goes on with the run behind its back."""
    home = spoilt("import time\nprint('at work', flush=True)\ntime.sleep(600)")
    process = subprocess.Popen(
        command(home, "--exit"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "cell" in line:
            break
    process.send_signal(signal.SIGINT)
    _, progress = process.communicate(timeout=120)

    assert process.returncode == 130
    assert "Stopped." in progress
    assert "Traceback" not in progress
    assert [status for _, status in state(home)["runs"]] == ["cancelled"]


@pytest.mark.parametrize("nonsense", [["--port", "many"], ["--port", "70000"], ["--prot"], ["a", "b"]])
def test_a_command_line_that_makes_no_sense_is_refused(tmp_path, nonsense):
    """It is a usage error, and nothing was made."""
    code, answer, said = demo(tmp_path / "home", *nonsense)

    assert (code, answer) == (2, "")
    assert "--help" in said or "--port" in said
    assert not (tmp_path / "home").exists()


def test_a_home_that_cannot_be_made_is_a_clear_problem(tmp_path):
    """Where a file is in the way the demo says so, and what to do."""
    (tmp_path / "home").write_text("in the way")

    code, _, said = demo(tmp_path / "home", "--exit")

    assert code == 69
    assert "cannot be created" in said
    assert "--home" in said


def test_a_taken_port_is_said_before_anything_is_done(tmp_path):
    """Nobody waits for the runs to learn that the server cannot start."""
    with socket.create_server(("localhost", 0)) as taken:
        code, _, said = demo(tmp_path / "home", "--port", str(taken.getsockname()[1]))

    assert code == 69
    assert "cannot be had: Address already in use" in said
    assert not (tmp_path / "home").exists()
