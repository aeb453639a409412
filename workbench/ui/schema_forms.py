"""Forms drawn from a JSON Schema; what people fill in comes back as text, which the operation converts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from workbench.core.errors import Invalid, WorkbenchError
from workbench.core.naming import named_by

from . import pairs
from .choices import Offered, lines, of_many, of_one, written
from .languages import tr
from .parts import NOTHING, Content, join, with_code
from .presence import Fields

Schema = Mapping[str, Any]
LONG = 80  # characters from which a text gets room for several lines
OPTIONAL = Markup('<span class="optional"> · {}</span>')
STEPS = {"integer": "1", "number": "any"}


def schema_form(
    schema: Schema, act: str, submit: str, *, values: Mapping[str, Any] | None = None,
    wrong: Mapping[str, str] | None = None, note: Content = NOTHING, changed: str = "",
    offered: Offered | None = None,
) -> Markup:  # fmt: skip
    """A form of the properties of `schema` that does `act`; `wrong` says what is not right about a field.

    `changed` is the act that it does by itself when something was chosen or a number was typed. `offered` is what there
    is to choose from; a choice on which others depend does the act `CHOSEN`.
    """
    given, faults = values or {}, wrong or {}
    fields = join(
        _field(
            name,
            declared,
            given.get(name, declared.get("default")),
            name in schema.get("required", ()),
            faults.get(name, ""),
            offered or {},
        )
        for name, declared in _ordered(schema)
    )
    none = Markup('<p class="muted">{}</p>').format(tr("It takes no parameters."))
    return Markup(
        '<form class="form" novalidate{}>{}<div class="acts">'
        '<button type="submit" class="main" data-act="{}">{}</button>{}</div></form>'
    ).format(Markup(' data-changed="{}"').format(changed) if changed else "", fields or none, act, submit, note)


def texts(schema: Schema, fields: Fields) -> dict[str, str]:
    """What was filled in, by property; what was left empty keeps its default, but for text or a list that may be."""
    declared, required = dict(_ordered(schema)), schema.get("required", ())
    found = {name: _sent(declared[name], fields[name]) for name in declared if name in fields}
    return {
        name: text
        for name, text in found.items()
        if text not in ("", "[]") or (_may_be_empty(declared[name]) and name not in required)
    }


def values(schema: Schema, fields: Fields) -> dict[str, Any]:
    """What was filled in, by property, as the values that JSON has; what was left empty is left out.

    Raises:
        Invalid: a number is none, or a list or an object is no JSON; each field is named.
    """
    found, wrong = {}, []
    for name, declared in _ordered(schema):
        text = _sent(declared, fields.get(name, "").strip())
        if text in ("", "[]"):
            continue
        try:
            found[name] = text if _type(declared)[0] == "string" else json.loads(text)
        except ValueError:
            wrong.append({"pointer": f"/{name}", "message": _unread(declared)})
    if wrong:
        raise Invalid("Some fields cannot be read.", fix="Mend what is marked.", errors=wrong)
    return found


def misfits(
    schema: Schema, error: WorkbenchError, *, below: str, called: Mapping[str, str] | None = None, taken: str = ""
) -> dict[str, str]:
    """What is wrong, by field of the form; what is wrong deep in a field is told at the field.

    An operation names the form's properties below `below`; `called` says how the form calls its other fields, and
    `taken` which of them is wrong where something is there already.

    Raises:
        WorkbenchError: `error` itself, where something in it is no field of the form.
    """
    found = {}
    for one in error.errors:
        first, *rest = one["pointer"].strip("/").split("/")
        field, *deeper = rest if first == below and rest else [(called or {}).get(first, first), *rest]
        found[field] = " ".join([*deeper, one["message"]])
    if error.code == "already_exists" and taken:
        found[taken] = error.detail
    if not found or not found.keys() <= schema["properties"].keys():
        raise error
    return found


def _ordered(schema: Schema) -> list[tuple[str, Schema]]:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    return sorted(properties.items(), key=lambda item: item[1].get("x-order", 0))


def _sent(declared: Schema, text: str) -> str:
    """A field's text as the operation reads it: texts, by name or not, have one on each line, and become JSON."""
    if pairs.of_texts(declared):
        return pairs.sent(text)
    return json.dumps(lines(text), ensure_ascii=False) if _of_texts(declared) else text


def _unread(declared: Schema) -> str:
    if pairs.of_texts(declared):
        return f"has one on each line, such as {_example(declared).splitlines()[0]}"
    return f"is no {_type(declared)[0]}, written as JSON"


