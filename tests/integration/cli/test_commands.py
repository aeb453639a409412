"""Commands against a home: what they print, and by which code they say how it went."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time

import psutil
import pytest

from tests.integration.jupyter_ext.serving import serving
from workbench.core.errors import WorkbenchError
from workbench.core.operations import registry


def make(cli, name="files", path="."):
    """Make a connector."""
    config = json.dumps({"path": str(path)})
    made = cli("connectors", "create", "--name", name, "--type", "files", "--config", config)
    assert made.code == 0, made.err
    return made


def test_what_is_made_is_listed_and_shown(cli, tmp_path):
    """A connector that was made is in the list and can be shown, for people and as JSON."""
    make(cli, "crm", tmp_path)

    listed = cli("connectors", "list")
    shown = cli("--json", "connectors", "show", "crm")

    assert listed.out.splitlines()[0].split() == ["name", "type", "tested_at", "test_problem"]
    assert "crm" in listed.out
    assert (shown.json["name"], shown.json["type"], shown.err) == ("crm", "files", "")
    assert cli("connectors", "list", "--json").json["items"][0]["id"] == shown.json["id"]


def test_options_of_every_command_may_stand_anywhere(cli):
    """Before the noun, behind it, and at the end they mean the same."""
    for words in (["--json", "me", "show"], ["me", "--json", "show"], ["me", "show", "--json"]):
        assert cli(*words).json["kind"] == "os"


def test_help_is_there_at_every_step(cli):
    """Without a command, with a noun, and with a verb there is help, with exit code 0."""
    assert "connectors" in cli().out
    assert "commands:" in cli("--help").out
    assert "introspect" in cli("connectors").out
    assert "introspect" in cli("connectors", "--help").out
    assert "--config JSON" in cli("connectors", "create", "--help").out
    assert cli("connectors", "create", "--help").code == 0
    assert cli("--version").out.count(".") == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["nonsense"], 2, "no command"),
        (["connectrs", "list"], 2, "Did you mean 'connectors'?"),
        (["connectors", "lst"], 2, "Did you mean 'list'?"),
        (["connectors", "zzz"], 2, "no verb"),
        (["--workspace", "defualt", "me", "show"], 4, "Did you mean 'default'?"),
        (["connectors", "create"], 2, "--name"),
        (["connectors", "create", "--name", "x", "--type", "files", "--config", "{"], 2, "not JSON"),
        (["connectors", "create", "--name", "A b", "--type", "files"], 2, "a_b"),
        (["connectors", "create", "--name", "a", "--type", "nonsense"], 2, "nonsense"),
        (["connectors", "list", "--limit", "many"], 2, "limit"),
        (["connectors", "list", "--cursor", "x"], 2, "cursor"),
        (["connectors", "show", "nope"], 4, "no connector"),
        (["runs", "show", "nope"], 4, "no run"),
        (["pipelines", "show", "nope"], 4, "no pipeline"),
        (["tables", "show", 'a"; DROP TABLE x'], 4, "no table"),
        (["--workspace", "nowhere", "me", "show"], 4, "nowhere"),
        (["--home", "/proc/nowhere", "me", "show"], 69, "cannot be created"),
        (["--server", "http://127.0.0.1:1", "me", "show"], 69, "does not answer"),
        (["--server", "nonsense", "me", "show"], 2, "not the URL"),
        (["query", "SELEC 1"], 2, "SELEC"),
        (["query", "DROP TABLE x"], 2, "SELECT"),
        (["query", "SELECT * FROM nowhere"], 2, "nowhere"),
        (["query", "@/no/such.sql"], 2, "cannot read"),
        (["run", "nope"], 4, "no pipeline"),
        (["run", "nope.ipynb"], 4, "no notebook"),
        (["run", "nope", "-p", "a"], 2, "a name and a value"),
        (["run", "--detach", "nope"], 69, "Nothing takes queued runs"),
        (["run", "nope.ipynb", "no/such/folder/out.ipynb"], 2, "no folder"),
        (["run", "nope.ipynb", "--engine", "other"], 2, "engine"),
        (["config", "shw"], 2, "show"),
        (["db", "--server", "http://x", "check"], 2, "not on a server"),
    ],
)
def test_what_goes_wrong_is_told(cli, words, code, told):
    """Each mistake has the exit code of its kind, a cause, a mend, and nothing on standard output."""
    said = cli(*words)

    assert said.code == code, said.err
    assert said.err.startswith("Error: ")
    assert told in said.err
    assert said.out == ""


def test_a_mistake_is_one_json_document_too(cli):
    """With --json standard output has the problem, with the same code as in REST."""
    said = cli("runs", "show", "nope", "--json")

    assert (said.code, said.json["code"], said.json["status"]) == (4, "run_not_found", 404)
    assert said.json["correlation_id"] in said.err


def test_every_exit_code_is_one_of_the_contract():
    """No kind of error leaves the command line by a code that nobody was told of."""
    kinds, waiting = set(), [WorkbenchError]
    while waiting:
        kind = waiting.pop()
        kinds.add(kind)
        waiting += kind.__subclasses__()

    assert {kind.exit_code for kind in kinds} == {1, 2, 3, 4, 5, 69}


def test_a_token_that_does_not_reach_is_denied(cli, home, settings, tmp_path, monkeypatch):
    """Against a server: with a narrow token 3, with none 3, and what is allowed works as in the home."""
    narrow = cli(
        "tokens", "create", "--name", "ci", "--scopes", "connectors:list", "--scopes", "me:read", "--json"
    ).json["token"]
    with serving(tmp_path, settings) as server:
        address = server.base
        monkeypatch.setenv("WORKBENCH_TOKEN", narrow)
        assert cli("--server", address, "connectors", "list", "--json").json["items"] == []
        denied = cli("--server", address, "tables", "list")
        monkeypatch.setenv("WORKBENCH_TOKEN", "wbt_nonsense")
        nobody = cli("--server", address, "connectors", "list")

    assert (denied.code, nobody.code) == (3, 3)
    assert "tables:read" in denied.err


def test_a_query_answers_in_every_form(cli, tmp_path):
    """Table, CSV, JSON and Parquet hold the same rows."""
    sql = "SELECT range AS n, 'é' || range AS text, CASE WHEN range = 1 THEN NULL ELSE 0.5e0 END AS x FROM range(3)"
    wanted = [{"n": 0, "text": "é0", "x": 0.5}, {"n": 1, "text": "é1", "x": None}, {"n": 2, "text": "é2", "x": 0.5}]

    assert cli("query", sql).out.splitlines()[1].split() == ["0", "é0", "0.5"]
    assert cli("query", sql, "--json").json == wanted
    assert cli("query", sql, "--format", "json").json == wanted
    rows = list(csv.DictReader(cli("query", sql, "--format", "csv").out.splitlines()))
    assert [row["text"] for row in rows] == ["é0", "é1", "é2"]
    assert cli("query", sql, "--output", tmp_path / "out.parquet").code == 0
    import pyarrow.parquet as pq

    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == wanted
    assert not list(tmp_path.glob(".*.part"))


def test_json_keeps_every_digit_of_a_decimal(cli):
    """A price is text in JSON, as in a preview, since a number of JSON would lose digits."""
    sql = "SELECT CAST('12345678901234567890.10' AS DECIMAL(38, 2)) AS price"

    assert cli("query", sql, "--json").json == [{"price": "12345678901234567890.10"}]


def test_a_long_table_is_cut_and_says_so(cli):
    """A terminal gets the first rows, and is told how to get all."""
    said = cli("query", "SELECT * FROM range(1000)")

    assert len(said.out.splitlines()) == 101
    assert "--format" in said.err


def test_an_output_that_cannot_be_written_is_told(cli):
    """A folder that does not exist is an error of the caller's, not a fault."""
    said = cli("query", "SELECT 1 AS a", "--output", "no/such/folder/x.csv")

    assert (said.code, "cannot be written" in said.err) == (69, True)


