"""What a write's columns mean for a table that has columns already."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.errors import Conflict, Invalid
from workbench.core.sql import quoted

from .types import DECIMAL, Column, Columns, Type, holds, names, sql_type

_PANDAS = {
    "boolean": "boolean", "byte": "Int8", "short": "Int16", "integer": "Int32", "long": "Int64",
    "float": "float32", "double": "float64", "string": "str",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evolution:
    """The columns a table has after a write, those among them that are new, and those the write says nothing of."""

    columns: list[Column]
    added: list[Column]
    missing: list[str]


def evolve(table: str, current: Columns, incoming: Columns) -> Evolution:
    """The columns of `table` after an append or a merge: new ones are added, missing ones become null.

    A column that is all null and has no type of its own takes the table's.

    Raises:
        Conflict: `table_schema_changed`, a column would change its type; says which cast mends it.
        Invalid: `column_case`, a new column differs from an old one only by case.
    """
    kept = {column["name"]: column["type"] for column in current}
    folded = {name.casefold(): name for name in kept}
    added: list[Column] = []
    for column in incoming:
        name, kind = column["name"], column["type"]
        if name in kept:
            if not column.get("untyped") and not holds(kept[name], kind):
                raise _changed(table, name, kept[name], kind)
        elif name.casefold() in folded:
            old = folded[name.casefold()]
            raise Invalid(
                f"The column {name!r} differs from the table {table}'s column {old!r} only by case.",
                fix=f"Call it {old!r}.",
                code="column_case",
            )
        else:
            added.append({"name": name, "type": kind})
    given = set(names(incoming))
    return Evolution([*current, *added], added, [name for name in kept if name not in given])


def key_columns(table: str, key: list[str], columns: Columns) -> None:
    """See that a table has the columns of a merge key, and that they can be compared.

    Raises:
        Invalid: one is missing, or is a list, a struct or a map.
    """
    kinds = {column["name"]: column["type"] for column in columns}
    for name in key:
        if name not in kinds:
            raise Invalid(
                f"The key column {name!r} is not among the columns of {table}.",
                fix=f"Choose from {', '.join(list(kinds)[:40])}.",
                code="key_not_found",
            )
        if not isinstance(kinds[name], str):
            raise Invalid(
                f"The key column {name!r} of {table} is a {sql_type(kinds[name])}, which cannot identify a row.",
                fix="Choose columns of plain values.",
                code="key_unusable",
            )


def _changed(table: str, name: str, old: Type, new: Type) -> Conflict:
    was, given = sql_type(old), sql_type(new)
    return Conflict(
        f"The column {name!r} of the table {table} is {was}; this write has {given}.",
        fix=f'{_cast(name, old)}, or write once with mode="replace" to change the type.',
        code="table_schema_changed",
        table=table, column=name, old=was, new=given,
    )  # fmt: skip


def _cast(name: str, old: Type) -> str:
    in_sql = f"CAST({quoted(name)} AS {sql_type(old)})"
    if isinstance(old, str) and old in _PANDAS:
        return f"Cast it: df[{name!r}].astype({_PANDAS[old]!r}) in pandas, {in_sql} in SQL"
    if old == "date":
        return f"Cast it: pd.to_datetime(df[{name!r}]).dt.date in pandas, {in_sql} in SQL"
    if old in ("timestamp", "timestamp_ntz"):
        zone = "utc=True" if old == "timestamp" else "utc=False"
        return f"Cast it: pd.to_datetime(df[{name!r}], {zone}) in pandas, {in_sql} in SQL"
    if isinstance(old, str) and DECIMAL.fullmatch(old):
        return f"Cast it: df[{name!r}].map(Decimal) in pandas, {in_sql} in SQL"
    return f"Cast it: {in_sql} in SQL"
