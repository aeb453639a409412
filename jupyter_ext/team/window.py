"""What JupyterLab's window holds for a person: nothing that would only tell her that she may not."""

from __future__ import annotations

from typing import Any

from .asking import asking
from .contents import PERMISSION as EDIT
from .refusing import LOGIN, LOGOUT

# Each asks for a route that is denied to everybody.
NOBODYS = (
    "@jupyterlab/apputils-extension:announcements", "@jupyterlab/apputils-extension:licenses-plugin",
    "@jupyterlab/extensionmanager-extension", "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/lsp-extension", "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/pluginmanager-extension", "@jupyterlab/terminal-extension", "nbdime-jupyterlab",
)  # fmt: skip
# What is seen of notebooks, files and kernels; other plugins need what stands behind them.
CODERS = (
    "@jupyterlab/debugger-extension", "@jupyterlab/filebrowser-extension:file-upload-status",
    "@jupyterlab/filebrowser-extension:widget",
    "@jupyterlab/launcher-extension", "@jupyterlab/running-extension:sidebar",
)  # fmt: skip


def page_config(_: Any, config: dict[str, Any]) -> dict[str, Any]:
    """JupyterLab's configuration for whoever opens it (Jupyter's `page_config_hook`)."""
    left_out = NOBODYS if asking().where(EDIT) else (*NOBODYS, *CODERS)
    paths = {name: "" for name in config if name == "serverRoot" or name.endswith(("Dir", "extensionsPath"))}
    disabled = sorted({*config.get("disabledExtensions", ()), *left_out})
    ours = {"workbenchFolders": True, "workbenchLogin": LOGIN, "workbenchLogout": LOGOUT}
    return config | paths | ours | {"disabledExtensions": disabled, "buildAvailable": False, "buildCheck": False}
