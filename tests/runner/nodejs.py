"""Where the browser's code is, and whether Node.js and what it needs to test it are here."""

from __future__ import annotations

import shutil

from .stages import ROOT

FRONTEND = ROOT / "jupyter_ext" / "frontend"
BUNDLE = ROOT / "jupyter_ext" / "labextension" / "static" / "style.js"
VITEST = FRONTEND / "node_modules" / "vitest" / "vitest.mjs"


def node() -> str | None:
    """Node.js, where it has built the bundle and has what the tests need."""
    return shutil.which("node") if VITEST.exists() and BUNDLE.exists() else None
