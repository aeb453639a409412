"""When a document may be changed.

Panel 1.9 drops changes of some models that happen after the browser fetched the document and before it says that it is
ready. Before the first moment and after the second they arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial

from .kit import pn


def when_ready(change: Callable[[], None]) -> None:
    """Change the current document now, or as soon as the browser has said that it is ready.

    It is drawn for who looks in either case: the browser's word comes in a context that knows of nobody.
    """
    if pn.state.loaded or not _fetched():
        change()
    else:
        pn.state.onload(partial(copy_context().run, change))


def _fetched() -> bool:
    context = pn.state.curdoc.session_context if pn.state.curdoc is not None else None
    session = getattr(context, "session", None)
    return session is not None and session.connection_count > 0
