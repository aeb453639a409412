"""The visits whose pages are drawn in another process, and for whom each of them calls."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from workbench.core.caller import Caller
from workbench.core.errors import NotAuthenticated

# A little longer than a session is kept that nobody looks at, so that a visit never ends before its page.
UNUSED_SECONDS = 90.0


@dataclass(slots=True)
class Opened:
    """A visit: whose calls it makes, what its session is bound to, how many sockets show it, and since when none."""

    caller: Caller = field(repr=False)
    bound_to: Mapping[str, str]
    handle: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(32))
    token: str = field(repr=False, default="")
    sockets: int = 0
    idle_since: float = field(default_factory=time.monotonic)


class Visits:
    """The visits of one server; each call asks anew whether its person may still make it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_handle: dict[str, Opened] = {}
        self._by_token: dict[str, Opened] = {}

    def open(self, caller: Caller, bound_to: Mapping[str, str]) -> Opened:
        """A visit that begins; those that ended long ago are forgotten."""
        opened = Opened(caller, bound_to)
        with self._lock:
            self._sweep()
            self._by_handle[opened.handle] = opened
        return opened

    def drawn(self, opened: Opened, token: str) -> None:
        """Note the token with which the page of a visit will ask for its socket."""
        with self._lock:
            if opened.handle in self._by_handle:
                opened.token = token
                self._by_token[token] = opened

    def close(self, opened: Opened) -> None:
        """End a visit: its handle and its token open nothing any more."""
        with self._lock:
            self._forget(opened)

    def clear(self) -> None:
        """End all visits: the process that drew them is gone."""
        with self._lock:
            self._by_handle.clear()
            self._by_token.clear()

    def of(self, bearer: str) -> Caller:
        """Whose calls a handle makes.

        Raises:
            NotAuthenticated: it is none, or its visit is over.
        """
        with self._lock:
            self._sweep()
            opened = self._by_handle.get(bearer)
        if opened is None:
            raise NotAuthenticated("This page is not open any more.", fix="Load it again.", code="page_closed")
        return opened.caller

    def bound(self, token: str) -> Mapping[str, str]:
        """What the session of a token is bound to; nothing where its visit is over or never was."""
        with self._lock:
            self._sweep()
            opened = self._by_token.get(token)
        return opened.bound_to if opened is not None else {}

    @contextmanager
    def shown(self, token: str) -> Iterator[None]:
        """Keep the visit of a token for as long as a socket shows it."""
        with self._lock:
            opened = self._by_token.get(token)
            if opened is not None:
                opened.sockets += 1
        try:
            yield
        finally:
            if opened is not None:
                with self._lock:
                    opened.sockets -= 1
                    opened.idle_since = time.monotonic()

    def _sweep(self) -> None:
        oldest = time.monotonic() - UNUSED_SECONDS
        for opened in [one for one in self._by_handle.values() if not one.sockets and one.idle_since < oldest]:
            self._forget(opened)

    def _forget(self, opened: Opened) -> None:
        self._by_handle.pop(opened.handle, None)
        self._by_token.pop(opened.token, None)
