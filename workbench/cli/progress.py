"""What `workbench run` shows of a run while it runs: how far it is, and what its cells print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from workbench.core.errors import Invalid
from workbench.display import clean, display
from workbench.foreground import Log

if TYPE_CHECKING:
    from workbench.core.caller import Caller


@contextmanager
def shown(caller: Caller, flags: argparse.Namespace) -> Iterator[Callable[[Any], None]]:
    """Within it a run is shown as the flags ask, each view of it that is handed over."""
    with ExitStack() as stack:
        bar = flags.progress_bar is not False and not flags.log_output
        show = stack.enter_context(display()).show if bar else None
        sinks: list[TextIO] = [sys.stderr] if flags.log_output else []
        if flags.stdout_file:
            sinks.append(stack.enter_context(_opened(flags.stdout_file)))
        if flags.stderr_file:  # the engine keeps one stream
            stack.enter_context(_opened(flags.stderr_file))
        log = Log(caller)

        def watch(run: Any) -> None:
            if show:
                show(run.title, run)
            for line in log.new(run) if sinks else ():
                for sink in sinks:
                    print(clean(line) if sink.isatty() else line, file=sink)
            for sink in sinks:
                sink.flush()

        yield watch


def _opened(name: str) -> TextIO:
    try:
        return Path(name).open("w", encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{name} cannot be written: {error.strerror}.", fix="Choose another file.") from None
