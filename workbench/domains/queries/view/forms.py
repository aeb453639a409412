"""The forms of a query: its SQL, its parameters, its values and its chart, and what was written in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup
from pydantic import ValidationError

from workbench.core.errors import Invalid, WorkbenchError
from workbench.core.schemas import wrong_fields
from workbench.domains.queries.schemas.documents import Chart, Parameter
from workbench.domains.store.schemas import ColumnView, TableView
from workbench.ui.controls import button
from workbench.ui.fields import area_field, choice_field, text_field
from workbench.ui.freshness import late_after, late_field
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import NOTHING, Content, card, join

VALUE: Final = "v."
UNTITLED: Final = "Untitled query"
LINE: Final = "A line looks like this: month: integer = 3 (name: type = default; type and default can be left out)."
LACKING: Final = re.compile(
    r"Values were not provided for the following parameters: ([^\W\d]\w*(?:, \w+)*)"
)  # as DuckDB puts it
TYPES: Final = {"text": "text", "integer": "number", "number": "number", "date": "date", "boolean": "text"}
KINDS: Final = {"none": mark("none"), "bar": mark("bar"), "line": mark("line"), "scatter": mark("scatter")}
KEYWORDS: Final = (
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "OFFSET", "JOIN", "LEFT JOIN", "ON", "USING",
    "WITH", "AS", "AND", "OR", "NOT", "NULL", "IS NULL", "IN", "BETWEEN", "LIKE", "ILIKE", "CASE", "WHEN", "THEN",
    "ELSE", "END", "DISTINCT", "UNION ALL", "DESC", "NULLS LAST", "OVER", "PARTITION BY", "QUALIFY", "CAST", "DATE",
    "INTERVAL", "count", "sum", "avg", "median", "min", "max", "round", "coalesce", "date_trunc", "strftime", "lower",
    "upper", "substring", "row_number", "regexp_matches", "quantile_cont",
)  # fmt: skip
Fields = Mapping[str, str]


def editor(
    document: Mapping[str, Any], values: Mapping[str, Any], tables: Sequence[TableView], kept: str, *, declaring: bool
) -> Markup:
    """Where one writes SQL; `kept` is what is saved of it, of which the browser does not warn.

    `declaring` has the parameters lie open.
    """
    words = {"tables": {one.name: [column.name for column in one.columns] for one in tables}, "keywords": KEYWORDS}
    parameters = [Parameter.model_validate(one) for one in document.get("parameters", [])]
    return card(
        "SQL",
        Markup(
            '<form class="asking" autocomplete="off"><label class="unseen" for="wb-query">{}</label>'
            '<div class="writing"><textarea id="wb-query" class="sql" name="sql" rows="11" wrap="off" required '
            'spellcheck="false" autocapitalize="off" aria-autocomplete="list" aria-controls="wb-completing" '
            'placeholder="SELECT …" data-words="{}" data-kept="{}">{}</textarea>'
            '<ul id="wb-completing" class="completing" role="listbox" aria-label="{}" hidden></ul></div>{}'
            '<div class="acts"><button type="button" class="main" data-act="ask">{}</button>'
            '<span class="muted">{}</span></div>{}{}</form>'
        ).format(
            tr("One SELECT statement"), json.dumps(words), kept, document.get("sql", ""), tr("Suggestions"),
            value_fields(parameters, values), tr("Run", context="verb"),
            tr("Ctrl + Enter runs it, Ctrl + Space suggests. DuckDB’s SQL; it can only read."),
            _parameters(parameters, unfolded=declaring), _naming(document, saved=bool(kept)),
        ),
    )  # fmt: skip


def value_fields(parameters: Sequence[Parameter], values: Mapping[str, Any]) -> Markup:
    """A field for each parameter, with what it is asked with."""
    if not parameters:
        return NOTHING
    return Markup('<div class="settings" role="group" aria-label="{}">{}</div>').format(
        tr("Values"), join(_value(one, values.get(one.name, one.default)) for one in parameters)
    )


def _value(one: Parameter, given: Any) -> Markup:
    label = one.title or one.name
    text = "" if given is None else str(given).lower() if isinstance(given, bool) else str(given)
    if one.type == "boolean":
        return choice_field(label, VALUE + one.name, ("true", "false"), text or "false")
    step = {"integer": Markup(' step="1"'), "number": Markup(' step="any"')}.get(one.type, NOTHING)
    return Markup(
        '<label class="control"><span>{}</span><input type="{}" name="{}" value="{}" maxlength="1000"{}></label>'
    ).format(label, TYPES[one.type], VALUE + one.name, text, step)


def _parameters(parameters: Sequence[Parameter], *, unfolded: bool) -> Markup:
    label = tr("What the SQL names by $name, one in a line, such as month: integer = 3")
    field = area_field(label, "parameters", _lines(parameters))
    return Markup("<details{}><summary>{}</summary>{}</details>").format(
        Markup(" open") if unfolded else NOTHING, tr("Parameters"), field
    )


def lines(parameters: Iterable[Mapping[str, Any]]) -> str:
    """Parameters of a document as they are written in the editor."""
    return _lines(map(Parameter.model_validate, parameters))


def _lines(parameters: Iterable[Parameter]) -> str:
    return "\n".join(map(_line, parameters))


def _line(one: Parameter) -> str:
    text = str(one.default).lower() if isinstance(one.default, bool) else one.default
    return f"{one.name}: {one.type}" + (f" = {text}" if text is not None else "")


def _naming(document: Mapping[str, Any], *, saved: bool) -> Markup:
    title = str(document.get("title", "")) if document.get("title") != UNTITLED else ""
    buttons = [button(tr("Save version"), "save", tone="main")] if saved else []
    buttons.append(button(tr("Save as new"), "create", tone="" if saved else "main"))
    return Markup(
        '<details><summary>{}</summary><div class="settings">{}{}{}{}<div class="acts">{}</div></div></details>'
    ).format(
        tr("Save"), text_field(tr("Title"), "title", title, required=False, hint=tr("Late flights by carrier")),
        text_field(tr("What it is for"), "description", str(document.get("description", "")), required=False),
        late_field(document.get("late_after")),
        text_field(tr("What changed"), "message", required=False) if saved else NOTHING, join(buttons),
    )  # fmt: skip


def chart_form(chart: Chart | None, columns: Sequence[ColumnView]) -> Content:
    """How the rows are drawn, chosen from the columns that the answer has."""
    names = [column.name for column in columns]
    kinds, now = spoken(KINDS), chart
    return Markup('<form class="toolbar" aria-label="{}">{}{}{}{}{}</form>').format(
        tr("How the rows are drawn"),
        choice_field(tr("Chart"), "kind", list(kinds), now.kind if now else "none", kinds),
        choice_field("x", "x", names, now.x if now else ""),
        choice_field("y", "y", names, now.y if now else (names[-1] if names else "")),
        choice_field(tr("Colour"), "colour", ["", *names], (now.colour or "") if now else ""),
        button(tr("Draw"), "draw"),
    )


def chart_of(fields: Fields) -> dict[str, Any] | None:
    """The chart that the form says; None where none is wanted.

    Raises:
        Invalid: it is none.
    """
    if fields.get("kind", "none") == "none":
        return None
    said = {name: fields.get(name, "") for name in ("kind", "x", "y")} | {"colour": fields.get("colour") or None}
    try:
        return Chart.model_validate(said).model_dump(mode="json")
    except ValidationError:
        raise Invalid("That is no chart of these rows.", fix="Choose its kind and two columns.") from None


def chart_line(chart: Mapping[str, Any] | None) -> str:
    """A chart, or that none is wanted, as an address says it."""
    return urlencode({name: value or "" for name, value in (chart or {"kind": "none"}).items()})


def chart_in(line: str) -> dict[str, Any] | None:
    """The chart of an address.

    Raises:
        Invalid: it has none.
    """
    return chart_of(dict(parse_qsl(line)))


def asks_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two documents have the same rows, however they are drawn."""
    return all(one.get(name) == other.get(name) for name in ("sql", "parameters"))


