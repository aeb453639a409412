"""The catalog: pipelines and their versions, which only ever grow in number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.core import events
from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, Conflict, NotFound
from workbench.core.permissions import PERMISSIONS, Level
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from . import notebooks
from .globs import checked
from .parameters import parameters_of
from .serving import is_servable
from .sources import Source, heading, slug

if TYPE_CHECKING:
    from nbformat import NotebookNode


_CONTENT = (
    "digest", "content", "original", "parameters", "kernel", "language", "reads", "writes", "source", "servable",
    "late_after",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A notebook, read and found good, that may become a version."""

    name: str
    title: str
    description: str
    content: dict[str, Any]
    original: Any
    digest: str
    parameters: dict[str, Any]
    kernel: str
    language: str
    reads: list[str]
    writes: list[str]
    source: str
    titled: bool
    servable: bool
    late_after: float | None


def draft(source: Source, *, limit: int, name: str | None = None) -> Draft:
    """Read a notebook; takes a while for a large one and needs no session.

    Raises:
        Invalid: it is no notebook, has no kernel, declares parameters twice or in no Python, or its metadata are wrong.
        TooLarge: it has more than `limit` bytes.
    """
    label = repr(source.label) if source.label else "The notebook"
    notebook = notebooks.parse_notebook(source.content, limit=limit, name=label)
    notebooks.require_kernel(notebook)
    own = notebooks.own_metadata(notebook)
    content = notebooks.stripped(notebook)
    title = str(own.get("title") or heading(notebook))
    stem = PurePath(source.label).stem or title
    return Draft(
        name=name or str(own.get("id") or slug(stem)),
        title=title,
        description=str(own.get("description", "")),
        content=content,
        original=notebooks.older(source.content),
        digest=notebooks.digest_of(content),
        parameters=parameters_of(notebook),
        kernel=notebooks.kernel_of(notebook),
        language=notebooks.language_of(notebook),
        reads=sorted(checked(own.get("reads", ()), "metadata/workbench/reads")),
        writes=sorted(checked(own.get("writes", ()), "metadata/workbench/writes")),
        source=source.label,
        titled="title" in own,
        servable=is_servable(content, notebooks.language_of(notebook)),
        late_after=own.get("late_after"),
    )


def register(
    ctx: Context, given: Draft, *, title: str | None = None, description: str | None = None, message: str | None = None,
    new: bool = False,
) -> tuple[Pipeline, PipelineVersion, bool]:  # fmt: skip
    """Add a draft to the catalog: a new pipeline, a new version, or, if it is the current one's content, nothing.

    With `new` only a new pipeline will do.

    Returns:
        The pipeline, the version that holds the draft, and whether that is new.

    Raises:
        Conflict: the pipeline is archived.
        AlreadyExists: there is one of that name, and only a new one will do.
    """
    pipeline = _locked(ctx, given.name)
    if pipeline is None:
        pipeline = _create(ctx, given, title, description)
    elif new:
        raise AlreadyExists(f"There is a pipeline {given.name!r} already.", fix="Choose another name.")
    else:
        require_active(pipeline)
        latest = version_of(ctx.db, pipeline)
        changes = {"title": title or (given.title if given.titled else None), "description": description}
        update(pipeline, {name: value for name, value in changes.items() if value is not None})
        if latest.digest == given.digest:
            return pipeline, latest, False
        _advance(pipeline)
    made = PipelineVersion(
        author_id=ctx.principal.user_id,
        author=ctx.principal.name,
        digest=given.digest,
        content=notebooks.pack(given.content),
        original=notebooks.pack(given.original) if given.original is not None else None,
        parameters=given.parameters,
        kernel=given.kernel,
        language=given.language,
        reads=given.reads,
        writes=given.writes,
        source=given.source,
        servable=given.servable,
        late_after=given.late_after,
    )
    return pipeline, _append(ctx, pipeline, made, message or ""), True


def restore(ctx: Context, pipeline: Pipeline, number: int, message: str = "") -> PipelineVersion:
    """Make the content of an earlier version the current one again, as a new version by the same author.

    Who restores vouches for nothing: as its author she would lend her rights to somebody else's code.

    Raises:
        NotFound: there is no such version.
        Conflict: the pipeline is archived.
    """
    require_active(pipeline)
    old = version_of(ctx.db, pipeline, number)
    latest = version_of(ctx.db, pipeline)
    if latest.digest == old.digest and latest.published_at is None:  # a copy of what was published may declare more
        return latest
    _advance(pipeline)
    again = PipelineVersion(**{name: getattr(old, name) for name in _CONTENT}, restores=number)
    again.author_id, again.author = old.author_id, old.author
    return _append(ctx, pipeline, again, message or f"Version {number}, restored by {ctx.principal.name}")


def archive(ctx: Context, pipeline: Pipeline) -> None:
    """Put a pipeline away: it is not run and not listed any more, and keeps its name, versions and runs."""
    if pipeline.archived_at is None:
        pipeline.archived_at = pipeline.updated_at = now()
        tell_of(ctx, pipeline, "pipeline.archived")


def unarchive(ctx: Context, pipeline: Pipeline) -> None:
    """Bring an archived pipeline back."""
    if pipeline.archived_at is not None:
        pipeline.archived_at, pipeline.updated_at = None, now()
        tell_of(ctx, pipeline, "pipeline.unarchived")


