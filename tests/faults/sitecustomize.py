"""Kills the process that imports it at a point that the environment names; put on PYTHONPATH by fault tests only.

``WORKBENCH_TEST_KILL=module:function:before`` (or ``after``) kills with SIGKILL when the function is first called. The
file named by ``WORKBENCH_TEST_KILLED`` makes sure that it happens once, whichever process comes by first.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
from types import ModuleType
from typing import Any

_point = os.environ.get("WORKBENCH_TEST_KILL", "")


def _die() -> None:
    try:
        os.close(os.open(os.environ["WORKBENCH_TEST_KILLED"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _patch(module: ModuleType, name: str, when: str) -> None:
    owner: Any = module
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    original = getattr(owner, last)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            _die()
        answer = original(*args, **kwargs)
        if when == "after":
            _die()
        return answer

    setattr(owner, last, wrapped)


class _Patcher(importlib.abc.MetaPathFinder):
    """Patches the module as soon as it has been imported."""

    def __init__(self, module: str, name: str, when: str) -> None:
        self._module, self._name, self._when = module, name, when

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        loader, patch = spec.loader, lambda module: _patch(module, self._name, self._when)

        class Loader(importlib.abc.Loader):
            def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
                return loader.create_module(spec)

            def exec_module(self, module: ModuleType) -> None:
                loader.exec_module(module)
                patch(module)

        spec.loader = Loader()
        return spec


if _point:
    import importlib.util

    sys.meta_path.insert(0, _Patcher(*_point.split(":")))
