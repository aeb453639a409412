"""Every route that was reviewed, by the handler that serves it; all others are denied.

The table is asked what will really run, not what the address looks like: two addresses that are read differently by two
parsers still lead to one handler. `path` bounds handlers that serve several kinds of things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from workbench.core.errors import NotFound, NotPermitted, WrongMethod
from workbench.core.permissions import Level, level
from workbench.ui.likings import OPENS_LAB

from .visitor import within_scopes

if TYPE_CHECKING:
    from workbench.core.context import Principal


class Rate(StrEnum):
    """Which counter a request is counted by."""

    SIGN_IN = "sign_in"
    API = "api"
    ASSET = "asset"
    SOCKET = "socket"


class Content(StrEnum):
    """Under which content policy a reply is shown."""

    DATA = "data"
    PAGE = "page"
    LAB = "lab"
    FILE = "file"
    KIT = "kit"


@dataclass(frozen=True, slots=True)
class Who:
    """For whom a route is.

    anyone   also for those who are not signed in
    decides  whether the handler asks itself who may, as the gate does for each operation
    needs    a permission that must be held in some workspace
    """

    anyone: bool = False
    decides: bool = False
    needs: str | None = None

    def check(self, principal: Principal) -> None:
        """Refuse somebody for whom the route is not.

        Raises:
            NotPermitted: she holds the permission nowhere.
        """
        if self.needs is None or _holds(principal, self.needs):
            return
        raise NotPermitted(
            f"This needs {self.needs}, which you hold in no workspace.",
            fix="Ask an admin of your workspace for a role that has it.",
        )


ANYONE = Who(anyone=True)
HANDLER = Who(anyone=True, decides=True)
WORD = Who(anyone=True)  # that is, whoever knows the word in the address, which ends with whose it is
SIGNED_IN = Who()
LAB = Who(needs=OPENS_LAB)  # the four roles that make things, not the two that look at them
CODE = Who(needs="kernels:use")
FILES = Who(needs="notebooks:edit")


@dataclass(frozen=True, slots=True)
class Rule:
    """What was reviewed about a handler.

    `changing` says for whom it is beyond GET and HEAD, where that is narrower; `body` bounds what it is sent, in bytes,
    where it does not do so itself. `opaque` routes are asked by documents of no origin, which have no credentials.
    """

    methods: frozenset[str]
    who: Who
    rate: Rate = Rate.API
    content: Content = Content.DATA
    path: str = ".*"
    changing: Who | None = None
    body: int | None = 1024 * 1024
    opaque: bool = False

    def who_for(self, method: str) -> Who:
        """For whom a method is."""
        return self.changing if self.changing is not None and method not in ("GET", "HEAD") else self.who

    def by_person(self, method: str) -> bool:
        """Whether a request is a person's doing: it changes something, or opens a page or a file."""
        opens = self.rate is Rate.API and self.content is not Content.DATA
        return opens or method not in ("GET", "HEAD", "OPTIONS")

    def check(self, method: str, path: str) -> None:
        """Refuse a request that the rule does not cover.

        Raises:
            NotFound: the rule is about other addresses.
            WrongMethod: that is not done here.
        """
        if not re.fullmatch(self.path, path):
            raise unreviewed(path)
        if method not in self.methods:
            allowed = ", ".join(sorted(self.methods))
            raise WrongMethod(f"{method[:20]} is not understood here.", fix=f"Use {allowed}.", allow=allowed)


def _holds(principal: Principal, permission: str) -> bool:
    """Whether somebody holds a permission in any workspace, within the scopes of her token."""
    return within_scopes(principal, permission) and any(
        level(permission, roles) is not Level.NONE for roles in principal.roles.values()
    )


def unreviewed(path: str) -> NotFound:
    """The answer to an address that nobody reviewed, and to one that leads nowhere: the two look alike."""
    return NotFound(f"There is no route {path[:200]}.", fix="See openapi.json for all.", code="no_route")


def rule_of(handler: type) -> Rule | None:
    """What was reviewed about a handler, None for nothing."""
    return REVIEWED.get(name_of(handler))


def name_of(handler: type) -> str:
    """By which name the table knows a handler."""
    return f"{handler.__module__}.{handler.__qualname__}"


def _rule(methods: str, who: Who, **more: object) -> Rule:
    return Rule(frozenset(methods.split()), who, **more)  # type: ignore[arg-type]