def update(pipeline: Pipeline, changes: dict[str, Any]) -> None:
    """Change what people call a pipeline.

    Raises:
        Conflict: the pipeline is archived.
    """
    require_active(pipeline)
    for name, value in changes.items():
        if getattr(pipeline, name) != value:
            setattr(pipeline, name, value)
            pipeline.updated_at = now()


def version_of(db: Session, pipeline: Pipeline, number: int | None = None) -> PipelineVersion:
    """A version of a pipeline, the current one when `number` is None.

    Raises:
        NotFound: it has no such version.
    """
    wanted = pipeline.current if number is None else number
    is_it = (PipelineVersion.pipeline_id == pipeline.id, PipelineVersion.number == wanted)
    found = db.scalars(select(PipelineVersion).where(*is_it)).one_or_none()
    if found is None:
        raise NotFound(
            f"The pipeline {pipeline.name!r} has no version {wanted}; the newest is {pipeline.current}.",
            fix=f"See `workbench pipelines versions {pipeline.name}`.",
            code="pipeline_version_not_found",
        )
    return found


def number_for(ctx: Context, pipeline: Pipeline) -> int:
    """The version that a caller means who names none: for who edits notebooks, or where none is published, the current.

    Else it is the last published one, which stays as it is while somebody works on the next.
    """
    if ctx.level(PERMISSIONS["notebooks:edit"]) is not Level.NONE:
        return pipeline.current
    published = (PipelineVersion.pipeline_id == pipeline.id, PipelineVersion.published_at.is_not(None))
    return ctx.db.scalars(select(func.max(PipelineVersion.number)).where(*published)).one() or pipeline.current


def version_for(ctx: Context, pipeline: Pipeline, number: int | None = None) -> PipelineVersion:
    """The version that a caller names, else that of `number_for`.

    Who sees only what was shared with her has no other: neither one that was replaced nor its author's draft.

    Raises:
        NotFound: the pipeline has no such version, or none that is hers to know.
    """
    hers, edits = number_for(ctx, pipeline), ctx.level(PERMISSIONS["notebooks:edit"]) is not Level.NONE
    if not edits and number not in (None, hers) and ctx.level(PERMISSIONS["pipelines:read"]) is Level.S:
        raise NotFound(f"Version {number} of {pipeline.name!r} is not shared with you.", fix=f"Version {hers} is.")
    return version_of(ctx.db, pipeline, number or hers)


def number_of(db: Session, pipeline: Pipeline, digest: str) -> int | None:
    """The newest version of a pipeline that holds a notebook; None where none does."""
    same = (PipelineVersion.pipeline_id == pipeline.id, PipelineVersion.digest == digest)
    return db.scalars(select(func.max(PipelineVersion.number)).where(*same)).one()


def notebook_of(version: PipelineVersion) -> NotebookNode:
    """The notebook of a version, ready to run."""
    return notebooks.from_packed(version.content)


def require_active(pipeline: Pipeline) -> None:
    """Refuse what an archived pipeline does not take.

    Raises:
        Conflict: the pipeline is archived.
    """
    if pipeline.archived_at is not None:
        raise Conflict(
            f"The pipeline {pipeline.name!r} is archived.",
            fix=f"Bring it back with `workbench pipelines unarchive {pipeline.name}`, or use another name.",
            code="pipeline_archived",
        )


def _locked(ctx: Context, name: str) -> Pipeline | None:
    """The pipeline of a name, so that no one else adds a version to it before we are done."""
    is_it = (Pipeline.workspace_id == ctx.workspace_id, Pipeline.name == name)
    return ctx.db.scalars(select(Pipeline).where(*is_it).with_for_update()).one_or_none()


def _create(ctx: Context, given: Draft, title: str | None, description: str | None) -> Pipeline:
    pipeline = Pipeline(
        workspace_id=ctx.workspace_id,
        name=given.name,
        title=title or given.title,
        description=given.description if description is None else description,
        owner_id=ctx.principal.user_id,
        current=1,
        updated_at=now(),
    )
    taken = AlreadyExists(
        f"Somebody registered {given.name!r} at the same moment.", fix="Register again to add a version to it."
    )
    with unique(ctx.db, taken):
        ctx.db.add(pipeline)
    return pipeline


def _advance(pipeline: Pipeline) -> None:
    pipeline.current += 1
    pipeline.updated_at = now()


def _append(ctx: Context, pipeline: Pipeline, version: PipelineVersion, message: str) -> PipelineVersion:
    """Add the version that the pipeline already names as its current one."""
    version.workspace_id, version.pipeline_id, version.number = ctx.workspace_id, pipeline.id, pipeline.current
    version.message = message
    ctx.db.add(version)
    ctx.db.flush()
    tell_of(ctx, pipeline, "pipeline.registered", number=version.number)
    return version


def tell_of(ctx: Context, pipeline: Pipeline, what: str, **more: Any) -> None:
    """Have those who may see a pipeline told what became of it."""
    events.emit(
        ctx.db,
        what,
        workspace_id=ctx.workspace_id,
        object_id=pipeline.id,
        permission="pipelines:read",
        owner_id=pipeline.owner_id,
        data={"name": pipeline.name, **more},
    )
