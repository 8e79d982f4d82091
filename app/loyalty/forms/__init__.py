"""Shapes of loyalty's forms."""