def test_a_home_is_created_by_its_first_use(cli, tmp_path):
    """`init` says what it made, and that it was there the second time; files are the owner's alone."""
    first = cli("--home", tmp_path / "new", "init", "--json").json
    again = cli("--home", tmp_path / "new", "init", "--json").json

    assert (first["created"], again["created"]) == (True, False)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert "Next:" in cli("--home", tmp_path / "other", "init").out


def test_settings_tell_where_they_come_from(cli, home, monkeypatch):
    """Command line, environment, file and default are told apart, and passwords in URLs are masked."""
    monkeypatch.setenv("WORKBENCH_SLOTS", "3")
    (home / "config.toml").write_text('query_seconds = 5\nlog_level = "DEBUG"\n')

    found = cli("config", "show", "--origin", "--json").json

    origins = [found[name]["origin"] for name in ("home", "slots", "query_seconds", "attempts")]
    assert origins == ["environment", "environment", "config.toml", "default"]
    assert found["slots"]["value"] == "3"
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", "postgresql+psycopg://me:hush@host/db")
    assert "hush" not in cli("config", "show").out
    (home / "config.toml").write_text("nonsense = 1\n")
    assert "nonsense" in cli("config", "show").err


def test_the_database_can_be_checked_and_upgraded(cli, home):
    """A good one is at its revision and whole; a newer or damaged one is said to be."""
    assert cli("db", "upgrade", "--json").json["before"] == cli("db", "upgrade", "--json").json["after"]
    good = cli("db", "check", "--json")
    assert (good.code, good.json["ok"]) == (0, True)
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home / "workbench.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    newer = cli("db", "check")
    assert newer.code == 1
    assert "newer" in newer.out
    assert (cli("me", "show").code, "pip install -U" in cli("me", "show").err) == (69, True)


