"""An address for every reviewed handler."""

from __future__ import annotations

NOBODYS = "00000000-0000-0000-0000-000000000000"

JUPYTER = "jupyter_server.services"
ADDRESSES = (
    ("jupyter_ext.health.Livez", "workbench/livez"),
    ("jupyter_ext.health.Readyz", "workbench/readyz"),
    ("jupyter_ext.health.Metrics", "workbench/metrics"),
    ("jupyter_ext.health.OpenApi", "workbench/api/v1/openapi.json"),
    ("jupyter_ext.health.NoRoute", "workbench/api/v2"),
    ("jupyter_ext.handler.OperationHandler", "workbench/api/v1/w/default/tables"),
    ("jupyter_ext.socket.EventSocket", "workbench/api/v1/events"),
    ("jupyter_ext.panels.EntryHandler", "workbench"),
    ("jupyter_ext.panels.PageHandler", "workbench/apps/default/home"),
    ("jupyter_ext.panels.AssetHandler", "workbench/apps/static/js/bokeh.min.js"),
    ("jupyter_ext.team.arriving.Forgot", "workbench/forgot"),
    ("jupyter_ext.team.arriving.Invitation", "workbench/invitation"),
    ("jupyter_ext.team.arriving.Reset", "workbench/reset"),
    ("jupyter_ext.team.signing.Login", "workbench/login"),
    ("jupyter_ext.team.signing.Logout", "workbench/logout"),
    ("jupyter_ext.team.silence.Silence", "api/events/subscribe"),
    ("jupyter_ext.panels.SocketDoor", "workbench/apps/default/home/ws"),
    (f"{JUPYTER}.api.handlers.IdentityHandler", "api/me"),
    (f"{JUPYTER}.api.handlers.APIStatusHandler", "api/status"),
    (f"{JUPYTER}.config.handlers.ConfigHandler", "api/config/notebook"),
    (f"{JUPYTER}.contents.handlers.ContentsHandler", "api/contents/default"),
    (f"{JUPYTER}.contents.handlers.CheckpointsHandler", "api/contents/default/x.ipynb/checkpoints"),
    (f"{JUPYTER}.contents.handlers.ModifyCheckpointsHandler", "api/contents/default/x.ipynb/checkpoints/checkpoint"),
    (f"{JUPYTER}.kernels.handlers.MainKernelHandler", "api/kernels"),
    (f"{JUPYTER}.kernels.handlers.KernelHandler", f"api/kernels/{NOBODYS}"),
    (f"{JUPYTER}.kernels.handlers.KernelActionHandler", f"api/kernels/{NOBODYS}/interrupt"),
    (f"{JUPYTER}.kernels.websocket.KernelWebsocketHandler", f"api/kernels/{NOBODYS}/channels"),
    (f"{JUPYTER}.sessions.handlers.SessionRootHandler", "api/sessions"),
    (f"{JUPYTER}.sessions.handlers.SessionHandler", f"api/sessions/{NOBODYS}"),
    (f"{JUPYTER}.kernelspecs.handlers.MainKernelSpecHandler", "api/kernelspecs"),
    (f"{JUPYTER}.kernelspecs.handlers.KernelSpecHandler", "api/kernelspecs/python3"),
    ("jupyter_server.kernelspecs.handlers.KernelSpecResourceHandler", "kernelspecs/python3/logo-svg.svg"),
    ("jupyter_server.files.handlers.FilesHandler", "files/default/x.txt"),
    ("jupyter_server.base.handlers.FileFindHandler", "static/lab/index.html"),
    ("jupyter_server.base.handlers.RedirectWithParams", ""),
    ("jupyterlab_server.handlers.LabHandler", "lab"),
    ("jupyterlab_server.settings_handler.SettingsHandler", "lab/api/settings/@jupyterlab/apputils-extension:themes"),
    ("jupyterlab_server.translations_handler.TranslationsHandler", "lab/api/translations"),
    ("jupyterlab_server.workspaces_handler.WorkspacesHandler", "lab/api/workspaces/default"),
    ("jupyterlab_server.themes_handler.ThemesHandler", "lab/api/themes/x/index.css"),
)
