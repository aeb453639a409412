"""Notebooks on their way into the catalog: read, checked, stripped, hashed and packed."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Invalid
from workbench.engines import notebooks
from workbench.engines.declarations import tagged_cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

# What programs write while a notebook is executed or looked at; it makes no other notebook.
_VOLATILE = frozenset({"execution", "papermill", "ExecuteTime", "collapsed", "scrolled", "widgets", "signature"})
_VOLATILE_LANGUAGE = frozenset({"version", "pygments_lexer", "nbconvert_exporter", "codemirror_mode"})
_TOLD_BY_KERNELS = frozenset({"kernelspec", "language_info"})  # and kept by JupyterLab once one is connected


def parse_notebook(content: bytes | str, *, limit: int | None = None, name: str = "The notebook") -> NotebookNode:
    """A notebook that can be run, made of a file's content; older formats are upgraded.

    Raises:
        TooLarge: it has more than `limit` bytes.
        Invalid: it is no notebook, two of its cells are tagged `parameters`, or its `metadata.workbench` is not as the
            schema says.
    """
    notebook = notebooks.read(content, limit=limit, name=name)
    _check_tags(notebook)
    _check_metadata(notebook)
    return notebook


def require_kernel(notebook: NotebookNode) -> None:
    """Refuse a notebook that does not say in what it is to be run.

    Raises:
        Invalid: it names neither a kernel nor a language.
    """
    if not kernel_of(notebook) and not language_of(notebook):
        raise Invalid(
            "The notebook has no kernel: its metadata name neither a kernelspec nor a language.",
            fix="Open it in JupyterLab, choose a kernel and save it.",
            code="no_kernel",
        )


def kernel_of(notebook: NotebookNode) -> str:
    """The name of the kernel that a notebook wants; empty where it names none."""
    return _kernel_in(notebook.metadata)


def language_of(notebook: NotebookNode) -> str:
    """The language that a notebook says it is in; empty where it does not say."""
    return _language_in(notebook.metadata)


def own_metadata(notebook: NotebookNode) -> Mapping[str, Any]:
    """What the notebook says to the workbench."""
    found: Mapping[str, Any] = notebook.metadata.get("workbench") or {}
    return found


def stripped(notebook: NotebookNode) -> dict[str, Any]:
    """The notebook as JSON, without outputs and what else comes from executing or looking at it."""
    return {
        "cells": [_stripped_cell(cell) for cell in notebook.cells],
        "metadata": _stripped_metadata(notebook.metadata),
        "nbformat": notebook.nbformat,
        "nbformat_minor": notebook.nbformat_minor,
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a stripped notebook in canonical JSON.

    Ids of cells, which tools make up anew, do not count, nor does what a kernel tells of itself beyond its name.
    """
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in content["cells"]]
    said = content["metadata"]
    metadata = {key: value for key, value in said.items() if key not in _TOLD_BY_KERNELS}
    counted = {"cells": cells, "metadata": metadata, "kernel": _kernel_in(said) or _language_in(said)}
    canonical = json.dumps(counted, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def pack(content: Mapping[str, Any]) -> bytes:
    """JSON as the database keeps it."""
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def unpack(packed: bytes) -> Any:
    """What `pack` packed."""
    return json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))


def from_packed(packed: bytes) -> NotebookNode:
    """The notebook that was stripped and packed."""
    return notebooks.from_json(unpack(packed), name="The stored notebook")


def older(content: bytes) -> Any:
    """The JSON of a notebook of a format before 4, which is upgraded to be run; None for any other."""
    found = json.loads(content.decode("utf-8-sig"))
    return found if found.get("nbformat", 4) < 4 else None


def _kernel_in(metadata: Mapping[str, Any]) -> str:
    return str((metadata.get("kernelspec") or {}).get("name") or "")


def _language_in(metadata: Mapping[str, Any]) -> str:
    spec = metadata.get("kernelspec") or {}
    return str((metadata.get("language_info") or {}).get("name") or spec.get("language") or "")


def _stripped_cell(cell: NotebookNode) -> dict[str, Any]:
    kept: dict[str, Any] = {"cell_type": cell.cell_type, "id": cell.get("id", ""), "source": cell.source}
    kept["metadata"] = {key: value for key, value in cell.metadata.items() if key not in _VOLATILE}
    if cell.get("attachments"):
        kept["attachments"] = dict(cell.attachments)
    if cell.cell_type == "code":
        kept |= {"execution_count": None, "outputs": []}
    return kept


def _stripped_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in metadata.items() if key not in _VOLATILE}
    if isinstance(language := kept.get("language_info"), Mapping):
        kept["language_info"] = {key: value for key, value in language.items() if key not in _VOLATILE_LANGUAGE}
    return kept


def _check_tags(notebook: NotebookNode) -> None:
    places = tagged_cells(notebook)
    if len(places) > 1:
        raise Invalid(
            f"The cells {', '.join(str(place + 1) for place in places)} are all tagged `parameters`; only one may be.",
            fix="Put all parameters into one cell and remove the tag from the others.",
            code="duplicate_parameters",
            errors=[{"pointer": f"/cells/{place}/metadata/tags", "message": "tagged `parameters`"} for place in places],
        )


def _check_metadata(notebook: NotebookNode) -> None:
    whole, cell = _validators()
    errors = []
    if "workbench" in notebook.metadata:
        errors += _errors(whole, notebook.metadata["workbench"], "/metadata/workbench")
    for place, one in enumerate(notebook.cells):
        if "workbench" in one.metadata:
            errors += _errors(cell, one.metadata["workbench"], f"/cells/{place}/metadata/workbench")
    if errors:
        stated = "; ".join(f"{error['pointer']}: {error['message']}" for error in errors[:5])
        raise Invalid(
            f"The notebook's metadata for the workbench are not as its schema says: {stated}.",
            fix="Correct them in JupyterLab (Property Inspector), or remove the key `workbench`.",
            code="notebook_metadata",
            errors=errors,
        )


def _errors(validator: Any, value: Any, at: str) -> list[dict[str, str]]:
    found = sorted(validator.iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
    return [
        {"pointer": "/".join([at, *map(str, error.absolute_path)]), "message": str(error.message)[:300]}
        for error in found
    ]


def metadata_schema() -> dict[str, Any]:
    """The JSON Schema of `metadata.workbench`."""
    text = resources.files("workbench.domains.pipelines").joinpath("metadata.schema.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def _validators() -> tuple[Any, Any]:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
    from jsonschema.validators import extend  # type: ignore[import-untyped]

    types = Draft202012Validator.TYPE_CHECKER
    # Python reads `NaN` as a number, which no bound of a schema keeps out.
    finite = types.redefine("number", lambda _, value: types.is_type(value, "number") and value - value == 0)
    whole, checked = metadata_schema(), extend(Draft202012Validator, type_checker=finite)
    return checked(whole), checked(whole["$defs"]["cell"])
