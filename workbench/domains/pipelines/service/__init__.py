"""What may happen to pipelines, and what runs ask of them."""

from .catalog import notebook_of, version_of
from .coercion import coerce
from .holdings import rights_for
from .notebooks import parse_notebook
from .parameters import parameters_of
from .resolving import resolve
from .rights import RunRights, run_rights

__all__ = [
    "RunRights",
    "coerce",
    "notebook_of",
    "parameters_of",
    "parse_notebook",
    "resolve",
    "rights_for",
    "run_rights",
    "version_of",
]
