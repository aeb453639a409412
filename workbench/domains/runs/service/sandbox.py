"""The sandbox of one attempt: a folder of its own, no network, and one door to what its run may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.broker.door import Door
from workbench.core.workbench import Workbench
from workbench.domains.runs.models import Run
from workbench.domains.store.service import parts
from workbench.sandbox import bubblewrap
from workbench.sandbox.box import INSIDE, Box
from workbench.sandbox.limits import Limits

from . import ledger
from .acting import RunCaller


@contextmanager
def kernel(workbench: Workbench, claim: ledger.Claim, run: Run) -> Iterator[Any]:
    """What starts the attempt's kernel inside; the door closes afterwards.

    Raises:
        Unavailable: there is no bubblewrap that works.
    """
    from workbench.sandbox.provisioner import boxed

    bubblewrap.path()
    settings = workbench.settings
    door = Door(RunCaller(workbench, claim), decode=parts.sieve(workbench))

    def provision(manager: Any, sockets: Path) -> Any:
        box = Box(
            folder=ledger.attempt_folder(settings, claim.run_id, claim.attempt) / "work",
            limits=Limits.of(settings),
            shared=(sockets,),
            readable=settings.sandbox_readable,
            hidden=(settings.home,),
            home=INSIDE,
            variables={
                "WORKBENCH_BROKER": str(door.fileno()),
                "WORKBENCH_RUN": str(run.id),
                "WORKBENCH_ATTEMPT": str(claim.attempt),
            },
        )
        return boxed(box, (door.fileno(),))(manager)

    try:
        yield provision
    finally:
        door.close()
