"""Templates: shipped notebooks that become pipelines once a form is filled in, without anybody writing code.

A template is an ordinary notebook with one more cell, tagged `template`, whose assignments are what its form asks; its
cell tagged `parameters` stays what each run asks. Where `metadata.workbench` says what it reads and writes, names in
braces stand for what was filled in: `"reads": ["{connector}.{stream}"]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import workbench
from workbench.core.context import Context
from workbench.core.errors import NotFound, Unavailable
from workbench.core.guessing import hint
from workbench.core.operations import External
from workbench.domains.pipelines.schemas import ListTemplates, RegisteredView, TemplateDetail, TemplateView, UseTemplate
from workbench.engines.declarations import declarations, tagged_cells

from . import notebooks
from .catalog import Draft, draft, register
from .coercion import coerce
from .parameters import parameters_of
from .registration import registered
from .sources import from_json

if TYPE_CHECKING:
    from nbformat import NotebookNode

TAG = "template"
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Template:
    """A shipped notebook and the JSON Schema of what its form asks."""

    name: str
    title: str
    description: str
    form: dict[str, Any]
    notebook: NotebookNode


@cache
def shipped() -> dict[str, Template]:
    """The templates by name: inside the package in a wheel, beside it in a checkout.

    Raises:
        Unavailable: they are in neither place.
    """
    package = Path(workbench.__file__).resolve().parent
    for folder in (package / "templates", package.parent / "templates"):
        if found := {path.stem: _template(path) for path in sorted(folder.glob("*.ipynb"))}:
            return found
    raise Unavailable(
        "The templates are missing from this installation.",
        fix="Install jupyter-workbench again.",
        code="templates_missing",
    )


def listed(request: ListTemplates) -> list[TemplateView]:
    """The templates that have the text that is asked for, in their name, title or description."""
    wanted = (request.q or "").casefold()
    found = [one for one in shipped().values() if wanted in f"{one.name} {one.title} {one.description}".casefold()]
    return [TemplateView.of(one) for one in found[: request.limit]]


def detail(name: str) -> TemplateDetail:
    """A template with its form.

    Raises:
        NotFound: there is none of that name.
    """
    return TemplateDetail.of(template(name))


def template(name: str) -> Template:
    """The template of a name.

    Raises:
        NotFound: there is none.
    """
    known = shipped()
    if name not in known:
        raise NotFound(
            f"There is no template {name[:80]!r}.",
            fix=hint(name, list(known), otherwise="See `workbench templates list`."),
            code="template_not_found",
        )
    return known[name]


def use(ctx: Context, request: UseTemplate) -> External[RegisteredView]:
    """Fills a template in while no transaction waits, then adds it to the catalog as a new pipeline.

    Raises:
        NotFound: there is no such template.
        Invalid: a value is missing, unknown or of the wrong type.
        AlreadyExists: there is a pipeline of that name.
    """
    limit = ctx.workbench.settings.notebook_bytes

    def work() -> Draft:
        chosen = template(request.id)
        values = coerce(chosen.form, request.parameters, request.texts)
        made = filled(chosen, values, title=request.title or _titled(chosen, request.name))
        return draft(from_json(made), limit=limit, name=request.name)

    def store(later: Context, made: Draft) -> RegisteredView:
        message = f"From the template {request.id}"
        return registered(later, *register(later, made, description=request.description, message=message, new=True))

    return External(work, store)


def filled(chosen: Template, values: Mapping[str, Any], *, title: str) -> dict[str, Any]:
    """The notebook that a template becomes, as JSON.

    The values are written into the tagged cell as Python literals, so that no text of a form is ever code; the cell
    becomes an ordinary one, for the next person to change.
    """
    made = notebooks.stripped(chosen.notebook)
    (place,) = tagged_cells(chosen.notebook, TAG)
    cell = made["cells"][place]
    cell["source"] = with_values(cell["source"], values)
    cell["metadata"] = {**cell["metadata"], "tags": [tag for tag in cell["metadata"]["tags"] if tag != TAG]}
    everything = {**_defaults(chosen.form), **values}
    own = dict(made["metadata"]["workbench"])
    for name in ("reads", "writes"):
        own[name] = sorted(_named(own.get(name, ()), everything))
    made["metadata"]["workbench"] = {**own, "title": title}
    return made


def with_values(source: str, values: Mapping[str, Any]) -> str:
    """The code of a cell with other values in its assignments, everything else as it was."""
    whole = source.encode()  # the positions of a syntax tree count bytes
    lines = whole.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    for one in reversed([one for one in declarations(source) if one.name in values]):
        place = one.value or one.annotation
        assert place is not None  # a declaration has one or the other
        end = starts[(place.end_lineno or place.lineno) - 1] + (place.end_col_offset or 0)
        start = starts[place.lineno - 1] + place.col_offset if one.value else end
        literal = ("" if one.value else " = ") + repr(values[one.name])
        whole = whole[:start] + literal.encode() + whole[end:]
    return whole.decode()


def _named(patterns: Iterable[str], values: Mapping[str, Any]) -> set[str]:
    """What patterns such as `{connector}.{stream}` name; nothing where a value in them was left empty."""
    found = set()
    for pattern in patterns:
        given = {name: str(values[name] or "") for name in _FIELD.findall(pattern)}
        if all(given.values()):
            found.add(_FIELD.sub(lambda match, given=given: given[match[1]], pattern))  # type: ignore[misc]
    return found


def _defaults(form: Mapping[str, Any]) -> dict[str, Any]:
    return {name: schema.get("default") for name, schema in form["properties"].items()}


def _titled(chosen: Template, name: str) -> str:
    return f"{chosen.title}: {name.strip('_').replace('_', ' ')}"


def _template(path: Path) -> Template:
    notebook = notebooks.parse_notebook(path.read_bytes(), name=path.name)
    own = notebooks.own_metadata(notebook)
    form = parameters_of(notebook, tag=TAG)
    return Template(path.stem, str(own["title"]), str(own["description"]), form, notebook)
