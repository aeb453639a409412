"""Replies that say more in a form of their own than as a table of their fields."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Unavailable, WorkbenchError
from workbench.core.people import who
from workbench.display import clean

from . import printing

if TYPE_CHECKING:
    from workbench.core.caller import Caller

FAILED = Unavailable.exit_code


def say(name: str, reply: Any, caller: Caller, *, as_json: bool) -> int:
    """Print what the operation `name` answered; answers the exit code."""
    if as_json or name not in _FORMS:
        printing.reply(reply, as_json=as_json)
    else:
        _FORMS[name](reply, caller)
    return FAILED if name == "connectors.test" and not _works(reply) else 0


def parameters(schema: Mapping[str, Any], heading: str = "parameter") -> None:
    """Print the parameters or settings that a JSON Schema declares, one a line."""
    required = set(schema.get("required", ()))
    rows = [
        {
            heading: name,
            "type": _type(declared),
            "required": name in required,
            "default": declared.get("default"),
            "meaning": declared.get("description", ""),
        }
        for name, declared in schema["properties"].items()
    ]
    printing.table(rows, whole=bool(rows))


def _types(reply: Any, _: Caller) -> None:
    for number, one in enumerate(reply.items):
        print(f"{chr(10) if number else ''}{clean(f'{one.name}: {one.title}. {one.description}')}")
        parameters(one.config_schema, heading="setting")


def _works(report: Any) -> bool:
    """Whether the connector answered; where it did not, the cause is told, with --json too."""
    if not report.ok:
        lines = [f"Error: {report.problem or 'It does not answer.'}", f"Fix:   {report.fix}" if report.fix else ""]
        sys.stdout.flush()
        print("\n".join(clean(line) for line in lines if line), file=sys.stderr)
    return bool(report.ok)


def _log(page: Any, _: Caller) -> None:
    """As `workbench run --log-output` shows it, with the time of day; colours would be a terminal's, not the log's."""
    for line in page.lines:
        text = clean(line.text.rstrip("\n"))
        print(f"{line.at.astimezone():%H:%M:%S}  {text}")


def _lineage(reply: Any, caller: Caller) -> None:
    """The run that wrote the table is called as people call it, where the caller may see it: the store knows its id."""
    shown, written = printing.plain_of(reply), reply.written_by
    if written is not None:
        run = f"run {written.run_id}" if written.run_id else "hand"
        with suppress(WorkbenchError):
            run += f" ({caller.call('runs.show', id=str(written.run_id)).title})" if written.run_id else ""
        shown["written_by"] = f"{run}, version {written.version}, {who(written.author)}"
    printing.fields(shown)


def _type(declared: Mapping[str, Any]) -> str:
    if "enum" in declared:
        return " or ".join(str(value) for value in declared["enum"])
    if "anyOf" in declared:
        return " or ".join(_type(each) for each in declared["anyOf"])
    if "$ref" in declared:
        return "object"
    kind = declared.get("format") or declared.get("type") or "anything"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


_FORMS: dict[str, Callable[[Any, Caller], None]] = {
    "runs.logs": _log,
    "connectors.types": _types,
    "pipelines.parameters": lambda reply, _: parameters(reply.parameters),
    "tables.lineage": _lineage,
}
