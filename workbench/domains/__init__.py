"""What the workbench is about: one folder each, alike inside."""
