"""Loyalty in the staff console."""
