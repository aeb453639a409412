"""Where the documentation of this version is, as it was shipped."""

from __future__ import annotations

from pathlib import Path

from .errors import Unavailable

CONTENTS = "README.md"  # what a folder is about


def folder() -> Path:
    """The folder of the documentation: inside the package in a wheel, beside it in a checkout.

    Raises:
        Unavailable: it is in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for found in (package / "docs", package.parent / "docs"):
        if (found / CONTENTS).is_file():
            return found
    raise Unavailable(
        "The documentation is missing from this installation.",
        fix="Install jupyter-workbench again.",
        code="docs_missing",
    )
