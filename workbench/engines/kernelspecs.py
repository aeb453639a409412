"""Which kernel a notebook wants, and which it gets where that one is not installed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from nbformat import NotebookNode

log = logging.getLogger("papermill")

DEFAULT = "python3"


class NoKernel(ValueError):
    """The notebook names no kernel that exists here."""


def kernel_name(nb: NotebookNode, name: str | None = None) -> str:
    """The name of an installed kernel for a notebook.

    A kernel asked for by `name` is taken at its word. A Python notebook whose own kernel is missing or unnamed gets
    python3, with a warning: one in three public parameterised notebooks names a kernel that exists nowhere else.

    Raises:
        NoKernel: the notebook names no kernel, or one that is not installed.
    """
    if name:
        return name
    named = _spec(nb).get("name")
    if named and _installed(named):
        return str(named)
    if is_python(nb):
        if named:
            log.warning("Kernel %r is not installed; the notebook runs in %s.", named, DEFAULT)
        return DEFAULT
    if named:
        raise NoKernel(f"The kernel {named!r} is not installed; installed are: {', '.join(installed())}.")
    raise NoKernel("No kernel name found in notebook and no override provided.")


def language(nb: NotebookNode, given: str | None = None) -> str:
    """The language of a notebook, from its metadata, else from the kernel it names.

    Raises:
        NoKernel: nothing says what language it is.
    """
    if given:
        return given
    if is_python(nb):
        return "python"
    if found := _stated(nb):
        return found
    raise NoKernel("No language found in notebook and no override provided.")


def is_python(nb: NotebookNode, kernel: str | None = None) -> bool:
    """Whether a notebook is in Python: as the chosen `kernel` is, else as the notebook says in one way or another."""
    said = (_installed_language(kernel) if kernel else "") or _stated(nb)
    return said.lower() in {"python", "ipython"}


def spec(name: str) -> KernelSpec:
    """The specification of an installed kernel.

    Raises:
        NoSuchKernel: it is not installed.
    """
    return KernelSpecManager().get_kernel_spec(name)


def installed() -> list[str]:
    """The names of the kernels that are installed."""
    return sorted(KernelSpecManager().find_kernel_specs())


def _spec(nb: NotebookNode) -> Mapping[str, Any]:
    return nb.metadata.get("kernelspec") or {}


def _stated(nb: NotebookNode) -> str:
    """The language that the metadata name, else that of the kernel they name; empty where neither is known."""
    said = nb.metadata.get("language_info", {}).get("name") or _spec(nb).get("language")
    if said:
        return str(said)
    name = str(_spec(nb).get("name") or "")
    pythonic = name.startswith(("python", "conda-env-", "venv", ".venv"))
    return _installed_language(name) or ("python" if pythonic else "")


def _installed_language(name: str) -> str:
    try:
        return str(spec(name).language)
    except (NoSuchKernel, ValueError):
        return ""


def _installed(name: str) -> bool:
    try:
        spec(name)
    except (NoSuchKernel, ValueError):
        return False
    return True
