"""Executes the code blocks of the documentation, in the order in which a reader meets them.

`console` blocks run each line after a `$` and compare what follows with the output, where something follows (`...`
stands for anything). `sh`, `py` and `python` blocks run as they are; the Python of all pages shares one interpreter.
What a reader replaces is replaced: the server's address, `$TOKEN`, `RUN`. What would install, or start a program that
stays, is not run; of `make` it is checked that the target exists.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.example import Example
from sybil.parsers.markdown import CodeBlockParser

from .stages import ROOT

BLOCK_SECONDS = 180
README = ROOT / "README.md"
MARK = "\x1e"
SILENT = ("json", "toml", "yaml", "text", "mermaid", "ini", "http", "sql")
STAYS = re.compile(
    r"^\s*(jupyter lab|workbench (demo|serve)|pip install|uvx|git clone|cd|source|export WORKBENCH_HOME)\b"
)
PYTHON = """
import json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
names = {"__name__": "__main__", "token": os.environ["TOKEN"]}
for line in sys.stdin:
    block = json.loads(line)
    try:
        exec(compile(block["code"], block["name"], "exec"), names)
        answer = ""
    except BaseException:
        answer = traceback.format_exc()
    print(json.dumps(answer), file=answers, flush=True)
"""


class Broken(AssertionError):
    """A block that does not do what the page says."""


def pages() -> list[Path]:
    """README and the pages that people wrote, the tutorials first, since the guides go on from them."""
    written = [
        path for path in (ROOT / "docs").rglob("*.md") if "reference" not in path.parts and "adr" not in path.parts
    ]
    return [README, *sorted(written, key=lambda path: ("tutorials" not in path.parts, path))]


def tags(page: Path) -> set[str]:
    """The languages that a page's fenced blocks name; an empty one for a block that names none."""
    fences = re.findall(r"^ *(```+|~~~+)(.*)$", page.read_text(), re.MULTILINE)
    return {language.strip() for _, language in fences[::2]}


@dataclass
class Reader:
    """Someone who follows the pages in a folder, with a server at hand."""

    folder: Path
    server: str
    environment: dict[str, str]
    last_run: Callable[[], str]
    _python: subprocess.Popen[str] | None = field(default=None)

    def problems(self, page: Path) -> list[str]:
        """Execute a page; answers where it does not hold, and why."""
        found = []
        for example in Sybil(parsers=self._parsers()).parse(page).examples():
            try:
                example.evaluate()
            except (Broken, subprocess.TimeoutExpired) as error:
                found.append(f"{page.relative_to(ROOT)}:{example.line}\n{error}")
        return found

    def close(self) -> None:
        """End the interpreter."""
        if self._python is not None:
            self._python.communicate(timeout=BLOCK_SECONDS)

    def _parsers(self) -> list[CodeBlockParser]:
        evaluators = {"python": self._run_python, "py": self._run_python, "console": self._run_console}
        evaluators |= {"sh": self._run_shell, "bash": self._run_shell}
        return [CodeBlockParser(language, evaluator) for language, evaluator in evaluators.items()]

    def _run_python(self, example: Example) -> None:
        if self._python is None:
            command = [sys.executable, "-c", PYTHON]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            self._python = subprocess.Popen(command, cwd=self.folder, env=self.environment, **pipes)
        assert self._python.stdin is not None
        assert self._python.stdout is not None
        block = {"code": "\n" * example.line + self._replaced(str(example.parsed)), "name": example.path}
        print(json.dumps(block), file=self._python.stdin, flush=True)
        if answer := json.loads(self._python.stdout.readline() or '"the interpreter died"'):
            raise Broken(answer)

    def _run_shell(self, example: Example) -> None:
        self._shell([str(example.parsed)])

    def _run_console(self, example: Example) -> None:
        commands, expected = console(str(example.parsed))
        for command, wanted, got in zip(commands, expected, self._shell(commands), strict=True):
            if wanted and not matches(wanted, got):
                raise Broken(f"$ {command}\nthe page says\n{wanted}\nbut it printed\n{got}")

    def _shell(self, commands: list[str]) -> list[str]:
        """What each command printed.

        Raises:
            Broken: one of them failed.
        """
        script = "set -euo pipefail\n" + "\n".join(f"{self._runnable(each)}\nprintf '{MARK}'" for each in commands)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=BLOCK_SECONDS,
        )
        if done.returncode:
            raise Broken(f"{script}\nended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done.stdout.split(MARK)[:-1]

    def _runnable(self, command: str) -> str:
        lines = [": not run" if STAYS.match(line) else line for line in command.splitlines()]
        lines = [re.sub(r"^make\b", f"make --dry-run -C {ROOT} >/dev/null", line) for line in lines]
        # curl calls an answer of 404 a success; a page whose request is refused is wrong.
        return self._replaced(
            "\n".join(re.sub(r"^curl ", "curl --silent --show-error --fail-with-body ", line) for line in lines)
        )

    def _replaced(self, code: str) -> str:
        code = re.sub(r"(https?://)?\blocalhost:8888\b", self.server, code)
        return re.sub(r"\bRUN\b", lambda _: self.last_run(), code)


def console(block: str) -> tuple[list[str], list[str]]:
    """The commands of a console block and what each is said to print; a line that begins with `> ` goes on."""
    commands: list[str] = []
    expected: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
            expected.append("")
        elif line.startswith("> ") and commands and not expected[-1]:
            commands[-1] += f"\n{line[2:]}"
        elif commands:
            expected[-1] += f"{line}\n"
        elif line.strip():
            raise Broken(f"a console block begins with '$ ', not with {line!r}")
    return commands, expected


def matches(wanted: str, got: str) -> bool:
    """Whether an output is what a page says; `...` stands for anything, space at the ends of lines for nothing."""
    pattern = r"[\s\S]*?".join(re.escape(part) for part in _tidy(wanted).split("..."))
    return re.fullmatch(pattern, _tidy(got)) is not None


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def environment(home: Path, token: str, programs: Path) -> dict[str, str]:
    """What a reader's shell has: `programs` and those of this environment, the demo's home, a token."""
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "WORKBENCH_HOME": str(home), "TOKEN": token, "COLUMNS": "100"}
