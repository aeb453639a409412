"""The Jupyter server of a team: what it is configured to do, and nothing else."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.httpserver import HTTPServer
from traitlets import Bool, Instance
from traitlets.config import Config

from workbench.core.errors import NotFound
from workbench.core.settings import Settings

from .activity import Activity
from .contents import WorkspaceContents
from .guard import Guard
from .identity import TeamIdentity
from .inline import inline_scripts
from .kernels import Kernels, Sessions
from .personal import Personal
from .places import Places
from .rates import Rates
from .refusing import LOGIN
from .sockets import Watch
from .window import page_config

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

HEADER_BYTES = 32 * 1024
IDLE_SECONDS = 300
BODY_BYTES = 1024 * 1024  # until the guard knows better


class TeamServer(ServerApp):
    """A server whose every route is behind the guard; it reads no configuration but the home's."""

    settings = Instance(Settings)
    pages_at_once = Bool(True, help="Whether the process that draws pages is started before anybody opens one.")
    kernel_manager: Kernels
    contents_manager: WorkspaceContents
    guard: Guard
    watch: Watch
    activity: Activity

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Read none: whoever may write a file of Jupyter's configuration may not thereby open the server."""

    @property
    def workbench(self) -> Workbench:
        """The open home.

        Raises:
            Unavailable: it is closed.
        """
        return self.guard.home()

    def init_webapp(self) -> None:
        """Make the web application, with the guard before it from the first request on."""
        places = Places(self.settings, self.base_url, self.ip, bool(self.certfile))
        kept = {"path": self.base_url, "samesite": "Lax", "secure": places.secure}
        self.tornado_settings |= {
            "xsrf_cookie_kwargs": kept,
            "login_url": f"{self.base_url}{LOGIN}",
            "page_config_hook": page_config,
        }
        super().init_webapp()
        self.guard = Guard(self.web_app, places, Rates(self.settings), inline=inline_scripts())
        self.activity = Activity(self.guard.home)
        self.watch = Watch(self.activity)
        self.guard.hearers += [
            Personal(self.settings.home).adapt, self._own_kernel, self.watch.hear, self.activity.hear,
        ]  # fmt: skip

    def init_httpserver(self) -> None:
        """Listen, with bounds on what is read before anybody is asked."""
        self._http_server = HTTPServer(
            self.web_app,
            ssl_options=self.ssl_options,
            xheaders=self.trust_xheaders,
            max_body_size=BODY_BYTES,
            max_buffer_size=self.max_buffer_size,
            max_header_size=HEADER_BYTES,
            idle_connection_timeout=IDLE_SECONDS,
        )
        self._find_http_port()
        self.io_loop.add_callback(self._bind_http_server)

    def _own_kernel(self, _: Any, found: Any, visitor: Any) -> None:
        if (named := found.path_kwargs.get("kernel_id")) is None:
            return
        kernel_id = named.decode("ascii", "replace")
        if not self.kernel_manager.owned(kernel_id, visitor):
            raise NotFound("There is no such kernel, or it is another's.")
        if found.handler_class is KernelWebsocketHandler:
            self.workbench.pools.gate.submit(self.kernel_manager.welcome, kernel_id, visitor)


def traits(settings: Settings) -> dict[str, Any]:
    """What a team server is made with; the rest is what `workbench serve` was told."""
    settings.files_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = {
        "LabApp": {"extension_manager": "readonly", "news_url": None, "expose_app_in_browser": False},
        "WorkbenchApp": {"home": str(settings.home)},
    }
    return {
        "settings": settings,
        "config": Config(config),
        "jpserver_extensions": {"jupyterlab": True, "jupyter_ext.team": True},
        "root_dir": str(settings.files_dir),
        "default_url": "/workbench",
        "identity_provider_class": TeamIdentity,
        "contents_manager_class": WorkspaceContents,
        "kernel_manager_class": Kernels,
        "session_manager_class": Sessions,
        "trust_xheaders": settings.trust_proxy,
        "allow_unauthenticated_access": False,
        "allow_remote_access": True,  # which names are ours is the guard's question
        "allow_root": True,
        "cookie_secret": secrets.token_bytes(32),
        "terminals_enabled": False,
        "quit_button": False,
        "open_browser": False,
        "no_browser_open_file": True,
    }
