"""The form of one card: what it asks, chosen from the columns that its table really has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from workbench.core.errors import Invalid
from workbench.domains.dashboards.schemas.documents import Card, Document, Source
from workbench.ui.controls import button
from workbench.ui.drafts import UNAPPLIED
from workbench.ui.fields import area_field, choice_field, number_field, pick_field, text_field
from workbench.ui.freshness import late_field
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, join

from .drafts import DAYS, KINDS, QUERY, called, named, of_kind, source_of

HOW: Final = (
    mark("count"), mark("distinct"), mark("sum"), mark("mean"), mark("median"), mark("min"), mark("max"),
)  # fmt: skip
FORMS: Final = (
    mark("number"), mark("short"), mark("percent"), mark("days"), mark("minutes"), mark("seconds"), mark("bytes"),
)  # fmt: skip
EVERY: Final = (mark("hour"), mark("day"), mark("week"), mark("month"), mark("quarter"), mark("year"))
PARTS: Final = ("", "year", "quarter", "month", "day", mark("weekday"), "hour")
CONTROLS: Final = (mark("choice"), mark("dates"), mark("numbers"))
ORDERS: Final = (mark("value"), mark("name"))
WAYS: Final = (mark("ascending"), mark("descending"))
COLUMN = "column."
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")  # of a parameter of a saved query
Columns = Mapping[str, str]
Fields = Mapping[str, str]


def form_id(name: str) -> str:
    """The id of the form of a card."""
    return f"wb-settings-{name}"


def about(document: Document) -> Markup:
    """A form of what is said of the whole dashboard, folded; its button does `describe`."""
    return Markup(
        '<details class="tell"><summary>{0}</summary><form aria-label="{0}">{1}{2}{3}{4}</form></details>'
    ).format(
        tr("Title and lateness"), text_field(tr("Title"), "title", document.title),
        text_field(tr("What it is for"), "description", document.description, required=False),
        late_field(document.late_after), button(tr("Change"), "describe", tone="main"),
    )  # fmt: skip


def form(card: Card, columns: Columns, sources: Mapping[str, str]) -> Markup:
    """The form of a card; its button applies it. `sources` are those to choose from, with what each is called."""
    inside, title = [text_field(tr("Title"), "title", card.title or "")], card.title or card.id
    if card.kind != "text":
        inside += _source(card.source, sources)
    inside += _of_kind(card, columns)
    return Markup(
        '<form class="settings" id="{}" aria-label="{}"><h2>{}: {}</h2>'
        '<input type="hidden" name="card" value="{}">{}<div class="acts">{}{}</div></form>'
    ).format(
        form_id(card.id), tr("Settings of {title}", title=title), tr(KINDS[card.kind]), title, card.id, join(inside),
        button(tr("Apply"), "apply", tone="main"), button(tr("Close"), "close", confirm=tr(UNAPPLIED), replaces=True),
    )  # fmt: skip


def _source(source: Source, sources: Mapping[str, str]) -> list[Markup]:
    """The rows of a card: a table or a saved query, which may have values and stay at a version, or one SELECT."""
    now = named(source)
    made = [pick_field(tr("Rows of"), "source", {"": "–", now: called(now)} | dict(sources), now)]
    if source.query is not None:
        values = "\n".join(f"{name}: {value}" for name, value in source.values.items())
        pinned = str(source.version or "")
        made += [
            text_field(tr("Version"), "version", pinned, required=False, hint=tr("as published")),
            area_field(tr("Values, one in a line, such as month: 3"), "values", values),
        ]
    return [*made, area_field(tr("or one SELECT"), "sql", source.sql or "")]


def _of_kind(card: Card, columns: Columns) -> list[Markup]:
    days, names = of_kind(columns, *DAYS), list(columns)
    made: list[Markup] = []
    match card.kind:
        case "text":
            made = [area_field(tr("Text"), "text", card.text)]
        case "filter":
            made = [
                choice_field(tr("Column"), "column", names, card.column),
                _worded(tr("As"), "control", CONTROLS, card.control),
            ]
        case "table":
            order = "descending" if card.descending else "ascending"
            made = [
                _boxes(names, card.columns), choice_field(tr("Sorted by"), "sort", ["", *names], card.sort or ""),
                _worded(tr("Order"), "descending", WAYS, order),
                number_field(tr("Rows"), "limit", card.limit, most=500),
            ]  # fmt: skip
        case "kpi":
            over = choice_field(tr("Drawn over"), "over", ["", *days], card.over or "")
            made = [*_value(card, columns), over, text_field(tr("Note"), "note", card.note or "", required=False)]
        case "time_series":
            split = choice_field(tr("A line for each"), "split", ["", *names], card.split or "")
            over = choice_field(tr("Over"), "over", days, card.over)
            made = [*_value(card, columns), over, _worded(tr("Every"), "every", EVERY, card.every), split]
        case "bar":
            order = _worded(tr("Order"), "order", ORDERS, card.order)
            by = _dimension(tr("For each"), "by", card.by, names)
            made = [*_value(card, columns), *by, order, number_field(tr("At most"), "top", card.top, most=50)]
        case "heat_map":
            across = _dimension(tr("Across"), "across", card.across, names)
            made = [*_value(card, columns), *across, *_dimension(tr("Down"), "down", card.down, names)]
    return made


def _value(card: Any, columns: Columns) -> list[Markup]:
    names, value = ["", *columns], card.value
    return [
        _worded(tr("Number"), "how", HOW, value.how),
        choice_field(tr("of"), "of", names, value.column or ""),
        choice_field(tr("divided by"), "per", names, value.per or ""),
        choice_field(tr("weighted by"), "weight", names, value.weight or ""),
        _worded(tr("written as"), "form", FORMS, value.form),
    ]


def _dimension(label: str, name: str, dimension: Any, names: Sequence[str]) -> list[Markup]:
    part = _worded(tr("as"), f"{name}_part", PARTS, dimension.part or "")
    return [choice_field(label, name, names, dimension.column), part]


def _worded(label: str, name: str, options: Sequence[str], value: str) -> Markup:
    """A list of words that documents use, as people call them."""
    return choice_field(label, name, options, value, {option: tr(option) for option in options})


def filled_in(card: Card, fields: Fields) -> dict[str, Any]:
    """A card of the same id, kind and place, as the form says."""
    given: dict[str, Any] = {"id": card.id, "kind": card.kind, "at": card.at, "title": fields.get("title", "") or None}
    if card.kind == "text":
        return given | {"text": fields.get("text", "")}
    given["source"] = _asked(card.source, fields)
    if card.kind in ("kpi", "time_series", "bar", "heat_map"):
        names = {"how": "how", "column": "of", "per": "per", "weight": "weight", "form": "form"}
        given["value"] = {name: fields[field] for name, field in names.items() if fields.get(field)}
    plain = {"kpi": ("over", "note"), "time_series": ("over", "every", "split"), "bar": ("order", "top"),
             "table": ("sort", "limit"), "filter": ("column", "control")}.get(card.kind, ())  # fmt: skip
    given |= {name: fields[name] for name in plain if fields.get(name)}
    for name in {"bar": ("by",), "heat_map": ("across", "down")}.get(card.kind, ()):
        given[name] = {"column": fields.get(name, ""), "part": fields.get(f"{name}_part") or None}
    if card.kind == "table":
        chosen = [name.removeprefix(COLUMN) for name in fields if name.startswith(COLUMN)]
        given |= {"columns": chosen, "descending": fields.get("descending") == "descending"}
    return given


def _asked(source: Source, fields: Fields) -> dict[str, Any]:
    sql, name = fields.get("sql", "").strip(), fields.get("source", "")
    if sql:
        return {"sql": sql}
    if name != named(source) or not name.startswith(QUERY):
        return source_of(name) | ({"version": source.version} if name == named(source) else {})
    values = _values(fields.get("values", ""))
    return source_of(name) | {"version": fields.get("version", "").strip() or None, "values": values}


def _values(text: str) -> dict[str, str]:
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not (colon and NAME.fullmatch(name)) and line.strip():
            raise Invalid(
                f"Line {number} of the values, “{line.strip()[:80]}”, gives no parameter a value.",
                fix="A line looks like this: month: 3 (name: value).", code="bad_card",
            )  # fmt: skip
        if name:
            found[name] = value
    return found


def _boxes(names: Sequence[str], chosen: Sequence[str]) -> Markup:
    boxes = join(
        Markup('<label><input type="checkbox" name="{}"{}> {}</label>').format(
            COLUMN + name, Markup(" checked") if name in chosen else NOTHING, name
        )
        for name in [*names, *(name for name in chosen if name not in names)]
    )
    return Markup('<fieldset class="wide"><legend>{}</legend>{}</fieldset>').format(tr("Columns"), boxes)
