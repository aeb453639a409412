"""Slots: file locks that a worker and its kernel inherit, so that one is free exactly when both are dead."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass

from workbench.core.settings import Settings


@dataclass(slots=True)
class Slot:
    """A slot that this process holds; `fileno` is passed on to the worker."""

    number: int
    fileno: int

    def release(self) -> None:
        """Close this process's handle; the lock lasts until no process has it open."""
        os.close(self.fileno)


def take(settings: Settings, number: int) -> Slot | None:
    """A certain slot, or None where it is in use."""
    settings.slots_dir.mkdir(exist_ok=True, mode=0o700)
    fileno = os.open(settings.slots_dir / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fileno, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fileno)
        return None
    return Slot(number, fileno)


def take_any(settings: Settings) -> Slot | None:
    """A free slot, or None where all are in use by any process of this home."""
    for number in range(settings.slots):
        if slot := take(settings, number):
            return slot
    return None
