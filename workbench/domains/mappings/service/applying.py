"""A saved mapping applied to rows that somebody brings: all of them, or none and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from workbench.core.context import Context
from workbench.core.errors import Invalid
from workbench.domains.mappings.models import Mapping
from workbench.domains.mappings.schemas import ApplyMapping
from workbench.domains.mappings.schemas.documents import Document
from workbench.domains.store.drivers.relations import Relation
from workbench.domains.store.drivers.types import names
from workbench.domains.store.service import queries
from workbench.domains.store.service.spooling import Spooled

from . import checking
from .composing import SOURCE, mapped
from .documents import SHELF

if TYPE_CHECKING:
    import pyarrow as pa

TOLD = 5


def apply(ctx: Context, request: ApplyMapping, rows: Any) -> pa.RecordBatchReader:
    """The rows with the target's columns: as many as came, in their order.

    Raises:
        NotFound: there is no such version.
        Conflict: the mapping is archived.
        Invalid: columns are missing, or values do not cast, or would lose what the mapping does not accept; says which.
    """
    mapping: Mapping = ctx.target
    SHELF.require_active(mapping)
    with ctx.reading() as db:
        document = SHELF.document_of(SHELF.version_of(db, mapping, request.version))
    if not document.columns:
        raise Invalid(f"The mapping {mapping.name!r} has no target columns.", fix="Add some.", code="mapping_empty")
    spooled = Spooled(ctx.workbench, rows)  # twice read: values that fail are counted before a row is given
    try:
        found = _given(ctx, mapping.name, document, spooled.relation)
    except BaseException:
        spooled.close()
        raise
    batches = _batches(found, spooled)
    next(batches)
    import pyarrow as pa

    return pa.RecordBatchReader.from_batches(found.schema, batches)


def _given(ctx: Context, name: str, document: Document, rows: Relation) -> pa.RecordBatchReader:
    checked = checking.check(ctx, document, rows)
    missing = list(dict.fromkeys(column for one in checked for column in one.missing))
    if missing:
        raise Invalid(
            f"The rows have no column {', '.join(map(repr, missing[:20]))}, which the mapping {name!r} reads.",
            fix=f"They have {', '.join(names(rows.columns)[:40])}.",
            code="mapping_columns_missing",
            errors=[{"pointer": f"/columns/{column}", "message": "is missing"} for column in missing],
        )
    wrong = [(one.target.name, one.refusal) for one in checked if one.refusal]
    if wrong:
        more = f"; and {len(wrong) - TOLD} more columns" if len(wrong) > TOLD else ""
        raise Invalid(
            f"The mapping {name!r} cannot be applied: "
            + "; ".join(f"{target}: {why}" for target, why in wrong[:TOLD]) + more + ".",
            fix="Mend the data, or the mapping: an expression such as TRY_CAST(amount AS INTEGER) makes NULL of what "
            "does not cast, and a rule may accept the loss.",
            code="mapping_failed",
            errors=[{"pointer": f"/columns/{target}", "message": why} for target, why in wrong],
        )  # fmt: skip
    cells = [one.cell for one in checked if one.cell is not None]
    return queries.over(ctx, mapped(document.columns, cells), {SOURCE: rows})


def _batches(found: pa.RecordBatchReader, spooled: Spooled) -> Iterator[Any]:
    try:
        yield None  # for `apply`: only a generator that has begun is ended with a reader that nobody reads
        yield from found
    finally:
        spooled.close()
