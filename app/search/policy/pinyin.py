"""Han names as people type them on a Latin keyboard: whole, by syllable, by initials."""

from itertools import islice, product

from app.search.policy.tokens import RUN, is_cjk

MOST = 8  # readings of a name with several


def pinyin_of(name: str) -> tuple[str, ...]:
    """Return how the Han parts of a name are read: ``xiaoli``, ``xiao li``, ``xl`` for 小李.

    Signs with several readings bring each, up to :data:`MOST` whole readings.
    """
    from pypinyin import Style, pinyin

    found: dict[str, None] = {}
    for run in RUN.findall(name):
        if not is_cjk(run):
            continue
        readings = pinyin(run[:12], style=Style.NORMAL, heteronym=True, errors="ignore")
        for syllables in islice(product(*readings), MOST):
            plain = [syllable.replace("ü", "v") for syllable in syllables if syllable.isalpha()]
            if plain:
                spellings = ("".join(plain), " ".join(plain), "".join(s[0] for s in plain))
                found.update(dict.fromkeys(spellings))
    return tuple(found)
