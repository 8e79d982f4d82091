"""Messages between members."""
