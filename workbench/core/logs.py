"""Logs as JSON lines, each with the correlation id of what it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from .secrets import mask, redact

FIELDS = ("correlation_id", "run_id", "workspace", "operation")


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, secrets masked."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: str(getattr(record, name)) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class Masked(logging.Filter):
    """Hides secrets in records of any library, whatever its handler makes of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, its text and its traceback without secrets."""
        record.msg, record.args = mask(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text and mask(record.exc_text)
        return True


def guard(*loggers: logging.Logger) -> None:
    """Have whatever these loggers' handlers write, and what no handler takes, go through `Masked`."""
    handlers = [handler for logger in loggers for handler in logger.handlers]
    for handler in [*handlers, *([logging.lastResort] if logging.lastResort else [])]:
        if not any(isinstance(known, Masked) for known in handler.filters):
            handler.addFilter(Masked())


def configure(level: str = "INFO", stream: object = None) -> None:
    """Send the workbench's own logs as JSON to standard error."""
    handler = logging.StreamHandler(stream or sys.stderr)  # type: ignore[arg-type]
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("workbench")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
    guard(logging.getLogger())
