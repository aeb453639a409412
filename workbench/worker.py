"""The process of one attempt at a run: ``python -m workbench.worker``, told by its environment what to do."""

from __future__ import annotations

import os
import resource
import sys
from typing import TYPE_CHECKING
from uuid import UUID

from workbench.core.collecting import seldom

if TYPE_CHECKING:
    from workbench.core.settings import Settings

WORKER_BYTES = 4 * 1024 * 1024 * 1024


def main() -> int:
    """Execute the attempt that the environment names; the exit code only says whether the worker itself worked."""
    from workbench.core import logs
    from workbench.domains.runs.service.ledger import Claim
    from workbench.domains.runs.service.worker import Attempt
    from workbench.home import open_home

    environ = os.environ
    claim = Claim(UUID(environ["WORKBENCH_RUN"]), int(environ["WORKBENCH_ATTEMPT"]), environ["WORKBENCH_LEASE"])
    workbench = open_home()
    logs.configure(workbench.settings.log_level)
    if workbench.settings.sandboxed:
        limit_memory(workbench.settings)
    try:
        Attempt(workbench, claim, slot=int(environ["WORKBENCH_SLOT_FD"])).run()
    finally:
        workbench.close()
    return 0


def limit_memory(settings: Settings) -> None:
    """Bound what this process holds: a hostile kernel can send it messages faster than it can throw them away."""
    most = max(WORKER_BYTES, 4 * settings.query_bytes)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


if __name__ == "__main__":
    with seldom():
        sys.exit(main())
