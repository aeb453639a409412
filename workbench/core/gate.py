"""The one way in: authorise, validate, load the target, run, audit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from . import idempotency, journal, metrics
from .context import ROLE_MARK, Context, RoleView
from .errors import (
    Invalid,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    StaleVersion,
    Unavailable,
    VersionRequired,
    WorkbenchError,
)
from .journal import AuditEntry
from .operations import External, Operation
from .people import who
from .schemas import wrong_fields
from .secrets import HIDDEN, KNOWN, redact
from .visibility import find

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .workbench import Workbench

log = logging.getLogger(__name__)
ANY_VERSION = "*"


def enter(
    workbench: Workbench, op: Operation, context: Callable[[Session], Context], raw: Mapping[str, Any], body: Any = None
) -> Any:
    """Find out who calls, then `call`: an operation that only reads does both in one session.

    `context(db)` makes the context of the call and may raise.

    Raises:
        WorkbenchError: as `context` and `call` do.
    """
    with workbench.read() as db:
        ctx = context(db)
        if op.effect == "read":
            return call(op, replace(ctx, db=db), raw)
    return call(op, ctx, raw, body)


def call(op: Operation, ctx: Context, raw: Mapping[str, Any], body: Any = None) -> Any:
    """Carry out an operation for a caller; REST, CLI, Panel and notebooks come through here and nowhere else.

    `raw` holds path, query and body fields; `body` is the Arrow stream of an operation that takes one. The answer is
    the reply model, an Arrow stream or a `Download`, as the operation says.

    Raises:
        WorkbenchError: of the kind that says why; anything else is logged and becomes a plain `WorkbenchError`.
    """
    ctx = replace(ctx, permission=op.permission, installation=op.scope == "installation")
    started = time.perf_counter()
    outcome = "done"
    try:
        _authorise(op, ctx)
        request = validate(op, raw)
        return _EFFECTS[op.effect](op, ctx, request, body)
    except WorkbenchError as error:
        outcome = "denied" if isinstance(error, NotPermitted | NotAuthenticated) else "failed"
        error.correlation_id = ctx.correlation_id
        _veil(error)
        _audit_failure(op, ctx, raw, outcome, error)
        raise
    except Exception as error:
        outcome = "failed"
        log.exception("operation %s failed", op.name, extra={"correlation_id": ctx.correlation_id})
        wrapped = WorkbenchError(
            f"{op.name} failed for a reason that is not yours.",
            fix=f"Look for {ctx.correlation_id} in the server's log and report it.",
        )
        wrapped.correlation_id = ctx.correlation_id
        _audit_failure(op, ctx, raw, outcome, wrapped)
        raise wrapped from error
    finally:
        metrics.observe_operation(op.name, outcome, time.perf_counter() - started, ctx.correlation_id)


def admit(op: Operation, ctx: Context) -> None:
    """Refuse a caller who may not ask at all, before a long body is taken from it; `call` asks again.

    Raises:
        NotAuthenticated: nobody is signed in.
        NotPermitted: the caller holds the permission at no level.
    """
    try:
        _authorise(op, ctx)
    except WorkbenchError as error:
        error.correlation_id = ctx.correlation_id
        _audit_failure(op, ctx, {}, "denied", error)
        metrics.observe_operation(op.name, "denied", 0.0)
        raise


def dump(op: Operation, reply: Any) -> bytes:
    """A reply as JSON."""
    if isinstance(reply, BaseModel):
        return reply.model_dump_json().encode()
    return TypeAdapter(op.reply).dump_json(reply)


def _veil(error: WorkbenchError) -> None:
    """Hide the secrets that this process opened in what an error tells."""
    error.detail, error.fix = KNOWN.hide(error.detail), KNOWN.hide(error.fix)
    error.errors = [{name: KNOWN.hide(text) for name, text in item.items()} for item in error.errors]
    error.params = {name: KNOWN.hide(it) if isinstance(it, str) else it for name, it in error.params.items()}


def validate(op: Operation, raw: Mapping[str, Any]) -> BaseModel:
    """The request model made of `raw`.

    Raises:
        Invalid: with a pointer and a sentence for every field that is wrong.
    """
    try:
        return op.request.model_validate(dict(raw))
    except ValidationError as error:
        errors = wrong_fields(error)
        known = ", ".join(sorted(op.request.model_fields)) or "none"
        stated = "; ".join(f"{item['pointer'][1:] or 'request'}: {item['message']}" for item in errors[:5])
        raise Invalid(
            f"{op.name} cannot take this: {stated}.", fix=f"Known fields are: {known}.", errors=errors,
            operation=op.name,
        ) from None  # fmt: skip


def _authorise(op: Operation, ctx: Context) -> None:
    if ctx.may(op.permission):
        if isinstance(ctx.principal, RoleView) and op.changes:
            raise NotPermitted(
                f"You see the workspace as somebody in the role {ctx.principal.role} would; nothing is done meanwhile.",
                fix=f"Go back to yourself: without {ROLE_MARK}{ctx.principal.role} in the workspace's name.",
                code="role_view",
            )
        return
    if ctx.principal.anonymous:
        raise NotAuthenticated(fix="Sign in, or send a token as `Authorization: Bearer wbt_…`.")
    raise NotPermitted(
        f"{op.name} needs the permission {op.permission.name}, which {who(ctx.principal.name)} does not hold here.",
        fix="Ask an admin of the workspace for a role that has it, or use a token whose scopes include it.",
        permission=op.permission.name,
    )


def _read(op: Operation, ctx: Context, request: BaseModel, _: Any) -> Any:
    with ctx.reading() as db:
        inner = _loaded(op, ctx, request, db)
        reply = op.run(inner, request)
    if op.audited:
        _audit(op, inner, request, "done")
    return reply


def _write(op: Operation, ctx: Context, request: BaseModel, _: Any) -> Any:
    with ctx.writing() as db:
        inner = replace(ctx, db=db)
        claimed = idempotency.claim(op, inner, request)
        if claimed is not None and claimed.reply is not None:
            return TypeAdapter(op.reply).validate_python(claimed.reply)
        inner = _loaded(op, inner, request, db)
        _check_version(op, inner)
        reply = op.run(inner, request)
        if claimed is not None:
            claimed.reply = TypeAdapter(op.reply).dump_python(reply, mode="json")
        if op.audited:
            journal.record(db, _entry(op, inner, request, "done"))
    return reply


def _external(op: Operation, ctx: Context, request: BaseModel, _: Any) -> Any:
    with ctx.writing() as db:
        inner = _loaded(op, ctx, request, db)
        _check_version(op, inner)
        plan: External[Any] = op.run(inner, request)
        journal.record(db, _entry(op, inner, request, "intent"))
    result = plan.work()
    with ctx.writing() as db:
        reply = plan.store(replace(inner, db=db), result)
        journal.record(db, _entry(op, inner, request, "done"))
    return reply


def _raw(op: Operation, ctx: Context, request: BaseModel, body: Any) -> Any:
    if op.target:
        with ctx.reading() as db:
            ctx = _loaded(op, ctx, request, db)
            ctx.db = None  # type: ignore[assignment]
    reply = op.run(ctx, request, body) if op.takes == "arrow" else op.run(ctx, request)
    if op.audited:
        try:
            _audit(op, ctx, request, "done")
        except BaseException:
            reply = None  # the error holds this frame, and a reader that is still held stays open
            raise
    return reply


_EFFECTS: dict[str, Callable[[Operation, Context, BaseModel, Any], Any]] = {
    "read": _read, "write": _write, "external": _external, "raw": _raw,
}  # fmt: skip


def _loaded(op: Operation, ctx: Context, request: BaseModel, db: Any) -> Context:
    if op.target is None:
        return replace(ctx, db=db)
    model, name = op.target
    return replace(ctx, db=db, target=find(ctx, db, model, getattr(request, name)))


def _check_version(op: Operation, ctx: Context) -> None:
    if not op.versioned:
        return
    if ctx.if_match is None:
        if ctx.surface == "rest":
            raise VersionRequired(fix="Send If-Match with the ETag that you read, or * to overwrite whatever is there.")
        return
    current = str(ctx.target.version)
    # An ETag is the version, then a dash and a digest of what was sent: two texts of one version differ outside only.
    given = {tag.strip().removeprefix("W/").strip('"').partition("-")[0] for tag in ctx.if_match.split(",")}
    if ANY_VERSION not in given and current not in given:
        raise StaleVersion(f"It is at version {current} now.", fix="Read it again, then repeat your change.")


def _entry(
    op: Operation, ctx: Context, request: BaseModel | Mapping[str, Any], outcome: str, **more: Any
) -> AuditEntry:
    fields = request.model_dump(mode="json", exclude_unset=True) if isinstance(request, BaseModel) else dict(request)
    target_id = getattr(ctx.target, "id", None)
    who = ctx.principal
    if isinstance(who, RoleView):
        more, who = {"seen_as": str(who.role), **more}, who.behind
    if named := getattr(ctx.target, "name", None):
        more = {"target": named, **more}  # which is read when the target itself is gone
    return AuditEntry(
        operation=op.name,
        outcome=outcome,
        principal=who.name,
        user_id=who.user_id,
        on_behalf_of=f"run:{ctx.run.run_id}" if ctx.run else None,
        workspace_id=ctx.workspace.id if op.scope == "workspace" else None,
        target_type=op.target[0].__tablename__ if op.target else None,
        target_id=str(target_id) if target_id else None,
        correlation_id=ctx.correlation_id,
        surface=ctx.surface,
        detail=redact({"request": fields, **more}),
    )


def _audit(op: Operation, ctx: Context, request: BaseModel | Mapping[str, Any], outcome: str, **more: Any) -> None:
    with ctx.workbench.unit_of_work() as db:
        journal.record(db, _entry(op, ctx, request, outcome, **more))


def _audit_failure(op: Operation, ctx: Context, raw: Mapping[str, Any], outcome: str, error: WorkbenchError) -> None:
    """Refusals are always on record, failures where success would be; anonymous refusals are only counted.

    That the database does not answer is not written there: the caller would wait for it a second time.
    """
    if isinstance(error, Unavailable) and error.code.startswith("database_"):
        return
    if outcome == "denied" and ctx.principal.anonymous:
        metrics.count_anonymous_denial()
        return
    if outcome == "failed" and (not op.audited or isinstance(error, NotFound)):
        return
    try:
        _audit(op, ctx, _known(op, raw), outcome, code=error.code)
    except WorkbenchError:
        log.exception("the audit trail could not be written", extra={"correlation_id": ctx.correlation_id})


def _known(op: Operation, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a caller sent, where it could not be validated: short values of known fields, of others only the names.

    A value under a mistyped name may be the secret that was meant for another.
    """
    plain = (str, int, float, bool, type(None))
    return {
        str(name)[:80]: value
        if name in op.request.model_fields and isinstance(value, plain) and len(str(value)) <= 200
        else HIDDEN
        for name, value in list(raw.items())[:50]
    }
