"""How the target columns of a mapping stand: which cannot be made at all, and which values do not cast or lose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from workbench.core.context import Context
from workbench.core.errors import Invalid
from workbench.domains.mappings.schemas import State, TargetState
from workbench.domains.mappings.schemas.documents import Document, TargetColumn
from workbench.domains.store.drivers.expressions import WORDS
from workbench.domains.store.drivers.relations import Relation
from workbench.domains.store.drivers.types import names, sql_type
from workbench.domains.store.service import queries

from .composing import SOURCE, Cell, bound, surveyed

AT_ONCE = 40
MANY_ROWS = re.compile(r"cannot contain (aggregates|window functions)|UNNEST not supported", re.IGNORECASE)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of trying a cell on rows."""

    rows: int = 0
    failing: int = 0
    failed: str | None = None
    lossy: int = 0
    lost: str | None = None
    nulls: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """A target column as far as it was tried: the cell and its figures, or why there is none."""

    target: TargetColumn
    uses: tuple[str, ...] = ()
    cell: Cell | None = None
    figures: Figures = Figures()
    missing: tuple[str, ...] = ()
    problem: str = ""

    @property
    def state(self) -> TargetState:
        """How it stands, in words."""
        state, detail = self._said()
        figures = self.figures
        return TargetState(
            name=self.target.name, type=self.target.type, state=state, detail=detail, uses=list(self.uses),
            made_as=sql_type(self.cell.made) if self.cell and self.cell.made else None, failing=figures.failing,
            lossy=figures.lossy, nulls=figures.nulls, example=figures.failed or figures.lost,
        )  # fmt: skip

    @property
    def refusal(self) -> str:
        """Why a mapping cannot be applied because of it; empty where it can."""
        state, detail = self._said()
        accepted = self.cell is not None and self.cell.rule.accept_loss
        return detail if state not in ("ok", "unmapped") and not (state == "lossy" and accepted) else ""

    def _said(self) -> tuple[State, str]:
        if self.missing:
            return "broken", f"the source has no column {', '.join(map(repr, self.missing))}"
        if self.problem:
            return "broken", self.problem
        if self.cell is not None:
            return self._counted(self.cell)
        return ("required", "required, and nothing makes it") if self.target.required else ("unmapped", "stays NULL")

    def _counted(self, cell: Cell) -> tuple[State, str]:
        figures, kind = self.figures, self.target.type
        if figures.failing:
            said = f"{figures.failing:,} of {figures.rows:,} values are no {kind}, such as {figures.failed!r}"
            return "failing", said
        if figures.nulls and self.target.required:
            return "failing", f"{figures.nulls:,} of {figures.rows:,} values are NULL, and it is required"
        if figures.lossy:
            accepted = "; that is accepted" if cell.rule.accept_loss else ""
            counted = f"{figures.lossy:,} of {figures.rows:,} values would lose something as {kind}"
            return "lossy", f"{counted}, such as {figures.lost!r}{accepted}"
        return "ok", ""


def check(ctx: Context, document: Document, source: Relation) -> list[Checked]:
    """Each target column, tried on the rows of a source.

    Raises:
        TimedOut: that took too long.
    """
    known = {name.casefold() for name in names(source.columns)}
    found = {one.target.name: one for one in named(ctx, document)}
    for name, one in found.items():
        missing = tuple(it for it in one.uses if it.casefold() not in known and it.casefold() not in WORDS)
        uses = tuple(it for it in one.uses if it.casefold() in known)
        found[name] = replace(one, missing=missing, uses=uses)
    whole = [one for one in found.values() if one.cell and not one.missing and not one.problem]
    for few in several(whole):
        for one in _tried(few, lambda some: _typed(ctx, some, source)):
            found[one.target.name] = one
    whole = [one for one in found.values() if one.cell and one.cell.made is not None]
    for few in several(whole):
        for one in _tried(few, lambda some: _counted(ctx, some, source)):
            found[one.target.name] = one
    return [found[column.name] for column in document.columns]


def named(ctx: Context, document: Document) -> Iterator[Checked]:
    """Each target column with the names that its rule uses, or why its expression is none."""
    rules = [(column, document.rule(column.name)) for column in document.columns]
    written = [rule.expression for _, rule in rules if rule is not None and rule.expression is not None]
    parsed = queries.scalars(ctx, written) if written else iter(())
    for column, rule in rules:
        if rule is None:
            yield Checked(column)
        elif rule.expression is None:
            yield Checked(column, tuple(rule.named), Cell(column, rule))
        else:
            found = next(parsed)
            if isinstance(found, Invalid):
                yield Checked(column, problem=found.detail, cell=Cell(column, rule))
            else:
                yield Checked(column, tuple(found), Cell(column, rule))


def _tried(few: Sequence[Checked], work: Callable[[Sequence[Checked]], list[Checked]]) -> list[Checked]:
    """Some columns at once; where that fails each by itself, to tell which it was."""
    try:
        return work(few)
    except Invalid as error:
        if len(few) == 1:
            return [replace(few[0], problem=_plainly(error), figures=Figures())]
        return [found for one in few for found in _tried([one], work)]


def _typed(ctx: Context, few: Sequence[Checked], source: Relation) -> list[Checked]:
    from workbench.domains.store.drivers.arrow import columns_of, normalise

    reader = queries.over(ctx, bound(_cells(few)), {SOURCE: source})
    schema = reader.schema
    reader.read_all()
    kinds = [column["type"] for column in columns_of(normalise(schema))]
    cells = [replace(cell, made=kind) for cell, kind in zip(_cells(few), kinds, strict=True)]
    return [replace(one, cell=cell) for one, cell in zip(few, cells, strict=True)]


def _counted(ctx: Context, few: Sequence[Checked], source: Relation) -> list[Checked]:
    table = queries.over(ctx, surveyed(_cells(few)), {SOURCE: source}).read_all()
    rows, *values = [column[0].as_py() for column in table.columns]
    return [replace(one, figures=Figures(rows, *found)) for one, found in zip(few, several(values, 5), strict=True)]


def several(items: Sequence[Found], most: int = AT_ONCE) -> list[Sequence[Found]]:
    """Items in lots."""
    return [items[start : start + most] for start in range(0, len(items), most)]


def _cells(few: Sequence[Checked]) -> list[Cell]:
    return [one.cell for one in few if one.cell is not None]


def _plainly(error: Invalid) -> str:
    if MANY_ROWS.search(error.detail):
        return "an expression makes one value of each row; this one looks at many rows, or makes several"
    return error.detail
