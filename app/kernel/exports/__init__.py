"""Exports: long lists written to a file in the background, safe to open in a spreadsheet."""
