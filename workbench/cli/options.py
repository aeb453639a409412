"""What every command understands, and the caller that it makes."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from workbench.core.errors import Invalid

if TYPE_CHECKING:
    from workbench.core.caller import Caller
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench

NAMES = ("home", "workspace", "server", "json")


class Parser(argparse.ArgumentParser):
    """Says in our own terms what is wrong with a command line."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, allow_abbrev=False, formatter_class=_Help, **options)

    def error(self, message: str) -> NoReturn:
        """Refuse.

        Raises:
            Invalid: always.
        """
        raise Invalid(f"{message[:1].upper()}{message[1:]}.", fix=f"See `{self.prog} --help`.", code="usage")


class _Help(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the options that stand before or behind any command."""
    group = parser.add_argument_group("options of every command")
    hidden = argparse.SUPPRESS
    group.add_argument("--home", metavar="DIR", default=hidden, help="the home's folder (WORKBENCH_HOME)")
    group.add_argument("--workspace", metavar="NAME", default=hidden, help="the workspace (WORKBENCH_WORKSPACE)")
    group.add_argument(
        "--server", metavar="URL", default=hidden, help="ask a server, with WORKBENCH_TOKEN, not the home"
    )
    group.add_argument("--json", action="store_true", default=hidden, help="print exactly one JSON document")


@dataclass
class Session:
    """One command's caller, settings and output form; closes what it opened."""

    home: str | None = None
    workspace: str | None = None
    server: str | None = None
    json: bool = False
    _open: ExitStack = field(default_factory=ExitStack)

    def take(self, found: argparse.Namespace) -> dict[str, Any]:
        """Keep what is said of the options of every command, and answer the rest."""
        rest = dict(vars(found))
        for name in NAMES:
            if name in rest:
                setattr(self, name, rest.pop(name))
        return rest

    @cached_property
    def settings(self) -> Settings:
        """The settings in force."""
        from workbench.core.settings import load

        return load({"home": self.home, "workspace": self.workspace})

    @cached_property
    def workbench(self) -> Workbench:
        """The opened home.

        Raises:
            Invalid: the command was sent to a server, which has its own home.
        """
        from workbench.home import open_home

        if self.server:
            raise Invalid("This command works on a home, not on a server.", fix="Leave --server out.", code="usage")
        workbench = open_home(self.settings)
        self._open.callback(workbench.close)
        return workbench

    @cached_property
    def caller(self) -> Caller:
        """Who calls: this operating system's user within the home, or the bearer of WORKBENCH_TOKEN at a server."""
        if not self.server:
            from workbench.home import local_caller

            return local_caller(self.workbench, self.workspace, surface="cli")
        from workbench.client import Client

        token = os.environ.get("WORKBENCH_TOKEN", "")
        workspace = self.workspace or os.environ.get("WORKBENCH_WORKSPACE") or "default"
        client = Client(self.server, token, workspace=workspace)
        self._open.callback(client.close)
        return client

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
