"""What a derived operation costs over REST against a handler that somebody wrote by hand (aim of the ratio: 1.2)."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from typing import Any

from jupyter_server.base.handlers import APIHandler
from sqlalchemy import select
from sqlalchemy.orm import Session
from tornado import web

from tests.factories.store import write
from tests.integration.jupyter_ext.serving import serving
from workbench.core.settings import load
from workbench.domains.store.models import Table, TableHead
from workbench.home import local_caller, open_home

WARM_UP = 50


class ByHand(APIHandler):
    """Shows a table as `tables.show` does: Jupyter's sign-in, a query in a thread, a document with an ETag."""

    def initialize(self, engine: Any) -> None:
        self.engine = engine

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
            rows = select(Table, TableHead).join(TableHead, TableHead.table_id == Table.id, isouter=True)
            row = db.execute(rows.where(Table.name == name)).one_or_none()
            return None if row is None else self._said(workspace, *row)

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
        handler = ("/base/by-hand/([^/]+)/([^/]+)", ByHand, {"engine": server.workbench.database.engine})
        server.call_soon(lambda: server.app.web_app.add_handlers(".*$", [handler]))
        addresses = {"derived": "/w/default/tables/flights", "by hand": f"{server.base}by-hand/default/flights"}
        taken: dict[str, list[float]] = {name: [] for name in addresses}
        for turn in range(WARM_UP + (200 if quick else 2000)):
            for name, address in addresses.items():
                began = time.perf_counter()
                answer = client.get(address)
                if turn >= WARM_UP:
                    taken[name].append(time.perf_counter() - began)
                assert answer.json()["rows"] == 3
    middle = {name: statistics.median(times) for name, times in taken.items()}
    ratio = middle["derived"] / middle["by hand"]
    derived, by_hand = (f"{middle[name] * 1e3:.2f} ms" for name in addresses)
    print(f"tables.show over REST: derived {derived}, by hand {by_hand}, ratio {ratio:.2f}")

    assert ratio < 3
