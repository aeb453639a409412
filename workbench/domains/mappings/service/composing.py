"""What a mapping's rules are in SQL: names are quoted, texts are literals, and an expression was parsed as one."""

# ruff: noqa: S608 - see above; a worker that sees nothing but the source runs it
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.core.sql import literal, quoted
from workbench.domains.mappings.schemas.documents import Rule, TargetColumn
from workbench.domains.store.drivers.types import SQL_TYPES, Type, holds, sql_type

SOURCE = "source"
EXAMPLE = 80
NEVER = "false"
_STORED = {name: kind for kind, name in SQL_TYPES.items()}
_WIDEST = {"DATE": "TIMESTAMP"} | dict.fromkeys(("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DECIMAL"), "DOUBLE")


@dataclass(frozen=True, slots=True)
class Cell:
    """A target column and the rule that makes it; `made` is the type of its value before the cast, once it is known."""

    target: TargetColumn
    rule: Rule
    made: Type | None = None

    @property
    def value(self) -> str:
        """The value before the cast."""
        rule = self.rule
        if rule.expression is not None:
            return f"(\n{rule.expression}\n)"
        if rule.combine is not None:
            texts = ", ".join(_text(quoted(name)) for name in rule.combine)
            return f"CASE WHEN coalesce({texts}) IS NOT NULL THEN concat_ws({literal(rule.between)}, {texts}) END"
        column = quoted(rule.column or "")
        if rule.split is None:
            return column
        return f"string_split({_text(column)}, {literal(rule.split.by)})[{rule.split.part}]"

    def cast(self, value: str) -> str:
        """A value as the target's type, NULL where it is none."""
        return f"TRY_CAST({value} AS {self.target.type})"

    def failing(self, value: str) -> str:
        """The condition that a value does not cast; never where the type alone tells that each does."""
        if self._kept():
            return NEVER
        return f"({value} IS NOT NULL AND {self.cast(value)} IS NULL)"

    def lossy(self, value: str) -> str:
        """The condition that a value casts to another one; never where the type alone tells that none does."""
        cast, wanted = self.cast(value), self.target.type
        made = sql_type(self.made or "string")
        if self._kept():
            return NEVER
        if made != "VARCHAR":
            return f"({cast} IS NOT NULL AND TRY_CAST({cast} AS {made}) IS DISTINCT FROM {value})"
        # A text is no measure of itself ("007" is 7); it is read as the widest type of the kind.
        wide = _WIDEST.get(wanted.partition("(")[0])
        if wide is None or wanted.endswith("]"):
            return NEVER
        return f"({cast} IS NOT NULL AND TRY_CAST({value} AS {wide}) IS DISTINCT FROM TRY_CAST({cast} AS {wide}))"

    def _kept(self) -> bool:
        """Whether the target's type keeps every value."""
        wanted = self.target.type
        if self.made is None:
            return False
        return wanted in (sql_type(self.made), "VARCHAR") or holds(_STORED.get(wanted, wanted.lower()), self.made)


def bound(cells: Sequence[Cell]) -> str:
    """A SELECT without rows whose columns are the values before their casts.

    As conditions they may be neither aggregates nor anything else that is not one value for each row.
    """
    one_each = " OR ".join(f"({cell.value}) IS NULL" for cell in cells)
    return f"SELECT {_values(cells)} FROM {SOURCE} WHERE {one_each} LIMIT 0"


def surveyed(cells: Sequence[Cell]) -> str:
    """A SELECT of one row: how many rows there are, then for each cell five figures (see `figures`)."""
    counted = ", ".join(figure for place, cell in enumerate(cells) for figure in figures(cell, f"c{place}"))
    return f"SELECT count(*), {counted} FROM (SELECT {_values(cells)} FROM {SOURCE})"


def figures(cell: Cell, value: str) -> tuple[str, ...]:
    """How many values fail, one of them, how many are changed, one of them, and how many come out as NULL."""
    failing, lossy = cell.failing(value), cell.lossy(value)
    return *_counted(value, failing), *_counted(value, lossy), f"count(*) FILTER (WHERE {value} IS NULL)"


def _counted(value: str, condition: str) -> tuple[str, str]:
    """How many values meet a condition, and one of them."""
    if condition == NEVER:
        return "0", "NULL"
    return f"count_if({condition})", f"left(min({_text(value)}) FILTER (WHERE {condition}), {EXAMPLE})"


def shown(cells: Sequence[Cell], limit: int) -> str:
    """The first mapped rows, and beside each value what it was where it fails or is changed."""
    inner = f"SELECT {_values(cells)} FROM (SELECT * FROM {SOURCE} LIMIT {limit})"
    places = [(cell, f"c{place}") for place, cell in enumerate(cells)]
    listed = [
        f"{cell.cast(value)}, CASE WHEN {cell.failing(value)} OR {cell.lossy(value)} "
        f"THEN left({_text(value)}, {EXAMPLE}) END"
        for cell, value in places
    ]
    return f"SELECT {', '.join(listed)} FROM ({inner})"


def mapped(columns: Sequence[TargetColumn], cells: Sequence[Cell]) -> str:
    """All target columns in their order; what no rule makes is NULL."""
    made = {cell.target.name: cell for cell in cells}
    listed = ", ".join(
        f"{made[column.name].cast(made[column.name].value) if column.name in made else f'CAST(NULL AS {column.type})'}"
        f" AS {quoted(column.name)}"
        for column in columns
    )
    return f"SELECT {listed} FROM {SOURCE}"


def _values(cells: Sequence[Cell]) -> str:
    return ", ".join(f"{cell.value} AS c{place}" for place, cell in enumerate(cells))


def _text(value: str) -> str:
    return f"CAST({value} AS VARCHAR)"
