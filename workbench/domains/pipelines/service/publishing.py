"""Publishing: a version says what it reads and writes, and may from then on be run with its publisher's rights."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import NotPermitted
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from .catalog import require_active
from .globs import checked
from .holdings import caller_of
from .rights import lacking


def publish(
    ctx: Context,
    pipeline: Pipeline,
    version: PipelineVersion,
    reads: Iterable[str] | None = None,
    writes: Iterable[str] | None = None,
) -> None:
    """Publish a version; what it reads and writes is what its notebook's metadata say, unless given.

    Raises:
        NotPermitted: the publisher does not hold all of it herself.
        Invalid: one of the globs is none.
        Conflict: the pipeline is archived.
    """
    require_active(pipeline)
    wanted_reads = sorted(checked(version.reads if reads is None else reads, "reads"))
    wanted_writes = sorted(checked(version.writes if writes is None else writes, "writes"))
    held = caller_of(ctx, wanted_writes).holdings
    missing = [f"reading {glob}" for glob in lacking(held.reads, wanted_reads)]
    missing += [f"writing {glob}" for glob in lacking(held.writes, wanted_writes)]
    if missing:
        raise NotPermitted(
            f"You cannot publish what you may not do yourself: {', '.join(missing[:10])}.",
            fix="Declare less, or have somebody publish it who holds these rights.",
            code="publisher_lacks_rights",
        )
    version.reads, version.writes = wanted_reads, wanted_writes
    version.published_at = pipeline.updated_at = now()
    version.publisher_id, version.publisher = ctx.principal.user_id, ctx.principal.name
