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
from workbench.core.errors import Conflict, NotFound, Unavailable
from workbench.core.guessing import hint
from workbench.core.operations import External
from workbench.core.visibility import find
from workbench.domains.pipelines.models import Pipeline, PipelineVersion
from workbench.domains.pipelines.schemas import (
    ListTemplates,
    RegisteredView,
    TemplateDetail,
    TemplateUse,
    TemplateView,
    UseTemplate,
)
from workbench.engines.declarations import declarations, tagged_cells

from . import fitting, notebooks
from .catalog import Draft, draft, register, version_of
from .coercion import coerce
from .parameters import parameters_of
from .registration import registered
from .sources import from_json

if TYPE_CHECKING:
    from nbformat import NotebookNode

TAG = "template"
_FIELD = re.compile(r"\{(\w+)\}")
USES_KEPT = 1000
_USES: dict[str, tuple[TemplateUse | None]] = {}  # by digest


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
    """Fills a template in while no transaction waits, then adds it to the catalog: as a new pipeline, or as a version.

    Raises:
        NotFound: there is no such template, or no pipeline whose values are to be replaced.
        Invalid: a value is missing, unknown, of the wrong type, or cannot work.
        AlreadyExists: there is a pipeline of that name, and a new one is wanted.
        Conflict: the pipeline is of another template, or was changed by hand since.
    """
    limit = ctx.workbench.settings.notebook_bytes
    chosen = template(request.id)
    values = coerce(chosen.form, request.parameters, request.texts)
    everything = {**_defaults(chosen.form), **values}
    streams = fitting.streams_of(ctx, chosen.form, everything)
    title = request.title or _titled(chosen, request.name)
    if request.replaces:
        title = request.title or _replaceable(ctx, request)

    def work() -> Draft:
        fitting.check(ctx, chosen.form, everything, streams)
        return draft(from_json(filled(chosen, values, title=title)), limit=limit, name=request.name)

    def store(later: Context, made: Draft) -> RegisteredView:
        message, kept = f"From the template {request.id}", None
        if request.replaces:
            _replaceable(later, request)  # somebody may have changed it meanwhile
            message, kept = f"Filled in anew, {message[0].lower()}{message[1:]}", _pipeline(later, request.name).title
        version = register(
            later, made, title=request.title or kept, description=request.description, message=message,
            new=not request.replaces,
        )  # fmt: skip
        return registered(later, *version)

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
    made["metadata"]["workbench"] = {**own, "title": title, "template": {"name": chosen.name, "values": dict(values)}}
    return made


def use_of(version: PipelineVersion) -> TemplateUse | None:
    """Of which template a version is, and what was filled in; None where it is of none that is still there.

    A notebook is unpacked for it once: pages of a pipeline ask at each look, and a digest says the same each time.
    """
    known = _USES.get(version.digest)
    if known is None:
        if len(_USES) >= USES_KEPT:
            _USES.clear()
        known = _USES[version.digest] = (_use_in(notebooks.unpack(version.content), version.digest),)
    return known[0]


def _use_in(content: Mapping[str, Any], digest: str) -> TemplateUse | None:
    own = content["metadata"].get("workbench") or {}
    used = own.get("template") or {}
    chosen = shipped().get(used.get("name", ""))
    if chosen is None:
        return None
    again = filled(chosen, used["values"], title=own.get("title", ""))
    changed = notebooks.digest_of(again) != digest
    return TemplateUse(name=chosen.name, title=chosen.title, values=used["values"], changed=changed)


def _pipeline(ctx: Context, name: str) -> Pipeline:
    return find(ctx, ctx.db, Pipeline, name)


def _replaceable(ctx: Context, request: UseTemplate) -> str:
    """The title within the pipeline whose values a template may replace.

    Raises:
        NotFound: there is no such pipeline.
        Conflict: it is of another template, or was changed by hand since, which would be lost.
    """
    version = version_of(ctx.db, _pipeline(ctx, request.name))
    used = use_of(version)
    if used is None or used.name != request.id or used.changed:
        raise Conflict(
            f"{request.name!r} is not what the template {request.id} made of its values, or not any more.",
            fix="Change its notebook, or make another pipeline of the template.",
            code="not_of_the_template",
        )
    return str(notebooks.unpack(version.content)["metadata"]["workbench"]["title"])


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
