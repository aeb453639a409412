"""Every error the workbench raises on purpose.

WorkbenchError            500  exit 1
├── Invalid               422  exit 2   the request does not make sense
│   ├── Malformed         400           it cannot even be read
│   ├── WrongMethod       405
│   ├── TooLarge          413
│   ├── UnsupportedMedia  415
│   └── VersionRequired   428
├── NotAuthenticated      401  exit 3
├── NotPermitted          403  exit 3
├── NotFound              404  exit 4
├── Conflict              409  exit 5   it clashes with what is there
│   ├── AlreadyExists     409
│   └── StaleVersion      412
├── TimedOut              504  exit 1
└── Unavailable           503  exit 69  try again later, or mend what is named
    └── Throttled         429
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

TYPE_PREFIX = "https://jupyter-workbench.readthedocs.io/errors/"


class WorkbenchError(Exception):
    """Something went wrong in the workbench."""

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    code: str = "internal_error"

    def __init__(
        self,
        detail: str = "",
        *,
        fix: str = "",
        code: str | None = None,
        errors: Sequence[dict[str, str]] = (),
        retry_after: float | None = None,
        **params: Any,
    ) -> None:
        """Say what is wrong and where (`detail`), and how to mend it (`fix`).

        `errors` are `{"pointer": ..., "message": ...}` for single fields; `retry_after` is in seconds;
        `params` are the values in the text, for translation by `code`.
        """
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fix = fix
        self.code = code or type(self).code
        self.errors = list(errors)
        self.retry_after = retry_after
        self.params = params
        self.correlation_id: str | None = None

    @property
    def title(self) -> str:
        """The class's docstring: the same for every error of its kind."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def problem(self, correlation_id: str | None = None) -> dict[str, Any]:
        """The error as an RFC 9457 problem document."""
        return {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "correlation_id": correlation_id,
            "errors": self.errors,
            "fix": self.fix,
            "params": self.params,
        }

    @staticmethod
    def from_problem(problem: dict[str, Any]) -> WorkbenchError:
        """The error that a server described, so that callers far away raise what callers nearby do."""
        kind = _by_status().get(problem.get("status", 500), WorkbenchError)
        error = kind(
            problem.get("detail", ""),
            fix=problem.get("fix", ""),
            code=problem.get("code"),
            errors=problem.get("errors") or (),
        )
        error.params = problem.get("params") or {}
        error.correlation_id = problem.get("correlation_id")
        return error

    def __str__(self) -> str:
        return f"{self.detail} {self.fix}".strip()


class Invalid(WorkbenchError):
    """The request does not make sense."""

    status = 422
    exit_code = 2
    code = "invalid"


class Malformed(Invalid):
    """The request cannot be read."""

    status = 400
    code = "malformed"


class WrongMethod(Invalid):
    """This is not done to things of this kind."""

    status = 405
    code = "wrong_method"


class TooLarge(Invalid):
    """The request is too large."""

    status = 413
    code = "too_large"


class UnsupportedMedia(Invalid):
    """The body is of a type that is not understood here."""

    status = 415
    code = "unsupported_media"


class VersionRequired(Invalid):
    """Say which version you are changing."""

    status = 428
    code = "version_required"


class NotAuthenticated(WorkbenchError):
    """Sign in first."""

    status = 401
    exit_code = 3
    code = "not_authenticated"


class NotPermitted(WorkbenchError):
    """You may not do this."""

    status = 403
    exit_code = 3
    code = "not_permitted"


class NotFound(WorkbenchError):
    """There is no such thing here."""

    status = 404
    exit_code = 4
    code = "not_found"


class Conflict(WorkbenchError):
    """This clashes with what is already there."""

    status = 409
    exit_code = 5
    code = "conflict"


class AlreadyExists(Conflict):
    """There is one already."""

    code = "already_exists"


class StaleVersion(Conflict):
    """It was changed by someone else in the meantime."""

    status = 412
    code = "stale_version"


class TimedOut(WorkbenchError):
    """It took too long."""

    status = 504
    code = "timed_out"


class Unavailable(WorkbenchError):
    """A part that is needed does not answer."""

    status = 503
    exit_code = 69
    code = "unavailable"


class Throttled(Unavailable):
    """Too many requests."""

    status = 429
    code = "throttled"


def _by_status() -> dict[int, type[WorkbenchError]]:
    kinds: dict[int, type[WorkbenchError]] = {}
    waiting: list[type[WorkbenchError]] = [WorkbenchError]
    while waiting:
        kind = waiting.pop(0)
        kinds.setdefault(kind.status, kind)
        waiting.extend(k for k in kind.__subclasses__() if k.__module__ == __name__)
    return kinds