def _all(module: str, rules: Iterable[tuple[str, Rule]]) -> dict[str, Rule]:
    return {f"{module}.{name}": rule for name, rule in rules}


LARGE = 64 * 1024 * 1024  # a notebook with pictures, as JupyterLab saves it
FORM = 16 * 1024
VERBS = "GET HEAD POST PUT PATCH DELETE OPTIONS"

OURS = {
    **_all(
        "jupyter_ext",
        [
            ("health.Livez", _rule("GET", ANYONE)),
            ("health.Readyz", _rule("GET", HANDLER)),
            ("health.Metrics", _rule("GET", HANDLER)),
            ("health.OpenApi", _rule("GET", HANDLER)),
            ("health.NoRoute", _rule(VERBS, ANYONE)),
            ("handler.OperationHandler", _rule(VERBS, HANDLER, body=None)),
            ("socket.EventSocket", _rule("GET", SIGNED_IN, rate=Rate.SOCKET)),
            ("pages.handlers.EntryHandler", _rule("GET", SIGNED_IN, content=Content.PAGE)),
            ("pages.handlers.PageHandler", _rule("GET", SIGNED_IN, content=Content.PAGE)),
            ("pages.handlers.Lost", _rule("GET", SIGNED_IN, content=Content.PAGE)),
            ("pages.handlers.AssetHandler", _rule("GET", SIGNED_IN, rate=Rate.ASSET)),
            ("team.arriving.Forgot", _rule("GET POST", ANYONE, rate=Rate.SIGN_IN, content=Content.PAGE, body=FORM)),
            ("team.arriving.Invitation", _rule("GET POST", ANYONE, rate=Rate.SIGN_IN, content=Content.PAGE, body=FORM)),
            ("team.arriving.Reset", _rule("GET POST", ANYONE, rate=Rate.SIGN_IN, content=Content.PAGE, body=FORM)),
            ("team.arriving.Verify", _rule("GET POST", ANYONE, rate=Rate.SIGN_IN, content=Content.PAGE, body=FORM)),
            ("team.icon.Icon", _rule("GET", ANYONE, rate=Rate.ASSET)),
            ("team.signing.Login", _rule("GET POST", ANYONE, rate=Rate.SIGN_IN, content=Content.PAGE, body=FORM)),
            ("team.signing.Logout", _rule("GET POST", ANYONE, content=Content.PAGE, body=FORM)),
            ("team.silence.Silence", _rule("GET", LAB, rate=Rate.SOCKET)),
            ("pages.door.SocketDoor", _rule("GET", SIGNED_IN, rate=Rate.SOCKET)),
            ("served.handlers.AppOpen", _rule("GET", SIGNED_IN, content=Content.PAGE)),
            ("served.handlers.AppDocument", _rule("GET", WORD, content=Content.PAGE, opaque=True)),
            ("served.handlers.AppAsset", _rule("GET", WORD, rate=Rate.ASSET, content=Content.KIT, opaque=True)),
            ("served.handlers.AppSocket", _rule("GET", WORD, rate=Rate.SOCKET, opaque=True)),
        ],
    ),
}
JUPYTER = {
    **_all(
        "jupyter_server.services",
        [
            ("api.handlers.IdentityHandler", _rule("GET", LAB)),
            ("api.handlers.APIStatusHandler", _rule("GET", LAB)),
            ("config.handlers.ConfigHandler", _rule("GET", LAB)),
            # JupyterLab asks for the lists all the time: whoever may edit and start nothing sees empty ones.
            ("contents.handlers.ContentsHandler", _rule("GET POST PUT PATCH DELETE", LAB, changing=FILES, body=LARGE)),
            ("contents.handlers.CheckpointsHandler", _rule("GET POST", FILES)),
            ("contents.handlers.ModifyCheckpointsHandler", _rule("POST DELETE", FILES)),
            ("kernels.handlers.MainKernelHandler", _rule("GET POST", LAB, changing=CODE)),
            ("kernels.handlers.KernelHandler", _rule("GET DELETE", CODE)),
            ("kernels.handlers.KernelActionHandler", _rule("POST", CODE)),
            ("kernels.websocket.KernelWebsocketHandler", _rule("GET", CODE, rate=Rate.SOCKET)),
            ("sessions.handlers.SessionRootHandler", _rule("GET POST", LAB, changing=CODE)),
            ("sessions.handlers.SessionHandler", _rule("GET PATCH DELETE", CODE)),
            ("kernelspecs.handlers.MainKernelSpecHandler", _rule("GET", LAB)),
            ("kernelspecs.handlers.KernelSpecHandler", _rule("GET", LAB)),
        ],
    ),
    **_all(
        "jupyter_server",
        [
            ("kernelspecs.handlers.KernelSpecResourceHandler", _rule("GET HEAD", LAB, rate=Rate.ASSET)),
            ("files.handlers.FilesHandler", _rule("GET", FILES, content=Content.FILE)),
            ("base.handlers.FileFindHandler", _rule("GET HEAD", SIGNED_IN, rate=Rate.ASSET, content=Content.LAB)),
            ("base.handlers.RedirectWithParams", _rule("GET", ANYONE, content=Content.PAGE)),
        ],
    ),
}
JUPYTERLAB = _all(
    "jupyterlab_server",
    [
        ("handlers.LabHandler", _rule("GET", LAB, content=Content.LAB)),
        ("settings_handler.SettingsHandler", _rule("GET PUT", LAB)),
        ("translations_handler.TranslationsHandler", _rule("GET", LAB)),
        ("workspaces_handler.WorkspacesHandler", _rule("GET PUT DELETE", LAB)),
        ("themes_handler.ThemesHandler", _rule("GET HEAD", LAB, rate=Rate.ASSET, content=Content.LAB)),
    ],
)
REVIEWED: dict[str, Rule] = {**OURS, **JUPYTER, **JUPYTERLAB}

