"""What stands beside the editor of the query page: tables with their columns, what is saved, and what one asked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from workbench.domains.queries.schemas import AskedView, QueryView
from workbench.domains.store.schemas import TableView
from workbench.ui.controls import button
from workbench.ui.formats import cut, duration, plural, when
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Content, Way, card, empty, join, stacked, status
from workbench.ui.visit import Visit

MOST_TABLES, MOST_SAVED, MOST_ASKED = 200, 50, 20
LINE = 60  # characters of a statement that are shown in the list
INSTEAD = mark("What you wrote was not run yet, and is lost when this takes its place. Bring it back all the same?")


def asking(seconds: float) -> Markup:
    """That it is being answered, since when, and a way to end it."""
    since = tr("Asking for {duration} …", duration=duration(seconds))
    cancel = button(tr("Cancel"), "cancel")
    return card(tr("Rows"), Markup('<p role="timer">{} {}</p>').format(since, cancel))


def there_is(
    visit: Visit, found: Sequence[TableView], saved: Sequence[QueryView], asked: Sequence[AskedView], open_: str
) -> Markup:
    """The tables with their columns, what was saved and what one asked; on a phone folded, above the answer."""
    if found:
        aside: Content = tr("the first {count}", count=MOST_TABLES) if len(found) == MOST_TABLES else NOTHING
        tables = card(tr("Tables"), join(map(_columns_of, found)), aside=aside)
    else:
        way = Way(tr("Tables"), visit.link("tables"))
        tables = card(tr("Tables"), empty(tr("No tables yet"), tr("Run a pipeline that writes one."), way))
    parts = stacked(tables, _queries(visit, saved, open_), _history(asked))
    if not visit.phone:
        return parts
    label = tr("Tables, saved queries and history")
    return Markup("<details><summary>{}</summary>{}</details>").format(label, parts)


def _columns_of(one: TableView) -> Markup:
    names = (
        Markup('<li><code>{}</code> <span class="muted">{}</span></li>').format(column.name, column.type)
        for column in one.columns
    )
    return Markup(
        '<details><summary>{} <span class="muted">{}</span></summary><ul class="names">{}</ul></details>'
    ).format(one.name, plural(one.rows, "row", "rows"), join(names))


def _queries(visit: Visit, saved: Sequence[QueryView], open_: str) -> Content:
    if not saved:
        return NOTHING
    items = join(
        Markup('<li><a href="{}"{}>{}</a></li>').format(
            visit.link("query", q=one.name), Markup(' aria-current="true"') if one.name == open_ else NOTHING, one.title
        )
        for one in saved
    )
    every = Markup('<a href="{}">{}</a>').format(visit.link("queries"), tr("All"))
    return card(tr("Saved queries"), Markup('<ul class="names">{}</ul>').format(items), aside=every)


def _history(asked: Sequence[AskedView]) -> Content:
    if not asked:
        return NOTHING
    items = join(
        Markup("<li>{} {} {}</li>").format(
            button(Markup("<code>{}</code>").format(cut(one.sql, LINE)), "recall", name="asked", value=str(one.id),
                   tone="quiet", confirm=tr(INSTEAD), replaces=True),
            status("failed", tr("failed")) if one.failed else NOTHING,
            Markup('<span class="muted">{}</span>').format(when(one.created_at)),
        )
        for one in asked
    )  # fmt: skip
    clear = button(tr("Clear"), "forget", tone="quiet", confirm=tr("Forget what you asked? Nobody else ever saw it."))
    return card(tr("What you asked"), Markup('<ul class="names asked">{}</ul>').format(items), aside=clear)


def not_yet(sql: str) -> Markup:
    """What stands where the rows will be; `sql` is what waits to be run."""
    if sql:
        how = tr("Press Run (Ctrl+Enter) to see the rows. SQL that came by a link is never run unasked.")
        return card(tr("Rows"), empty(tr("Not run yet"), how))
    how = tr("Write a SELECT statement above and run it. The address keeps it, to share.")
    return card(tr("Rows"), empty(tr("No question yet"), how))
