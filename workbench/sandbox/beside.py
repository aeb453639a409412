"""The beginning of a person's kernel in the folder of a workspace, given to Python as text, so that any version can.

Everybody of the workspace writes there, and Python looks there first: a file named like a library would run in each
kernel of the others, in their names. What lies beside a notebook is found for its cells alone, and for what they found.
"""

import sys

if __name__ == "__main__":
    sys.path[:] = [place for place in sys.path if place]

# Nothing is imported before the folder is off the path.
import os
import runpy
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

FINDING = ("importlib", "_frozen_importlib", "_frozen_importlib_external")


class Beside:
    """Comes after all other finders."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> "ModuleSpec | None":
        """The module in the working folder, where a cell or a file of that folder asks for it."""
        here = str(Path.cwd())
        return PathFinder.find_spec(name, [here], target) if path is None and _asks(here) else None


def _asks(here: str) -> bool:
    frame: Any = sys._getframe(2)
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in FINDING:
        frame = frame.f_back
    asking = frame.f_globals if frame is not None else {}
    return asking.get("__name__") == "__main__" or str(asking.get("__file__")).startswith(here + os.sep)


if __name__ == "__main__":
    sys.meta_path.append(Beside)
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)
