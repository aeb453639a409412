"""Notebooks as bytes become notebooks, or a clear refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Invalid, TooLarge

from .limits import MIB

if TYPE_CHECKING:
    from nbformat import NotebookNode

DEEPEST = 200


def read(content: bytes | str, *, name: str = "The notebook", limit: int | None = None) -> NotebookNode:
    """A notebook of the current format made of a file's content; older formats are upgraded.

    Raises:
        TooLarge: it has more than `limit` bytes.
        Invalid: it is not JSON, not a notebook, or of a format that is not known.
    """
    size = len(content)
    if limit is not None and size > limit:
        raise TooLarge(
            f"{name} has {size / MIB:.1f} MiB; at most {limit / MIB:g} MiB are taken.",
            fix="Clear its outputs and keep data in files or tables.",
            code="notebook_too_large",
        )
    return from_json(_parsed(content, name), name=name)


def from_json(found: Any, *, name: str = "The notebook") -> NotebookNode:
    """A notebook of the current format made of parsed JSON; `found` is left as it is.

    Raises:
        Invalid: it is not a notebook, or of a format that is not known.
    """
    import nbformat

    if not isinstance(found, dict) or not isinstance(found.get("nbformat"), int):
        raise _not_a_notebook(name, "it has no nbformat")
    if not 3 <= found["nbformat"] <= 4:
        raise Invalid(
            f"{name} is of notebook format {found['nbformat']}; 3 and 4 are understood.",
            fix="Open it in JupyterLab and save it.",
            code="notebook_format",
        )
    try:
        # An upgraded notebook is still of the old format's class, which papermill does not know.
        notebook: NotebookNode = nbformat.from_dict(nbformat.reads(json.dumps(_mended(found)), as_version=4))
        errors = list(nbformat.validator.iter_validate(notebook, relax_add_props=True))
        _tame(notebook)
    except Exception as error:
        # nbformat's upgrade of a malformed notebook raises whatever the malformation leads to.
        raise _not_a_notebook(name, f"{type(error).__name__}: {str(error)[:200]}") from error
    for wrong in errors:
        # papermill runs notebooks with odd metadata and outputs, of which there are many; so do we.
        if not {"metadata", "outputs"} & {*wrong.absolute_path}:
            where = "/".join(str(part) for part in wrong.absolute_path) or "the top"
            raise _not_a_notebook(name, f"at {where}: {str(wrong.message)[:200]}")
    return notebook


def _tame(notebook: NotebookNode) -> None:
    """Drop metadata that are not what everybody takes them for."""
    for key in ("kernelspec", "language_info"):
        if not isinstance(notebook.metadata.get(key, {}), dict):
            del notebook.metadata[key]
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            del cell.metadata["tags"]
        if cell.cell_type == "code":
            cell.setdefault("outputs", [])


def _mended(found: dict[str, Any]) -> dict[str, Any]:
    """The notebook with what people and tools forget: a kernel's display name, and an id of its own for every cell."""
    metadata = found.get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    if isinstance(metadata, dict) and isinstance(spec, dict) and "name" in spec:
        found = {**found, "metadata": {**metadata, "kernelspec": {"display_name": spec["name"], **spec}}}
    return _with_ids(found)


def _with_ids(found: dict[str, Any]) -> dict[str, Any]:
    cells = found.get("cells")
    if (found["nbformat"], found.get("nbformat_minor", 0)) < (4, 5) or not isinstance(cells, list):
        return found
    seen: set[object] = set()
    named = []
    for place, cell in enumerate(cells):
        given = cell.get("id") if isinstance(cell, dict) else None
        fresh = f"cell-{place}" if not isinstance(given, str) or not given or given in seen else given
        named.append({**cell, "id": fresh} if isinstance(cell, dict) else cell)
        seen.add(fresh)
    return {**found, "cells": named}


def _parsed(content: bytes | str, name: str) -> Any:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return json.loads(text)
    except RecursionError as error:
        raise _not_a_notebook(name, "its JSON is nested too deep") from error
    except ValueError as error:
        raise Invalid(
            f"{name} is not JSON: {str(error)[:200]}.",
            fix="A notebook is a JSON file ending in .ipynb; was it cut short, or is it another kind of file?",
            code="notebook_not_json",
        ) from error


def _not_a_notebook(name: str, why: str) -> Invalid:
    return Invalid(
        f"{name} is not a valid notebook: {why}.",
        fix="Open it in JupyterLab, mend it and save it.",
        code="notebook_invalid",
    )
