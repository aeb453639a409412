"""What may happen to pipelines, and what runs ask of them."""

from .catalog import notebook_of, require_active, version_for
from .coercion import coerce
from .globs import narrowed
from .holdings import (
    caller_of,
    current_rights,
    declared_tables,
    lent_tables,
    rights_for,
    rights_of_caller,
)
from .notebooks import from_packed, pack, parse_notebook, require_kernel, unpack
from .parameters import parameters_of
from .resolving import resolve
from .rights import RunRights, lacking, run_rights

__all__ = [
    "RunRights",
    "caller_of",
    "coerce",
    "current_rights",
    "declared_tables",
    "from_packed",
    "lacking",
    "lent_tables",
    "narrowed",
    "notebook_of",
    "pack",
    "parameters_of",
    "parse_notebook",
    "require_active",
    "require_kernel",
    "resolve",
    "rights_for",
    "rights_of_caller",
    "run_rights",
    "unpack",
    "version_for",
]
