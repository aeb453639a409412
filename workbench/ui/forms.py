"""Whole pages that hold one form, for people who are not signed in yet: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from .documents import STYLE, whole
from .parts import NOTHING, Content, Way
from .tokens import DARK

HERE = Path(__file__).parent
# The button's label is read on it (4.5:1).
COLOURS = (
    ":root { --on-primary: #ffffff; }"
    f"@media (prefers-color-scheme: dark) {{ :root {{ --on-primary: {DARK['background']}; }} }}"
)
FORM_STYLE = STYLE + COLOURS + (HERE / "forms.css").read_text()
MARK = Markup('<svg aria-hidden="true" viewBox="0 0 20 20"><path d="M4 3h5v4H4zM11 13h5v4h-5zM6.5 7v8H11"/></svg>')


@dataclass(frozen=True, slots=True)
class Field:
    """What is to be filled in; `wrong` says what is not right about the value that was sent."""

    name: str
    label: str
    type: str = "text"
    autocomplete: str = "off"
    value: str = ""
    help: str = ""
    wrong: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A page with one form: what is sent to `action` are the fields and what is `kept`."""

    title: str
    submit: str
    action: str
    fields: Sequence[Field] = ()
    intro: Content = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    alert: str = ""
    ways: Sequence[Way] = ()


def form_page(form: Form) -> str:
    """The page of a form."""
    focus = next((found.name for found in form.fields if found.wrong or not found.value), "")
    fields = NOTHING.join(_field(found, found.name == focus) for found in form.fields)
    kept = NOTHING.join(
        Markup('<input type="hidden" name="{}" value="{}">').format(*pair) for pair in form.kept.items()
    )
    body = Markup(
        '{}{}<form method="post" action="{}" novalidate>{}{}<button type="submit">{}</button></form>{}'
    ).format(_intro(form.intro), _alert(form.alert), form.action, kept, fields, form.submit, _ways(form.ways))
    return _sheet(form.title, body)


def note_page(title: str, text: Content, *ways: Way) -> str:
    """The page that says what came of a form."""
    return _sheet(title, _intro(text) + _ways(ways))


def _sheet(title: str, body: Markup) -> str:
    mark = Markup('<p class="mark">{}Workbench</p>').format(MARK)
    main = Markup('<main class="alone">{}<div class="sheet"><h1>{}</h1>{}</div></main>').format(mark, title, body)
    return whole(title, main, FORM_STYLE)


def _field(found: Field, focus: bool) -> Markup:
    notes = [(kind, text) for kind, text in (("help", found.help), ("wrong", found.wrong)) if text]
    attributes = [("id", found.name), ("name", found.name), ("type", found.type), ("autocomplete", found.autocomplete)]
    attributes += [("value", found.value)] if found.value and found.type != "password" else []
    attributes += [("aria-describedby", " ".join(f"{found.name}-{kind}" for kind, _ in notes))] if notes else []
    attributes += [("aria-invalid", "true")] if found.wrong else []
    words = [word for word, on in (("required", not found.optional), ("autofocus", focus)) if on]
    written = Markup(" ").join(Markup('{}="{}"').format(*pair) for pair in attributes)
    said = NOTHING.join(
        Markup('<p class="{kind}" id="{name}-{kind}">{text}</p>').format(kind=kind, name=found.name, text=text)
        for kind, text in notes
    )
    return Markup('<div class="field"><label for="{}">{}</label><input {} {}>{}</div>').format(
        found.name, found.label, written, " ".join(words), said
    )


def _intro(text: Content) -> Markup:
    return Markup('<p class="intro">{}</p>').format(text) if text else NOTHING


def _alert(text: str) -> Markup:
    shown = Markup('<div class="alert" role="alert"><span class="shape" aria-hidden="true">■</span><p>{}</p></div>')
    return shown.format(text) if text else NOTHING


def _ways(ways: Sequence[Way]) -> Markup:
    if not ways:
        return NOTHING
    items = NOTHING.join(Markup('<li><a href="{}">{}</a></li>').format(way.href, way.label) for way in ways)
    return Markup('<ul class="ways">{}</ul>').format(items)
