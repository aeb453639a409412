"""Finds the object whose field is to be a secret, without knowing the domains that have such objects."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.core.errors import NotFound
from workbench.core.events import run_hooks


def owner_of(db: Session, workspace_id: UUID, key: str, field: str) -> UUID:
    """The id of the object that `key` (an id or a unique name) stands for and that has a secret `field`.

    Domains with secrets answer the hook `secrets.owner` by appending the id to `found`.

    Raises:
        NotFound: no domain knows such an object, or it has no such secret.
    """
    found: list[UUID] = []
    run_hooks(db, "secrets.owner", workspace_id=workspace_id, key=key, field=field, found=found)
    if not found:
        raise NotFound(
            f"Nothing called {key[:80]!r} here takes a secret {field[:80]!r}.",
            fix="Check the name or id, the workspace, and which fields its type keeps secret.",
            code="secret_owner_not_found",
        )
    return found[0]
