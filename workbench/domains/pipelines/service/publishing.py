"""Publishing: a version says what it reads and writes, and may be run with its publisher's rights until withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import Conflict, NotPermitted
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from .catalog import require_active, tell_of
from .globs import checked, covers
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
        Conflict: the pipeline is archived, or the version was published with less.
    """
    require_active(pipeline)
    wanted_reads = sorted(checked(version.reads if reads is None else reads, "reads"))
    wanted_writes = sorted(checked(version.writes if writes is None else writes, "writes"))
    _refuse_more(pipeline, version, wanted_reads, wanted_writes)
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
    tell_of(ctx, pipeline, "pipeline.published", number=version.number)


def withdraw(ctx: Context, pipeline: Pipeline, version: PipelineVersion) -> None:
    """Take back that a version was published; for others the one that was published before it counts again.

    Runs of it that wait have no more than what their submitter and the version's author both hold. What it declares
    stays, so that it is published again as it was.

    Raises:
        Conflict: it is not published.
    """
    if version.published_at is None:
        raise Conflict(
            f"Version {version.number} of {pipeline.name} is not published.",
            fix=f"`workbench pipelines versions {pipeline.name}` shows which are.",
            code="not_published",
        )
    version.published_at = version.publisher_id = version.publisher = None
    pipeline.updated_at = now()
    tell_of(ctx, pipeline, "pipeline.withdrawn", number=version.number)


def _refuse_more(pipeline: Pipeline, version: PipelineVersion, reads: Iterable[str], writes: Iterable[str]) -> None:
    """What was published stays as it was looked at; it may be narrowed, or published again by somebody else."""
    if version.published_at is None:
        return
    more = [glob for glob in reads if not covers(version.reads, glob)]
    more += [glob for glob in writes if not covers(version.writes, glob)]
    if more:
        raise Conflict(
            f"Version {version.number} was published without {', '.join(more[:10])}.",
            fix=f"`workbench pipelines restore {pipeline.name} --version {version.number}` makes a new version of it: "
            "publish that.",
            code="version_published",
        )
