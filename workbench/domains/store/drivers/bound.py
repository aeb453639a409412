"""Values of a SELECT's parameters on their way to its worker, which takes JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

Scalar = bool | int | float | date | str
Values = Mapping[str, Scalar]
NO_VALUES: Values = MappingProxyType({})


def sent(values: Values) -> dict[str, Any]:
    """What is sent for them."""
    return {name: {"date": value.isoformat()} if isinstance(value, date) else value for name, value in values.items()}


def received(given: Mapping[str, Any]) -> dict[str, Scalar]:
    """The values of what was sent."""
    return {name: date.fromisoformat(one["date"]) if isinstance(one, dict) else one for name, one in given.items()}
