"""Speaks with the notebook that shows this kernel's output, where its front end has the workbench."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

TARGET = "workbench.notebook"
SECONDS = 10.0
NOBODY = "No front end answers that could write into the notebook; copy this into a cell:"
Heard = Callable[[dict[str, Any]], None]


class Conversation:
    """One question to the front end over a comm, and what follows; `lost` is called where nobody answers it."""

    def __init__(self, question: dict[str, Any], heard: Heard, lost: Callable[[], None]) -> None:
        from comm import create_comm

        self._heard, self._lost = heard, lost
        self._over = threading.Lock()
        self._timer = threading.Timer(SECONDS, self._give_up)
        self._timer.daemon = True
        self._comm = create_comm(target_name=TARGET, data=question)
        self._comm.on_msg(self._take)
        self._comm.on_close(lambda _: self._give_up())
        self._timer.start()

    def say(self, data: dict[str, Any]) -> None:
        """Send something more."""
        self._comm.send(data)

    def end(self) -> bool:
        """Have no more of it; False where it was over already."""
        self._timer.cancel()
        if not self._over.acquire(blocking=False):
            return False
        self._comm.close()
        return True

    def _take(self, message: dict[str, Any]) -> None:
        if not self._over.locked():
            self._heard(message["content"]["data"])

    def _give_up(self) -> None:
        if self.end():
            self._lost()


def to_copy(source: str) -> Any:
    """A widget with code that can be copied."""
    import ipywidgets as w

    return w.Textarea(value=source, rows=min(source.count("\n") + 2, 12), layout=w.Layout(width="95%"))


def rewrite_parameters(make: Callable[[str], str], done: Callable[[], None], lost: Callable[[], None]) -> None:
    """Replace the code of the parameters cell by what `make` makes of it; empty where there is none yet."""

    def heard(data: dict[str, Any]) -> None:
        if "written" in data:
            talk.end()
            done() if data["written"] else lost()
        elif "source" in data:
            try:
                talk.say({"source": make(data["source"] or "")})
            except SyntaxError:  # what is no Python is left as it is
                talk.end()
                lost()

    talk = Conversation({"asks": "parameters"}, heard, lost)


def insert(source: str, done: Callable[[], None], lost: Callable[[], None]) -> None:
    """Put code into the cell after the one that is selected."""

    def heard(data: dict[str, Any]) -> None:
        talk.end()
        done() if data.get("inserted") else lost()

    talk = Conversation({"asks": "insert", "source": source}, heard, lost)
