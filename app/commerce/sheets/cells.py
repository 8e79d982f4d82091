"""Cells that no spreadsheet takes for a formula, and what they were before."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
QUOTE = "'"


def safe(text: str) -> str:
    """Return a text as it may stand in a cell: what could begin a formula gets a quote before it.

    A text that begins with a quote itself gets one too, so that :func:`unsafe` finds the way back.
    """
    return QUOTE + text if text.startswith((*DANGEROUS, QUOTE)) else text


def unsafe(cell: str) -> str:
    """Return the text that :func:`safe` wrote; a quote that it would not have written stays."""
    if cell.startswith(QUOTE) and cell[1:].startswith((*DANGEROUS, QUOTE)):
        return cell[1:]
    return cell
