"""References to secrets that other stores keep: `store:path#field`, resolved at the moment of use."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from workbench.core.errors import Invalid
from workbench.core.secrets import know
from workbench.core.settings import Settings
from workbench.core.workbench import Workbench
from workbench.domains.secrets.drivers import KINDS, SecretStore, open_store

KEPT_SECONDS = 60.0
MOST_KEPT = 1_000
_SHAPE = re.compile(r"([a-z]{1,20}):([A-Za-z0-9._/-]{1,500})#([A-Za-z0-9._-]{1,200})")
_DOTS = frozenset({"", ".", ".."})


@dataclass(frozen=True)
class Reference:
    """Where another store keeps a secret."""

    store: str
    path: str
    field: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference that a text is.

        Raises:
            Invalid: it is none.
        """
        found = _SHAPE.fullmatch(text)
        if found is None or found[1] not in KINDS or _DOTS & {*found[2].split("/"), found[3]}:
            raise Invalid(
                f"{text[:120]!r} does not refer to a secret.",
                fix=f"Write store:path#field, such as vault:kv/data/crm#password; stores are {', '.join(KINDS)}.",
                code="secret_reference",
            )
        return cls(*found.groups())


def checked(settings: Settings, workspace: str, text: str) -> Reference:
    """The reference that a text is, if the workspace may use it.

    Raises:
        Invalid: it is no reference, or leads where this workspace's secrets do not lie.
    """
    reference = Reference.parse(text)
    template: str = getattr(settings, f"{reference.store}_prefix")
    prefix = template.replace(
        "{workspace}", workspace.replace("_", "-") if reference.store == "kubernetes" else workspace
    )
    if not reference.path.startswith(prefix):
        raise Invalid(
            f"The workspace {workspace} may not refer to {reference.store}:{reference.path}.",
            fix=f"Its secrets in that store begin with {prefix}; the setting {reference.store}_prefix says so.",
            code="secret_reference_not_allowed",
        )
    return reference


class Stores:
    """The stores of a home; what they answer is kept for a minute, and in memory only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[str, SecretStore] = {}
        self._kept: OrderedDict[Reference, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def resolve(self, workspace: str, text: str, *, fresh: bool = False) -> str:
        """The secret that a workspace refers to; `fresh` asks the store even where the answer is known.

        Raises:
            Invalid: the workspace may not refer to that.
            NotFound: there is nothing.
            Unavailable: the store does not answer, refuses, or is not set up.
        """
        reference = checked(self._settings, workspace, text)
        with self._lock:
            until, value = self._kept.get(reference, (0.0, ""))
        if until > time.monotonic() and not fresh:
            return value
        value = know(self._store(reference.store).read(reference.path, reference.field))
        with self._lock:
            self._kept[reference] = (time.monotonic() + KEPT_SECONDS, value)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return value

    def _store(self, kind: str) -> SecretStore:
        with self._lock:
            if kind not in self._open:
                self._open[kind] = open_store(kind, self._settings)
            return self._open[kind]


def stores_of(workbench: Workbench) -> Stores:
    """The stores of a home."""
    return workbench.part("secret_stores", lambda: Stores(workbench.settings))
