"""What single commands say in a form of their own, and when they refuse to start."""

from __future__ import annotations

import getpass
import json
import re
from uuid import UUID

import pytest

from tests.factories.notebooks import plain
from workbench.core.errors import Invalid
from workbench.domains.runs.models import Run

pytestmark = pytest.mark.timeout(400)  # whole runs on a machine that may be busy


@pytest.fixture
def register(cli):
    """Registers a pipeline of these cells."""

    def make(name, *cells, **more):
        made = cli("pipelines", "register", "--notebook", json.dumps(plain(*cells, **more)), "--name", name)
        assert made.code == 0, made.err

    return make


def test_nothing_is_queued_where_nothing_takes_it(cli, register):
    """Starting and retrying in a home without an executor is refused, names the way out, and leaves no queued run."""
    register("adder", "print(a)", parameters="a = 1")
    ended = cli("run", "adder", "--json").json["id"]

    for words in (["start", "adder"], ["retry", ended], ["start-notebook", "--notebook", "{}"]):
        said = cli("runs", *words)
        assert (said.code, "`workbench run`" in said.err) == (69, True)

    assert [run["status"] for run in cli("runs", "list", "--json").json["items"]] == ["succeeded"]


def test_a_log_is_lines_of_text(cli, register):
    """A line is the time of day and what was printed, without colours, which are for a terminal; with --json, too."""
    register("loud", "print('\\x1b[31mred\\x1b[0m')\nprint('plain')")
    run = cli("run", "loud", "--json").json["id"]

    lines = cli("runs", "logs", run).out.splitlines()

    assert [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in lines] == ["red", "plain"]
    assert [line["text"].rstrip() for line in cli("runs", "logs", run, "--json").json["lines"]] == ["red", "plain"]


def test_a_connector_that_does_not_answer_is_a_failure(cli, tmp_path):
    """The exit code is 69 and standard error has the cause, with --json beside one document that says so too."""
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "a.csv").write_text("a\n1\n")
    config = json.dumps({"path": str(tmp_path / "gone")})
    assert cli("connectors", "create", "--name", "shop", "--type", "files", "--config", config).code == 0
    assert cli("connectors", "test", "shop").code == 0
    (tmp_path / "gone" / "a.csv").unlink()

    said, as_json = cli("connectors", "test", "shop"), cli("connectors", "test", "shop", "--json")

    assert (said.code, as_json.code, as_json.json["ok"]) == (69, 69, False)
    assert f"Error: {as_json.json['problem']}" in said.err
    assert f"Error: {as_json.json['problem']}" in as_json.err


def test_parameters_are_one_table(cli, register, tmp_path):
    """A registered pipeline's parameters read as those of the file that it was made from."""
    (tmp_path / "adder.ipynb").write_text(json.dumps(plain("print(a)", parameters="a: int = 1  # how many")))
    register("adder", "print(a)", parameters="a: int = 1  # how many")

    said = cli("pipelines", "parameters", "adder")

    assert said.out.splitlines()[1].split() == ["a", "integer", "no", "1", "how", "many"]
    assert said.out == cli("run", "adder.ipynb", "--help-notebook").out


def test_a_run_is_named_by_what_its_list_shows(cli, register):
    """The list has the beginning of the id, which is enough; seven digits are too few."""
    register("adder", "print(a)", parameters="a = 1")
    ids = [cli("run", "adder", "-p", "a", number, "--json").json["id"] for number in "23"]

    head, *lines = cli("runs", "list").out.splitlines()

    assert head.split() == ["run", "title", "parameters", "status", "started", "took", "tables"]
    assert [cli("runs", "show", line.split()[0], "--json").json["id"] for line in lines] == ids[::-1]
    assert [line.split()[1:4] for line in lines] == [["adder", f"a={number}", "succeeded"] for number in "32"]
    assert (cli("runs", "show", ids[0][:7]).code, cli("runs", "show", "f" * 12).code) == (4, 4)


