"""Pages of loyalty for staff."""
