"""Where a notebook comes from: a file within the root, or the caller's own hands."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.core.errors import Invalid, NotFound, TooLarge
from workbench.core.files import open_beneath
from workbench.engines.limits import MIB

_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """A notebook's bytes and where they were found; `label` is a path within the root, or empty."""

    content: bytes
    label: str = ""


def from_json(notebook: dict[str, Any]) -> Source:
    """A notebook that was sent as JSON."""
    return Source(json.dumps(notebook, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def from_path(path: str, root: Path, limit: int) -> Source:
    """A notebook in a file, named from the root or absolutely.

    Raises:
        Invalid: the path leads out of the root, has braces in it, or is not a file's.
        NotFound: there is no such file.
        TooLarge: it has more than `limit` bytes.
    """
    if "{" in path or "}" in path or "\0" in path:
        raise _bad_path(f"The path {path[:200]!r} has braces in it.", "Rename the file: papermill fills braces in.")
    base = root.resolve()
    try:
        found = (base / path).resolve()
        if not found.is_relative_to(base):
            raise _bad_path(
                f"The path {path[:200]!r} is outside {base}.",
                "Copy the notebook into that folder, set WORKBENCH_ROOT, or send the notebook itself.",
            )
        state = found.stat()
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            raise NotFound(f"There is no file {path[:200]!r} in {base}.", code="file_not_found") from error
        raise _bad_path(f"The path {path[:200]!r} cannot be read: {error}.", "Check its name and rights.") from error
    if not stat.S_ISREG(state.st_mode):
        raise _bad_path(f"{path[:200]!r} is not a file.", "Name a notebook, such as notebooks/daily_delays.ipynb.")
    if state.st_size > limit:
        raise TooLarge(
            f"{path[:200]!r} has {state.st_size / MIB:.1f} MiB; at most {limit / MIB:g} MiB are taken.",
            fix="Clear its outputs and keep data in files or tables.",
            code="notebook_too_large",
        )
    return Source(_read(base, found.relative_to(base), limit), str(found.relative_to(base)))


def slug(text: str) -> str:
    """A name for the catalog made of a title or a file's name."""
    found = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")[:63] or "notebook"
    return found if not found[0].isdigit() else f"_{found}"[:63]


def heading(notebook: Any) -> str:
    """The first heading of a notebook's text; empty where there is none."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := _HEADING.search(cell.source)):
            return found[1][:200]
    return ""


def _read(base: Path, place: Path, limit: int) -> bytes:
    try:
        with open_beneath(base, place) as file:
            return file.read(limit + 1)
    except OSError as error:
        raise _bad_path(f"{place.name!r} cannot be read: {error.strerror}.", "Check its rights.") from error


def _bad_path(detail: str, fix: str) -> Invalid:
    return Invalid(detail, fix=fix, code="bad_path", errors=[{"pointer": "/path", "message": detail}])
