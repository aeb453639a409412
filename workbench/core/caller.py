"""How programs enter: the same two verbs in process, over a socket and over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from . import gate
from .context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .workbench import Workbench


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
    """Calls in this process; `identify` finds who calls, within the session of each call."""

    def __init__(self, workbench: Workbench, identify: Callable[[Session], Context]) -> None:
        self.workbench, self.identify = workbench, identify

    def call(self, name: str, /, **fields: Any) -> Any:
        """Carry out an operation in this process."""
        return self.enter(name, fields)

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Carry out a raw operation in this process."""
        return self.enter(name, fields, body)

    def enter(self, name: str, fields: dict[str, Any], body: Any = None) -> Any:
        """Carry out an operation of either kind; a caller for code of others refuses here what that may not ask for."""
        return gate.enter(self.workbench, self.workbench.registry[name], self.identify, fields, body)

    def context(self) -> Context:
        """The context that a call would have now.

        Raises:
            WorkbenchError: nobody could call: why is in the error.
        """
        with self.workbench.read() as db:
            return self.identify(db)
