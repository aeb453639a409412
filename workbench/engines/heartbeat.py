"""Whether a kernel is alive as opposed to merely present."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import zmq

# A pause of this process (a laptop that slept, a debugger) is not the kernel's silence.
_LONGEST_STEP = 1.0


class Heartbeat:
    """Pings a kernel's echo socket, which is served by a thread of its own that needs no GIL."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], address: str, interval: float) -> None:
        self.socket = context.socket(zmq.REQ)
        self.socket.setsockopt(zmq.REQ_RELAXED, 1)
        self.socket.setsockopt(zmq.REQ_CORRELATE, 1)
        self.socket.linger = 0
        self.socket.connect(address)
        self._interval = interval
        self._asked = self._checked = monotonic()
        self.silence = 0.0

    def check(self) -> float:
        """Ping if it is time to; how long the kernel has been silent, in seconds."""
        now = monotonic()
        self.silence += min(now - self._checked, _LONGEST_STEP)
        self._checked = now
        while self.socket.poll(0):
            self.socket.recv()
            self.silence = 0.0
        if now - self._asked >= self._interval:
            self._asked = now
            self.socket.send(b"ping", zmq.NOBLOCK)
        return self.silence

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def is_stopped(pid: int | None) -> bool:
    """Whether a process was stopped by a signal (SIGSTOP); False where the system does not tell."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in {"T", "t"}
