"""A pipeline's parameters as a form in a notebook, with a button to run it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import Invalid, WorkbenchError
from workbench.core.naming import LEADS, Naming, Sources

from . import notebook
from .cell import literal, undeclared, written
from .fields import answers, field
from .live import LiveRun, has_widgets

INDENT = "12.5em"  # where the widgets begin, see `fields.WIDE`
MOMENTS = {"date": date, "date-time": datetime}


class Form:
    """The form of a pipeline; draws itself in a notebook, and is the code of a run elsewhere."""

    def __init__(self, caller: Caller, pipeline: str, version: int | None = None) -> None:
        self._caller = caller
        self._pipeline = caller.call("pipelines.show", id=pipeline)
        chosen = {} if version is None else {"version": version}
        shown = caller.call("pipelines.parameters", id=str(self._pipeline.id), **chosen)
        self._chosen, self._number = chosen, shown.number
        self._schemas = dict(sorted(shown.parameters["properties"].items(), key=lambda one: one[1].get("x-order", 0)))
        last = self._last()
        self.fields = [field(name, schema, last.get(name)) for name, schema in self._schemas.items()]
        self.last_run: LiveRun | None = None
        self._naming = Naming(caller)
        for one in self.fields:
            if one.names in LEADS:
                one.widget.observe(lambda _: self._offer(), "value")
        self._offer()

    def _offer(self) -> None:
        """Show what there is to choose from, where what is filled in now decides that."""
        named = [one for one in self.fields if one.names]
        values = {one.name: getattr(one.widget, "value", "") for one in named}
        offered = self._naming.offered(Sources.of({one.name: one.names for one in named}, values))
        for one in named:
            one.offer(offered[one.names])

    @property
    def values(self) -> dict[str, Any]:
        """What is filled in, in the types that the pipeline declares.

        Raises:
            Invalid: something does not fit, and which.
        """
        seen = self._caller.call("pipelines.preflight", id=self._id, **self._chosen, **answers(self.fields))
        for refusal in seen.refusals:
            if refusal.code == "bad_parameters":
                raise Invalid(refusal.detail, fix=refusal.fix, code=refusal.code)
        return dict(seen.parameters)

    def run(self) -> LiveRun:
        """Start the pipeline with what is filled in, and remember that for the next time.

        Raises:
            Invalid: something does not fit.
            NotPermitted: she may not run it.
        """
        given = answers(self.fields)
        self.last_run = LiveRun(self._caller, self._caller.call("runs.start", id=self._id, **self._chosen, **given))
        with suppress(WorkbenchError):  # that these are not remembered is no reason to disturb anybody
            kept = given["parameters"] | given["texts"]
            self._caller.call("preferences.set", name=f"values.{self._id}", value=kept)
        return self.last_run

    def help_of(self, name: str) -> str:
        """What the notebook says of a parameter; empty where it says nothing."""
        return str(self._schemas.get(name, {}).get("description") or "")

    @property
    def title(self) -> str:
        """What the form is of."""
        return f"{self._pipeline.title or self._pipeline.name} · version {self._number}"

    def in_python(self) -> dict[str, Any]:
        """The values as a notebook has them: dates are dates."""
        return {name: self._moment(name, value) for name, value in self.values.items()}

    def _moment(self, name: str, value: Any) -> Any:
        kind = MOMENTS.get(str(self._schemas.get(name, {}).get("format")))
        return kind.fromisoformat(value) if kind and isinstance(value, str) else value

    @property
    def _id(self) -> str:
        return str(self._pipeline.id)

    def _last(self) -> dict[str, Any]:
        """The values of the last run from a form, of this one or the sidebar's; none where they cannot be had."""
        name = f"values.{self._id}"
        with suppress(WorkbenchError):
            return dict(self._caller.call("preferences.show", prefix=name).values.get(name) or {})
        return {}

    def __repr__(self) -> str:
        given = answers(self.fields)
        words = [repr(self._pipeline.name), *(f"{key}={value!r}" for key, value in self._chosen.items())]
        words += [f"{key}={value!r}" for key, value in (given["parameters"] | given["texts"]).items()]
        return f"wb.run({', '.join(words)})"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if has_widgets():
            display(Sheet(self).widget)
        else:
            print(f"Here are no widgets; run {self.title} by:\n{self!r}")  # noqa: T201 - a notebook's plain display


class Sheet:
    """The form as it is seen: the fields, two buttons, and below them what came of it."""

    def __init__(self, form: Form) -> None:
        import ipywidgets as w

        self._form = form
        self.run = w.Button(description="Run", button_style="primary", icon="play")
        self.write = w.Button(
            description="Write to the parameters cell",
            layout=w.Layout(width="auto"),
            tooltip="Makes these values the defaults of this notebook",
        )
        self.run.on_click(lambda _: self._run())
        self.write.on_click(lambda _: self._write())
        self.said = w.HTML()
        self.below = w.VBox([])
        title = w.HTML(f"<b>{html.escape(form.title)}</b>")
        rows = [row for one in form.fields for row in (one.widget, *self._help(one.name))]
        rows = rows or [w.HTML("There are no parameters to fill in.")]
        self.widget = w.VBox([title, *rows, w.HBox([self.run, self.write]), self.said, self.below])

    def _help(self, name: str) -> list[Any]:
        """What the notebook says of a parameter, below its widget."""
        import ipywidgets as w

        said = self._form.help_of(name)
        indented = f'<small style="margin-left: {INDENT}; opacity: 0.8">{html.escape(said)}</small>'
        return [w.HTML(indented)] if said else []

    def _run(self) -> None:
        self._say("")
        try:
            started = self._form.run()
        except WorkbenchError as error:
            self._refuse(error)
        else:
            self.below.children = [started.box()]

    def _write(self) -> None:
        try:
            values = self._form.in_python()
        except WorkbenchError as error:
            self._refuse(error)
            return
        self._say("Writing…")
        left_out: list[str] = []

        def make(source: str) -> str:
            left_out[:] = undeclared(source, values)
            return written(source, values)

        notebook.rewrite_parameters(
            make,
            lambda: self._tell_written(left_out, all_of_them=len(left_out) == len(values)),
            lambda: self._offer(f"{name} = {literal(value)}" for name, value in values.items()),
        )

    def _tell_written(self, left_out: Sequence[str], *, all_of_them: bool) -> None:
        if all_of_them and left_out:
            self._say("The parameters cell is as it was: it declares none of these parameters.")
            return
        said = f"It does not declare {', '.join(left_out)}, which stay out of it." if left_out else ""
        self._say("The parameters cell has these values now.", said)

    def _offer(self, lines: Iterable[str]) -> None:
        """Show code to copy."""
        self._say(notebook.NOBODY)
        self.below.children = [notebook.to_copy("\n".join(lines))]

    def _refuse(self, error: WorkbenchError) -> None:
        self._say(error.detail, error.fix)
        self.below.children = []

    def _say(self, what: str, how: str = "") -> None:
        self.said.value = f"{html.escape(what)}<br>{html.escape(how)}" if how else html.escape(what)
