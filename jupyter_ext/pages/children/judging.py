"""What a page's socket may be sent: whatever a browser says is decoded where all pages live, so it is judged before.

Bokeh decodes a message as a whole on its event loop before it looks at it, and some that are short take minutes. What
BokehJS sends is small and plain; what is not like it goes no further.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

MESSAGE_BYTES = 1024 * 1024
NODES = 10_000  # values in a message, each key and each entry counted
OUTSIDE = 256 * 1024  # characters that are not within strings
DEPTH = 64
OBJECTS = 4  # models that a message makes: those recorded made none, and one takes up to 4 ms
BUFFERS = 32
DIGITS = 22  # of a whole number as JavaScript writes it, with its sign
EXACT = 2**53 - 1  # as far as JavaScript counts; Python's hashes of whole numbers differ so far, and farther
NUMBER = 40  # characters of a number in a string

MESSAGES = ("PULL-DOC-REQ", "PATCH-DOC", "SERVER-INFO-REQ")
EVENTS = ("MessageSent", "ModelChanged", "ColumnDataChanged", "ColumnsStreamed", "ColumnsPatched")
SCALARS = ("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64", "object")


class Unlikely(Exception):
    """A message is not like those of a page; its text says why, and nothing of the message."""


def judge(message: str | bytes) -> None:
    """Judge one part of a message of Bokeh's protocol: JSON, or the bytes of an array.

    Raises:
        Unlikely: no page of a browser sends this.
    """
    if len(message) > MESSAGE_BYTES:
        raise Unlikely("it is too large")
    if isinstance(message, str):
        _skim(message)
        parsed = _parsed(message)
        if isinstance(parsed, dict):
            _head(parsed)
        _walk(parsed)


def _skim(text: str) -> None:
    """Count roughly, for parsing costs ten times as much."""
    plain = text.replace("\\\\", "").replace('\\"', "") if "\\" in text else text
    if plain.count('"') > 2 * NODES:
        raise Unlikely("it has too many strings")
    outside = "".join(plain.split('"')[::2])
    if len(outside) > OUTSIDE or outside.count(",") + outside.count("[") + outside.count("{") > NODES:
        raise Unlikely("it has too many values")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_whole, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise Unlikely("it is not JSON") from None


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise Unlikely("it has a number that JavaScript does not write")
    return int(digits)


def _constant(name: str) -> Any:
    raise Unlikely(f"{name} is not JSON")


def _walk(message: Any) -> None:
    level, nodes, objects = [message], 0, 0
    for _ in range(DEPTH):
        below: list[Iterable[Any]] = []
        for value in level:
            if isinstance(value, dict):
                objects += value.get("type") == "object"
                _look(value)
                below.append(value.values())
                nodes += 2 * len(value)
            elif isinstance(value, list):
                below.append(value)
                nodes += len(value)
        if nodes > NODES or objects > OBJECTS:
            raise Unlikely("it has too many values")
        if not below:
            return
        level = list(chain.from_iterable(below))
    raise Unlikely("it is nested too deeply")


def _head(message: dict[str, Any]) -> None:
    """Look at what a message, or a part of one, says of itself."""
    if message.get("msgtype", MESSAGES[0]) not in MESSAGES:
        raise Unlikely("it is of a kind that pages do not send")
    buffers = message.get("num_buffers", 0)
    if not isinstance(buffers, int) or not 0 <= buffers <= BUFFERS:
        raise Unlikely("it has too many buffers")
    if not all(isinstance(event, dict) and event.get("kind") in EVENTS for event in _list(message, "events")):
        raise Unlikely("it has an event of a kind that pages do not send")


def _look(value: dict[str, Any]) -> None:
    """Look at how Bokeh writes what JSON has not."""
    kind = value.get("type")
    if isinstance(kind, str) and (form := FORMS.get(kind)) is not None and not form(value):
        raise Unlikely(f"it has a {kind} as pages do not send it")


def _is_map(value: dict[str, Any]) -> bool:
    return all(isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in _list(value, "entries"))


def _is_set(value: dict[str, Any]) -> bool:
    return all(
        isinstance(one, str | float) or (isinstance(one, int) and abs(one) <= EXACT) for one in _list(value, "entries")
    )


def _is_number(value: dict[str, Any]) -> bool:
    number = value.get("value")
    return not isinstance(number, str) or len(number) <= NUMBER


def _is_bytes(value: dict[str, Any]) -> bool:
    return not isinstance(value.get("data"), str)  # which Bokeh would unpack, to whatever size


def _is_array(value: dict[str, Any]) -> bool:
    return value.get("dtype") in SCALARS


def _list(value: dict[str, Any], name: str) -> list[Any]:
    found = value.get(name, [])
    if not isinstance(found, list):
        raise Unlikely(f"its {name} are no list")
    return found


FORMS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "map": _is_map, "set": _is_set, "number": _is_number, "bytes": _is_bytes, "ndarray": _is_array,
    "typed_array": _is_array, "slice": lambda _: False,
}  # fmt: skip
