"""What a run leaves behind, without the secrets of the connectors that it read: a net, not the wall."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.core.files import write_whole
from workbench.core.secrets import KNOWN, mask
from workbench.core.workbench import Workbench
from workbench.domains.connectors.service import know_secrets
from workbench.domains.runs.models import Run
from workbench.domains.store.service import lineage


def hide_secrets(workbench: Workbench, run: Run, folder: Path) -> None:
    """Look through an attempt's notebook and log once it has ended.

    In personal mode the kernel opens connectors by itself, so only now this process gets to know their secrets.
    """
    from workbench.engines.hiding import without_secrets

    with workbench.read() as db:
        names = {connector for connector, _ in lineage.sources_of(db, run.commit_id)} if run.commit_id else set()
    if not names:
        return
    know_secrets(workbench, run.workspace_id, names)
    for path, hide in ((folder / "output.ipynb", without_secrets), (folder / "log.jsonl", KNOWN.hide)):
        if path.exists():
            text = path.read_text(encoding="utf-8")
            if (hidden := hide(text)) != text:
                write_whole(path, hidden.encode())


def masked(error: dict[str, Any] | None) -> dict[str, Any] | None:
    """How a run failed, with what looks like a secret hidden in its texts."""
    return error and {name: mask(value) if isinstance(value, str) else value for name, value in error.items()}