DENIED: dict[str, str] = {
    "jupyter_server.auth.login.LoginFormHandler": "asks for one password of all; people have accounts",
    "jupyter_server.auth.logout.LogoutHandler": "ends no session of ours, and does so on a GET",
    "jupyter_server.base.handlers.APIVersionHandler": "tells the version",
    "jupyter_server.base.handlers.AuthenticatedFileHandler": "reads files beside the contents' rules",
    "jupyter_server.base.handlers.PrometheusMetricsHandler": "tells what others do; ours is /workbench/metrics",
    "jupyter_server.base.handlers.PublicStaticFileHandler": "fails, since Jupyter gives it no folder",
    "jupyter_server.base.handlers.Template404": "leads nowhere",
    "jupyter_server.base.handlers.TrailingSlashHandler": "redirects to whatever the address says",
    "jupyter_server.nbconvert.handlers.NbconvertFileHandler": "runs templates and LaTeX as the server's user",
    "jupyter_server.nbconvert.handlers.NbconvertPostHandler": "runs templates and LaTeX as the server's user",
    "jupyter_server.services.api.handlers.APISpecHandler": "describes routes that are denied",
    "jupyter_server.services.api.handlers.PathResolverHandler": "tells paths of this machine",
    "jupyter_server.services.contents.handlers.NotebooksRedirectHandler": "an old name of the contents",
    "jupyter_server.services.contents.handlers.TrustNotebooksHandler": "lets one person's script run as another",
    "jupyter_server.services.events.handlers.EventHandler": "lets anybody say anything to everybody",
    "jupyter_server.services.events.handlers.SubscribeWebsocket": "tells everybody's file names to everybody",
    "jupyter_server.services.nbconvert.handlers.NbconvertRootHandler": "describes what is denied",
    "jupyter_server.services.security.handlers.CSPReportHandler": "writes what strangers send into the log",
    "jupyter_server.services.shutdown.ShutdownHandler": "stops the server",
    "jupyter_server.view.handlers.ViewHandler": "shows a file as a page of ours",
    "jupyterlab.handlers.announcements.CheckForUpdateHandler": "asks another host",
    "jupyterlab.handlers.announcements.NewsHandler": "asks another host",
    "jupyterlab.handlers.build_handler.BuildHandler": "builds what all are served",
    "jupyterlab.handlers.extension_manager_handler.ExtensionHandler": "installs what all are served",
    "jupyterlab.handlers.plugin_manager_handler.PluginHandler": "switches plugins off for all",
    "jupyterlab_server.handlers.NotFoundHandler": "leads nowhere",
    "jupyterlab_server.licenses_handler.LicensesHandler": "tells all versions",
    "jupyterlab_server.listings_handler.ListingsHandler": "asks another host",
}
