"""What a derived operation costs over REST against a handler that somebody wrote by hand (aim of the ratio: 1.2)."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from typing import Any

from jupyter_server.base.handlers import APIHandler
from sqlalchemy import select, true
from sqlalchemy.orm import Session
from tornado import web

from tests.factories.store import write
from tests.integration.jupyter_ext.serving import serving
from workbench.core.settings import load
from workbench.domains.access.models import Member, User, Workspace
from workbench.domains.store.models import Table, TableHead
from workbench.home import local_caller, open_home

WARM_UP = 50


class ByHand(APIHandler):
    """Shows a table as `tables.show` does: Jupyter's sign-in, roles and queries in a thread, a document with an ETag.

    `bare` leaves out whose the workspace is and who may read there, which no handler here may leave out.
    """

    def initialize(self, engine: Any, bare: bool) -> None:
        self.engine, self.bare = engine, bare

    @web.authenticated
    async def get(self, workspace: str, name: str) -> None:
        """Answer one table."""
        found = await asyncio.get_running_loop().run_in_executor(None, self._read, workspace, name)
        if found is None:
            raise web.HTTPError(404)
        self.set_header("ETag", f'"{found["etag"]}"')
        self.finish(json.dumps(found))

    def _read(self, workspace: str, name: str) -> dict[str, Any] | None:
        with Session(self.engine) as db:
            within = true() if self.bare else self._readable(db, workspace)
            rows = select(Table, TableHead).join(TableHead, TableHead.table_id == Table.id, isouter=True)
            row = db.execute(rows.where(Table.name == name, within)).one_or_none()
            return None if row is None else self._said(workspace, *row)

    def _readable(self, db: Session, name: str) -> Any:
        owner = db.scalars(select(User).where(User.home_owner)).one()
        workspace = db.scalars(select(Workspace).where(Workspace.name == name)).one()
        held = select(Member.role).where(Member.user_id == owner.id, Member.workspace_id == workspace.id)
        if not {"admin", "developer", "designer", "executor"} & set(db.scalars(held)):
            raise web.HTTPError(403)
        return Table.workspace_id == workspace.id

    def _said(self, workspace: str, table: Table, head: TableHead) -> dict[str, Any]:
        return {
            "id": str(table.id), "name": table.name, "description": table.description, "workspace": workspace,
            "version": head.sequence, "rows": head.rows, "bytes": head.bytes, "columns": head.columns,
            "created_at": table.created_at.isoformat(), "updated_at": head.updated_at.isoformat(),
            "etag": table.version,
        }  # fmt: skip


def test_a_derived_operation_against_a_hand_written_handler(tmp_path, quick):
    """One client asks both in turn; the ratio of the medians."""
    settings = load({"home": tmp_path / "home", "root": tmp_path}, environ={})
    workbench = open_home(settings)
    write(local_caller(workbench), "flights", {"carrier": ["AA", "DL", "UA"], "delay": [3.5, -2.0, 12.0]})
    workbench.close()
    with serving(tmp_path, settings) as server, server.client() as client:
        engine = server.workbench.database.engine
        handlers = [
            (f"/base/{name}/([^/]+)/([^/]+)", ByHand, {"engine": engine, "bare": name == "bare"})
            for name in ("hand", "bare")
        ]
        server.call_soon(lambda: server.app.web_app.add_handlers(".*$", handlers))
        addresses = {name: f"{server.base}{name}/default/flights" for name in ("hand", "bare")}
        addresses["derived"] = "/w/default/tables/flights"
        taken: dict[str, list[float]] = {name: [] for name in addresses}
        for turn in range(WARM_UP + (200 if quick else 2000)):
            for name, address in addresses.items():
                began = time.perf_counter()
                answer = client.get(address)
                if turn >= WARM_UP:
                    taken[name].append(time.perf_counter() - began)
                assert answer.json()["rows"] == 3
    middle = {name: statistics.median(times) * 1e3 for name, times in taken.items()}
    ratio = middle["derived"] / middle["hand"]
    print(
        f"tables.show over REST: derived {middle['derived']:.2f} ms, by hand {middle['hand']:.2f} ms, ratio {ratio:.2f}"
    )
    print(f"  by hand without asking who may: {middle['bare']:.2f} ms, ratio {middle['derived'] / middle['bare']:.2f}")

    assert ratio < 2
