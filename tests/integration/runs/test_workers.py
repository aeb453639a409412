"""Workers as the process that started them sees them."""

from __future__ import annotations

import gc
import subprocess
import sys
import warnings

from workbench.domains.runs.service import executor


def test_a_worker_may_outlive_the_home_that_started_it(monkeypatch):
    """It goes on when the home is closed, nobody complains, and the next one to be added reaps it."""
    monkeypatch.setattr(executor, "CLOSING_SECONDS", 0.0)
    monkeypatch.setattr(executor.Workers, "_outliving", [])
    waits = [sys.executable, "-c", "input()"]
    one, two = executor.Workers(), executor.Workers()
    left = subprocess.Popen(waits, stdin=subprocess.PIPE)
    stdin = left.stdin
    one.add(left)
    one.close()

    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        del one, left
        gc.collect()
    assert complaints == []

    stdin.close()
    (outliving,) = executor.Workers._outliving
    outliving.wait(30)
    last = subprocess.Popen([sys.executable, "-c", ""])
    two.add(last)
    assert executor.Workers._outliving == []
    last.wait(30)
