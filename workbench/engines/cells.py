"""Small questions about cells and their outputs, and where to execute them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.core.terminal import seen

if TYPE_CHECKING:
    from nbformat import NotebookNode

Cell = TypeVar("Cell", bound=Mapping[str, Any])

SKIPPED = "skip-execution"  # as nbclient has it
_LONGEST_LINE = 120


def text_of(output: NotebookNode) -> str:
    """What an output says in plain text."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return f"{_message(output)}\n"
    text = output.get("data", {}).get("text/plain", "")
    return f"{text}\n" if isinstance(text, str) and text else ""


def frames_of(error: NotebookNode) -> str:
    """The traceback of an error up to what the error says; it quotes code."""
    return seen("\n".join(error.traceback)).rstrip().removesuffix(seen(_message(error)))


def _message(error: NotebookNode) -> str:
    return f"{error.ename}: {error.evalue}".rstrip(": ")


def first_line(source: str) -> str:
    """The first line of a cell that is not blank."""
    return next((line.strip()[:_LONGEST_LINE] for line in source.splitlines() if line.strip()), "")


def numbered(cells: Iterable[Cell]) -> list[Cell]:
    """The cells that have a number, the first of them 1: all code that the notebook's author wrote.

    What papermill injected to hold the parameters of a run is not hers. A cell without code, or one that is skipped,
    has its number too, for she sees it where she counts.
    """
    return [cell for cell in cells if cell["cell_type"] == "code" and not _is_injected(cell)]


def executes(cell: Mapping[str, Any], skipped: str = SKIPPED) -> bool:
    """Whether a run executes a cell; one that bears the tag `skipped`, and one without code, it passes over."""
    tags = cell.get("metadata", {}).get("tags", [])
    return bool(cell["cell_type"] == "code" and "".join(cell["source"]).strip() and skipped not in tags)


def _is_injected(cell: Mapping[str, Any]) -> bool:
    return "injected-parameters" in cell.get("metadata", {}).get("tags", [])


def outside_loops(work: Callable[[], None]) -> None:
    """Do something that runs event loops of its own: here, or in a thread where one is running already.

    Raises:
        BaseException: whatever `work` does.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        work()
        return
    errors: list[BaseException] = []

    def apart() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised again, in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=apart, name="workbench-kernel")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
