"""The parts of a connector's page, drawn from what operations answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup

from workbench.core.schemas import SECRET_SET
from workbench.domains.connectors.schemas import ConnectorView, PreviewView, StreamList, StreamView, TestReport
from workbench.ui.controls import CHOOSE, button, code, facts
from workbench.ui.formats import plural, when
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, problem, status, table, value
from workbench.ui.visit import Failure

SHORT = 18  # characters that have room in one column of facts
NUMBERS = ("int", "uint", "float", "double", "halffloat", "decimal")
GROUPS = frozenset({"csv"})  # settings that are several; in others the names are somebody's
SHORT_FORMS = frozenset({"url", "csv", "json", "api", "sql", "ssl", "tls", "id"})


def settings(found: ConnectorView, title: str) -> Markup:
    """How a connector is set, whose type has a title; of a secret only that it is."""
    pairs: list[tuple[Content, Content]] = [(tr("Type"), title), (tr("Created"), when(found.created_at))]
    pairs += [
        (_called(name), _setting(value, _called if name in GROUPS else _verbatim))
        for name, value in found.config.items()
        if not _nested(value)
    ]
    about = Markup('<p class="lead">{}</p>').format(found.description) if found.description else NOTHING
    deep = (
        Markup("<details><summary>{}</summary>{}</details>").format(_called(name), code(_pretty(value), _called(name)))
        for name, value in found.config.items()
        if _nested(value)
    )
    return card(tr("Settings"), about + facts(pairs) + join(deep))


def _called(name: str) -> str:
    """A setting as people write it: Base URL, CSV, Page size."""
    words = [word.upper() if word in SHORT_FORMS else word for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _nested(value: Any) -> bool:
    """Whether a setting is too deep to be read within a line."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value != SECRET_SET and any(isinstance(one, (dict, list)) for one in inside)


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def last_test(tested_at: datetime | None, test_problem: str | None) -> Markup:
    """What a connector's last test came to, in a cell of a table."""
    if tested_at is None:
        return status("off", tr("not tested"))
    state = status("ok", tr("answered")) if test_problem is None else status("failed", test_problem.replace("_", " "))
    return Markup('{}<span class="sub">{}</span>').format(state, when(tested_at))


def report(found: TestReport) -> Markup:
    """What a test came to, in words."""
    if found.ok:
        offers = _streams(found.streams) if found.streams is not None else ""
        known = filter(None, (f"{found.latency_ms:.0f} ms", found.server_version, offers))
        said = tr("It answers in {known}.", known=", ".join(known))
        return Markup('<div class="done" role="status">{}</div>').format(status("ok", said))
    helps = Markup("<p><b>{}</b> {}</p>").format(tr("What helps:"), found.fix) if found.fix else NOTHING
    return Markup('<div class="notice problem" role="alert"><p class="title">{}</p><p>{}</p>{}</div>').format(
        status("failed", tr("It does not answer")), found.problem or "", helps
    )


def streams(found: StreamList, chosen: str, may_read: bool) -> Markup:
    """What a connector offers: streams with their columns, as a tree."""
    if not found.items:
        nothing = tr("The source answers, and has no table, list or file to read.")
        return card(tr("Streams"), empty(tr("It offers nothing"), nothing))
    return card(
        tr("Streams"),
        join(_stream(one, one.name == chosen, may_read) for one in found.items),
        aside=_streams(len(found.items)),
    )


def not_looked(failure: Failure) -> Markup:
    """Why nothing is known of what a connector offers."""
    return problem(tr("What it offers cannot be seen"), failure.detail, failure.fix, failure.correlation_id)


def preview(stream: str, found: PreviewView) -> Markup:
    """The first rows of a stream."""
    columns = [Column(one.name, numeric=one.type.startswith(NUMBERS)) for one in found.columns]
    rows = [[value(row.get(one.name)) for one in found.columns] for row in found.rows]
    nothing = empty(tr("No rows"), tr("The stream is empty."))
    drawn = table(tr("First rows of {stream}", stream=stream), columns, rows, empty=nothing)
    return Markup('<div class="data">{}</div>').format(drawn)


def _streams(number: int) -> str:
    return plural(number, "stream", "streams")


def _stream(one: StreamView, chosen: bool, may_read: bool) -> Markup:
    told = [plural(one.rows, "row", "rows")] if one.rows is not None else []
    told += [tr("newest by {column}", column=one.cursor)] if one.cursor else []
    if one.problem:
        inner: Content = Markup("<p>{}</p>").format(status("warning", one.problem))
    else:
        keys = set(one.primary_key)
        columns = (
            Markup('<li><code>{}</code> <span class="muted">{}</span></li>').format(
                column.name, tr("{type}, key", type=column.type) if column.name in keys else column.type
            )
            for column in one.columns
        )
        inner = Markup('<ul class="names" tabindex="0" aria-label="{}">{}</ul>').format(
            tr("Columns of {name}", name=one.name), join(columns)
        )
    look = button(tr("Show rows"), CHOOSE, name="stream", value=one.name, pressed=chosen) if may_read else NOTHING
    return Markup('<details{}><summary>{} <span class="muted">{}</span></summary>{}{}</details>').format(
        Markup(" open") if chosen else NOTHING, one.name, ", ".join(told), inner, look
    )


def _verbatim(name: str) -> Markup:
    return Markup("<code>{}</code>").format(name)


def _setting(value: Any, called: Callable[[str], Content] = _verbatim) -> Content:
    if value == SECRET_SET:
        return status("ok", tr("set, and never shown"))
    if value is None or value == "":
        return Markup('<span class="muted">{}</span>').format(tr("none"))
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, dict):
        lines = (Markup("{}: {}").format(called(name), _setting(one)) for name, one in value.items())
        return join(lines, Markup("<br>"))
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Markup('<code class="{}">{}</code>').format("long" if len(said) > SHORT else "", said)
