"""Changes of a mapping's document that is being made: each answers a new one, so that every step can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from workbench.core.documents import parse
from workbench.core.errors import Invalid
from workbench.domains.mappings.schemas import SourceColumn, Suggestion
from workbench.domains.mappings.schemas.documents import Document, Rule, TargetColumn
from workbench.ui.languages import mark

WAYS: Final = {
    "copy": mark("Copy"), "split": mark("Split"), "combine": mark("Combine"), "expression": mark("Expression"),
}  # fmt: skip
PLACES = 4  # columns that can be combined where fewer are
Fields = Mapping[str, str]


def way_of(rule: Rule | None) -> str:
    """In which of the four ways a rule makes its column."""
    if rule is None:
        return "copy"
    if rule.column is not None:
        return "copy" if rule.split is None else "split"
    return "combine" if rule.combine is not None else "expression"


def with_rule(document: Document, target: str, way: str, fields: Fields) -> Document:
    """A document in which a target column is made as a form says.

    Raises:
        Invalid: the form is not filled in so that it makes a rule.
    """
    given: dict[str, Any] = {"target": target, "accept_loss": "accept_loss" in fields}
    match way:
        case "combine":
            chosen = (fields.get(f"column.{place}", "") for place in range(1, len(fields)))
            given |= {"combine": [name for name in chosen if name], "between": fields.get("between") or " "}
        case "expression":
            given["expression"] = fields.get("expression", "").strip()
        case _:
            given["column"] = fields.get("column", "")
            if way == "split":
                given["split"] = {"by": fields.get("by") or " ", "part": _whole(fields.get("part", ""))}
    return _changed(document, rules=[*_others(document, {target}), given])


def without_rule(document: Document, target: str) -> Document:
    """A document in which nothing makes a target column."""
    return _changed(document, rules=_others(document, {target}))


def accepted(document: Document, suggestions: Iterable[Suggestion]) -> Document:
    """A document in which target columns are made as was suggested."""
    rules = {one.target: {"target": one.target, "column": one.column} for one in suggestions}
    return _changed(document, rules=[*_others(document, set(rules)), *rules.values()])


def with_column(document: Document, name: str, fields: Fields) -> Document:
    """A document in which a target column is called, typed and required as a form says; its rule goes with it.

    Raises:
        Invalid: there is another of that name, or no such type.
    """
    made = {
        "name": fields.get("name", "").strip(), "type": fields.get("type", ""), "required": "required" in fields,
    }  # fmt: skip
    columns = [made if column.name == name else column.model_dump() for column in document.columns]
    rules = [rule.model_dump() | ({"target": made["name"]} if rule.target == name else {}) for rule in document.rules]
    return _changed(document, columns=columns, rules=rules)


def with_columns(document: Document, columns: Sequence[SourceColumn]) -> Document:
    """A document with more target columns behind the others.

    Raises:
        Invalid: there is one of that name, or no such type.
    """
    more = [{"name": column.name.strip(), "type": column.type} for column in columns]
    return _changed(document, columns=[*(column.model_dump() for column in document.columns), *more])


def can_be(column: SourceColumn) -> bool:
    """Whether a target column can be of the type of another; structures and maps can not."""
    try:
        TargetColumn(name=column.name, type=column.type)
    except ValidationError:
        return False
    return True


def without_column(document: Document, name: str) -> Document:
    """A document without a target column and its rule."""
    columns = [column.model_dump() for column in document.columns if column.name != name]
    return _changed(document, columns=columns, rules=_others(document, {name}))


def moved_ends(document: Document, fields: Fields) -> Document:
    """A document with the title, source and target table that a form says.

    Raises:
        Invalid: one of them is none.
    """
    return _changed(
        document, title=fields.get("title", ""), source=fields.get("source", "").strip(),
        target=fields.get("target", "").strip() or None,
    )  # fmt: skip


def _others(document: Document, targets: set[str]) -> list[dict[str, Any]]:
    return [rule.model_dump() for rule in document.rules if rule.target not in targets]


def _changed(document: Document, **given: Any) -> Document:
    changed = parse(Document, document.model_dump() | given)
    order = {column.name: place for place, column in enumerate(changed.columns)}
    return changed.model_copy(update={"rules": sorted(changed.rules, key=lambda rule: order[rule.target])})


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid("Which part is a whole number.", fix="Write 1 for the first, -1 for the last.") from None
