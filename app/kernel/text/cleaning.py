"""What people type, in one written form: NFC, nothing hidden in it."""

import unicodedata

JOINER = "\u200d"  # holds emoji such as a cook together
KEPT_IN_TEXT = frozenset({"\n", "\t", JOINER})


def clean(value: str | None) -> str | None:
    """Filter: NFC, no control characters, no spaces around. For one-line fields."""
    if value is None:
        return None
    text = unicodedata.normalize("NFC", value)
    text = "".join(c for c in text if c == JOINER or not unicodedata.category(c).startswith("C"))
    return text.strip()


def clean_text(value: str | None) -> str | None:
    r"""Filter: as :func:`clean`, but line breaks stay (as ``\\n``). For text areas."""
    if value is None:
        return None
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c in KEPT_IN_TEXT or not unicodedata.category(c).startswith("C"))
    return "".join(kept).strip()