def test_the_audit_trail_can_be_verified(cli):
    """`audit verify` passes over what the commands wrote."""
    make(cli)

    assert cli("audit", "verify").code == 0


def test_the_api_is_described(cli):
    """`openapi` prints the document of all operations."""
    document = cli("openapi").json

    served = {spec["operationId"] for path in document["paths"].values() for spec in path.values()}
    assert served == set(registry.operations)


def test_a_download_is_written_where_it_belongs(cli, tmp_path):
    """An operation that gives a file writes it, and says where."""
    from tests.factories.notebooks import plain

    (tmp_path / "a.ipynb").write_text(json.dumps(plain("1 + 1")))
    notebook = f"@{tmp_path / 'a.ipynb'}"
    registered = cli("pipelines", "register", "--notebook", notebook, "--name", "adder")
    assert registered.code == 0, registered.err

    said = cli("pipelines", "notebook", "adder", 1, "--output", tmp_path / "kept.ipynb")

    assert said.code == 0, said.err
    assert json.loads((tmp_path / "kept.ipynb").read_text())["nbformat"] == 4


def test_a_reader_that_has_enough_is_no_error(environment, tmp_path):
    """`workbench query … | head -1` prints its line and no complaint."""
    command = f"{sys.executable} -m workbench.cli query 'SELECT * FROM range(1000000)' --format csv | head -1"
    done = subprocess.run(
        command, shell=True, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert (done.stdout.strip('"\n'), done.stderr) == ("range", "")


def test_an_interrupt_is_no_traceback(environment, tmp_path):
    """Ctrl-C while waiting ends with 130 and one word."""
    words = ["connectors", "create", "--name", "a", "--type", "files", "--config", "-"]
    command = [sys.executable, "-m", "workbench.cli", *words]
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until_it_waits(psutil.Process(process.pid))
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (130, "Interrupted.\n")


def until_it_waits(process):
    """Return once a process has done nothing for a second: one that still imports ends by the signal itself."""
    before = None
    while (spent := process.cpu_times()) != before:
        before = spent
        time.sleep(1)


def test_a_fault_of_ours_is_one_sentence(cli, monkeypatch):
    """What nobody foresaw is told in one line, with how to learn more."""
    from workbench.cli import operation

    def broken(*_):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(operation, "find", broken)
    said = cli("me", "show")

    assert said.code == 1
    assert said.err.startswith("Error: The command failed for a reason that is not yours: ZeroDivisionError: oops\n")
    assert "WORKBENCH_DEBUG" in said.err
