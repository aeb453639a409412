"""What somebody asked lately: the latest of her own statements in a workspace, without values and secrets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from workbench.core.context import Context
from workbench.core.paging import paginate
from workbench.core.schemas import Page
from workbench.core.secrets import mask
from workbench.domains.queries.models import Asked
from workbench.domains.queries.schemas import AskedView, ListAsked
from workbench.domains.queries.schemas.documents import Document

MOST = 50


@contextmanager
def kept(ctx: Context, document: Document) -> Iterator[None]:
    """Keep a statement among what the caller asked, whether or not it is answered; nothing of who is no person."""
    failed = True
    try:
        yield
        failed = False
    finally:
        if ctx.principal.user_id is not None:
            _keep(ctx, document, failed=failed)


def latest(ctx: Context, request: ListAsked) -> Page[AskedView]:
    """What the caller asked, the latest first."""
    return paginate(
        ctx.db, select(Asked).where(*_hers(ctx)), request, view=AskedView.of, key=Asked.id,
        sort={"created_at": Asked.created_at}, default="-created_at", search=(Asked.sql,),
    )  # fmt: skip


def forget(ctx: Context) -> int:
    """Forget what the caller asked; how many statements that were."""
    return int(ctx.db.execute(delete(Asked).where(*_hers(ctx))).rowcount)  # type: ignore[attr-defined]


def _keep(ctx: Context, document: Document, *, failed: bool) -> None:
    sql = mask(document.sql)
    parameters = [_open(one.model_dump(mode="json", exclude_none=True)) for one in document.parameters]
    digest = hashlib.blake2b(json.dumps([sql, parameters]).encode(), digest_size=16).hexdigest()
    with ctx.writing() as db:
        db.execute(delete(Asked).where(*_hers(ctx), Asked.digest == digest))
        db.add(
            Asked(
                workspace_id=ctx.workspace_id, user_id=ctx.principal.user_id, digest=digest, sql=sql,
                parameters=parameters, failed=failed,
            )
        )  # fmt: skip
        db.flush()
        beyond = select(Asked.id).where(*_hers(ctx)).order_by(Asked.created_at.desc(), Asked.id.desc()).offset(MOST)
        db.execute(delete(Asked).where(Asked.id.in_(beyond)))


def _open(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter without the texts that hold a secret: with it hidden, they would be another default or too long."""
    secret = {key for key in ("title", "default") if isinstance(said := parameter.get(key), str) and mask(said) != said}
    return {key: said for key, said in parameter.items() if key not in secret}


def _hers(ctx: Context) -> tuple[ColumnElement[bool], Any]:
    return Asked.workspace_id == ctx.workspace_id, Asked.user_id == ctx.principal.user_id
