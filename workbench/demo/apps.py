"""Gives the demo's workspace its app: a notebook that serves something, open to those who open no notebook."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from workbench.core.caller import Caller
from workbench.core.errors import AlreadyExists

from .places import APPS

AUDIENCE = ("viewer", "executive")


def show(caller: Caller, folder: Path) -> list[str]:
    """Publish each app that is new or has changed, to an audience that may also read its tables; answers which."""
    return [name for name in APPS if _published(caller, name, folder / f"{name}.ipynb")]


def _published(caller: Caller, name: str, path: Path) -> bool:
    if not caller.call("pipelines.register", name=name, path=str(path)).created:
        return False
    reads = caller.call("pipelines.publish", id=name).reads
    for kind, thing in (("pipeline", name), *(("table", table) for table in reads)):
        for role in AUDIENCE:
            with suppress(AlreadyExists):
                caller.call("shares.grant", object_type=kind, object=thing, role=role, right="view")
    return True
