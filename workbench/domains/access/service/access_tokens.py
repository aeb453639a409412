"""Tokens of programs that sign in: access for ten minutes, and a refresh token that is good once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import Conflict, NotAuthenticated, WorkbenchError
from workbench.core.ids import as_id
from workbench.domains.access.models import RefreshToken, SignedIn

from .derived import derived_key
from .sessions import SessionPrincipal, digest_of, is_live, note_use, principal_in
from .signing_in import begin, on_record, proven

if TYPE_CHECKING:
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench

ALGORITHM = "HS256"  # the only one that is ever made or taken
ISSUER, AUDIENCE = "jupyter-workbench", "workbench-api"
LIFETIME = timedelta(minutes=10)
GRACE = timedelta(seconds=10)  # in which a used refresh token is a twin's, not a thief's
CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program that signed in shows from now on."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


def log_in(ctx: Context, name: str, password: str) -> Tokens:
    """Sign a program in as a person.

    Raises:
        NotAuthenticated, Throttled: as `open_session` does.
    """
    proof = proven(ctx, name, password)
    with ctx.writing() as db:
        row, _ = begin(db, ctx, proof, "auth.login", None)
        refresh = _add_refresh(db, row.id)
    return Tokens(_access(ctx.workbench.settings, row), refresh)


def refreshed(ctx: Context, text: str) -> Tokens:
    """New tokens for a refresh token, which is used up.

    Of requests that show one at once, one gets its child. Where one was used longer ago, either this caller or the one
    before stole it; nobody can tell which, so the whole session ends.

    Raises:
        NotAuthenticated: it is unknown, was used before, or its session is over; which of these is not told.
        Conflict: another request used it a moment ago.
    """
    with ctx.writing() as db:
        token = db.scalars(select(RefreshToken).where(RefreshToken.digest == digest_of(text)).with_for_update()).first()
        row = _session(db, token.session_id) if token is not None else None
        if token is None or row is None or not is_live(row, now()):
            raise _invalid()
        used = token.used_at
        if used is None:
            token.used_at = row.seen_at = now()
            row.idle_until = now() + timedelta(minutes=ctx.workbench.settings.session_idle_minutes)
            refresh = _add_refresh(db, row.id)
        elif used <= now() - GRACE:
            row.ended_at = now()
            on_record(db, ctx, "auth.refresh", "denied", row.user, reason="used before")
    if used is None:
        return Tokens(_access(ctx.workbench.settings, row), refresh)
    if used > now() - GRACE and row.ended_at is None:
        raise Conflict(
            "Another request used this refresh token a moment ago.",
            fix="Use the tokens that the other request got.",
            code="refresh_superseded",
        )
    raise _invalid()


def log_out(ctx: Context, text: str) -> None:
    """End the session of a refresh token; nothing happens for one that is unknown."""
    with ctx.writing() as db:
        token = db.scalars(select(RefreshToken).where(RefreshToken.digest == digest_of(text))).first()
        row = _session(db, token.session_id) if token is not None else None
        if row is not None and row.ended_at is None:
            row.ended_at = now()
            on_record(db, ctx, "auth.logout", "done", row.user)


def access_principal(workbench: Workbench, db: Session, text: str) -> SessionPrincipal:
    """The person of an access token, whose session and account are looked at anew.

    Raises:
        NotAuthenticated: it is forged, expired or for something else, or its session is over.
    """
    import jwt

    try:
        kid = str(jwt.get_unverified_header(text).get("kid", ""))
        claims = jwt.decode(
            text, _key(workbench.settings, kid)[1], algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, leeway=5,
            options={"require": CLAIMS, "strict_aud": True},
        )  # fmt: skip
    except (jwt.InvalidTokenError, KeyError) as error:
        raise _invalid() from error
    session_id = as_id(str(claims["sid"]))
    row = db.get(SignedIn, session_id) if session_id else None
    if row is None or str(row.user_id) != claims["sub"]:
        raise _invalid()
    return principal_in(db, row)


def use_access(workbench: Workbench, db: Session, text: str) -> SessionPrincipal:
    """As `access_principal`, for a request: also notes that the session is in use."""
    principal = access_principal(workbench, db, text)
    note_use(workbench, db, principal)
    return principal


def _session(db: Session, session_id: UUID) -> SignedIn | None:
    return db.scalars(select(SignedIn).where(SignedIn.id == session_id).with_for_update(of=SignedIn)).one_or_none()


def _add_refresh(db: Session, session_id: UUID) -> str:
    text = f"wbr_{secrets.token_urlsafe(32)}"
    db.add(RefreshToken(session_id=session_id, digest=digest_of(text)))
    return text


def _access(settings: Settings, row: SignedIn) -> str:
    import jwt

    moment = now()
    claims: dict[str, Any] = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": str(row.user_id), "sid": str(row.id), "jti": secrets.token_urlsafe(12),
        "iat": moment, "nbf": moment, "exp": min(moment + LIFETIME, row.expires_at),
    }  # fmt: skip
    kid, key = _key(settings)
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})


def _key(settings: Settings, kid: str | None = None) -> tuple[str, bytes]:
    return derived_key(settings, b"workbench access token", kid)


def _invalid() -> WorkbenchError:
    return NotAuthenticated("The token is not valid.", fix="Sign in again.", code="token_invalid")
