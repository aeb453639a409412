"""A team's server from afar: what a Developer hands on an Executor runs, by the Python client and the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest

from tests.factories import team
from tests.factories.notebooks import plain
from tests.integration.cli.conftest import cli
from tests.integration.jupyter_ext.serving import Server, serving_team
from workbench.client import Client
from workbench.core.errors import NotPermitted
from workbench.core.people import who
from workbench.core.permissions import Role
from workbench.core.settings import load
from workbench.domains.runs.models import ENDED

__all__ = ["cli"]

pytestmark = pytest.mark.timeout(240)
CELL = """
import workbench as wb
orders = wb.read("crm.orders").to_pandas()
orders["amount"] = orders["amount"] * factor
wb.write(orders, "NAME", mode="replace")
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A team's server that takes runs, with a file of the workspace."""
    folder = tmp_path_factory.mktemp("afar")
    files = folder / "home" / "files" / "default"
    files.mkdir(parents=True)
    (files / "orders.csv").write_text("id,amount\n1,10\n2,20\n")
    with serving_team(load({"home": folder / "home", "root": folder, "team": True}, environ={})) as running:
        running.workbench  # noqa: B018 - waits until it is open
        yield running


@pytest.fixture(scope="module")
def arrive(server: Server) -> Iterator[Callable[..., tuple[Client, UUID]]]:
    """Somebody new in a role: a client with an API token of hers, and who she is."""
    with ExitStack() as stack:

        def made(name: str, role: Role) -> tuple[Client, UUID]:
            user = team.person(server.workbench, f"{name}@example.org", role)
            return stack.enter_context(Client(server.base, team.token(server.workbench, user))), user

        yield made


@pytest.fixture(scope="module")
def admin(server: Server, arrive: Callable[..., tuple[Client, UUID]]) -> Client:
    """An Admin, who made the connector."""
    client, _ = arrive("admin", Role.ADMIN)
    folder = server.workbench.settings.home / "files" / "default"
    client.connectors.create(name="crm", type="files", config={"path": str(folder)})
    return client


@pytest.fixture(scope="module")
def executor(admin: Client, arrive: Callable[..., tuple[Client, UUID]]) -> Client:
    """An Executor, where there is a connector."""
    return arrive("eve", Role.EXECUTOR)[0]


def ended(client: Client, run: Any) -> Any:
    """A run once it has ended."""
    end = time.monotonic() + 120
    while run.status not in ENDED and time.monotonic() < end:
        time.sleep(0.2)
        run = client.runs.show(id=str(run.id))
    return run


def published(developer: Client, name: str) -> Any:
    """Register a notebook, try it, and publish it with just what it was seen to use."""
    notebook = plain(CELL.replace("NAME", name), parameters="factor: int = 2")
    developer.pipelines.register(notebook=notebook, name=name)
    tried = ended(developer, developer.runs.start(id=name))
    assert (tried.status, tried.error and tried.error.message) == ("succeeded", None)
    proposal = developer.pipelines.propose(id=name)
    return developer.pipelines.publish(id=name, reads=proposal.reads, writes=proposal.writes)


def amounts(client: Client, name: str) -> list[int]:
    """What a table has for amounts."""
    return sorted(client.stream("tables.read", name=name).read_all()["amount"].to_pylist())


def test_what_was_published_is_run_by_somebody_who_may_see_neither_code_nor_settings(admin, executor, arrive):
    """She fills in the form and gets the result; the audit trail names her and the publisher."""
    developer, _ = arrive("ann", Role.DEVELOPER)
    version = published(developer, "handed_on")
    for hidden in (
        lambda: executor.connectors.show(id="crm"),
        lambda: executor.stream("connectors.read_data", id="crm", stream="orders"),
        lambda: executor.stream("pipelines.notebook", id="handed_on", number=1),
        lambda: executor.stream("queries.run", sql="SELECT 1"),
    ):
        with pytest.raises(NotPermitted):
            hidden()

    form = executor.pipelines.parameters(id="handed_on")
    run = ended(executor, executor.runs.start(id="handed_on", texts={"factor": "3"}))
    cells = executor.runs.cells(id=str(run.id)).cells
    seen = {(one.operation, one.principal, one.on_behalf_of) for one in admin.audit.list(limit=100).items}

    assert form.parameters["properties"]["factor"]["default"] == 2
    assert (run.status, run.error, run.submitted_by) == ("succeeded", None, executor.me.show().principal)
    assert run.rights_of == version.publisher
    assert [cell.status for cell in cells] == ["completed"] * len(cells)
    assert "".join(cell.first_line for cell in cells) == ""
    assert amounts(executor, "handed_on") == [30, 60]
    assert {
        ("runs.start", run.submitted_by, None),
        ("connectors.read_data", version.publisher, f"run:{run.id}"),
        ("tables.stage", version.publisher, f"run:{run.id}"),
    } <= seen


@pytest.mark.thorough
def test_nobody_changes_what_was_published_behind_its_users(executor, arrive):
    """What its author writes afterwards is another version, and until she publishes it no executor's run may use it."""
    developer, _ = arrive("bea", Role.DEVELOPER)
    published(developer, "settled")
    changed = plain("import workbench as wb\nwb.write([{'amount': -1}], 'settled', mode='replace')")
    developer.pipelines.register(notebook=changed, name="settled")

    run = ended(executor, executor.runs.start(id="settled"))

    assert executor.pipelines.parameters(id="settled").number == 1
    assert developer.pipelines.parameters(id="settled").number == 2
    assert (run.pipeline_version, run.status) == (1, "succeeded")
    assert amounts(executor, "settled") == [20, 40]


def test_a_run_reads_no_more_than_its_publisher_may(server, executor, arrive):
    """Once she has lost her role, the next run stops at its first read and says whose right is missing."""
    developer, user = arrive("cleo", Role.DEVELOPER)
    version = published(developer, "revoked")
    team.set_roles(server.workbench, user)

    run = ended(executor, executor.runs.start(id="revoked"))

    assert (run.status, run.error.name) == ("failed", "NotPermitted")
    assert f"connectors:read_data, which {who(version.publisher)} does not hold" in run.error.message


@pytest.mark.thorough
def test_the_command_line_runs_a_pipeline_at_a_server(server, arrive, cli, monkeypatch, admin):
    """With the server's URL and a token it starts, follows, and reads the result; what is refused is named."""
    developer, _ = arrive("dora", Role.DEVELOPER)
    published(developer, "by_shell")
    user = team.person(server.workbench, "shell@example.org", Role.EXECUTOR)
    monkeypatch.setenv("WORKBENCH_TOKEN", team.token(server.workbench, user))
    at = ("--server", server.base)

    run = cli(*at, "run", "by_shell", "-p", "factor", "5", "--json")
    shown = cli(*at, "tables", "preview", "by_shell", "--json")
    hidden = cli(*at, "connectors", "show", "crm")
    unknown = cli(*at, "run", "nothing")
    wrong = cli(*at, "run", "by_shell", "-p", "factor", "many")
    monkeypatch.setenv("WORKBENCH_TOKEN", "wbt_nonsense")
    nobody = cli(*at, "run", "by_shell")

    assert (run.code, run.json["status"]) == (0, "succeeded"), run
    assert "100" in shown.out
    assert [said.code for said in (shown, hidden, unknown, wrong, nobody)] == [0, 3, 4, 2, 3]
    assert "connectors:read" in hidden.err
    assert "factor" in wrong.err
    assert "The token is not valid" in nobody.err
