"""What whoever looks after an installation sees and does."""

from .chores import CHORES, tidy
from .installation import maintenance, round_of, settings
from .performance import performance

__all__ = ["CHORES", "maintenance", "performance", "round_of", "settings", "tidy"]
