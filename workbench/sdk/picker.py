"""Finds a table, a saved query or what a connector offers, and makes the code that reads it."""

from __future__ import annotations

import html
import json
import keyword
import re
from collections.abc import Callable, Iterable
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import WorkbenchError

from . import notebook
from .live import has_widgets

MOST = 100
TABLE, QUERY, CONNECTOR = "table", "saved query", "connector"
LISTS = ((TABLE, "tables.list"), (QUERY, "queries.list"), (CONNECTOR, "connectors.list"))


class Picker:
    """What there is to read, as far as the caller may see it."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._offered: dict[str, dict[str, list[str]]] = {}

    def sources(self, q: str = "") -> list[tuple[str, str]]:
        """What there is by a name that contains a text, each with its kind; at most a hundred of each kind."""
        found: list[tuple[str, str]] = []
        for kind, operation in LISTS:
            found += [(kind, one.name) for one in self._items(operation, q=q, limit=MOST)]
        return found

    def streams(self, connector: str) -> dict[str, list[str]]:
        """What a connector offers, with its columns; it is asked once.

        Raises:
            WorkbenchError: it cannot be asked, and why.
        """
        if connector not in self._offered:
            offered = self._caller.call("connectors.introspect", id=connector).items
            self._offered[connector] = {one.name: [column.name for column in one.columns] for one in offered}
        return self._offered[connector]

    def columns(self, table: str) -> list[str]:
        """The columns of a table."""
        return [column.name for column in self._caller.call("tables.show", name=table).columns]

    def parameters(self, query: str) -> list[Any]:
        """What a saved query asks for; nothing where it cannot be shown, since whoever runs the cell is told why."""
        try:
            return list(self._caller.call("queries.show", id=query).parameters)
        except WorkbenchError:
            return []

    def _items(self, operation: str, **fields: Any) -> list[Any]:
        try:
            return list(self._caller.call(operation, **{key: value for key, value in fields.items() if value}).items)
        except WorkbenchError:
            return []  # who may not see these finds the others

    def __repr__(self) -> str:
        lines = [snippet(name) for kind, name in self.sources() if kind == TABLE]
        return "\n".join(lines) or "There is no table yet."

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if has_widgets():
            display(Sheet(self).widget)
        else:
            print(f"Here are no widgets; the tables are read by:\n{self!r}")  # noqa: T201 - a notebook's plain display


def snippet(name: str, columns: tuple[str, ...] = ()) -> str:
    """The code that reads a table or `connector.stream`, or some of its columns."""
    some = f", columns={json.dumps(list(columns), ensure_ascii=False)}" if columns else ""
    return f"{variable(name)} = wb.read({json.dumps(name, ensure_ascii=False)}{some}).to_pandas()"


def asking(query: str, parameters: Iterable[Any]) -> str:
    """The code that asks a saved query with the values that count anyway; `...` is what must be filled in."""
    values = "".join(f", {one.name}={_literal(one.default)}" for one in parameters)
    return f"{variable(query)} = wb.query({json.dumps(query)}{values}).to_pandas()"


def _literal(value: bool | float | str | None) -> str:
    return "..." if value is None else repr(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def variable(name: str) -> str:
    """A name for what was read: the last part of its own, as far as Python takes it."""
    last = ([part for part in re.split(r"[./]", name) if part] or [""])[-1]
    plain = re.sub(r"[^a-z0-9_]+", "_", last.lower()).strip("_") or "data"
    safe = f"_{plain}" if plain[0].isdigit() else plain
    return f"{safe}_" if keyword.iskeyword(safe) or safe == "wb" else safe


class Sheet:
    """The picker as it is seen: search, what was found, its parts, its columns, and the code."""

    def __init__(self, picker: Picker) -> None:
        import ipywidgets as w

        self._picker = picker
        wide = {"width": "24em"}  # a Layout that is shared would hide all where one is hidden
        self.search = w.Text(placeholder="Search", description="Search", continuous_update=True, layout=wide)
        self.source = w.Select(description="Read", rows=8, layout=wide)
        self.stream = w.Dropdown(description="Stream", layout=wide)
        self.columns = w.SelectMultiple(description="Columns", rows=8, tooltip="None means all", layout=wide)
        self.code = w.HTML()
        self.insert = w.Button(
            description="Insert into the notebook",
            button_style="primary",
            layout=w.Layout(width="auto", align_self="flex-start"),
        )
        self.said = w.HTML()
        self.below = w.VBox([])
        self._streams: dict[str, list[str]] = {}
        self._parameters: list[Any] = []
        self.search.observe(self._heard(self._find), "value")
        self.source.observe(self._heard(self._chosen), "value")
        self.stream.observe(self._heard(self._entered), "value")
        self.columns.observe(self._heard(self._show), "value")
        self.insert.on_click(lambda _: self._insert())
        self._heard(self._find)(None)
        choice = w.HBox([w.VBox([self.search, self.source]), w.VBox([self.stream, self.columns])])
        self.widget = w.VBox([choice, self.code, self.insert, self.said, self.below])

    @property
    def snippet(self) -> str:
        """The code that reads what is chosen; empty while nothing is."""
        if self._kind is None or (self._kind == CONNECTOR and self.stream.value is None):
            return ""
        _, name = self.source.value
        if self._kind == QUERY:
            return asking(name, self._parameters)
        return snippet(f"{name}.{self.stream.value}" if self._kind == CONNECTOR else name, tuple(self.columns.value))

    @property
    def _kind(self) -> str | None:
        return self.source.value and str(self.source.value[0])

    def _heard(self, then: Callable[[], None]) -> Callable[[Any], None]:
        """What a widget calls; a refusal is shown in the place of a traceback."""

        def heard(_: Any) -> None:
            self.said.value, self.below.children = "", []
            try:
                then()
            except WorkbenchError as error:
                self.said.value = html.escape(f"{error.detail} {error.fix}")

        return heard

    def _find(self) -> None:
        found = self._picker.sources(self.search.value)
        self.source.options = [(f"{name}  ({kind})", (kind, name)) for kind, name in found]
        self.source.index = 0 if found else None
        if not found:
            self.said.value = html.escape(f"Nothing is called like {self.search.value!r}.")
        self._chosen()

    def _chosen(self) -> None:
        self._streams, self._parameters = {}, []
        self.stream.layout.display = "" if self._kind == CONNECTOR else "none"
        self.columns.layout.display = "none" if self._kind == QUERY else ""
        try:
            if self._kind == CONNECTOR:
                self._streams = self._picker.streams(self.source.value[1])
            if self._kind == QUERY:
                self._parameters = self._picker.parameters(self.source.value[1])
        finally:
            self.stream.options = list(self._streams)
            self.stream.index = 0 if self._streams else None
            self._entered()

    def _entered(self) -> None:
        names: list[str] = []
        if self._kind == CONNECTOR:
            names = self._streams.get(self.stream.value, [])
        if self._kind == TABLE:
            names = self._picker.columns(self.source.value[1])
        self.columns.value, self.columns.options = (), names
        self._show()

    def _show(self) -> None:
        self.code.value = f"<code>{html.escape(self.snippet)}</code>"
        self.insert.disabled = not self.snippet

    def _insert(self) -> None:
        code = self.snippet
        notebook.insert(code, lambda: self._say("It is in the next cell."), lambda: self._offer(code))

    def _offer(self, code: str) -> None:
        self._say(notebook.NOBODY)
        self.below.children = [notebook.to_copy(code)]

    def _say(self, what: str) -> None:
        self.said.value = html.escape(what)
