"""Makes and revokes API tokens; each is its owner's own affair."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Principal
from workbench.core.errors import Invalid, NotFound, NotPermitted
from workbench.core.permissions import PERMISSIONS
from workbench.domains.access.models import ApiToken

from .identity import TokenPrincipal
from .sessions import check_fresh
from .tokentext import new_text, shown


@dataclass(frozen=True, slots=True)
class MintedToken:
    """A new token and its text, which is known here and nowhere else."""

    token: ApiToken
    text: str = field(repr=False)


def mint(
    db: Session, principal: Principal, workspace_id: UUID, name: str, scopes: frozenset[str] | None, lifetime: timedelta
) -> MintedToken:
    """Make a token by which a program acts as `principal` within one workspace.

    Raises:
        Invalid: a scope is not a permission.
        NotPermitted: the caller is no person with an account, signed in a while ago, or is a token and asks for more
            than it has itself.
    """
    check_fresh(principal)
    _check_scopes(principal, scopes)
    if principal.user_id is None:
        raise NotPermitted(f"{principal.name} has no account that a token could act for.", fix="Sign in as a person.")
    expires, parent = now() + lifetime, None
    if isinstance(principal, TokenPrincipal) and principal.expires_at is not None:
        expires, parent = min(expires, principal.expires_at), principal.token_id
    text = new_text()
    token = ApiToken(
        workspace_id=workspace_id,
        owner_id=principal.user_id,
        parent_id=parent,
        name=name,
        prefix=shown(text),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        scopes=None if scopes is None else sorted(scopes),
        expires_at=expires,
    )
    db.add(token)
    db.flush()
    db.refresh(token)
    return MintedToken(token, text)


def _check_scopes(principal: Principal, scopes: frozenset[str] | None) -> None:
    if unknown := (scopes or frozenset()) - PERMISSIONS.keys():
        raise Invalid(
            f"Nobody knows the permission {', '.join(sorted(unknown))}.",
            fix="Scopes are permissions such as tables:read; docs/reference/permissions.md lists them.",
            errors=[{"pointer": "/scopes", "message": f"unknown permission {name}"} for name in sorted(unknown)],
        )
    asked = PERMISSIONS.keys() if scopes is None else scopes
    wider = set() if principal.scopes is None else set(asked) - principal.scopes
    if scopes is not None and not principal.system_admin:
        wider |= {name for name in scopes if PERMISSIONS[name].system_admin_only}
    if wider:
        some = ", ".join(sorted(wider)[:5])
        raise NotPermitted(
            f"A token cannot grant what its maker does not hold: {some}{' …' if len(wider) > 5 else ''}.",
            fix="Name narrower scopes.",
            code="token_too_wide",
        )


def own_tokens(principal: Principal) -> Select[ApiToken]:
    """The tokens of a principal's user; a token sees those of its own workspace only."""
    query = select(ApiToken).where(ApiToken.owner_id == principal.user_id)
    return query.where(ApiToken.workspace_id.in_(list(principal.roles))) if principal.kind == "token" else query


def revoke(db: Session, principal: Principal, token_id: UUID) -> None:
    """Revoke a token of the principal's own, and all that were made by means of it; again, it changes nothing.

    Raises:
        NotFound: there is none, or it is somebody else's; the two look alike.
    """
    if db.scalars(own_tokens(principal).where(ApiToken.id == token_id)).one_or_none() is None:
        raise NotFound(
            f"There is no token {str(token_id)!r} here.",
            fix="`workbench tokens list` shows your own.",
            code="api_token_not_found",
        )
    family = select(ApiToken.id).where(ApiToken.id == token_id).cte(recursive=True)
    family = family.union_all(select(ApiToken.id).where(ApiToken.parent_id == family.c.id))
    live = ApiToken.id.in_(select(family.c.id)), ApiToken.revoked_at.is_(None)
    db.execute(update(ApiToken).where(*live).values(revoked_at=now()).execution_options(synchronize_session=False))
