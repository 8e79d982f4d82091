"""Forms of loyalty."""
