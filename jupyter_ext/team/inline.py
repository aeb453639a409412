"""The scripts that JupyterLab's page holds, by their digests: the page may run these and no others."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL)


def inline_scripts() -> str:
    """Sources for a content policy, each with a space before it; a script with a placeholder is never allowed."""
    from jupyterlab.commands import get_app_dir  # type: ignore[import-untyped]

    page = Path(get_app_dir()) / "static" / "index.html"
    found = SCRIPT.findall(page.read_text()) if page.is_file() else []
    return "".join(f" 'sha256-{_digest(script)}'" for script in found if "{{" not in script and "{%" not in script)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
