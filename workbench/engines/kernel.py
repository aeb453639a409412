"""The papermill engine `workbench-kernel`, as papermill sees it."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

NAME = "workbench-kernel"


class KernelEngine:
    """Executes a notebook in a kernel of its own, for `papermill --engine workbench-kernel`.

    papermill loads every engine while it is itself being imported, so what needs papermill is imported at first use.
    """

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """Execute all cells; `options` are those of papermill's engines, and `job` where a worker calls."""
        from .managed import execute_notebook

        return execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """The kernel to use: `name` if given, else the notebook's, else python3 for Python."""
        from .kernelspecs import kernel_name

        return kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """The language that parameters are written in."""
        from .kernelspecs import language as language_of

        return language_of(nb, language)
