"""The picture that browsers ask for by themselves, whoever looks."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler

from workbench.ui.documents import ICON


class Icon(JupyterHandler):
    """Answers the product's mark; Jupyter's own handler of this address finds no folder."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Send the picture, to be kept for a day."""
        self.set_header("Content-Type", "image/svg+xml")
        self.set_header("Cache-Control", "public, max-age=86400")
        self.finish(ICON)
