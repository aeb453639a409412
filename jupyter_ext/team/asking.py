"""Who asks, for the managers that Jupyter's handlers call without saying so."""

from __future__ import annotations

from jupyter_server import CallContext

from .visitor import Visitor, visitor_of


def asking() -> Visitor:
    """The visitor of the request that is being served; nobody where none is."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    return visitor_of(handler.request) if handler is not None else Visitor()
