"""What a run leaves behind does not hold the secrets of the connectors that it read."""

from __future__ import annotations

import json
import logging

import pytest

from tests.factories.notebooks import plain
from tests.integration.connectors.json_api import Reply, serving
from workbench.core import logs
from workbench.core.errors import WorkbenchError
from workbench.core.secrets import know
from workbench.foreground import drive

CANARY = "c4n4ry-0utput"
PRINTS = f"""
import workbench as wb
wb.read("crm.things")
print("the password is {CANARY[:6]}" + "{CANARY[6:]}")
"""
FAILS = f'raise RuntimeError("cannot use {CANARY[:6]}" + "{CANARY[6:]}")'


@pytest.fixture
def crm(caller):
    """A connector whose token the notebook happens to know as well."""
    with serving(lambda _: Reply([{"id": 1}])) as api:
        config = {"base_url": api.url, "auth": "bearer", "token": CANARY, "streams": {"things": {"path": "/"}}}
        yield caller.call("connectors.create", name="crm", type="http_json", config=config)


def test_a_notebook_that_prints_a_secret_is_kept_without_it(workbench, caller, crm):
    """Output notebook, log, traceback and error of a run in personal mode are scrubbed when it has ended."""
    run = caller.call("runs.start_notebook", notebook=plain(PRINTS, FAILS), title="prints")
    while (run := caller.call("runs.show", id=str(run.id))).status not in ("failed", "succeeded", "crashed"):
        drive(workbench, run.id)

    assert run.status == "failed"
    folder = workbench.settings.runs_dir / str(run.id)
    written = [path.read_text() for path in folder.rglob("*") if path.is_file() and path.suffix in (".ipynb", ".jsonl")]
    assert len(written) == 2
    assert all("the password is ***" in text for text in written)
    for text in (*written, run.model_dump_json()):
        assert CANARY not in text


def test_a_record_of_any_library_is_masked(capsys):
    """Handlers that know nothing of ours write no secret that was opened, neither in texts nor in tracebacks."""
    know(CANARY)
    logger, handler = logging.getLogger("somebody"), logging.StreamHandler()
    logger.addHandler(handler)
    logs.guard(logger)
    logs.guard(logger)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logger.exception("failed with %s at %s", CANARY, "https://ann:pw@host/x")

    said = capsys.readouterr().err
    assert CANARY not in said
    assert "ann:pw" not in said
    assert "failed with *** at https://***@host/x" in said
    assert "ValueError: ***" in said
    assert len(handler.filters) == 1
    logger.removeHandler(handler)


def test_an_error_does_not_repeat_a_secret(caller, crm):
    """What an error quotes of what it was asked has no secret that the process opened, in any of its parts."""
    caller.call("connectors.test", id="crm")
    with pytest.raises(WorkbenchError) as refused:
        caller.call("connectors.show", id=f"x-{CANARY}")

    told = json.dumps(refused.value.problem())
    assert "x-***" in told
    assert CANARY not in told


def test_what_people_store_is_kept_as_they_gave_it(caller, crm):
    """The net is for what the server writes by itself: a text of a person's is hers, and is not changed unnoticed."""
    caller.call("connectors.test", id="crm")
    wish = {"name": "notes", "title": f"about {CANARY}", "timezone": "UTC"}

    assert caller.call("workspaces.create", **wish).title == f"about {CANARY}"
