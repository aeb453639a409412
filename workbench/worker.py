"""The process of one attempt at a run: ``python -m workbench.worker``, told by its environment what to do."""

from __future__ import annotations

import os
import sys
from uuid import UUID


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
    try:
        Attempt(workbench, claim, slot=int(environ["WORKBENCH_SLOT_FD"])).run()
    finally:
        workbench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
