"""Stores that keep secrets elsewhere, each imported only when a reference names it."""

from __future__ import annotations

from workbench.core.errors import Invalid
from workbench.core.settings import Settings

from .base import SecretStore

KINDS = ("kubernetes", "mounted", "vault")


def open_store(kind: str, settings: Settings) -> SecretStore:
    """The store of a kind as the settings describe it.

    Raises:
        Invalid: there is no such kind.
        Unavailable: it is not set up, or its library is not installed.
    """
    if kind == "mounted":
        from .mounted import MountedSecrets

        return MountedSecrets.of(settings)
    if kind == "kubernetes":
        from .kubernetes import KubernetesSecrets

        return KubernetesSecrets.of(settings)
    if kind == "vault":
        from .hashicorp import HashicorpVault

        return HashicorpVault.of(settings)
    raise Invalid(
        f"There is no store of secrets called {kind[:40]!r}.",
        fix=f"There are {', '.join(KINDS)}.",
        code="secret_store_unknown",
    )


__all__ = ["KINDS", "SecretStore", "open_store"]
