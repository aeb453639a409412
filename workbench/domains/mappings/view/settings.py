"""The forms of one target column: how it is made, and what it is."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from workbench.domains.mappings.schemas import SourceColumn, TargetState
from workbench.domains.mappings.schemas.documents import TYPES, Document, Rule, Split
from workbench.ui.controls import CHOOSE, button
from workbench.ui.drafts import UNAPPLIED
from workbench.ui.fields import area_field, choice_field, number_field, switch_field, text_field
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, card, empty, join

from . import drafts
from .words import standing

HINTS = (
    "upper(name)", "price * 1.19", "strptime(day, '%d.%m.%Y')", "nullif(city, 'NA')",
    "TRY_CAST(amount AS INTEGER)",
)  # fmt: skip


def settings(
    document: Document, name: str, way: str, columns: Sequence[SourceColumn], state: TargetState | None
) -> Markup:
    """What can be set of a target column; of none where nothing is chosen."""
    column = document.column(name)
    if column is None:
        none = empty(tr("No column chosen"), tr("Choose a target column, to say how it is made."))
        return card(tr("Column"), none)
    rule = document.rule(name)
    way = way if way in drafts.WAYS else drafts.way_of(rule)
    ways = join(
        button(tr(word), CHOOSE, name="way", value=key, pressed=key == way, confirm=tr(UNAPPLIED), replaces=True)
        for key, word in drafts.WAYS.items()
    )
    clear = button(tr("Clear"), "clear", name="target", value=name) if rule is not None else NOTHING
    made = Markup(
        '{}<div class="ways-of" role="group" aria-label="{}">{}</div>'
        '<form class="settings" aria-label="{}"><input type="hidden" name="target" value="{}">'
        '<input type="hidden" name="way" value="{}">{}<div class="wide">{}</div><div class="acts">{}{}</div></form>'
    ).format(
        standing(state) if state else NOTHING, tr("How it is made"), ways, tr("How {name} is made", name=name), name,
        way, _fields(way, rule, columns), _accepting(column.type, rule), button(tr("Apply"), "apply", tone="main"),
        clear,
    )  # fmt: skip
    return card(tr("Column {name}", name=name), made + _column(document, name))


def _fields(way: str, rule: Rule | None, columns: Sequence[SourceColumn]) -> Content:
    names = ["", *(column.name for column in columns)]
    words = {column.name: f"{column.name} ({column.type})" for column in columns}
    chosen = rule.column or "" if rule else ""
    match way:
        case "split":
            split = rule.split if rule and rule.split else Split(by=" ", part=1)
            source = choice_field(tr("Source column"), "column", names, chosen, words)
            part = number_field(tr("Which part (-1 is the last)"), "part", split.part, least=-100, most=100)
            return join([source, _space(tr("Split at (empty: a space)"), "by", split.by), part])
        case "combine":
            those = rule.combine or [] if rule else []
            filled = [*those, *[""] * max(drafts.PLACES - len(those), 1)]
            lists = [
                choice_field(tr("Column {name}", name=place), f"column.{place}", names, one, words)
                for place, one in enumerate(filled, 1)
            ]
            between = _space(tr("Between them (empty: a space)"), "between", rule.between if rule else " ")
            return join([*lists, between])
        case "expression":
            hints = join((Markup("<code>{}</code>").format(hint) for hint in HINTS), ", ")
            field = area_field(tr("One value in SQL"), "expression", (rule.expression or "") if rule else "")
            hint = tr("Made of the source’s columns, such as {examples}.", examples=hints)
            return field + Markup('<p class="wide muted">{}</p>').format(hint)
    return choice_field(tr("Source column"), "column", names, chosen, words)


def _accepting(kind: str, rule: Rule | None) -> Content:
    """Whether the cast may lose something; a text holds every value."""
    if kind == "VARCHAR":
        return NOTHING
    label = tr("Accept what a cast to {type} loses", type=kind)
    return switch_field(label, "accept_loss", on=rule is not None and rule.accept_loss)


def _space(label: str, name: str, value: str) -> Markup:
    """A field for a few letters, which nobody could see if they were a space."""
    return text_field(label, name, "" if value == " " else value, required=False)


def _column(document: Document, name: str) -> Markup:
    column = document.column(name)
    assert column is not None
    remove = button(
        tr("Remove column"), "remove", name="column", value=name, tone="danger",
        confirm=tr("Remove the target column {name} and how it is made?", name=name),
    )  # fmt: skip
    return Markup(
        '<details><summary>{}</summary><form class="settings" aria-label="{}">'
        '<input type="hidden" name="column" value="{}">{}{}<div class="wide">{}</div>'
        '<div class="acts">{}{}</div></form></details>'
    ).format(
        tr("Name and type"), tr("Column {name}", name=name), name, text_field(tr("Name"), "name", name),
        text_field(tr("Type"), "type", column.type, among=TYPES),
        switch_field(tr("Required: it may not be NULL"), "required", on=column.required),
        button(tr("Change column"), "column"), remove,
    )  # fmt: skip
