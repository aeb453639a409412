"""Turns a visit into a live page: one Bokeh session a visit, signed, and bound to whom it was made for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.core.clock import now

from .first import firsts
from .formats import ZONE, dated
from .languages import LANGUAGES, SPOKEN, tr
from .pages import PageSpec
from .sent import Bundles, document_of
from .visit import Visit

if TYPE_CHECKING:
    from bokeh.server.contexts import ApplicationContext
    from bokeh.server.tornado import BokehTornado

TOKEN_SECONDS = 300
KEEP_ALIVE_MS = 20_000
CHECK_UNUSED_MS = 15_000
UNUSED_LIFETIME_MS = 60_000
_opening: ContextVar[Opening] = ContextVar("workbench_opening")


@dataclass
class Opening:
    """A visit whose page is being drawn, and why it could not be."""

    visit: Visit
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it is sent to a browser, and the token with which it will ask for its session."""

    document: str
    token: str = field(repr=False)


class Host:
    """The pages of a server process; `prefix` is their common path, `secret` signs the sessions."""

    def __init__(self, pages: Sequence[PageSpec], prefix: str, secret: bytes) -> None:
        self.pages, self.prefix, self.secret = tuple(pages), prefix, secret
        self.bokeh: BokehTornado | None = None
        self.bundles: Bundles | None = None

    def prepare(self) -> None:
        """Import what drawing needs; takes seconds, so not on the event loop."""
        import panel.io.server  # noqa: F401 - teaches Bokeh's server Panel's ways

        from . import kit  # noqa: F401

        for page in self.pages:
            page.load()
        # Babel looks for the machine's time zone when it is loaded, which a process that is confined later may not.
        for language in LANGUAGES:
            copy_context().run(_speak_once, language)

    def start(self) -> None:
        """Begin to hold sessions, on the running event loop."""
        from bokeh.server.tornado import BokehTornado
        from panel.io.application import build_applications
        from tornado.ioloop import IOLoop

        at_paths = {f"/{page.key}": page for page in self.pages}
        draw = {at: _draw(page) for at, page in at_paths.items()}
        self.bokeh = BokehTornado(
            build_applications(draw, dict.fromkeys(at_paths, "Workbench")),
            prefix=self.prefix, secret_key=self.secret, sign_sessions=True, use_index=False,
            session_token_expiration=TOKEN_SECONDS, keep_alive_milliseconds=KEEP_ALIVE_MS,
            check_unused_sessions_milliseconds=CHECK_UNUSED_MS, unused_session_lifetime_milliseconds=UNUSED_LIFETIME_MS,
        )  # fmt: skip
        self.bundles = Bundles(self.bokeh.resources())
        self.bokeh.initialize(IOLoop.current())
        self.bokeh.start()

    def stop(self) -> None:
        """End all sessions."""
        if self.bokeh is not None:
            self.bokeh.stop()
            self.bokeh = None

    def context(self, page: PageSpec) -> ApplicationContext:
        """The sessions of a page."""
        if self.bokeh is None:
            raise RuntimeError("the pages have not been started")
        return self.bokeh.applications[f"/{page.key}"]

    async def open(self, visit: Visit, request: Any, bound_to: Mapping[str, str]) -> Shown:
        """Make a session for a visit and answer its page; `bound_to` is signed into the session's token.

        The page has what it shows first, unless that takes long.

        Raises:
            Exception: whatever the page's view raised.
        """
        from bokeh.util.token import generate_jwt_token, generate_session_id

        session_id = generate_session_id(secret_key=self.secret, signed=True)
        payload: Any = {"headers": {}, "cookies": {}, "arguments": {}, "workbench": dict(bound_to)}
        token = generate_jwt_token(
            session_id, self.secret, signed=True, extra_payload=payload, expiration=TOKEN_SECONDS
        )
        request.route_params, request.app_path = {}, request.path.removeprefix(self.prefix)
        opening = Opening(visit)
        before = _opening.set(opening)
        try:
            with firsts() as awaited:
                session = await self.context(visit.page).create_session_if_needed(session_id, request, token)
        finally:
            _opening.reset(before)
        if opening.error is not None:
            session.destroy()
            raise opening.error
        await awaited.come()
        assert self.bundles is not None
        lock: Any = session.with_document_locked  # what it answers is to be awaited, whatever its type says
        title = f"{tr(visit.page.title)} · Workbench"
        return Shown(await lock(document_of, session, token, self.bundles, title, visit.language), token)

    def bound_to(self, token: str) -> Mapping[str, str]:
        """What a session's token was bound to; empty where it is not one of ours, has expired, or was tampered with."""
        import time

        from bokeh.util.token import check_token_signature, get_token_payload

        try:
            if not check_token_signature(token, secret_key=self.secret, signed=True):
                return {}
            payload: Any = get_token_payload(token)
        except Exception:  # noqa: BLE001 - whatever cannot be read is not one of ours
            return {}
        alive = payload.get("session_expiry", 0) > time.time()
        bound: Mapping[str, str] = payload.get("workbench", {})
        return bound if alive else {}


def _speak_once(language: str) -> None:
    """Read the catalogue of a language, and its names of months."""
    SPOKEN.set(language)
    dated(now(), "%d %b")


def _draw(page: PageSpec) -> Any:
    view = page.load()

    def draw() -> Any:
        opening = _opening.get()
        ZONE.set(opening.visit.person.zone)  # what follows the page draws in this context
        SPOKEN.set(opening.visit.language)
        try:
            return view(opening.visit)
        except Exception as error:  # noqa: BLE001 - Panel would show its traceback to the visitor
            opening.error = error
            return None

    return draw
