"""Kernels of other languages than Python, and what browsers say to kernels."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import uuid4

TOY_KERNEL = """
import subprocess
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

class Toy(Kernel):
    implementation = language = "bash"
    implementation_version = language_version = "1"
    language_info = {"name": "bash", "mimetype": "text/x-sh", "file_extension": ".sh"}
    banner = "toy"
    code = ""

    async def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False, **_):
        self.code += code + "\\n"
        done = subprocess.run(["bash", "-c", self.code], capture_output=True, text=True)
        self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": done.stdout})
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}

IPKernelApp.launch_instance(kernel_class=Toy)
"""


def bash_kernel(folder: Path) -> str:
    """Installs a kernel that runs bash in a folder for JUPYTER_PATH; answers its name."""
    place = folder / "kernels" / "toybash"
    place.mkdir(parents=True)
    script, launcher = folder / "toybash.py", folder / "launch"
    script.write_text(TOY_KERNEL)
    launcher.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n')
    launcher.chmod(0o755)
    spec = {"argv": [str(launcher), "-f", "{connection_file}"], "display_name": "Toy", "language": "bash"}
    (place / "kernel.json").write_text(json.dumps(spec))
    return "toybash"


def message(kind: str, **content: object) -> str:
    """A message to a kernel, as browsers send it."""
    header = {"msg_id": uuid4().hex, "msg_type": kind, "session": "x", "username": "", "version": "5.3"}
    return json.dumps(
        {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
    )
