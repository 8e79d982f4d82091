"""Shapes of what is sent to loyalty."""
