"""Gives a home its own copies of the demo's notebooks, to open and to change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from workbench.core.files import write_whole

from .places import NOTEBOOKS, shipped_notebooks


def copy_notebooks(folder: Path) -> Path:
    """Bring the shipped notebooks into a folder; a copy whose cells a person has changed is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / ".shipped.json"
    known = _read(record)
    shipped = shipped_notebooks()
    for name in (f"{name}.ipynb" for name in NOTEBOOKS):
        content, target = (shipped / name).read_bytes(), folder / name
        there = _digest(target.read_bytes()) if target.exists() else None
        if there is None or there == known.get(name):
            if there != _digest(content):
                write_whole(target, content)
            known[name] = _digest(content)
    write_whole(record, json.dumps(known, indent=1).encode())
    return folder


def _read(record: Path) -> dict[str, str]:
    try:
        found = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(content: bytes) -> str:
    """Of what people write: outputs, counters and metadata, which running and saving change, do not count."""
    try:
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(content)["cells"]]
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()
