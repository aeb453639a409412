"""What whoever looks after an installation sees and does."""

from .chores import CHORES, tidy
from .installation import maintenance, round_of, settings

__all__ = ["CHORES", "maintenance", "round_of", "settings", "tidy"]
