"""Runs some Python in a small sandbox, as whoever runs this; says in JSON how it ended.

Its argument is JSON: the `folder`, the `limits` and the `code`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from workbench.sandbox.box import Box
from workbench.sandbox.limits import Limits
from workbench.sandbox.watchdog import Watchdog

SECONDS = 40


def run(folder: Path, limits: dict[str, int], code: str) -> dict[str, Any]:
    """The exit code, what was printed, and why the watchdog ended it."""
    box = Box(folder=folder, limits=Limits(**limits))
    box.prepare()
    ours, theirs = os.pipe()
    process = subprocess.Popen(
        box.command([sys.executable, "-I", "-S", "-c", code], info=theirs), env=box.environment(), cwd="/",
        pass_fds=(theirs,), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    os.close(theirs)
    watchdog = Watchdog(box.limits, (box.folder,), ours, process.kill)
    said, _ = process.communicate(timeout=SECONDS)
    watchdog.close()
    return {"exit": process.returncode, "said": said.strip(), "reason": watchdog.reason}


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    print(json.dumps(run(Path(given["folder"]), given["limits"], given["code"])))
