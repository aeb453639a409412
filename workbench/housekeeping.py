"""The thread that keeps a home: its chores every hour."""

from __future__ import annotations

import threading
from contextlib import suppress

from workbench.core.workbench import Workbench
from workbench.domains.admin.service import tidy

FIRST_SECONDS = 60.0
PERIOD_SECONDS = 3600.0


class Housekeeper:
    """A thread that tidies a home a minute after the start, and then every hour."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="workbench-housekeeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no further round, and wait for the one under way."""
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        wait = FIRST_SECONDS
        while not self._stopping.wait(wait):
            with suppress(OSError):  # a full disk is the doctor's to report
                tidy(self._workbench)
            wait = PERIOD_SECONDS
