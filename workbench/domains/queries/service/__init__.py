"""What may happen to queries."""
