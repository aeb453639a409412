"""What the home page shows: the summary of a workspace, and a measure over time."""
