"""How programs enter: the same two verbs in process, over a socket and over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from . import gate
from .context import Context
from .operations import Registry


class Caller(Protocol):
    """Someone who may call operations by name."""

    def call(self, name: str, /, **fields: Any) -> Any:
        """Carry out an operation and answer its reply model.

        Raises:
            WorkbenchError: as the operation does.
        """

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Carry out a raw operation: `body` is a pyarrow.RecordBatchReader or None, and so may be the answer."""


class LocalCaller:
    """Calls in this process; `context` makes the context of each call."""

    def __init__(self, registry: Registry, context: Callable[[], Context]) -> None:
        self._registry, self.context = registry, context

    def call(self, name: str, /, **fields: Any) -> Any:
        """Carry out an operation in this process."""
        return gate.call(self._operation(name), self.context(), fields)

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Carry out a raw operation in this process."""
        return gate.call(self._operation(name), self.context(), fields, body)

    def _operation(self, name: str) -> Any:
        if name not in self._registry.operations:
            self._registry.discover(only=name.partition(".")[0])
        return self._registry[name]
