"""Errors that end where a notebook called: a refusal says what is wrong, and the frames beneath it say nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import WorkbenchError


class BriefCaller:
    """A caller that raises a refusal without the frames within, which would be pages of a notebook's output."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def call(self, name: str, /, **fields: Any) -> Any:
        """Carry out an operation."""
        return _brief(self._caller.call, name, **fields)

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Carry out a raw operation."""
        return _brief(self._caller.stream, name, body, **fields)


def _brief(verb: Callable[..., Any], /, *arguments: Any, **fields: Any) -> Any:
    try:
        return verb(*arguments, **fields)
    except WorkbenchError as error:
        if error.status == WorkbenchError.status:  # nobody expected it: its frames tell where it is
            raise
        raise error.with_traceback(None) from None
