"""`workbench run NOTEBOOK_OR_PIPELINE`: a run in the foreground, with papermill's flags."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.core.errors import Invalid, NotFound, WorkbenchError

from . import data, options, printing, queue
from .parameters import Parameters, taken

ABOUT = """Run a pipeline, or any notebook whether or not it is registered. Parameters as with papermill: -p NAME VALUE
(read by the declared type), -r NAME TEXT, -y YAML, -b BASE64, -f FILE; each may be repeated."""
log = logging.getLogger("papermill")  # which says it too
USAGE = "workbench run NOTEBOOK_OR_PIPELINE [OUTPUT] [-p NAME VALUE]... [options]"
ENGINE = "workbench-kernel"
FAILED = 1
EXIT_CODES = {"succeeded": 0, "cancelled": 130}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    target: str
    output: str | None
    parameters: Parameters
    flags: argparse.Namespace

    @property
    def is_notebook(self) -> bool:
        """Whether the target is a file, not a pipeline's name."""
        return self.target == "-" or self.target.endswith(".ipynb") or "/" in self.target


def parser() -> options.Parser:
    """What `workbench run` understands besides parameters."""
    made = options.Parser("workbench run", usage=USAGE, description=ABOUT)
    made.add_argument("target", metavar="NOTEBOOK_OR_PIPELINE", help="a path, a pipeline's name or id, or - for stdin")
    made.add_argument("output_path", metavar="OUTPUT", nargs="?", help="where to put the output notebook; - for stdout")
    add, hidden, switch = made.add_argument, argparse.SUPPRESS, argparse.BooleanOptionalAction
    add("--output", metavar="OUTPUT", help="the same")
    add("--detach", action="store_true", help="queue the run and leave it to a server")
    add("-k", "--kernel", help="run with this kernel, not the notebook's")
    add("-l", "--language", help="the notebook's language, where its metadata do not say")
    add("--cwd", metavar="DIR", help="the folder to run in")
    add("--report-mode", action=switch, default=False, help="hide the input of cells in the output")
    add(
        "--start-timeout",
        "--start_timeout",
        type=float,
        metavar="SECONDS",
        help="how long the kernel may take to start",
    )
    add("--execution-timeout", type=float, metavar="SECONDS", help="how long one cell may take")
    add("--log-output", action=switch, default=False, help="show what the cells print, on stderr")
    add("--progress-bar", action=switch, default=None, help="show a bar on a terminal")
    add("--stdout-file", metavar="FILE", help="write what the cells print to a file")
    add("--stderr-file", metavar="FILE", help=hidden)
    add("--inject-input-path", action="store_true", help="pass PAPERMILL_INPUT_PATH as a parameter")
    add("--inject-output-path", action="store_true", help="pass PAPERMILL_OUTPUT_PATH as a parameter")
    add("--inject-paths", action="store_true", help="both")
    add(
        "--prepare-only",
        "--prepare_only",
        action="store_true",
        help="write the output with its parameters, run nothing",
    )
    add("--prepare-execute", dest="prepare_only", action="store_false", help=hidden)
    add("--help-notebook", action="store_true", help="show the parameters of the notebook or pipeline")
    add("--engine", default=ENGINE, help=hidden)
    add("--request-save-on-cell-execute", action=switch, help=hidden)  # saves are throttled and atomic anyway
    add("--autosave-cell-every", type=int, help=hidden)
    add("--log-level", help=hidden)
    options.add_to(made)
    return made


def run(session: options.Session, argv: Sequence[str]) -> int:
    """Run to the end; answers 0 where the run succeeded, 1 where not, and 130 where it was cancelled."""
    parameters, rest = taken(argv)
    flags = parser().parse_intermixed_args(rest)  # as with papermill, OUTPUT may stand behind flags
    session.take(flags)
    asked = _asked(flags, parameters)
    if flags.help_notebook:
        from . import prepare

        return prepare.help_notebook(session, asked)
    if flags.prepare_only:
        from . import prepare

        return prepare.prepare(session, asked)
    started = _start(session, asked)
    if flags.detach:
        return _detached(session, started)
    ended = _follow(session, asked, started)
    _keep_output(session, asked, ended)
    printing.run(ended, as_json=session.json, output=asked.output)
    return EXIT_CODES.get(ended.status, FAILED)


