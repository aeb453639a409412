"""Stands where Jupyter would tell everybody's file names to everybody."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketHandler


class Silence(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Opens, so that JupyterLab does not try for ever, and says nothing; what happens is told by our own events."""

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Open."""
        await super().get(*args, **kwargs)

    def on_message(self, message: str | bytes) -> None:
        """Clients have nothing to say here."""

    def set_default_headers(self) -> None:
        """Set none: a socket's answer has no use for them."""
