"""What JupyterLab keeps for a person is kept for her alone: settings and the arrangement of her window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyterlab_server.settings_utils import SchemaHandler
from jupyterlab_server.workspaces_handler import WorkspacesHandler, WorkspacesManager

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

    from .visitor import Visitor

FOLDER = "people"


class Personal:
    """Below the home, one folder for each person, by her id."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def adapt(self, _: HTTPServerRequest, found: Any, visitor: Visitor) -> None:
        """Have a handler of JupyterLab's keep what it keeps in the person's folder."""
        if visitor.principal is None:
            return
        mine = self._folder / str(visitor.principal.user_id)
        if issubclass(found.handler_class, SchemaHandler):
            found.handler_kwargs = found.handler_kwargs | {"settings_dir": str(_made(mine / "settings"))}
        elif issubclass(found.handler_class, WorkspacesHandler):
            found.handler_kwargs = found.handler_kwargs | {"manager": WorkspacesManager(str(_made(mine / "windows")))}


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
