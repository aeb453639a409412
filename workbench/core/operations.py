"""One definition per operation; every face is derived from it.

An operation is a plain function ``(ctx, request) -> reply`` whose models are read from its type hints. REST, OpenAPI,
the Python client, the CLI, the permission matrix and the audit trail are projections of the `Registry`.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from .permissions import PERMISSIONS, Permission

Effect = Literal["read", "write", "external", "raw"]
Reply = TypeVar("Reply")
NOTEBOOK_TYPE = "application/x-ipynb+json"
METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class External(Generic[Reply]):
    """What an external operation does after it loaded: `work` without a session, then `store` within a unit of work."""

    work: Callable[[], Any]
    store: Callable[..., Reply] = lambda _, result: result


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes to send: a file, or chunks as they come."""

    content: Path | bytes | Iterable[bytes]
    media_type: str
    filename: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """Something that may be asked for."""

    name: str
    method: str
    path: str
    permission: Permission
    request: type[BaseModel]
    reply: Any
    run: Callable[..., Any]
    effect: Effect
    scope: Literal["workspace", "installation"] = "workspace"
    target: tuple[type[Any], str] | None = None
    status: int = 200
    audited: bool = False
    idempotent: bool = False
    versioned: bool = False
    takes: Literal["json", "arrow"] = "json"
    gives: Literal["json", "arrow", "file"] = "json"
    media_types: tuple[str, ...] = ()  # of the files that it gives
    asks: bool = False  # whether it changes nothing, although it is raw and no GET
    positional: tuple[str, ...] = ()

    @property
    def path_fields(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def full_path(self) -> str:
        """The route below the API's prefix."""
        return self.path if self.scope == "installation" else "/w/{workspace}" + self.path

    @property
    def has_json_body(self) -> bool:
        return self.method in METHODS_WITH_BODY and self.takes == "json"

    @property
    def changes(self) -> bool:
        """Whether carrying it out may change anything but the audit trail."""
        return self.effect in ("write", "external") or (self.effect == "raw" and self.method != "GET" and not self.asks)

    @property
    def domain(self) -> str:
        return self.name.partition(".")[0]

    @property
    def help(self) -> str:
        return (self.run.__doc__ or "").strip()


@dataclass
class Registry:
    """The catalogue of operations, in the order in which they were declared."""

    operations: dict[str, Operation] = field(default_factory=dict)

    def operation(
        self, name: str, route: str, permission: str, *, effect: Effect, audited: bool | None = None, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare ``(ctx, request: Model) -> Reply`` as operation `name`, served at `route`, behind `permission`.

        Raises:
            ValueError: the declaration would surprise a caller at run time.
        """
        if permission not in PERMISSIONS:
            raise ValueError(f"{name}: nobody knows the permission {permission!r}")
        method, path = route.split()

        def declare(run: Callable[..., Any]) -> Callable[..., Any]:
            hints = get_type_hints(run)
            recorded = audited if audited is not None else effect != "read"
            op = Operation(
                name, method, path, PERMISSIONS[permission], hints["request"], _reply(hints["return"]), run,
                effect, audited=recorded, **options,
            )  # fmt: skip
            self._check(op)
            self.operations[name] = op
            return run

        return declare

    def _check(self, op: Operation) -> None:
        if op.name in self.operations:
            raise ValueError(f"operation {op.name!r} is declared twice")
        shape = re.sub(r"{\w+}", "{}", op.full_path)
        if any((o.method, re.sub(r"{\w+}", "{}", o.full_path)) == (op.method, shape) for o in self):
            raise ValueError(f"{op.method} {op.path} is declared twice")
        if unknown := {*op.path_fields, *op.positional} - set(op.request.model_fields):
            raise ValueError(f"{op.name}: fields {sorted(unknown)} are not in {op.request.__name__}")
        if op.target and op.target[1] not in op.request.model_fields:
            raise ValueError(f"{op.name}: the target's field {op.target[1]!r} is not in {op.request.__name__}")
        if not op.help:
            raise ValueError(f"operation {op.name!r} has no docstring")
        if op.effect != "raw" and (op.takes, op.gives) != ("json", "json"):
            raise ValueError(f"{op.name}: only raw operations carry bytes")
        if (op.gives == "file") != bool(op.media_types):
            raise ValueError(f"{op.name}: whoever gives files says of which types, and nobody else")

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations.values())

    def __getitem__(self, name: str) -> Operation:
        """The operation of a name, of which only the package that declares it is imported.

        A package may declare an operation about what one below it holds (`pipelines.propose` looks at runs).
        """
        if name not in self.operations:
            self.discover(only=name.partition(".")[0])
        if name not in self.operations:
            self.discover()
        return self.operations[name]

    def discover(self, package: str = "workbench.domains", only: str | None = None) -> Registry:
        """Import the operations of every domain, or of one package alone where it is named like what is wanted.

        Some packages declare operations of several names (`access` has `tokens.create`); then all are imported.
        """
        root = importlib.import_module(package)
        names = [module.name for module in pkgutil.iter_modules(root.__path__)]
        for name in [only] if only in names else names:
            if importlib.util.find_spec(f"{package}.{name}.operations"):
                importlib.import_module(f"{package}.{name}.operations")
        return self


def _reply(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is External else annotation


registry = Registry()
operation = registry.operation
