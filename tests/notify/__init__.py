"""Notices: told once, read, written about, forgotten."""
