"""The doctor says what is wrong with an installation and a home, and how to mend it; it changes nothing.

finding   one thing that was looked at: fine, worth knowing, a warning or an error
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from . import house, machine
from .findings import Finding, Level, looked_at

if TYPE_CHECKING:
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench

__all__ = ["Finding", "Level", "examine"]


def examine(settings: Settings, workbench: Workbench | None = None) -> list[Finding]:
    """Look at everything; with `workbench`, through its open database."""
    held = workbench.database if workbench is not None else None
    looks: dict[str, Callable[[], Iterable[Finding]]] = {
        "versions": machine.versions,
        "name clash": machine.name_clash,
        "home": partial(house.folder, settings),
        "keys": partial(house.keys, settings),
        "filesystem": partial(house.filesystem, settings),
        "disk": partial(house.disk, settings),
        "database": partial(house.database, settings, held),
        "runs": partial(house.runs, settings, held),
        "kernels": machine.kernels,
        "sandbox": partial(house.sandbox, settings),
        "server extension": machine.server_extension,
        "sidebar": machine.labextension,
        "postgresql": partial(machine.extras, settings.metadata_url),
    }
    return [finding for name, look in looks.items() for finding in looked_at(name, look)]