def _asked(flags: argparse.Namespace, parameters: Parameters) -> Asked:
    if flags.engine != ENGINE:
        raise Invalid(
            f"Runs use the engine {ENGINE}, not {flags.engine[:60]}.", fix="Run it with the papermill command."
        )
    output = flags.output or flags.output_path
    if output and output != "-":
        output = parameters.filled(output)
        if not Path(output).expanduser().absolute().parent.is_dir():
            raise Invalid(f"There is no folder for {output}.", fix="Make it first.", code="bad_path")
    if flags.inject_input_path or flags.inject_paths:
        parameters.values["PAPERMILL_INPUT_PATH"] = flags.target
    if flags.inject_output_path or flags.inject_paths:
        parameters.values["PAPERMILL_OUTPUT_PATH"] = output or "-"
    return Asked(flags.target, output, parameters, flags)


def _start(session: options.Session, asked: Asked) -> Any:
    if asked.flags.detach:
        queue.check(session, instead="leave --detach out to run it here")
    if asked.is_notebook:
        return _start_notebook(session, asked)
    given = {"id": asked.target, "parameters": asked.parameters.values, "texts": asked.parameters.texts}
    try:
        return session.caller.call("runs.start", **given)
    except NotFound as error:
        if error.code == "pipeline_not_found":
            here = Path(asked.target).is_file()
            error.fix = f"Run the file as ./{asked.target}." if here else f"{error.fix} See `workbench pipelines list`."
        raise


def _start_notebook(session: options.Session, asked: Asked) -> Any:
    flags, name = asked.flags, asked.target
    given: dict[str, Any] = {
        "notebook": read(asked, session.settings.notebook_bytes),
        "title": Path(name).stem if name != "-" else "stdin",
        "source": name,
        "parameters": asked.parameters.values,
        "texts": asked.parameters.texts,
        "kernel": flags.kernel,
        "report_mode": flags.report_mode,
        "start_seconds": flags.start_timeout,
        "cell_seconds": flags.execution_timeout,
    }
    if not session.server:
        given["cwd"] = str(Path(flags.cwd or ".").expanduser().resolve())
        given["output"] = str(Path(asked.output).expanduser().absolute()) if asked.output not in (None, "-") else None
    return session.caller.call(
        "runs.start_notebook", **{name: held for name, held in given.items() if held is not None}
    )


def read(asked: Asked, limit: int) -> Any:
    """The notebook of a file or of standard input.

    Raises:
        Invalid: there is no such file, or it is no notebook.
        TooLarge: it has more than `limit` bytes.
    """
    from workbench.engines import notebooks

    try:
        if asked.target == "-":
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(asked.target).expanduser().open("rb") as file:
                content = file.read(limit + 1)
    except FileNotFoundError:
        raise NotFound(f"There is no notebook {asked.target}.", fix="Check the path.", code="file_not_found") from None
    except OSError as error:
        raise Invalid(
            f"{asked.target} cannot be read: {error.strerror}.", fix="Check its rights.", code="bad_path"
        ) from None
    notebook = notebooks.read(content, name=asked.target, limit=limit)
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", ())}
    if (asked.parameters.values or asked.parameters.texts) and "parameters" not in tags:
        log.warning("No cell is tagged `parameters`: the values go first, and what the cells set themselves wins.")
    if asked.flags.language:
        notebook.metadata.setdefault("kernelspec", {"name": "", "display_name": ""})["language"] = asked.flags.language
    return notebook


def _detached(session: options.Session, started: Any) -> int:
    if session.json:
        printing.document(printing.plain_of(started))
    else:
        print(started.id)
        print(f"Queued; see `workbench runs show {started.id}`.", file=sys.stderr)
    return 0


def _follow(session: options.Session, asked: Asked, started: Any) -> Any:
    from workbench import foreground

    from . import progress

    try:
        with progress.shown(session.caller, asked.flags) as watch:
            for view in foreground.follow(session.caller, started.id):
                watch(view)
    except KeyboardInterrupt:
        print("Cancelling the run; interrupt again to leave it.", file=sys.stderr)
        return foreground.cancel(session.caller, started.id)
    return view


def _keep_output(session: options.Session, asked: Asked, ended: Any) -> None:
    """Put the output notebook where it was asked for, unless the worker has done so."""
    written_by_worker = asked.is_notebook and not session.server and asked.output != "-"
    if asked.output is None or written_by_worker:
        return
    try:
        data.keep(session.caller.stream("runs.notebook", id=str(ended.id)), asked.output)
    except WorkbenchError as error:
        print(f"There is no output notebook: {error.detail}", file=sys.stderr)
