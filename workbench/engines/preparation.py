"""What papermill does to a notebook before it is executed, with parameters that are checked first."""

from __future__ import annotations

from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from nbformat import NotebookNode
from papermill.execute import prepare_notebook_metadata, remove_error_markers
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from papermill.utils import find_first_tagged_cell_index

from workbench.core.errors import Invalid

from . import declarations, injection, kernelspecs
from .kernel import NAME


def kernel_of(nb: NotebookNode, name: str | None, language: str | None) -> tuple[str, str]:
    """The kernel that a notebook will run in, and the language of its parameters.

    Raises:
        Invalid: it names no kernel, or one that is not installed.
    """
    try:
        kernel = kernelspecs.kernel_name(nb, name)
        spec = kernelspecs.spec(kernel)
        return kernel, language or spec.language or kernelspecs.language(nb)
    except (kernelspecs.NoKernel, NoSuchKernel) as error:
        raise Invalid(
            f"The notebook cannot be run: {error}",
            fix=f"Name a kernel that is installed: {', '.join(kernelspecs.installed())}.",
            code="no_kernel",
        ) from error


def with_parameters(
    notebook: NotebookNode, parameters: dict[str, Any], kernel: str, language: str, report_mode: bool
) -> NotebookNode:
    """A copy of a notebook with the parameters in a cell of their own.

    Raises:
        Invalid: a name or a value cannot be used, or the language cannot spell it.
    """
    python = language == "python"
    injection.check(parameters, _declared(notebook) if python else (), python=python)
    nb: NotebookNode = load_notebook_node(notebook)
    if not parameters:
        return nb
    given = declarations.moments(notebook, parameters) if python else parameters
    source = injection.cell_source(given, kernel, language)
    nb = parameterize_notebook(
        nb, injection.plain(parameters), report_mode, kernel_name=kernel, language=language, engine_name=NAME
    )
    nb.cells[find_first_tagged_cell_index(nb, "injected-parameters")].source = source
    return nb


def marked(nb: NotebookNode, source: str, target: str | None, report_mode: bool) -> NotebookNode:
    """The notebook with papermill's metadata and without the marks of an earlier failure."""
    marked: NotebookNode = remove_error_markers(prepare_notebook_metadata(nb, source, target, report_mode))
    return marked


def _declared(notebook: NotebookNode) -> list[str]:
    try:
        return [one.name for one in declarations.declared_in(notebook)[0]]
    except SyntaxError:
        return []
