"""A small domain of things, for tests of the gate and of the faces that are derived from it."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from workbench.core import events
from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import Base, Database, Json, UtcDateTime, unique
from workbench.core.errors import AlreadyExists, Unavailable
from workbench.core.ids import new_id
from workbench.core.operations import Download, External, Registry
from workbench.core.paging import paginate
from workbench.core.schemas import Gone, Key, ListRequest, Page, Request, Slug, View
from workbench.core.settings import Settings
from workbench.core.visibility import visible
from workbench.core.workbench import Workbench


class Toys(Registry):
    """A registry that looks for nothing beyond this file."""

    def discover(self, package: str = "", only: str | None = None) -> Registry:
        """Find nothing more."""
        return self


registry = Toys()
operation = registry.operation


class ToyBase(DeclarativeBase):
    """Tables of tests, apart from the product's."""


class Thing(ToyBase):
    """A thing in a workspace."""

    __tablename__ = "thing"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's name

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[Any] = mapped_column(UtcDateTime, default=now)
    workspace_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(63))
    size: Mapped[int] = mapped_column(default=0)
    labels: Mapped[list[str]] = mapped_column(Json, default=list)
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    @property
    def etag(self) -> int:
        """The version, as the product's rows call it outside."""
        return self.version


class MakeThing(Request):
    """Make a thing."""

    name: Slug
    size: int = 0
    labels: list[str] = Field(default=[])
    extra: dict[str, Any] = Field(default={})
    heavy: bool = Field(default=False, description="Whether it is heavy.")


class NameThing(Request):
    """Name a thing."""

    id: Key


class ChangeThing(NameThing):
    """Change a thing."""

    size: int


class ListThings(ListRequest):
    """Ask for things."""

    labels: list[str] = Field(default=[])


class Read(Request):
    """Ask for rows."""

    rows: int = 10
    wide: int = 8
    fail_at: int = -1


class Text(View):
    """A text."""

    text: str


class Wait(Request):
    """Ask to wait."""

    seconds: float = 0


class ThingView(View):
    """A thing."""

    id: UUID
    name: str
    size: int
    labels: list[str]
    extra: dict[str, Any]
    etag: int


class Counted(View):
    """How many rows and batches came."""

    rows: int
    batches: int


@operation("things.create", "POST /things", "connectors:write", effect="write", status=201, idempotent=True,
           positional=("name",))  # fmt: skip
def create(ctx: Context, request: MakeThing) -> ThingView:
    """Create a thing."""
    given = request.model_dump(exclude={"heavy"})
    thing = Thing(workspace_id=ctx.workspace_id, owner_id=ctx.principal.user_id, **given)
    with unique(ctx.db, AlreadyExists(f"There is a thing {request.name!r} already.", fix="Choose another name.")):
        ctx.db.add(thing)
    events.emit(
        ctx.db, "thing.created", workspace_id=ctx.workspace_id, object_id=thing.id, owner_id=thing.owner_id,
        permission="connectors:read", data={"name": thing.name},
    )  # fmt: skip
    return ThingView.of(thing)


@operation("things.show", "GET /things/{id}", "connectors:read", target=(Thing, "id"), effect="read")
def show(ctx: Context, request: NameThing) -> ThingView:
    """Show a thing."""
    return ThingView.of(ctx.target)


@operation("things.list", "GET /things", "connectors:list", effect="read")
def list_things(ctx: Context, request: ListThings) -> Page[ThingView]:
    """List things."""
    sort = {"name": Thing.name, "created_at": Thing.created_at}
    return paginate(
        ctx.db, visible(ctx, Thing), request, view=ThingView.of, key=Thing.id, sort=sort, search=(Thing.name,)
    )


@operation(
    "things.change", "PATCH /things/{id}", "connectors:write", target=(Thing, "id"), effect="write", versioned=True
)
def change(ctx: Context, request: ChangeThing) -> ThingView:
    """Change a thing."""
    ctx.target.size = request.size
    ctx.db.flush()
    return ThingView.of(ctx.target)


@operation("things.remove", "DELETE /things/{id}", "connectors:write", target=(Thing, "id"), effect="write")
def remove(ctx: Context, request: NameThing) -> Gone:
    """Remove a thing."""
    ctx.db.delete(ctx.target)
    return Gone(id=str(ctx.target.id))


