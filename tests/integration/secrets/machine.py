"""A process of the fault tests of rotation: imports once, then forks a child for each order that it reads.

Orders come as JSON, one list a line; the children of a list run at once, and their answers come as one JSON line. An
order may say at which call, return or C call within the secrets domain its child kills itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any
from uuid import UUID

import alembic.command  # noqa: F401 - imported ahead of the forks, like all that follows
from sqlalchemy.orm import configure_mappers

from tests.factories.kills import kill_at
from workbench.core.operations import registry
from workbench.core.settings import load
from workbench.core.workbench import Workbench
from workbench.domains.secrets import service
from workbench.domains.secrets.service import rotation
from workbench.home import local_caller, open_home

DOMAIN = str(Path(service.__file__).parent)
BATCH = 5


def place(workbench: Workbench, number: int) -> dict[str, Any]:
    """Where the secret of a number belongs."""
    workspace = local_caller(workbench).context().workspace_id
    return {"workspace_id": workspace, "object_id": UUID(int=number + 1), "field": "password"}


def put(workbench: Workbench, order: dict[str, Any]) -> Any:
    """Set secrets one after another; each that was committed is told by its number."""
    done = []
    until = time.monotonic() + order.get("seconds", 0)
    for number in order["numbers"]:
        with workbench.unit_of_work() as db:
            workbench.vault.put(db, **place(workbench, number), value=f"value-{number}")
        done.append(number)
        if order.get("seconds") and time.monotonic() > until:
            break
    return done


def rotate(workbench: Workbench, order: dict[str, Any]) -> Any:
    """Rotate the key, or finish what was begun."""
    if order.get("kill_at"):
        kill_at(DOMAIN, order["kill_at"])
    done = rotation.rotate(workbench, resume=order.get("resume", False), batch=BATCH)
    sys.setprofile(None)
    return {"key": done.key, "rewrapped": done.rewrapped, "unreadable": done.unreadable, "retired": done.retired}


def check(workbench: Workbench, order: dict[str, Any]) -> Any:
    """The numbers whose secrets are read as they were set, and the keys."""
    right = []
    for number in order["numbers"]:
        with workbench.read() as db:
            right += [number] if workbench.vault.get(db, **place(workbench, number)) == f"value-{number}" else []
    with workbench.read() as db:
        states = rotation.states(db, rotation.keyring_of(workbench))
    return {"right": right, "keys": [[state.state, state.secrets] for state in states]}


ORDERS = {"put": put, "rotate": rotate, "check": check}


def main() -> None:
    """Serve orders until there are no more."""
    for line in sys.stdin:
        children = [_child(order) for order in json.loads(line)]
        answers = []
        for pid, pipe in children:
            with os.fdopen(pipe) as told:
                text = told.read()
            answers.append({"killed": os.waitpid(pid, 0)[1] == signal.SIGKILL, "told": json.loads(text or "null")})
        print(json.dumps(answers), flush=True)


def _child(order: dict[str, Any]) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    try:
        told = ORDERS[order["do"]](open_home(load(order["settings"], environ={})), order)
    except BaseException:  # noqa: BLE001 - the parent shows it
        told = {"broken": traceback.format_exc()}
    os.write(writing, json.dumps(told).encode())
    os._exit(0)


if __name__ == "__main__":
    registry.discover()
    configure_mappers()
    main()