def test_the_beginning_of_several_ids_names_none(workbench, workspace, caller):
    """What two runs have in common is refused with the advice to write more, and a digit more names one."""
    given = {
        "title": "t", "submitted_by": "x", "rights_of": "x", "rights": {}, "parameters": {}, "options": {},
        "correlation_id": "0" * 32, "workspace_id": workspace.id,
    }  # fmt: skip
    with workbench.unit_of_work() as db:
        db.add_all(Run(id=UUID(f"0123456789ab7{digit}00800000000000000{digit}"), **given) for digit in "12")

    with pytest.raises(Invalid, match=r"Several runs.*Write more"):
        caller.call("runs.show", id="01234567-89ab-7")

    assert str(caller.call("runs.show", id="01234567-89ab-72").id)[-1] == "2"


def test_settings_are_named_where_they_are_needed(cli):
    """A setting that is wrong is answered with those that there are; `types` says what each means and which must be."""
    wrong = cli("connectors", "create", "--name", "shop", "--type", "sqlite", "--config", '{"pth": "a.db"}')
    types = [line.split()[:3] for line in cli("connectors", "types").out.splitlines()]

    assert (wrong.code, wrong.err.splitlines()[0].partition("sqlite: ")[2]) == (
        2,
        "path: is required; pth: is not known.",
    )
    assert "Its settings are cursors, path (required), types" in wrong.err
    assert ["setting", "type", "required"] in types
    assert ["path", "string", "yes"] in types


def test_a_refusal_is_in_plain_words(cli):
    """What the validation calls its errors is not repeated."""
    named = cli("connectors", "create", "--name", "A b", "--type", "files")
    many = cli("runs", "list", "--limit", "many")

    assert "cannot take this: name: a name has lower-case letters" in named.err
    assert "cannot take this: limit: should be a valid integer" in many.err


def test_each_wrong_line_of_a_list_of_people_is_told(cli):
    """Nobody is invited, each line is named with what is wrong about it, and the exit code says so."""
    lines = ["email,name,role", "a@example.org,Ann,viewer", "b@example.org,B,king", "nobody,C,viewer"]
    wrong = cli("invitations", "import-people", "--csv", "\n".join(lines))

    assert (wrong.code, cli("invitations", "list").out) == (2, "")
    assert [line.strip()[:24] for line in wrong.err.splitlines()[:3]] == [
        "Error: Nobody was invite", "csv: line 3: 'king' is n", "csv: line 4: 'nobody' is"
    ]  # fmt: skip


def test_a_notebook_without_a_parameters_cell_is_told(cli, tmp_path, caplog):
    """A value that its cells overwrite is passed with a warning that says why nothing changes."""
    (tmp_path / "old.ipynb").write_text(json.dumps(plain("x = 1\nprint(x)")))

    assert cli("run", "old.ipynb", "-p", "x", "7").code == 0

    assert caplog.messages[0].startswith("No cell is tagged `parameters`")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["pipelines", "show", "addr"], "adder"),
        (["run", "addr"], "adder"),
        (["connectors", "show", "shp"], "shop"),
        (["connectors", "preview", "shop", "--stream", "orers"], "orders"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_one_that_was_meant(cli, register, tmp_path, words, meant):
    """The hint is the name of something that the caller may see."""
    (tmp_path / "orders.csv").write_text("a\n1\n")
    register("adder", "print(1)")
    cli("connectors", "create", "--name", "shop", "--type", "files", "--config", json.dumps({"path": str(tmp_path)}))

    said = cli(*words)

    assert (said.code, f"Did you mean {meant!r}?" in said.err) == (4, True)


def test_lineage_names_the_run_that_wrote(cli, register):
    """A table made from nothing has no origin but the run of a pipeline."""
    register("maker", "import workbench as wb\nwb.write([{'a': 1}], 'made')")
    run = cli("run", "maker", "--json").json["id"]

    assert f"run {run} (maker), version 1, {getpass.getuser()}" in cli("tables", "lineage", "made").out
    assert cli("tables", "lineage", "made", "--json").json["written_by"]["run_id"] == run


def test_people_are_called_by_name_in_lists(cli, caller):
    """The same name whichever way she came, without what the trail tells accounts apart by."""
    caller.call("pipelines.register", notebook=plain("1"), name="daily")

    assert getpass.getuser() in cli("pipelines", "versions", "daily").out.splitlines()[1].split()
