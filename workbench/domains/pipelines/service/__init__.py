"""What may happen to pipelines, and what runs ask of them."""

from .catalog import notebook_of, require_active, version_of
from .coercion import coerce
from .holdings import rights_for
from .notebooks import from_packed, pack, parse_notebook, require_kernel
from .parameters import parameters_of
from .resolving import resolve
from .rights import RunRights, run_rights

__all__ = [
    "RunRights",
    "coerce",
    "from_packed",
    "notebook_of",
    "pack",
    "parameters_of",
    "parse_notebook",
    "require_active",
    "require_kernel",
    "resolve",
    "rights_for",
    "run_rights",
    "version_of",
]
