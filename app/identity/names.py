"""Display names: any script, but no tricks with look-alike letters, hidden or stacked signs."""

import unicodedata
from functools import cache
from pathlib import Path

from app.identity.types import FieldError
from app.kernel.i18n import lazy_gettext as _l

MAX_LENGTH = 24
MAX_STACKED = 2  # combining marks on one letter; more is scribble
JOINER = "\u200d"  # holds family emoji together
RESERVED_FILE = Path(__file__).with_name("reserved_names.txt")

# Letters of one name come from one of these sets (Unicode TS 39, "highly restrictive").
EAST_ASIAN = ({"HAN", "HIRAGANA", "KATAKANA"}, {"HAN", "BOPOMOFO"}, {"HAN", "HANGUL"})


def clean_name(text: str, *, trusted: bool = False) -> str:
    """Return a display name in its one written form (NFC, single spaces).

    Args:
        text: what was typed.
        trusted: staff may give names that sound like staff.

    Raises:
        FieldError: on field ``name``: empty, too long, hidden signs, look-alikes, or a name that
            pretends to speak for the house.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise FieldError("name", _l("Tell the table what to call you."))
    if len(name) > MAX_LENGTH:
        raise FieldError("name", _l("At most %(num)s characters, please.", num=MAX_LENGTH))
    if _has_hidden_signs(name) or _is_scribble(name):
        raise FieldError("name", _l("This name has signs that can't be shown. Leave them out."))
    if not any(unicodedata.category(c)[0] in "LNS" for c in name):
        raise FieldError("name", _l("A name needs at least one letter."))
    if _mixes_scripts(name):
        raise FieldError(
            "name", _l("This name mixes letters that look alike. Use one alphabet for it.")
        )
    if not trusted and _sounds_official(name):
        raise FieldError("name", _l("This name belongs to the house. Choose another one."))
    return name


def _has_hidden_signs(name: str) -> bool:
    """Control, format (direction, zero width), private and unassigned signs."""
    return any(
        unicodedata.category(sign).startswith("C") and not (sign == JOINER and _joins(name, at))
        for at, sign in enumerate(name)
    )


def _joins(name: str, at: int) -> bool:
    """Return whether a joiner stands between two emoji (a variation sign may come before)."""
    before, after = name[:at].rstrip("\ufe0f"), name[at + 1 :]
    return bool(before and after) and all(
        unicodedata.category(c) in {"So", "Sk"} for c in (before[-1], after[0])
    )


def _is_scribble(name: str) -> bool:
    stacked = 0
    for sign in name:
        stacked = stacked + 1 if unicodedata.category(sign).startswith("M") else 0
        if stacked > MAX_STACKED:
            return True
    return False


def _mixes_scripts(name: str) -> bool:
    scripts = {_script(c) for c in name if c.isalpha()} - {""}
    rest = scripts - {"LATIN"}
    if len(rest) <= 1:
        return "LATIN" in scripts and bool(rest & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
    return not any(rest <= together for together in EAST_ASIAN)


def _script(letter: str) -> str:
    """Return a letter's script: the first word of its Unicode name."""
    first = unicodedata.name(letter, "").replace("-", " ").partition(" ")[0]
    if first in {"CJK", "IDEOGRAPHIC"}:
        return "HAN"
    return {"HALFWIDTH": "KATAKANA", "FULLWIDTH": "LATIN", "MODIFIER": ""}.get(first, first)


def _sounds_official(name: str) -> bool:
    plain = skeleton(name)
    return any(
        word in plain if word and not word.isascii() else word == plain for word in _reserved()
    )


def skeleton(name: str) -> str:
    """Return a name as the eye reads it: no case, width, spaces, signs; 0 is o, 1 and l are i."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in folded if c.isalnum())
    return letters.translate(str.maketrans("013457l", "oieasti"))


@cache
def _reserved() -> frozenset[str]:
    lines = RESERVED_FILE.read_text(encoding="utf-8").split()
    return frozenset(skeleton(line) for line in lines)
