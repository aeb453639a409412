"""Writes notebooks whole or not at all, and never for longer than a share of the time that passed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from nbformat import NotebookNode
from papermill import iorw

from workbench.core.files import write_whole

from .hiding import without_secrets
from .writing import notebook_text

log = logging.getLogger("papermill")

SHARE = 0.05
PAUSE_SECONDS = 1.0


def notebook_bytes(nb: NotebookNode) -> bytes:
    """A notebook as a file, byte for byte as papermill writes it but for secrets; half characters become `?`."""
    return without_secrets(notebook_text(nb)).encode("utf-8", "replace")


class WholeFiles(iorw.LocalHandler):  # type: ignore[misc]
    """papermill's local files, written whole or not at all."""

    def write(self, buf: str, path: str) -> None:
        write_whole(Path(self._cwd or "") / path, without_secrets(buf).encode("utf-8", "replace"))


def install() -> None:
    """Have papermill itself write local files whole from now on; its last write comes after the engine's."""
    handlers = iorw.papermill_io._handlers
    for place, (scheme, handler) in enumerate(handlers):
        if scheme == "local" and type(handler) is iorw.LocalHandler:
            whole = WholeFiles()
            whole._cwd = handler._cwd
            handlers[place] = (scheme, whole)


class Saver:
    """Saves a notebook that grows; between saves it waits until they took no more than `share` of the time.

    Storage other than local files is reached by papermill's own handlers, on the same budget.
    """

    def __init__(
        self,
        path: str | None,
        *,
        share: float = SHARE,
        pause: float = PAUSE_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._write = self._writer(path)
        self._share, self._pause, self._clock = share, pause, clock
        self._next = 0.0
        self.last = clock()
        self._complained = False

    @staticmethod
    def _writer(path: str | None) -> Callable[[NotebookNode], None] | None:
        if path is None:
            return None
        handler = iorw.papermill_io.get_handler(path)
        if isinstance(handler, iorw.LocalHandler):
            # Resolved now: the folder that papermill remembers is its own only while it runs.
            target = Path(handler._cwd or "").absolute() / path
            return lambda nb: write_whole(target, notebook_bytes(nb))
        return lambda nb: iorw.write_ipynb(nb, path)

    def save(self, nb: NotebookNode) -> None:
        """Save now.

        Raises:
            OSError: it could not be written.
        """
        if self._write is None:
            return
        started = self._clock()
        try:
            self._write(nb)
        finally:
            self.last = self._clock()
            self._next = self.last + max(self._pause, (self.last - started) * (1 / self._share - 1))

    def postpone(self) -> None:
        """Save only when told to in so many words."""
        self._next = float("inf")

    def save_if_due(self, nb: NotebookNode) -> None:
        """Save if the budget allows; a failure is only logged, since the last save tells in earnest."""
        if self._write is None or self._clock() < self._next:
            return
        try:
            self.save(nb)
        except OSError as error:
            if not self._complained:
                log.warning("The notebook could not be saved for now: %s", error)
            self._complained = True
