"""Pages of loyalty for members."""
