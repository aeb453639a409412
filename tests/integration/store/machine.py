"""A process of the fault tests: imports the workbench once, then forks a child for each order that it reads.

Run as a script, it takes JSON orders, one list a line, and answers each with one JSON line. An order is `write` (commit
to two tables, again and again), `recover` (what the next process to open the home does), or `check` (what is there).

A killing order names the function call within the store at which the child kills itself, so that all steps are reached
and no code of the store knows of it; or a time in seconds, at which the kernel ends it wherever it is, native code too.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import alembic.command  # noqa: F401 - imported ahead of the forks, like all that follows
import deltalake  # noqa: F401
import duckdb  # noqa: F401
import pandas as pd  # noqa: F401
import pyarrow as pa
import pyarrow.parquet
from sqlalchemy.orm import configure_mappers

from tests.factories.kills import kill_at
from workbench.core.errors import WorkbenchError
from workbench.core.operations import registry
from workbench.core.settings import load
from workbench.domains.store.models import Commit, StagedWrite, TableHead, TableLease, TableVersion
from workbench.domains.store.service import applying, committer, recovery, staging
from workbench.home import local_caller, open_home

STORE = str(Path(staging.__file__).parent.parent)
TABLES = ("left", "right")
SHARED = -1  # the row that every merge replaces


def write(order: dict[str, Any], tell: Any) -> None:
    """Commit rows to both tables together; every commit that was acknowledged is told at once."""
    workbench = open_home(load(order["settings"], environ={}))
    caller = local_caller(workbench)
    ctx = caller.context()
    ctx.permission = workbench.registry["tables.stage"].permission
    seen = {"calls": 0}
    if order.get("count_calls"):
        sys.setprofile(lambda frame, *_: _count(frame, seen))
    if order.get("kill_at"):
        kill_at(STORE, order["kill_at"])
    if order.get("kill_after"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # whose default is to end the process, as a kill does
        signal.setitimer(signal.ITIMER_REAL, order["kill_after"])
    for number in range(order["first"], order["first"] + order["commits"]):
        mode = "merge" if order.get("merges") and number % 2 else "append"
        with workbench.unit_of_work() as db:
            commit_id = committer.open_commit(
                workbench.settings, db, ctx.workspace_id, owner_id=ctx.principal.user_id, author="test"
            ).id
        for table in TABLES:
            ids = [number * 10, number * 10 + 1, *([SHARED] if mode == "merge" else [])]
            rows = pa.table({"id": ids, "by": [str(number)] * len(ids), f"c{number % 3}": ids})
            key = ["id"] if mode == "merge" else []
            staging.stage(ctx, commit_id, table, rows.to_reader(), mode=staging.Mode(mode), key=key)
        committer.commit_now(workbench, commit_id)
        tell({"acknowledged": number})
    sys.setprofile(None)
    signal.setitimer(signal.ITIMER_REAL, 0)
    tell({"finished": True, **seen})


def _count(frame: FrameType, seen: dict[str, int]) -> None:
    if frame.f_code.co_filename.startswith(STORE):
        seen["calls"] += 1


def recover(order: dict[str, Any], tell: Any) -> None:
    """What the next process does."""
    workbench = open_home(load(order["settings"], environ={}))
    recovery.recover(workbench)
    tell({"recovered": True})


def check(order: dict[str, Any], tell: Any) -> None:
    """What is there: the commits whose rows each table holds, and whatever should not be."""
    workbench = open_home(load(order["settings"], environ={}))
    caller = local_caller(workbench)
    found: dict[str, Any] = {"rows": {}, "versions": {}}
    names = {table.name for table in caller.call("tables.list").items}
    for table in TABLES:
        rows = caller.stream("tables.read", name=table).read_all().to_pylist() if table in names else []
        found["rows"][table] = sorted((row["id"], int(row["by"])) for row in rows)
        versions = caller.call("tables.versions", name=table, limit=500).items if table in names else []
        found["versions"][table] = sorted(version.version for version in versions)
    with workbench.read() as db:
        found["leases"] = db.query(TableLease).count()
        found["prepared"] = db.query(Commit).filter_by(state="committing").count()
        newest = {head.table_id: head.sequence for head in db.query(TableHead)}
        found["behind"] = [v.sequence for v in db.query(TableVersion) if v.sequence > newest[v.table_id]]
        found["unnumbered"] = (
            db.query(StagedWrite).join(Commit, Commit.id == StagedWrite.commit_id)
            .filter(Commit.state == "done", StagedWrite.sequence.is_(None)).count()
        )  # fmt: skip
    tell(found)


ORDERS = {"write": write, "recover": recover, "check": check}


def main() -> None:
    """Serve orders; children that an order asks for together run at once."""
    for line in sys.stdin:
        orders = json.loads(line)
        children = [_child(order) for order in orders]
        answers = []
        for pid, pipe in children:
            with os.fdopen(pipe) as lines:
                told = [json.loads(text) for text in lines if text.endswith("\n")]
            answers.append({"status": os.waitpid(pid, 0)[1], "told": told})
        print(json.dumps(answers), flush=True)


def _child(order: dict[str, Any]) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    code = 0
    try:
        ORDERS[order["do"]](order, lambda what: os.write(writing, json.dumps(what).encode() + b"\n"))
    except WorkbenchError as error:
        os.write(writing, json.dumps({"refused": error.code, "detail": str(error)}).encode() + b"\n")
    except BaseException:  # noqa: BLE001 - the parent shows it
        os.write(writing, json.dumps({"broken": traceback.format_exc()}).encode() + b"\n")
        code = 3
    os._exit(code)


if __name__ == "__main__":
    registry.discover()
    configure_mappers()
    assert applying
    main()
