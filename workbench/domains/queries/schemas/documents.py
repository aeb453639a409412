"""The document of a saved query: one SELECT, its parameters, and how its rows are drawn."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, FiniteFloat, TypeAdapter, ValidationError, model_validator

from workbench.core.documents import ColumnName, LateAfter, Line, Titled, Written
from workbench.domains.store.drivers.bound import Scalar

SQL_CHARACTERS, MOST_PARAMETERS = 60_000, 20
WHOLE = 2**63

Sql = Annotated[str, Field(min_length=1, max_length=SQL_CHARACTERS, description="One SELECT of DuckDB's SQL.")]
Text = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Whole = Annotated[int, Field(ge=-WHOLE, lt=WHOLE)]
ParameterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["month"])]
ParameterType = Literal["text", "integer", "number", "date", "boolean"]
ChartKind = Literal["bar", "line", "scatter"]

_TYPES: Final[dict[str, TypeAdapter[Any]]] = {
    "text": TypeAdapter(Text),
    "integer": TypeAdapter(Whole),
    "number": TypeAdapter(FiniteFloat),
    "date": TypeAdapter(date),
    "boolean": TypeAdapter(bool),
}


class Parameter(Written):
    """What the SELECT names by `$name`."""

    name: ParameterName
    type: ParameterType = "text"
    title: Line | None = None
    default: bool | int | FiniteFloat | str | None = Field(
        default=None, description="What is meant where nothing is given; without one, something must be."
    )

    @model_validator(mode="before")
    @classmethod
    def _as_said(cls, given: Any) -> Any:
        """The default is kept as what it is, however it was written; a date as its text."""
        if not isinstance(given, dict) or given.get("default") is None:
            return given
        try:
            found = _TYPES[given.get("type", "text")].validate_python(given["default"])
        except (ValidationError, LookupError, TypeError):
            return given  # what follows says what is wrong
        return given | {"default": found.isoformat() if isinstance(found, date) else found}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.default is not None:
            self.value(self.default)
        return self

    def value(self, given: Any) -> Scalar:
        """A value of the parameter's type.

        Raises:
            ValueError: it is none.
        """
        try:
            found: Scalar = _TYPES[self.type].validate_python(given)
        except ValidationError as error:
            raise ValueError(f"${self.name} is no {self.type}: {error.errors()[0]['msg']}") from None
        return found


class Chart(Written):
    """How the rows are drawn: a bar, point of a line or dot for each."""

    kind: ChartKind
    x: ColumnName
    y: ColumnName = Field(description="A column of numbers.")
    colour: ColumnName | None = Field(default=None, description="A line, or a colour of dots, for each value.")


class Document(Titled):
    """A saved query as it is written down."""

    sql: Sql
    parameters: list[Parameter] = Field(default=[], max_length=MOST_PARAMETERS)
    chart: Chart | None = None
    late_after: LateAfter = None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        names = [one.name for one in self.parameters]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"each parameter has a name of its own; {', '.join(twice)} stands twice")
        return self