def written(fields: Fields, chart: Mapping[str, Any] | None, otherwise: str) -> dict[str, Any]:
    """The document that the editor's form says."""
    return {
        "title": fields.get("title", "").strip() or otherwise, "description": fields.get("description", "").strip(),
        "late_after": late_after(fields), "sql": fields.get("sql", ""),
        "chart": dict(chart) if chart else None,
        "parameters": declared(fields.get("parameters", "")),
    }  # fmt: skip


def titled(parameters: list[dict[str, Any]], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Parameters with the titles that they had in a document before; the editor's lines do not say them."""
    titles = {was["name"]: was.get("title") for was in before.get("parameters", [])}
    return [one | {"title": titles.get(one["name"])} for one in parameters]


def declared(text: str) -> list[dict[str, Any]]:
    """The parameters that some lines declare, but for their titles.

    Raises:
        Invalid: one of the lines does not; says which and why.
    """
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        given = _parsed(line)
        try:
            one = Parameter.model_validate(given).model_dump(mode="json", exclude={"title"})
        except ValidationError as error:
            raise _misread(number, line, _why(given, wrong_fields(error)[0])) from None
        if one["name"] in found:
            raise _misread(number, line, f"{one['name']} is declared twice")
        found[one["name"]] = one
    return list(found.values())


def _misread(number: int, line: str, why: str) -> Invalid:
    return Invalid(f"Line {number} under Parameters, “{line.strip()[:80]}”: {why}.", fix=LINE, code="bad_parameters")


def _why(given: Mapping[str, Any], wrong: Mapping[str, str]) -> str:
    match wrong["pointer"]:
        case "/name":
            return f"“{given['name'][:80]}” is no name (a small letter, then small letters, digits and _)"
        case "/type":
            return f"“{given['type'][:80]}” is no type ({', '.join(TYPES)})"
        case _:
            return wrong["message"]


def undeclared(error: WorkbenchError) -> Invalid | None:
    """What to do where DuckDB misses values: that no parameter declares what the SQL names. None of other errors."""
    found = LACKING.search(error.detail)
    if found is None:
        return None
    names = sorted(found[1].split(", "))
    said = ", ".join(f"${name}" for name in names)
    return Invalid(
        f"The SQL names {said}, and no line under Parameters declares {'them' if len(names) > 1 else 'it'}.",
        fix=f"Declare {', '.join(names)} under Parameters, such as {names[0]}: integer = 3, and run again.",
        code="undeclared_parameters",
    )


def _parsed(line: str) -> dict[str, Any]:
    declared, _, default = line.partition("=")
    name, _, kind = declared.partition(":")
    return {"name": name.strip().removeprefix("$"), "type": kind.strip() or "text", "default": default.strip() or None}


def given(fields: Fields, names: Iterable[str]) -> dict[str, str]:
    """What the fields of these parameters say; one that is empty is left to its default."""
    return {name: fields[VALUE + name] for name in names if fields.get(VALUE + name)}
