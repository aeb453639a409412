"""How records are spoken of on pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from workbench.core.ids import SHORTEST_ID, as_id
from workbench.core.operations import Operation, registry
from workbench.core.people import who
from workbench.domains.audit.schemas import ChainView
from workbench.ui.controls import choice
from workbench.ui.formats import count
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import Content, State, join, status
from workbench.ui.spans import since, since_choice
from workbench.ui.visit import Visit

# The pages of what things are done to, and where each begins.
PAGES: Final = {
    "pipeline": ("pipelines/{name}", "pipelines"), "run": ("runs/{id}", "runs"), "table": ("tables/{name}", "tables"),
    "connector": ("connectors/{name}", "connectors"), "dashboard": ("d/{name}", "d"),
    "mapping": ("mappings/{name}", "mappings"), "query": ("queries/{name}", "queries"),
}  # fmt: skip
NAMING: Final = ("user", "email", "name", "id", "object", "table")  # fields of requests that name something
CLAUSE: Final = re.compile(r"[;:,.]|\s\(")  # where the first words of a docstring end
LONG: Final = 20  # characters from which an id is one that nobody reads
OUTCOMES: Final[dict[str, tuple[State, str]]] = {
    "done": ("ok", mark("done")), "denied": ("warning", mark("denied")), "failed": ("failed", mark("failed")),
    "intent": ("running", mark("begun")),
}  # fmt: skip
KINDS: Final = {
    "changes": mark("Changes and refusals"), "reads": mark("Data that were read"), "all": mark("Everything")
}  # fmt: skip
SHOWN: Final = {
    "": mark("All outcomes"), "done": mark("Done"), "denied": mark("Denied"), "failed": mark("Failed"),
    "intent": mark("Begun"),
}  # fmt: skip


def choices(chosen: Mapping[str, str]) -> Markup:
    """The lists that narrow records down."""
    asked = ((tr("Show"), "kind", KINDS), (tr("Outcome"), "outcome", SHOWN))
    lists = [choice(label, name, spoken(words), chosen[name]) for label, name, words in asked]
    return join([*lists, since_choice(tr("When"), chosen["since"])])


def narrowed(chosen: Mapping[str, str], *names: str) -> dict[str, Any]:
    """What the lists and boxes of these names ask for, as far as they leave anything out."""
    asked: dict[str, Any] = {name: chosen[name] for name in names if chosen[name] not in ("", "all")}
    begun = since(chosen["since"])
    return asked | {"since": begun.isoformat()} if begun else asked


def outcome(word: str) -> Markup:
    """How something ended."""
    state, said = OUTCOMES.get(word, ("waiting", word))
    return status(state, tr(said))


def operation(name: str) -> Markup:
    """What an operation does, in its own first words, above its name, by which one looks for it."""
    noun, dot, verb = name.partition(".")
    named = Markup("{}{}<wbr>{}").format(noun, dot, verb)
    known = registry.operations.get(name)
    if known is None:  # such as signing in, which nobody asks for by the API
        return named
    return Markup('{}<code class="sub wide">{}</code>').format(tr(first_words(known)), named)


def first_words(known: Operation) -> str:
    """What an operation does, as its docstring begins."""
    return CLAUSE.split(known.help, maxsplit=1)[0]


def whole(chain: ChainView) -> Markup:
    """What verifying the trail came to; a chain that is not whole is a refusal that names the record."""
    said = tr(
        "The trail is whole: {records} records, compared with {heads} heads that were written down",
        records=count(chain.records), heads=chain.compared_with,
    )  # fmt: skip
    return status("ok", said)


def party(name: str) -> Content:
    """Who did something, as people call her; of an id the start is read."""
    kind, colon, id_ = name.partition(":")
    if kind == "user":
        return who(name)
    if len(id_) < LONG:
        return name
    return Markup('<span title="{}">{}{}{}</span>').format(name, kind, colon, id_[:SHORTEST_ID])


def run(visit: Visit, name: str) -> Content:
    """The run in which something was done, `run:…` as the trail calls it, by the start of its id."""
    id_ = name.removeprefix("run:")
    short = id_ if len(id_) < LONG else id_[:SHORTEST_ID]
    page, stem = PAGES["run"]
    if not visit.has(page):
        return Markup('<span title="{}">{}</span>').format(id_, short)
    return Markup('<a href="{}" title="{}">{}</a>').format(visit.link(stem, id_), id_, short)


def target(visit: Visit, kind: str | None, id_: str | None, named: str = "") -> Markup:
    """What something was done to, by its name where that is known, which leads to its page where it has one.

    Of an id the start is read, and the whole on hover.
    """
    if kind is None:
        return Markup("{}").format(named)
    name: Content = tr(kind.replace("_", " "))
    page, stem = PAGES.get(kind, ("", ""))
    if id_ and page and visit.has(page):
        name = Markup('<a href="{}">{}</a>').format(visit.link(stem, id_), name)
    if named or not id_:
        return Markup("{} {}").format(name, named)
    short = id_ if len(id_) < LONG else id_[:SHORTEST_ID]
    return Markup('{} <code class="muted" title="{}">{}</code>').format(name, id_, short)


def named(detail: Mapping[str, Any]) -> str:
    """What something was done to, as it was called then, or as whoever asked called it; empty where nothing says so."""
    asked = detail.get("request") or {}
    names = (detail.get("target"), *(asked.get(field) for field in NAMING))
    return next((name for name in names if isinstance(name, str) and name and as_id(name) is None), "")
