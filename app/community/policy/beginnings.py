"""Whether a text was begun with one of the composer's templates. Pure but for the words' language.

Nothing has to be carried along from the button to the post: a draft, another device or a post that
waits for its hour are told by what they say. The fixed words of a template stand in their order,
and what was put between them is more than nothing.
"""

import re
from functools import lru_cache

from app.community.types.kinds import KINDS, ThreadKind
from app.kernel import i18n

FILLED = 12  # letters that a member must have added
_GAP = re.compile(r"…+|\n+")
_PLAIN = re.compile(r"[\s*_#>\-.…:：,，。、!?！？0-9]+")


def begun_with(kind: ThreadKind, text: str) -> str:
    """Return the key of the template of a kind that a text fills in; empty for none."""
    said = _bare(text)
    for key, pieces in _templates(kind):
        if _stands(pieces, said) and len(said) - sum(map(len, pieces)) >= FILLED:
            return key
    return ""


def _stands(pieces: tuple[str, ...], said: str) -> bool:
    at = 0
    for piece in pieces:
        found = said.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _bare(text: str) -> str:
    return _PLAIN.sub("", text).casefold()


@lru_cache(maxsize=len(ThreadKind))
def _templates(kind: ThreadKind) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the templates of a kind with their fixed words, in every language."""
    found = []
    for code in i18n.LOCALES:
        with i18n.in_locale(code):
            for template in KINDS[kind].templates:
                pieces = (_bare(piece) for piece in _GAP.split(str(template.body)))
                found.append((template.key, tuple(piece for piece in pieces if piece)))
    return tuple(found)
