"""Pages of a list by keyset: the cost of a page does not grow with how far back it lies."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from .errors import Invalid
from .schemas import ListRequest, Page

Column = InstrumentedAttribute[Any]
Item = TypeVar("Item")


def paginate(
    db: Session,
    query: Select[Any],
    request: ListRequest,
    *,
    view: Callable[[Any], Item],
    key: Column,
    sort: Mapping[str, Column],
    default: str = "-created_at",
    search: Sequence[Column] = (),
) -> Page[Item]:
    """One page of `query`, sorted by a column of `sort` and then by `key`, an id or a running number.

    Sortable columns must not be NULL and want an index together with the workspace and the id.

    Raises:
        Invalid: an unknown column to sort by, a cursor that was not given out for this list, or a text to search for in
            a list without texts.
    """
    order = request.sort or default
    column = _column(order.removeprefix("-"), sort)
    if request.ids is not None:
        query = query.where(_named(request.ids, key))
    if request.q:
        query = query.where(_containing(request.q, search))
    descending = order.startswith("-")
    if request.cursor:
        after = _decode(request.cursor, order, column, key)
        place = tuple_(column, key)
        query = query.where(place < after if descending else place > after)
    ways = (column.desc(), key.desc()) if descending else (column.asc(), key.asc())
    rows = list(db.scalars(query.order_by(*ways).limit(request.limit + 1)))
    more = len(rows) > request.limit
    rows = rows[: request.limit]
    following = _encode(order, getattr(rows[-1], column.key), getattr(rows[-1], key.key)) if more else None
    return Page[Any](items=[view(row) for row in rows], next=following)


def _named(ids: Sequence[UUID], key: Column) -> ColumnElement[bool]:
    if key.type.python_type is not UUID:
        raise Invalid(
            "What this list shows has no ids.",
            fix="Leave out ids, and choose from the whole list.",
            errors=[{"pointer": "/ids", "message": "not for this list"}],
        )
    return key.in_(ids)


def _containing(text: str, search: Sequence[Column]) -> ColumnElement[bool]:
    if not search:
        raise Invalid(
            "This list has no texts to search in.",
            fix="Leave out q, and choose from the whole list.",
            errors=[{"pointer": "/q", "message": "not for this list"}],
        )
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return or_(*(column.ilike(pattern, escape="\\") for column in search))


def _column(name: str, sort: Mapping[str, Column]) -> Column:
    if name not in sort:
        raise Invalid(
            f"This list cannot be sorted by {name!r}.",
            fix=f"Sort by {', '.join(sorted(sort))}, with - in front for descending.",
            errors=[{"pointer": "/sort", "message": "unknown column"}],
        )
    return sort[name]


def _encode(order: str, value: Any, key: UUID | int) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
    return base64.urlsafe_b64encode(json.dumps([order, plain, str(key)]).encode()).decode().rstrip("=")


def _decode(cursor: str, order: str, column: Column, key: Column) -> tuple[Any, UUID | int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        given, value, last = json.loads(base64.urlsafe_b64decode(padded.encode()))
        kind = column.type.python_type
        if given != order:
            raise ValueError("of another order")
        if kind is datetime:
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                raise ValueError("without a zone")
        elif kind is UUID:
            value = UUID(value)
        elif not isinstance(value, kind):
            raise ValueError("of another type")
        return value, UUID(last) if key.type.python_type is UUID else int(last)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(
            "The cursor does not belong to this list.",
            fix="Pass `next` of the page before, with the same sort.",
            errors=[{"pointer": "/cursor", "message": "unknown cursor"}],
        ) from error
