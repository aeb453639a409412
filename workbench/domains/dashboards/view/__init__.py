"""The pages of dashboards; they enter by `call`, like everyone else."""

from .page import home

__all__ = ["home"]
