"""Keeps secrets out of notebooks that are saved: a net for what a cell printed, not the wall.

What is known are the secrets that this process opened; in a team home that is every secret that a run can have used,
for the broker is in the process that saves.
"""

from __future__ import annotations

import json
from typing import Any

from workbench.core.secrets import KNOWN

from .writing import encoded

WRITTEN = ("text", "data", "evalue", "traceback")


def without_secrets(text: str) -> str:
    """A notebook's file whose sources, outputs and parameters hold no secret that this process knows."""
    hidden = KNOWN.hide(text)
    if hidden == text:
        return text
    try:
        nb = json.loads(text)
        for cell in nb["cells"]:
            cell["source"] = _hidden(cell["source"])
            for output in cell.get("outputs", ()):
                output.update({name: _hidden(output[name]) for name in WRITTEN if name in output})
        papermill = nb["metadata"].get("papermill", {})
        papermill.update({"parameters": _hidden(papermill["parameters"])} if "parameters" in papermill else {})
    except (ValueError, LookupError, AttributeError, TypeError):  # no notebook as we know them
        return hidden
    return encoded(nb, "\n") + ("\n" if text.endswith("\n") else "")


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return KNOWN.hide(value)
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    return value
