"""Processes that are killed where it hurts."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any


def kill_at(folder: str, count: int) -> None:
    """Have this process killed at the `count`-th call of, return from, or C call within a function of a folder."""
    left = [count]

    def trace(frame: FrameType, event: str, argument: Any) -> None:
        if frame.f_code.co_filename.startswith(folder):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(trace)
