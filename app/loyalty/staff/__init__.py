"""Loyalty's pages for staff."""
