"""The document of a dashboard: what stands where, and what each card asks of a table or of a saved query."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_serializer, model_validator

from workbench.core.clock import late
from workbench.core.documents import ColumnName, LateAfter, Line, Titled, Words, Written
from workbench.domains.queries.schemas import Values

WIDE = 12
MOST_CARDS = 60
SQL_CHARACTERS = 20_000
UNTOLD = "-- told to who sees every dashboard"

CardId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", examples=["flights"])]
Part = Literal["year", "quarter", "month", "day", "weekday", "hour"]
Every = Literal["hour", "day", "week", "month", "quarter", "year"]
Form = Literal["number", "short", "percent", "days", "minutes", "seconds", "bytes"]


class Place(Written):
    """Where a card stands on a grid of twelve columns; rows are 40 px high."""

    x: int = Field(ge=0, lt=WIDE)
    y: int = Field(ge=0, le=500)
    w: int = Field(ge=1, le=WIDE)
    h: int = Field(ge=1, le=40)

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.x + self.w > WIDE:
            raise ValueError(f"x and w together are at most {WIDE}")
        return self


class Source(Written):
    """Where the rows of a card come from: a table of the store, a saved query, or one SELECT."""

    table: str | None = Field(default=None, min_length=1, max_length=100)
    query: str | None = Field(default=None, min_length=1, max_length=100, description="The name of a saved query.")
    version: int | None = Field(
        default=None, ge=1,
        description="Of the table, else as it is; of the query, else what is published of it, else the newest.",
    )  # fmt: skip
    values: Values = Field(default={})
    sql: str | None = Field(default=None, min_length=1, max_length=SQL_CHARACTERS, description="One SELECT.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.table, self.query, self.sql].count(None) != 2:
            raise ValueError("give one of table, query and sql")
        if self.version is not None and self.sql is not None:
            raise ValueError("only a table or a saved query has versions")
        if self.values and self.query is None:
            raise ValueError("only a saved query has values")
        return self


class Value(Written):
    """A number made of many rows: how, of which column, and what it is divided or weighted by."""

    how: Literal["count", "distinct", "sum", "mean", "median", "min", "max"] = "count"
    column: ColumnName | None = Field(default=None, description="Rows are counted where none is named.")
    per: ColumnName | None = Field(default=None, description="The sum is divided by the sum of this column.")
    weight: ColumnName | None = Field(default=None, description="The mean weighs each row by this column.")
    form: Form = Field(default="number", description="How it is written.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.column is None and self.how != "count":
            raise ValueError(f"{self.how} needs a column")
        if self.per is not None and self.how != "sum":
            raise ValueError("only a sum is divided by another")
        if self.weight is not None and self.how != "mean":
            raise ValueError("only a mean has weights")
        return self


class Dimension(Written):
    """What rows are grouped by: a column, or a part of a date; a bare name is the column."""

    column: ColumnName
    part: Part | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_serializer(mode="wrap")
    def _short(self, handler: Any) -> Any:
        return self.column if self.part is None else handler(self)


class _Card(Written):
    id: CardId
    title: Line | None = None
    at: Place


class _Asking(_Card):
    title: Line
    source: Source


class Kpi(_Asking):
    """One number; `over` draws how it went beside it."""

    kind: Literal["kpi"]
    value: Value = Value()
    over: ColumnName | None = Field(default=None, description="A column of dates.")
    note: Line | None = None


class TimeSeries(_Asking):
    """A number over time, as one line or one for each value of a column."""

    kind: Literal["time_series"]
    over: ColumnName = Field(description="A column of dates or times.")
    every: Every = "day"
    value: Value = Value()
    split: ColumnName | None = Field(default=None, description="A line for each value; the five largest are drawn.")


class Bar(_Asking):
    """A number for each value of a column, as bars; one that is clicked filters the others."""

    kind: Literal["bar"]
    by: Dimension
    value: Value = Value()
    order: Literal["value", "name"] = "value"
    top: int = Field(default=12, ge=1, le=50)


class HeatMap(_Asking):
    """A number for each pair of values of two columns, as colours."""

    kind: Literal["heat_map"]
    across: Dimension
    down: Dimension
    value: Value = Value()


class TableCard(_Asking):
    """Rows as they are."""

    kind: Literal["table"]
    columns: list[ColumnName] = Field(min_length=1, max_length=40)
    sort: ColumnName | None = None
    descending: bool = False
    limit: int = Field(default=20, ge=1, le=500)


class TextCard(_Card):
    """Words, shown as they are written; an empty line begins a paragraph."""

    kind: Literal["text"]
    text: Words


class FilterCard(_Asking):
    """A choice that narrows every card whose source has the column."""

    kind: Literal["filter"]
    column: ColumnName
    control: Literal["choice", "dates", "numbers"] = "choice"


Card = Annotated[Kpi | TimeSeries | Bar | HeatMap | TableCard | TextCard | FilterCard, Field(discriminator="kind")]


class Document(Titled):
    """A dashboard as it is written down: readable, and one line of difference for one thing that changed."""

    late_after: LateAfter = None
    cards: list[Card] = Field(default=[], max_length=MOST_CARDS)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ids = [card.id for card in self.cards]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"each card has an id of its own; {', '.join(twice)} stands twice")
        return self

    def card(self, name: str) -> Card | None:
        """The card of an id."""
        return next((card for card in self.cards if card.id == name), None)

    def is_late(self, card: Card, as_of: datetime | None) -> bool:
        """Whether what a card shows is older by now than it may be; a table at a version is as it was meant."""
        pinned = isinstance(card, TextCard) or (card.source.table is not None and card.source.version is not None)
        return not pinned and late(as_of, self.late_after)

    def untold(self) -> Self:
        """As its readers hear of it: SQL is its author's alone, as that of a saved query is."""
        return self.model_copy(update={"cards": [_untold(card) for card in self.cards]})

    @property
    def columns_shown(self) -> frozenset[str]:
        """The columns whose values stand in its cards one by one, not only numbers made of many."""
        return frozenset(name for card in self.cards for name in _shown(card) if name is not None)


def _untold(card: Card) -> Card:
    if isinstance(card, TextCard) or card.source.sql is None:
        return card
    return card.model_copy(update={"source": card.source.model_copy(update={"sql": UNTOLD})})


def _shown(card: Card) -> list[str | None]:
    match card:
        case Kpi(over=over):
            return [over]
        case TimeSeries(over=over, split=split):
            return [over, split]
        case Bar(by=by):
            return [by.column]
        case HeatMap(across=across, down=down):
            return [across.column, down.column]
        case FilterCard(column=column):
            return [column]
    return list(card.columns) if isinstance(card, TableCard) else []
