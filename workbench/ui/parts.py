"""Pieces of a page made of text; whatever is not `Markup` already is escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup, escape

from .formats import number
from .languages import tr

Content = str | Markup
State = Literal["ok", "warning", "failed", "running", "waiting", "off"]

SHAPES: dict[str, str] = {"ok": "●", "warning": "▲", "failed": "■", "running": "◐", "waiting": "○", "off": "◇"}
NOTHING = Markup("")
LONGEST = 200  # characters of a value that are shown, where there is room
SHORT = {"csv", "id", "sql", "url"}  # names of fields that are written in capitals
MANY = 5  # columns from which a table is drawn short where it has less than 720 pixels


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a row of figures: what it is, how it stands (`note`) and how it came here (`trend`)."""

    label: Content
    value: Content
    note: Content = NOTHING
    trend: Markup = NOTHING


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `numeric` ones line up at the right, `wide` ones are left out on a phone.

    One that `acts` holds what can be done to a row. `share` is the part of the width it would like, in per cent; 0
    leaves it to its content.
    """

    title: str
    numeric: bool = False
    wide: bool = False
    share: int = 0
    acts: bool = False

    @property
    def css(self) -> str:
        return " ".join(name for name, on in (("num", self.numeric), ("wide", self.wide)) if on)


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a dead end: a link, or a command to copy where there is no address."""

    label: str
    href: str = ""
    command: str = ""


def join(parts: Iterable[Content], separator: Content = NOTHING) -> Markup:
    """Parts one after another, escaped where they are not markup."""
    return escape(separator).join(parts)


def status(state: State, word: Content) -> Markup:
    """How something stands: colour, shape and word; the shape is not read aloud, the word is."""
    return Markup('<span class="status {}"><span class="shape" aria-hidden="true">{}</span> {}</span>').format(
        state, SHAPES[state], word
    )


def with_detail(main: Content, detail: Content) -> Markup:
    """A cell whose second line shows on a phone what the left out columns would."""
    return Markup('{}<span class="narrow-only sub">{}</span>').format(main, detail)


def figures(*items: Figure) -> Markup:
    """A row of figures, as one part; `dl` so that each number is read with its name."""
    cells = (
        Markup(
            '<div class="kpi"><dt>{}</dt><dd><span class="value">{}</span><span class="note">{}</span>{}</dd></div>'
        ).format(item.label, item.value, item.note, item.trend)
        for item in items
    )
    return Markup('<dl class="kpis">{}</dl>').format(join(cells))


def table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[Content]], *, aside: Content = NOTHING,
    lead: Content = NOTHING, empty: Markup = NOTHING,
) -> Markup:  # fmt: skip
    """A read-only table in a card, below the sentence `lead`; `empty` stands in its place where there are no rows.

    Where something can be done to its rows, their cells stand one below the other on a phone.
    """
    name, acting = _name(title), any(column.acts for column in columns)
    head = join(map(_heading, columns))
    body = join(
        Markup("<tr>{}</tr>").format(join(_cell(c, cell, acting) for c, cell in zip(columns, row, strict=True)))
        for row in rows
    )
    size = " ".join(["many" if len(columns) >= MANY else "few", *(["acting"] if acting else [])])
    inner = empty if not body else Markup(
        '<div class="scroll {size}" tabindex="0" role="group" aria-label="{scrolls}">'
        '<table aria-labelledby="{name}">'
        "<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    ).format(
        size=size, name=name, scrolls=tr("{title}, scrolls sideways", title=title), head=head, body=body
    )  # fmt: skip
    said = Markup('<p class="lead">{}</p>').format(lead) if lead else NOTHING
    return card(title, said + inner, aside=aside, name=name)


def _cell(column: Column, content: Content, titled: bool) -> Markup:
    """A cell; a `titled` one tells its column where no heading stands above it."""
    title = Markup(' data-title="{}"').format(column.title) if titled else NOTHING
    return Markup('<td class="{}"{}>{}</td>').format(column.css, title, content)


def _heading(column: Column) -> Markup:
    """The heading of a column; of one without a title a cell, for whoever hears the page would hear of a heading."""
    width = Markup(' style="width:{}%"').format(column.share) if column.share else NOTHING
    if not column.title:
        return Markup('<td class="{}"{}></td>').format(column.css, width)
    return Markup('<th scope="col" class="{}"{}>{}</th>').format(column.css, width, column.title)


