"""Executes the cells of a notebook in one kernel: papermill's client with one loop over the kernel's sockets."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError
from nbclient.util import run_hook, run_sync
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient

from .cells import executes, first_line, frames_of, numbered, outside_loops, text_of
from .job import Job
from .limits import MIB, OutputLimit, Stop
from .outputs import Meter, join_last, join_streams
from .process import MESSAGE_BYTES, KernelProcess
from .watch import TICK_SECONDS, Watch

_TICK_MS = int(TICK_SECONDS * 1000)
_MESSAGES_AT_ONCE = 200


class KernelClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client; its traits, tags and hooks keep their meaning."""

    kc: Any
    record_timing: Any
    km: Any
    nb: Any
    process: KernelProcess
    watch: Watch

    def __init__(self, nb_man: Any, job: Job, **traits: Any) -> None:
        super().__init__(nb_man, **traits)
        # Times are taken as text from the messages; nbclient would want them parsed first.
        self._timing, self.record_timing = self.record_timing, False
        self.job = job
        self.meter = Meter(job.limits)
        self.places = {id(cell): place for place, cell in enumerate(numbered(self.nb.cells), start=1)}

    def execute(self, when_done: Callable[[], None] = lambda: None, **_: Any) -> None:
        """Execute all cells; `when_done` is called after the last one, while the kernel is ending.

        Raises:
            DeadKernelError: the kernel died or does not respond.
            Stop: a limit was reached or the run was cancelled; CellTimeoutError likewise for one cell.
        """
        outside_loops(lambda: self._execute(when_done))

    def _execute(self, when_done: Callable[[], None]) -> None:
        self.reset_execution_trackers()
        job = self.job
        process = KernelProcess(
            self.kernel_name,
            heartbeat_seconds=job.limits.heartbeat_seconds,
            capture_log=job.capture_log,
            provision=job.provision,
        )
        try:
            self._start(process)
            self.papermill_execute_cells()
            self.set_widgets_metadata()
            # Exit handlers and open files are the notebook's: the kernel ends in its own time, but not at our leisure.
            process.request_exit()
            when_done()
            process.finish(job.limits.exit_grace)
            self._tell(self.on_notebook_complete, notebook=self.nb)
        except (Stop, CellTimeoutError, KeyboardInterrupt) as error:
            if isinstance(error, KeyboardInterrupt):
                process.interrupt()
            process.request_exit()
            process.finish(job.limits.exit_grace)
            raise
        finally:
            if job.kill_remains:
                process.kill_remains()
            process.close()

    def _start(self, process: KernelProcess) -> None:
        job = self.job
        self.watch = Watch(process, job.limits, job.hooks)
        info = process.start(
            timeout=self.startup_timeout,
            check=self.watch.check_start,
            cwd=job.cwd,
            env=job.env,
            pass_fds=job.pass_fds,
            arguments=self.extra_arguments,
        )
        self.process, self.kc, self.km = process, process.client, process.manager
        self.kc.allow_stdin = False
        self.nb.metadata["language_info"] = info["language_info"]
        self.log.info("Executing notebook with kernel: %s", self.kernel_name)
        self._tell(self.on_notebook_start, notebook=self.nb)

    def papermill_execute_cells(self) -> None:
        """Execute cells until one fails; whatever ends the execution is written into the cell that it ended."""
        for index, cell in enumerate(self.nb.cells):
            try:
                self.nb_man.cell_start(cell, index)
                self.execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                break
            except BaseException as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                self._write_error(cell, error)
                raise
            finally:
                self.nb_man.cell_complete(cell, cell_index=index)

    def _write_error(self, cell: NotebookNode, error: BaseException) -> None:
        if cell.cell_type == "code":
            name, text = type(error).__name__, str(error)
            shown = {"ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
            cell.outputs.append(new_output("error", **shown))

    def execute_cell(self, cell: NotebookNode, cell_index: int, *_: Any, **__: Any) -> NotebookNode:
        """Execute one cell and wait for it.

        Raises:
            CellExecutionError: it failed, and no tag or option says that it may.
        """
        self._tell(self.on_cell_start, cell=cell, cell_index=cell_index)
        if not executes(cell, self.skip_cells_with_tag):
            return cell
        if self._timing:
            cell["metadata"]["execution"] = {}
        place, total = self.places.get(id(cell)), len(self.places)
        if place is not None:
            self.job.hooks.on_cell_start(place, total, first_line(cell.source))
        fine = False
        try:
            reply = self._run(cell, cell_index)
            fine = reply["content"]["status"] == "ok"
            self._tell(self.on_cell_executed, cell=cell, cell_index=cell_index, execute_reply=reply)
            if not fine:
                self._fail_unless_allowed(cell, cell_index, reply)
        finally:
            if place is not None:
                self.job.hooks.on_cell_end(place, total, fine)
        return cell

    def _allows_errors(self, cell: NotebookNode, name: str = "") -> bool:
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        return not self.force_raise_errors and (self.allow_errors or tagged or name in self.allow_error_names)

    def _run(self, cell: NotebookNode, index: int) -> dict[str, Any]:
        cell.outputs = []
        self.clear_before_next_output = False
        self.meter.begin_cell()
        self._tell(self.on_cell_execute, cell=cell, cell_index=index)
        sent = self.kc.execute(cell.source, store_history=True, stop_on_error=not self._allows_errors(cell))
        self.code_cells_executed += 1
        self.watch.begin_cell(self._get_timeout(cell) or self.job.limits.cell_seconds, cell)
        self._tell(self.on_cell_complete, cell=cell, cell_index=index)
        try:
            reply = self._follow(sent, cell, index)
        finally:
            self._settle(cell, index)
        if self.watch.stop is not None:
            if isinstance(self.watch.stop, CellTimeoutError) and self.interrupt_on_timeout:
                self.watch.stop = None
                return self._timeout_reply(reply)
            raise self.watch.stop
        return reply

    def _timeout_reply(self, reply: dict[str, Any]) -> dict[str, Any]:
        return {"content": {**self.error_on_timeout, "status": "error"}} if self.error_on_timeout else reply

    def _follow(self, sent: str, cell: NotebookNode, index: int) -> dict[str, Any]:
        """Take messages until the kernel has answered and is idle again."""
        shell, iopub = self.kc.shell_channel, self.kc.iopub_channel
        reply: dict[str, Any] | None = None
        idle = False
        patience = 0.0
        while reply is None or not idle:
            ready = dict(self.process.poller.poll(_TICK_MS))
            if iopub.socket in ready:
                idle = self._take_outputs(sent, cell, index) or idle
                patience = monotonic() + self.iopub_timeout
            if shell.socket in ready:
                message = shell.get_msg(timeout=0)
                if message["parent_header"].get("msg_id") == sent:
                    reply, patience = message, monotonic() + self.iopub_timeout
                    self._time(cell, "shell.execute_reply", message)
            if reply is not None and not idle and monotonic() > patience:
                raise OutputLimit(_LOST)
            self.watch.check(gone=self.process.exit_fd in ready and len(ready) == 1)
        return reply

    def _take_outputs(self, sent: str, cell: NotebookNode, index: int) -> bool:
        """Take what the cell wrote since; whether the kernel has become idle."""
        channel = self.kc.iopub_channel
        for _ in range(_MESSAGES_AT_ONCE):
            message = channel.get_msg(timeout=0)
            if message["parent_header"].get("msg_id") == sent:
                if message["msg_type"] == "execute_input":
                    self.watch.executing()
                try:
                    self.process_message(message, cell, index)
                except CellExecutionComplete:
                    return True
            if not channel.socket.poll(0):
                break
        return False

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take one message of a cell and pass its text on to who follows the run.

        Once that is cancelled, what the interrupted cell still says is kept in the notebook alone: it is mostly the
        kernel's account of the interrupt.
        """
        if msg["msg_type"] == "status":
            self._time(cell, f"iopub.status.{msg['content']['execution_state']}", msg)
        elif msg["msg_type"] == "execute_input":
            self._time(cell, "iopub.execute_input", msg)
        output: NotebookNode | None = super().process_message(msg, cell, cell_index)
        if output and not self.watch.cancelled:
            self._pass_on(output)
        return output

    def _pass_on(self, output: NotebookNode) -> None:
        hooks = self.job.hooks
        if output.output_type == "error" and (frames := frames_of(output)):
            hooks.on_traceback(frames)
        if text := text_of(output):
            hooks.on_output(text)

    def _time(self, cell: NotebookNode, event: str, message: dict[str, Any]) -> None:
        if self._timing:
            cell["metadata"]["execution"][event] = message["header"]["date"]

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Add an output to a cell, if it may keep more."""
        if self.clear_before_next_output:
            self.meter.cleared()
        admitted = self.meter.admit(msg)
        if self.meter.overrun:
            self.watch.end(OutputLimit(f"The cell was stopped: {self.meter.overrun}."))
        if not admitted:
            return None
        added: NotebookNode | None = super().output(outs, msg, display_id, cell_index)
        if added is not None and outs and outs[-1] is added:
            join_last(outs)
        return added

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        self.meter.clip(msg)
        super()._update_display_id(display_id, msg)

    def clear_output(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        """Take back what a cell wrote."""
        super().clear_output(outs, msg, cell_index)
        if not outs:
            self.meter.cleared()

    def handle_comm_msg(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        """Follow the state of widgets, of which there can only be as many as a run may keep output."""
        opened = msg["msg_type"] == "comm_open"
        if opened and not self.meter.admit({"msg_type": "comm", "content": {"data": dict(msg["content"]["data"])}}):
            self.watch.end(OutputLimit(f"The cell was stopped: {self.meter.overrun or 'it made too many widgets'}."))
        else:
            super().handle_comm_msg(outs, msg, cell_index)

    def _settle(self, cell: NotebookNode, index: int) -> None:
        """Join the pieces of streams; a display that is updated later is looked for at its new place."""
        places = join_streams(cell.outputs)
        for cells in self._display_id_map.values():
            if index in cells:
                cells[index] = [places[old] for old in cells[index]]

    def _fail_unless_allowed(self, cell: NotebookNode, index: int, reply: dict[str, Any]) -> None:
        self._tell(self.on_cell_error, cell=cell, cell_index=index, execute_reply=reply)
        if not self._allows_errors(cell, reply["content"].get("ename", "")):
            raise CellExecutionError.from_cell_and_msg(cell, reply["content"])

    @staticmethod
    def _tell(hook: Callable[..., Any] | None, **what: Any) -> None:
        if hook is not None:
            run_sync(run_hook)(hook, **what)


_LOST = (
    "The kernel answered, but the rest of the cell's output did not arrive; "
    f"a single output may not be larger than {MESSAGE_BYTES // MIB} MiB."
)
