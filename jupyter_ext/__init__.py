"""The Jupyter server extension: REST, events, health and pages on the port of `jupyter lab`."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import WorkbenchApp

    return [{"module": "jupyter_ext", "app": WorkbenchApp}]