@operation("things.test", "POST /things/{id}/test", "connectors:test", target=(Thing, "id"), effect="external")
def test(ctx: Context, request: NameThing) -> External[ThingView]:
    """Try a thing."""
    held = ctx.target.id

    def store(inner: Context, result: int) -> ThingView:
        thing = inner.db.get_one(Thing, held)
        thing.size = result
        inner.db.flush()
        return ThingView.of(thing)

    return External(work=lambda: 77, store=store)


@operation("things.fail", "POST /things/fail", "connectors:write", effect="write")
def fail(ctx: Context, request: Wait) -> Gone:
    """Fail for a reason that is nobody's."""
    raise ZeroDivisionError("secret internals")


@operation("things.wait", "POST /things/wait", "connectors:write", effect="raw", audited=False)
def wait(ctx: Context, request: Wait) -> Gone:
    """Wait in a thread."""
    time.sleep(request.seconds)
    return Gone(id="waited")


@operation("things.busy", "GET /busy", "connectors:read", effect="read")
def busy(ctx: Context, request: Wait) -> Gone:
    """Be unavailable."""
    raise Unavailable("Busy.", fix="Wait.", retry_after=1.2)


@operation("things.recite", "GET /text", "connectors:read", effect="read")
def recite(ctx: Context, request: Read) -> Text:
    """Show a long text."""
    return Text(text="x" * request.wide)


@operation("things.retell", "POST /text", "connectors:write", effect="write")
def retell(ctx: Context, request: Read) -> Text:
    """Change something, and tell of it at length."""
    return Text(text="x" * request.wide)


class Meter:
    """What a stream of rows did, for tests to look at."""

    made = 0
    closed = threading.Event()


@operation("things.read", "GET /rows", "connectors:read_data", effect="raw", gives="arrow")
def read(ctx: Context, request: Read) -> Any:
    """Stream rows."""
    import pyarrow as pa

    schema = pa.schema([("n", pa.int64()), ("text", pa.string())])
    Meter.made, Meter.closed = 0, threading.Event()

    def batches() -> Any:
        try:
            for start in range(0, request.rows, 1000):
                if 0 <= request.fail_at <= start:
                    raise Unavailable("The source went away.", fix="Try again.")
                stop = min(start + 1000, request.rows)
                Meter.made += stop - start
                yield pa.record_batch([list(range(start, stop)), ["x" * request.wide] * (stop - start)], schema=schema)
        finally:
            Meter.closed.set()

    return pa.RecordBatchReader.from_batches(schema, batches())


@operation("things.load", "POST /rows", "connectors:write_data", effect="raw", takes="arrow")
def load(ctx: Context, request: Read, body: Any) -> Counted:
    """Take rows."""
    rows = batches = 0
    for batch in body:
        rows, batches = rows + batch.num_rows, batches + 1
    return Counted(rows=rows, batches=batches)


@operation("things.copy", "POST /rows/copy", "connectors:write_data", effect="raw", takes="arrow", gives="arrow")
def copy(ctx: Context, request: Read, body: Any) -> Any:
    """Give back the rows that were sent."""
    return body


@operation(
    "things.file", "GET /things/{id}/file", "connectors:read",
    target=(Thing, "id"), effect="raw", gives="file", media_types=("text/plain",),
)  # fmt: skip
def file(ctx: Context, request: NameThing) -> Download:
    """Download a file."""
    path = ctx.workbench.settings.home / "thing.txt"
    path.write_bytes(b"0123456789" * 500_000)
    return Download(path, "text/html", 'na"me\r\n/../é.html')


def open_toys(settings: Settings) -> Workbench:
    """A workbench with the toys' operations and tables besides the product's own tables."""
    from workbench.core.operations import registry as product
    from workbench.domains.access.service import Directory, Shares, ensure_default
    from workbench.domains.audit.service import Trail
    from workbench.domains.secrets.service import Envelopes

    product.discover()  # all: tables point at each other, and a page that is being loaded may know but some of them
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.metadata_url)
    Base.metadata.create_all(database.engine)
    ToyBase.metadata.create_all(database.engine)
    workbench = Workbench(
        settings=settings, database=database, registry=registry, audit=Trail(), vault=Envelopes(settings),
        shares=Shares(), directory=Directory(),
    )  # fmt: skip
    with workbench.unit_of_work() as db:
        ensure_default(db)
    return workbench
