"""What may happen to mappings: made, saved, suggested, tried, applied."""
