"""Loyalty's pages for members."""
