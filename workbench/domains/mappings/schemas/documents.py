"""The document of a mapping: where rows come from, which columns they get, and how each is made."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from workbench.core.documents import ColumnName, Titled, Written

MOST_COLUMNS, EXPRESSION_CHARACTERS, SQL_CHARACTERS = 200, 4_000, 20_000
TYPES = (
    "VARCHAR", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "DECIMAL(18,2)", "BOOLEAN", "DATE",
    "TIMESTAMP", "TIMESTAMPTZ", "BLOB",
)  # fmt: skip
ALSO = {"TEXT": "VARCHAR", "STRING": "VARCHAR", "INT": "INTEGER", "LONG": "BIGINT", "BOOL": "BOOLEAN"}
_TYPE = re.compile(r"(?:[A-Z]+|DECIMAL\((\d{1,2}),(\d{1,2})\))(?:\[\])*")


def _spelled(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    name, bracket, lists = "".join(given.upper().split()).partition("[")
    return ALSO.get(name, name) + bracket + lists


def _known(name: str) -> str:
    found = _TYPE.fullmatch(name)
    plain = name.replace("[]", "")
    if found is None or (found[1] is None and plain not in TYPES):
        raise ValueError(f"is one of {', '.join(TYPES)}, or a list of one, such as VARCHAR[]")
    if found[1] is not None and not int(found[2]) <= int(found[1]) <= 38:
        raise ValueError("a decimal has 38 digits at most, and no more behind the point than in all")
    return name


SqlType = Annotated[str, BeforeValidator(_spelled), AfterValidator(_known), Field(max_length=40, examples=["BIGINT"])]


class TargetColumn(Written):
    """A column that comes out; a required one may not be NULL."""

    name: ColumnName
    type: SqlType = "VARCHAR"
    required: bool = False


class Split(Written):
    """A part of a text: the first is 1, the last -1; NULL where there are fewer."""

    by: str = Field(min_length=1, max_length=40)
    part: int = Field(ge=-100, le=100)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.part == 0:
            raise ValueError("the first part is 1, the last is -1")
        return self


class Rule(Written):
    """How a target column is made, in one of three ways: of a column, of several combined, or by an expression.

    The value is cast to the target's type. Where a cast would change one, it is refused unless the loss is accepted.
    """

    target: ColumnName
    column: ColumnName | None = None
    split: Split | None = Field(default=None, description="Take a part of the column's text.")
    combine: list[ColumnName] | None = Field(default=None, min_length=2, max_length=20)
    between: str = Field(default=" ", max_length=40, description="What stands between combined values.")
    expression: str | None = Field(default=None, min_length=1, max_length=EXPRESSION_CHARACTERS)
    accept_loss: bool = Field(default=False, description="Let the cast round or truncate.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if [self.column, self.combine, self.expression].count(None) != 2:
            raise ValueError("give one of column, combine and expression")
        if self.split is not None and self.column is None:
            raise ValueError("only a column is split")
        if self.between != " " and self.combine is None:
            raise ValueError("`between` is for columns that are combined")
        return self

    @property
    def named(self) -> list[str]:
        """The source columns that it names outright; those of an expression stand within it."""
        return [self.column] if self.column is not None else list(self.combine or ())


class Document(Titled):
    """A mapping as it is written down: one line for each column and for each rule."""

    source: str = Field(min_length=1, max_length=400, examples=["crm.orders"], description="A table, or a stream.")
    target: str | None = Field(default=None, min_length=1, max_length=100, description="A table of the store.")
    columns: list[TargetColumn] = Field(default=[], max_length=MOST_COLUMNS)
    rules: list[Rule] = Field(default=[], max_length=MOST_COLUMNS)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        names = [column.name.casefold() for column in self.columns]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"each column has a name of its own, whatever its case; {', '.join(twice)} stands twice")
        targets = [rule.target for rule in self.rules]
        if twice := sorted({name for name in targets if targets.count(name) > 1}):
            raise ValueError(f"a column is made by one rule; {', '.join(twice)} has several")
        if lost := sorted(set(targets) - {column.name for column in self.columns}):
            raise ValueError(f"there is no target column {', '.join(lost)}")
        if sum(len(rule.expression or "") for rule in self.rules) > SQL_CHARACTERS:
            raise ValueError(f"all expressions together have {SQL_CHARACTERS:,} characters at most")
        return self

    def column(self, name: str) -> TargetColumn | None:
        """The target column of a name."""
        return next((column for column in self.columns if column.name == name), None)

    def rule(self, target: str) -> Rule | None:
        """The rule that makes a target column."""
        return next((rule for rule in self.rules if rule.target == target), None)
