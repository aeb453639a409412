"""Things of a workspace that are a document with versions: made, saved, restored, put away."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from . import documents, events
from .clock import now
from .context import Context
from .db import Versioned, WorkspaceRow, unique
from .documents import Titled
from .errors import AlreadyExists, Conflict, Invalid, NotFound, StaleVersion
from .ids import new_id
from .paging import paginate
from .schemas import ListRequest, Page


class Kept(Versioned, WorkspaceRow):
    """A thing with a document; `current` is the number of its newest version."""

    __abstract__ = True
    shareable = True

    name: Mapped[str] = mapped_column(String(63))
    title: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    current: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    @property
    def current_version(self) -> int:
        """The number of the newest version."""
        return self.current


class Shown(Kept):
    """A thing that is shown to an audience; `published` is the number of the version that it sees."""

    __abstract__ = True

    published: Mapped[int | None]

    @property
    def page(self) -> str:
        """Where it is shown, below the pages of the workspace."""
        raise NotImplementedError


class KeptVersion(WorkspaceRow):
    """What a thing was; its document never changes."""

    __abstract__ = True

    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    author: Mapped[str] = mapped_column(String(254))
    message: Mapped[str] = mapped_column(String(500), default="")
    restores: Mapped[int | None]


class ShownVersion(KeptVersion):
    """What a thing was; only `published_…` and what goes with it ever changes. `tables` are those that it reads."""

    __abstract__ = True

    tables: Mapped[list[str]]
    published_at: Mapped[datetime | None]
    publisher_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    publisher: Mapped[str | None] = mapped_column(String(254))
    allow_export: Mapped[bool] = mapped_column(default=False)


Thing = TypeVar("Thing", bound=Kept)
Version = TypeVar("Version", bound=KeptVersion)
Document = TypeVar("Document", bound=Titled)


@dataclass(frozen=True)
class Shelf(Generic[Thing, Version, Document]):
    """All things of one kind; a version names its thing in the column `<kind>_id`.

    `permission` is what one needs to hear of them, `reserved` are the names that addresses need for something else.
    """

    thing: type[Thing]
    version: type[Version]
    document: type[Document]
    permission: str
    reserved: frozenset[str] = frozenset()
    kept: Callable[[Document], dict[str, Any]] = documents.kept
    plural: str = ""

    @property
    def kind(self) -> str:
        """What people call a thing."""
        return str(self.thing.__tablename__)

    @property
    def noun(self) -> str:
        """What commands about such things begin with."""
        return self.plural or f"{self.kind}s"

    def create(self, ctx: Context, name: str | None, document: Document, message: str, **more: Any) -> Thing:
        """Make a thing with its first version; `more` is what the version holds besides.

        Raises:
            Invalid: the name stands for something else in addresses.
            AlreadyExists: the workspace has one of that name.
        """
        called = name or slug(document.title, self.kind)
        if called in self.reserved:
            raise Invalid(f"No {self.kind} can be called {', '.join(sorted(self.reserved))}.", fix="Pass another name.")
        made = self.thing(
            id=new_id(), workspace_id=ctx.workspace_id, name=called, owner_id=ctx.principal.user_id, updated_at=now()
        )
        taken = AlreadyExists(
            f"There is a {self.kind} {called!r} already.",
            fix=f"Choose another name, or save a version of it with `workbench {self.noun} save {called}`.",
        )
        with unique(ctx.db, taken):
            ctx.db.add(made)
        self.append(ctx, made, document, message, **more)
        return made

    def append(
        self, ctx: Context, thing: Thing, document: Document, message: str, restores: int | None = None, **more: Any
    ) -> Version:
        """Add a version, unless the newest one is the same.

        Raises:
            Conflict: the thing is archived.
        """
        self.require_active(thing)
        kept = self.kept(document)
        if thing.current and (latest := self.version_of(ctx.db, thing)).document == kept:
            return latest
        thing.current += 1
        thing.updated_at = now()
        if not (isinstance(thing, Shown) and thing.published):  # else its audience knows it by what was published
            self.entitle(thing, document)
        version = self.version(
            workspace_id=ctx.workspace_id, number=thing.current, document=kept, author_id=ctx.principal.user_id,
            author=ctx.principal.name, message=message, restores=restores, **{f"{self.kind}_id": thing.id}, **more,
        )  # fmt: skip
        ctx.db.add(version)
        ctx.db.flush()
        self.tell(ctx, thing, "saved", number=version.number)
        return version

    def entitle(self, thing: Thing, document: Document) -> None:
        """Have a thing called as a document says."""
        thing.title, thing.description = document.title, document.description

    def restore(self, ctx: Context, thing: Thing, number: int, message: str, *carried: str) -> Version:
        """Make an earlier version's document the newest one, as a new version; `carried` is what else it takes over.

        Raises:
            NotFound: there is no such version.
            Conflict: the thing is archived.
        """
        old = self.version_of(ctx.db, thing, number)
        more = {name: getattr(old, name) for name in carried}
        said = message or f"Version {number}, restored"
        return self.append(ctx, thing, self.document_of(old), said, restores=number, **more)

    def unchanged(self, db: Session, thing_id: UUID, etag: int) -> Thing:
        """A thing that is still as it was looked at, and stays so until the end of the transaction.

        Raises:
            StaleVersion: somebody else changed it.
        """
        found = db.scalars(select(self.thing).where(self.thing.id == thing_id).with_for_update()).one()
        if found.etag != etag:
            raise StaleVersion(f"It is at version {found.etag} now.", fix="Read it again, then repeat your change.")
        return found

    def archive(self, ctx: Context, thing: Thing) -> None:
        """Put a thing away: nobody sees it any more, and it keeps its name and versions."""
        if thing.archived_at is None:
            thing.archived_at = thing.updated_at = now()
            self.tell(ctx, thing, "archived")

    def unarchive(self, ctx: Context, thing: Thing) -> None:
        """Bring an archived thing back."""
        if thing.archived_at is not None:
            thing.archived_at, thing.updated_at = None, now()
            self.tell(ctx, thing, "unarchived")

    def version_of(self, db: Session, thing: Thing, number: int | None = None) -> Version:
        """A version of a thing, the newest when `number` is None.

        Raises:
            NotFound: it has no such version.
        """
        wanted = thing.current if number is None else number
        its = getattr(self.version, f"{self.kind}_id") == thing.id
        found = db.scalars(select(self.version).where(its, self.version.number == wanted)).one_or_none()
        if found is None:
            raise NotFound(
                f"The {self.kind} {thing.name!r} has no version {wanted}; the newest is {thing.current}.",
                fix=f"See `workbench {self.noun} versions {thing.name}`.",
                code=f"{self.kind}_version_not_found",
            )
        return found

    def versions(self, db: Session, thing: Thing, request: ListRequest, view: Callable[[Version], Any]) -> Page[Any]:
        """A page of the versions of a thing, the newest first; their documents are read where they are looked at."""
        its = getattr(self.version, f"{self.kind}_id") == thing.id
        return paginate(
            db, select(self.version).where(its).options(defer(self.version.document)), request, view=view,
            key=self.version.id, sort={"number": self.version.number}, default="-number",
            search=(self.version.message, self.version.author),
        )  # fmt: skip

    def document_of(self, version: Version) -> Document:
        """The document of a version."""
        return self.document.model_validate(version.document)

    def text_of(self, version: Version) -> str:
        """The document of a version as YAML."""
        return documents.text(self.kept(self.document_of(version)))

    def require_active(self, thing: Thing) -> None:
        """Refuse what an archived thing does not take.

        Raises:
            Conflict: the thing is archived.
        """
        if thing.archived_at is not None:
            raise Conflict(
                f"The {self.kind} {thing.name!r} is archived.",
                fix=f"Bring it back with `workbench {self.noun} unarchive {thing.name}`.",
                code=f"{self.kind}_archived",
            )

    def tell(self, ctx: Context, thing: Thing, what: str, permission: str | None = None, **more: Any) -> None:
        """Have those who may hear of it told what happened to a thing."""
        events.emit(
            ctx.db, f"{self.kind}.{what}", workspace_id=ctx.workspace_id, object_id=thing.id,
            permission=permission or self.permission, owner_id=thing.owner_id,
            data={"name": thing.name, "title": thing.title, **more},
        )  # fmt: skip


def slug(title: str, otherwise: str) -> str:
    """A name for the address made of a title."""
    found = re.sub(r"[^a-z0-9_]+", "_", title.lower()).strip("_")[:63] or otherwise
    return found if not found[0].isdigit() else f"_{found}"[:63]
