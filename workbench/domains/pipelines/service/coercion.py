"""What is given for parameters becomes values of the declared types, or one refusal that names all that is wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from workbench.core.errors import Invalid
from workbench.core.guessing import meant
from workbench.engines import injection

from .reading import Read, Wrong, as_papermill, from_text, from_value

log = logging.getLogger("papermill")

POINTER = "/parameters/"


def coerce(
    schema: Mapping[str, Any],
    values: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
    *,
    strict: bool = True,
) -> dict[str, Any]:
    """The values of parameters, as JSON, in the types that `schema` declares; defaults are not filled in.

    `values` are of JSON's types; `texts` come from a command line or a form and are read by the declared type, so that
    `00123` stays text where text is declared. With `strict` a parameter that is not declared is refused; without, it is
    passed on with a warning as papermill does, and so is a value that fits no more than the default's type.

    Raises:
        Invalid: naming every parameter that is missing, unknown, of the wrong type, or whose name is no name.
    """
    declared: Mapping[str, Any] = schema["properties"]
    anything = bool(schema.get("additionalProperties"))  # nothing is known of a language other than Python
    closed = strict and not anything
    given: list[tuple[str, Any, Read]] = [(name, value, from_value) for name, value in values.items()]
    given += [(name, text, from_text) for name, text in (texts or {}).items()]
    coerced: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value, read in given:
        try:
            coerced[name] = _one(declared, name, value, read, closed=closed)
        except Wrong as error:
            wrong[name] = str(error)
    for name in schema.get("required", ()):
        if name not in coerced:
            wrong.setdefault(name, "is required")
    if wrong:
        raise _invalid(wrong, declared)
    if not closed and not anything:
        for name in sorted(coerced.keys() - declared.keys()):
            log.warning("Passed unknown parameter: %s", name)
    injection.check(coerced, declared=declared, python=not anything)
    return coerced


def _one(declared: Mapping[str, Any], name: str, value: Any, read: Read, *, closed: bool) -> Any:
    if name not in declared and closed:
        raise Wrong(_unknown(name, declared))
    schema = declared.get(name, {})
    try:
        return read(schema, value)
    except Wrong:
        if closed or not schema.get("x-inferred"):
            raise
        return as_papermill(value) if read is from_text else value


def _unknown(name: str, declared: Mapping[str, Any]) -> str:
    close = meant(name, declared)
    return "is not one of the parameters" + (f", perhaps {close!r} was meant" if close else "")


def _invalid(wrong: Mapping[str, str], declared: Mapping[str, Any]) -> Invalid:
    stated = "; ".join(f"{name[:80]!r} {message}" for name, message in list(wrong.items())[:10])
    names = ", ".join(declared)
    return Invalid(
        f"These parameters cannot be used: {stated}.",
        fix=f"Known parameters: {names}." if names else "It has none; declare them in a cell tagged `parameters`.",
        code="bad_parameters",
        errors=[{"pointer": POINTER + injection.pointer(name), "message": text} for name, text in wrong.items()],
    )
