"""Text that programs write for a terminal, as it would be seen there."""

from __future__ import annotations

import re

# Escape sequences (ECMA-48: colours, the cursor's movements, links), then what else has no shape; neither tab nor ends
# of lines.
_UNSEEN = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)


def seen(text: str) -> str:
    """What a terminal would leave of text: no colours, and of a line that was drawn again only how it stood last."""
    lines = _UNSEEN.sub("", text).split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
