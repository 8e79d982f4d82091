"""Groups of the team that a text calls: ``@moderators``, ``@版主``.

Only who may call them is heard; in anybody else's text the name is the text it is.
"""

import re
from collections.abc import Collection, Sequence

from app.community.service import telling
from app.identity import queries as identity
from app.kernel import audit, limits
from app.kernel.errors import TooManyError
from app.kernel.limits import Limit
from app.kernel.permissions import Permission, permissions_of
from app.kernel.types import Ref
from app.notify.types import crowd_names

A_DAY = Limit("community.crowds", 10, 86_400)
_SPOT = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|(?<![0-9A-Za-z_])[@＠](?P<name>[^\s@＠`]{1,24})", re.DOTALL
)
_LATIN = re.compile(r"[0-9a-z_]")


def called(author_id: int, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the groups that texts call, in their order; none if the author may call nobody.

    One statement where such a name stands in them, none otherwise.
    """
    names = crowd_names()
    meant = [
        names[name]
        for text in texts
        for match in _SPOT.finditer(text)
        if match["name"] and (name := _longest(match["name"].casefold(), names))
    ]
    if not meant:
        return ()
    allowed = permissions_of(identity.get_member(author_id).roles)
    return tuple(dict.fromkeys(meant)) if Permission.CROWDS_CALL in allowed else ()


def _longest(word: str, names: Collection[str]) -> str | None:
    """Return the longest name with which a word begins and which cuts no Latin word in two."""
    fitting = [
        name
        for name in names
        if word.startswith(name)
        and not (_LATIN.match(name[-1]) and _LATIN.match(word[len(name) : len(name) + 1]))
    ]
    return max(fitting, key=len, default=None)


def call(author_id: int, names: Sequence[str], post: Ref, thread_id: int) -> None:
    """Tell everybody of these groups of a text, once each; ten calls an author and day are heard.

    Written down in the audit. No statement where nobody is called.
    """
    if not names:
        return
    try:
        limits.hit(A_DAY, str(author_id))
    except TooManyError:
        audit.note(author_id, "crowds.unheard", post, crowds=list(names))
        return
    told = telling.tell_crowds(author_id, names, post, thread_id)
    if told:
        audit.note(author_id, "crowds.called", post, crowds=list(names), told=told)
