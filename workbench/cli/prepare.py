"""What papermill does without running: parameters written into a notebook, and its parameters explained."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Invalid
from workbench.core.files import write_whole

from . import options, printing, replies

if TYPE_CHECKING:
    from .run import Asked


def prepare(session: options.Session, asked: Asked) -> int:
    """Write the notebook with its parameters to the output."""
    import nbformat

    from workbench.domains.pipelines import service as pipelines
    from workbench.engines import preparation

    notebook, given, flags = _notebook(session, asked), asked.parameters, asked.flags
    schema = pipelines.parameters_of(notebook, kernel=flags.kernel, strict=False)
    values = pipelines.coerce(schema, given.values, given.texts, strict=False)
    kernel, language = preparation.kernel_of(notebook, flags.kernel, flags.language)
    prepared = preparation.with_parameters(notebook, values, kernel, language, flags.report_mode)
    text = nbformat.writes(preparation.marked(prepared, asked.target, asked.output, flags.report_mode))
    if asked.output in (None, "-"):
        sys.stdout.write(text + "\n")
    else:
        write_whole(Path(str(asked.output)), text.encode("utf-8", "replace"))
    return 0


def help_notebook(session: options.Session, asked: Asked) -> int:
    """Show the parameters of the notebook or pipeline."""
    if asked.is_notebook:
        from workbench.domains.pipelines import service as pipelines

        schema = pipelines.parameters_of(_notebook(session, asked), kernel=asked.flags.kernel, strict=False)
    else:
        schema = session.caller.call("pipelines.parameters", id=asked.target).parameters
    if session.json:
        printing.document(schema)
        return 0
    replies.parameters(schema)
    return 0


def _notebook(session: options.Session, asked: Asked) -> Any:
    from .run import read

    if not asked.is_notebook:
        raise Invalid(f"{asked.target} is not a file.", fix="Pass a notebook's path, such as ./a.ipynb.", code="usage")
    return read(asked, session.settings.notebook_bytes)
