"""Which tests stay together when several processes share them out: those of a file, and those that share a server."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

# A browser's tests start servers, which take longer than most of them; each process would start its own of every kind.
TOGETHER = {
    "tests/e2e/dashboards/": "demo", "tests/e2e/lab/": "lab", "tests/e2e/journeys/": "team", "tests/e2e/team/": "team",
}  # fmt: skip


class ByServer(LoadFileScheduling):  # type: ignore[misc]
    """Gives a process the tests of a file, or all that open the same server."""

    def _split_scope(self, nodeid: str) -> str:
        shared = next((server for folder, server in TOGETHER.items() if nodeid.startswith(folder)), None)
        return shared or str(super()._split_scope(nodeid))