def card(title: str, content: Content, *, aside: Content = NOTHING, name: str = "") -> Markup:
    """A titled box."""
    name = name or _name(title)
    return Markup(
        '<section class="card" aria-labelledby="{}"><header><h2 id="{}">{}</h2><div class="aside">{}</div></header>'
        "{}</section>"
    ).format(name, name, title, aside, content)


def stacked(*parts: Content) -> Markup:
    """Cards one below the other, in one pane."""
    return Markup('<div class="stacked">{}</div>').format(join(parts))


def value(found: Any, most: int = LONGEST) -> Content:
    """A value of data within a table: numbers so that they can be read, long texts cut and whole on hover."""
    if found is None:
        return Markup('<span class="muted">NULL</span>')
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int):
        return number(f"{found:,}") if abs(found) >= 10_000 else str(found)
    if isinstance(found, float):
        return number(f"{found:.6g}")
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    if len(text) <= most:
        return text
    return Markup('<span title="{}">{}…</span>').format(text[: 10 * LONGEST], text[:most])


def with_code(text: str) -> Markup:
    """A sentence in which code stands between backticks."""
    parts = enumerate(re.split(r"`([^`]+)`", text))
    return NOTHING.join(Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in parts)


def command(text: str) -> Markup:
    """A command line to copy: one click selects it whole."""
    return Markup('<code class="command">{}</code>').format(text)


def empty(title: str, text: Content, *ways: Way) -> Markup:
    """The designed state of having nothing yet: what this is and what to do next."""
    return Markup('<div class="notice empty"><p class="title">{}</p><p>{}</p>{}</div>').format(title, text, _ways(ways))


def problem(
    title: str, detail: Content, fix: Content, correlation_id: str, *ways: Way,
    faults: Sequence[tuple[str, str]] = (),
) -> Markup:  # fmt: skip
    """The designed state of a failure: what happened, how to mend it, what to quote, and where to go.

    `faults` are what is wrong with single fields, by pointer; who filled them in has nothing to report.
    """
    quote = Markup('<p class="muted">{}</p>').format(
        tr("Quote {id} when you report this.", id=Markup("<code>{}</code>").format(correlation_id))
    )
    return Markup(
        '<div class="notice problem" role="alert" data-answer="true"><p class="title">{}</p><p>{}</p>{}{}{}{}</div>'
    ).format(
        status("failed", title), _told(detail), _faults(faults), Markup("<p>{}</p>").format(_told(fix)) if fix else "",
        NOTHING if faults else quote, _ways(ways),
    )  # fmt: skip


def _told(text: Content) -> Markup:
    return text if isinstance(text, Markup) else with_code(text)


def _faults(faults: Sequence[tuple[str, str]]) -> Markup:
    if not faults:
        return NOTHING
    items = (Markup("<li>{}: {}</li>").format(_called(pointer), message) for pointer, message in faults)
    return Markup('<ul class="faults">{}</ul>').format(join(items))


def _called(pointer: str) -> str:
    """What a form calls a field, more or less; which item of a list it is says the sentence beside it."""
    named = [part for part in pointer.split("/") if part and not part.isdecimal()]
    name = "".join(named[-1:]).replace("_", " ")
    return name.upper() if name in SHORT else (name[:1].upper() + name[1:] or tr("All of it"))


def loading(text: str = "", rows: int = 4) -> Markup:
    """The designed state of waiting: the page's bones, and a sentence for those who hear it."""
    bones = Markup('<div class="bone"></div>') * rows
    return Markup('<div class="card bones" role="status"><span class="unseen">{}</span>{}</div>').format(
        text or tr("Loading…"), bones
    )


def loading_figures(several: int = 4) -> Markup:
    """The bones of a row of figures."""
    one = Markup('<div class="kpi bones"><div class="bone short"></div><div class="bone tall"></div></div>')
    return Markup('<div class="kpis" aria-hidden="true">{}</div>').format(one * several)


def _name(title: str) -> str:
    """An id for a heading: the same each time, so that what did not change is not sent again."""
    return "wb-" + re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _ways(ways: Sequence[Way]) -> Markup:
    if not ways:
        return NOTHING
    items = (
        Markup('<li><a href="{}">{}</a></li>').format(way.href, way.label) if way.href
        else Markup('<li><span class="label">{}</span> {}</li>').format(way.label, command(way.command))
        for way in ways
    )  # fmt: skip
    return Markup('<ul class="ways">{}</ul>').format(join(items))
