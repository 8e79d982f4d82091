"""Tags in texts: ``#weekend``, ``#周末煲汤#``."""

import re

TAG = re.compile(r"[#＃]([^\s#＃.,;:!?，。；：！？、]{1,40})")
MAX_TAGS = 20


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags of a text, folded, once, at most twenty."""
    return tuple(dict.fromkeys(tag.casefold() for tag in TAG.findall(text)))[:MAX_TAGS]
