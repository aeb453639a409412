"""Replies as tables or JSON on standard output, errors as what, fix and correlation id on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import IO, Any

from workbench.core.errors import WorkbenchError
from workbench.core.terminal import seen
from workbench.display import clean

from . import index, lists

COLUMNS = 8
LONGEST = 60
UNFOLDED = 16  # up to this many characters a cell stays on its line, as an id does in the first column


def overview(special: Mapping[str, str]) -> int:
    """Print what `workbench --help` says."""
    lines = [
        "usage: workbench [options] COMMAND …",
        "",
        "Parameterised notebooks as governed pipelines.",
        "",
        "commands:",
    ]
    lines += [f"  {name:<16}{text}" for name, text in special.items()]
    lines += ["", "operations, as `workbench NOUN VERB …`:"]
    lines += [f"  {name:<16}{_first_words(domain.verbs)}" for name, domain in sorted(index.domains().items())]
    lines += [
        "",
        "options of every command:",
        "  --home DIR        the home's folder (WORKBENCH_HOME)",
        "  --workspace NAME  the workspace (WORKBENCH_WORKSPACE)",
        "  --server URL      ask a server, with WORKBENCH_TOKEN, not the home",
        "  --json            print exactly one JSON document",
        "  --version         print the version",
    ]
    print("\n".join(lines))
    return 0


def _first_words(verbs: Mapping[str, str]) -> str:
    text = ", ".join(verbs)
    return text if len(text) <= LONGEST else text[: text.rindex(",", 0, LONGEST)] + ", …"


def verbs(noun: str) -> int:
    """Print what `workbench NOUN --help` says."""
    domain = index.domains()[noun]
    lines = [f"usage: workbench {noun} VERB …", "", domain.help, "", "verbs:"]
    width = max(len(verb) for verb in domain.verbs) + 2
    lines += [f"  {verb:<{width}}{text}" for verb, text in domain.verbs.items()]
    print("\n".join([*lines, "", f"See `workbench {noun} VERB --help`."]))
    return 0


def failure(error: WorkbenchError, *, as_json: bool) -> int:
    """Say what is wrong and how to mend it; answers the exit code of its kind."""
    lines = [f"Error: {error.detail}", *_faults(error)]
    if error.fix:
        lines.append(f"Fix:   {error.fix}")
    if error.correlation_id:
        lines.append(f"Id:    {error.correlation_id}")
    sys.stdout.flush()
    print("\n".join(clean(line) for line in lines), file=sys.stderr)
    if as_json:
        document(error.problem(error.correlation_id))
    return error.exit_code


def _faults(error: WorkbenchError) -> list[str]:
    """What is wrong with single fields, where the sentence about all of them does not say it."""
    untold = [one for one in error.errors if one["message"] not in error.detail]
    return [f"       {one['pointer'].strip('/').partition('/')[0]}: {one['message']}" for one in untold]


def unexpected(error: Exception) -> WorkbenchError:
    """What to say of a fault of ours; where it happened is told on demand."""
    if os.environ.get("WORKBENCH_DEBUG"):
        import traceback

        traceback.print_exception(error)
    text = str(error).partition("\n")[0][:300]
    return WorkbenchError(
        f"The command failed for a reason that is not yours: {type(error).__name__}: {text}",
        fix="Set WORKBENCH_DEBUG=1 to see where, and report it.",
    )


def document(value: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
    sys.stdout.flush()


def reply(value: Any, *, as_json: bool) -> None:
    """Print what an operation answered: a page as a table, anything else as its fields."""
    from workbench.core.schemas import Page

    plain = plain_of(value)
    if as_json:
        document(plain)
    elif isinstance(value, Page):
        named = bool(value.items) and bool(getattr(value.items[0], "listed", ()))
        table(lists.rows(value.items) if named else plain["items"], whole=named)
        if value.next:
            print("More: add --limit N.", file=sys.stderr)
    elif isinstance(plain, list):
        table(plain)
    elif isinstance(plain, dict):
        fields(plain | _listed(value))
    else:
        print(clean(str(plain)))


def _listed(value: Any) -> dict[str, Any]:
    """The fields of a reply that hold views which name their columns, by these columns."""
    held = {name: items for name, items in dict(value).items() if isinstance(items, list) and items}
    return {name: lists.rows(items) for name, items in held.items() if getattr(items[0], "listed", ())}


def plain_of(value: Any) -> Any:
    """A reply as JSON would hold it."""
    from pydantic import TypeAdapter

    return TypeAdapter(Any).dump_python(value, mode="json", serialize_as_any=True)


def table(
    rows: Sequence[Any],
    columns: Sequence[str] | None = None,
    stream: IO[str] | None = None,
    *,
    whole: bool = False,
) -> None:
    """Print rows; of objects that have many fields, the simple ones that say something, unless all are to be shown."""
    if not rows:
        print("Nothing.", file=sys.stderr)
        return
    rows = [row if isinstance(row, dict) else {"value": row} for row in rows]
    shown = list(columns) if columns is not None else list(rows[0]) if whole else _columns(rows)
    stream = stream or sys.stdout
    if not stream.isatty():
        _aligned(rows, shown, stream)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in shown:
        number = all(isinstance(row.get(name), int | float | None) for row in rows)
        kept = name == shown[0] or max(len(text_of(row.get(name))) for row in rows) <= UNFOLDED
        drawn.add_column(name, justify="right" if number else "left", overflow="fold", no_wrap=kept)
    for row in rows:
        drawn.add_row(*(Text(text_of(row.get(name))) for name in shown))
    Console(file=stream).print(drawn)


def _aligned(rows: Sequence[dict[str, Any]], columns: Sequence[str], stream: IO[str], indent: str = "") -> None:
    lines = [list(columns)] + [[text_of(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(indent + "  ".join(padded).rstrip(), file=stream)


def _columns(rows: Sequence[dict[str, Any]]) -> list[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    telling = [
        name
        for name in names
        if any(row.get(name) not in (None, "", [], {}) for row in rows)
        and not any(isinstance(row.get(name), dict) and "name" not in row[name] for row in rows)
    ]
    return telling[:COLUMNS] if len(rows) > 1 or len(telling) > COLUMNS else telling


def fields(value: Mapping[str, Any]) -> None:
    """Print an object, a field a line; what has structure as JSON."""
    width = max((len(name) for name in value), default=0) + 2
    for name, held in value.items():
        text = text_of(held)
        if isinstance(held, list) and held and isinstance(held[0], dict):
            print(f"{clean(name)}:")
            _aligned(held, _columns(held), sys.stdout, "  ")
        else:
            print(f"{clean(name):<{width}}{text}")


def run(ended: Any, *, as_json: bool, output: str | None) -> None:
    """Print how a run ended; where its output goes to standard output, on standard error."""
    plain = plain_of(ended)
    if output == "-":
        print(f"{plain['title']}: {plain['status']}", file=sys.stderr)
    elif as_json:
        document(plain)
    else:
        written = [f"{use['name']} version {use['version']}, {use['rows']} rows" for use in plain["tables_written"]]
        shown = {
            "run": plain["id"],
            "status": plain["status"],
            "output": plain["output_path"] and (output or plain["output_path"]),
            "tables": "; ".join(written),
            "metrics": ", ".join(f"{name} {text_of(value)}" for name, value in plain["metrics"].items()),
        }
        fields({name: value for name, value in shown.items() if value})
    if plain["error"]:
        _run_failure(plain["error"])


def _run_failure(error: Mapping[str, Any]) -> None:
    where = f"cell {error['cell']}: " if error.get("cell") is not None else ""
    lines = [f"Error: {where}{error['name']}: {error['message']}"]
    if error.get("traceback"):
        lines = [*error["traceback"].rstrip().split("\n"), *lines]
    if error.get("fix"):
        lines.append(f"Fix:   {error['fix']}")
    sys.stdout.flush()
    print("\n".join(clean(seen(line)) for line in lines), file=sys.stderr)


def text_of(value: Any) -> str:
    """A value in a cell."""
    if isinstance(value, list):
        value = [_named(item) for item in value]
    value = _named(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e15 else repr(value)
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return clean(", ".join(map(str, value)))
    if isinstance(value, dict | list):
        return clean(json.dumps(value, ensure_ascii=False, default=str))
    return clean(str(value)).replace("\n", "\\n")


def _named(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() >= {"name", "message"}:  # an error
        return f"{value['name']}: {value['message']}"
    return value.get("name", value) if isinstance(value, dict) else value


def close_output() -> None:
    """Have nobody write to a pipe that nobody reads any more, the interpreter's own last flush included."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