def _example(declared: Schema) -> str:
    """How what is not plain text is written."""
    one = next(iter(declared.get("examples", ())), None)
    if pairs.of_texts(declared):
        return pairs.written(one) or tr(pairs.HINT)
    return "" if one is None else tr("JSON, such as {example}", example=_text(one))


def _may_be_empty(declared: Schema) -> bool:
    return _type(declared) == ("string", "") or _of_texts(declared)


def _of_texts(declared: Schema) -> bool:
    return _type(declared)[0] == "array" and declared.get("items", {}).get("type") == "string"


def _field(name: str, declared: Schema, value: Any, required: bool, wrong: str, offered: Offered) -> Markup:
    about = [(kind, text) for kind, text in (("help", declared.get("description", "")), ("wrong", wrong)) if text]
    noted = " ".join(f"f-{name}-{kind}" for kind, _ in about)
    attributes = [("id", f"f-{name}"), ("name", name)]
    attributes += [("aria-describedby", noted)] if noted else []
    attributes += [("aria-invalid", "true")] if wrong else []
    attributes += [("required", "")] if required else []
    notes = join(
        Markup('<p class="{}" id="f-{}-{}">{}</p>').format(kind, name, kind, with_code(text)) for kind, text in about
    )
    drawn = _chosen(declared, value, attributes, name, offered) or _input(declared, value, attributes, name)
    left_out = not required and _text(declared.get("default")) in ("", "[]")
    called = declared.get("title", name) + (OPTIONAL.format(tr("optional")) if left_out else NOTHING)
    label = Markup('<label for="f-{}" id="f-{}-label">{}</label>').format(name, name, called)
    if 'role="group"' in drawn:  # has no one input that a label could be for
        label = Markup('<span class="label" id="f-{}-label">{}</span>').format(name, called)
    return Markup('<div class="field">{}{}{}</div>').format(label, drawn, notes)


def _chosen(declared: Schema, value: Any, attributes: list[tuple[str, str]], name: str, offered: Offered) -> Markup:
    """The input of what is chosen of many; nothing for other fields, and where there is nothing to choose from."""
    if _of_texts(declared):
        items = declared["items"]
        known = items.get("enum") or offered.get(named_by(declared), ())
        return of_many(name, known, value, attributes, closed="enum" in items)
    known = offered.get(kind := named_by(declared), ())
    return of_one(kind, known, _text(value), attributes) if known else NOTHING


def _input(declared: Schema, value: Any, attributes: list[tuple[str, str]], name: str) -> Markup:
    kind, form = _type(declared)
    if "enum" in declared:
        return _list(declared["enum"], value, attributes)
    if kind == "boolean":
        checked = [("checked", "")] if value in (True, "true") else []
        box = Markup('<input type="hidden" name="{}" value="false"><input type="checkbox" value="true"{}>')
        return box.format(name, written([*attributes, *checked]))
    if kind in ("array", "object") or len(_text(value)) > LONG:
        if hint := _example(declared) if kind in ("array", "object") else "":
            attributes = [*attributes, ("placeholder", hint)]
        shown = pairs.written(value) if pairs.of_texts(declared) else None
        return Markup('<textarea rows="3" spellcheck="false"{}>{}</textarea>').format(
            written(attributes), _text(value) if shown is None else shown
        )
    if declared.get("writeOnly"):  # a secret: what is kept is not shown, and the browser shall not fill one in
        hidden = [("autocomplete", "new-password")]
        return Markup('<input type="password"{}>').format(written([*attributes, *hidden]))
    shown = {"date": "date", "date-time": "datetime-local"}.get(form, "number" if kind in STEPS else "text")
    limits = [("step", STEPS[kind])] if kind in STEPS else []
    limits += [
        (ours, str(declared[theirs])) for ours, theirs in (("min", "minimum"), ("max", "maximum")) if theirs in declared
    ]
    return Markup('<input type="{}"{}>').format(shown, written([*attributes, *limits, ("value", _text(value))]))


def _list(options: list[Any], value: Any, attributes: list[tuple[str, str]]) -> Markup:
    items = join(
        Markup("<option{}>{}</option>").format(Markup(" selected") if _text(one) == _text(value) else "", _text(one))
        for one in options
    )
    return Markup("<select{}>{}</select>").format(written(attributes), items)


def _type(declared: Schema) -> tuple[str, str]:
    """The type of a property and its format; of several types the first that is not null."""
    for one in (declared, *declared.get("anyOf", ())):
        kinds = one.get("type", [])
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind != "null":
                return kind, one.get("format", "")
    return "string", ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
