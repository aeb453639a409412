"""Imports the engine without two seconds of building a grammar that nobody asks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# jsonschema, which nbformat imports, checks the format "iri" with this package if it is there; importing it parses a
# grammar for two seconds. Notebooks have no such format.
_SLOW = "rfc3987_syntax"


@contextmanager
def quick_imports() -> Iterator[None]:
    """Within it, `workbench.engines.run` is imported quickly: jsonschema goes without the format "iri".

    For processes that are ours, such as a worker or the command line, at the first import; later it changes nothing.
    """
    if "jsonschema" in sys.modules or _SLOW in sys.modules:
        yield
        return
    sys.modules[_SLOW] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_SLOW]
