"""Letters that nobody asked for: the address never leaves this domain."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

from app.identity import queries
from app.identity.types import Letter
from app.kernel import mail
from app.kernel.db import use_case

K = TypeVar("K", bound=Hashable)


@use_case
def write_unasked(template: str, letters: Mapping[K, Letter], page: str | None = None) -> set[K]:
    """Write letters to members who may be written to, in the current transaction.

    Who wants no letters, has proved no e-mail address or can't sign in gets none.

    Args:
        template: name under ``templates/emails``; it is given ``name`` and each letter's context.
        letters: by any name.
        page: the template of their HTML form, given the same.

    Returns:
        The names of those that were written.
    """
    if not letters:
        return set()
    reach = queries.reach_unasked({letter.member_id for letter in letters.values()})
    written = {key: each for key, each in letters.items() if each.member_id in reach}
    for letter in written.values():
        to = reach[letter.member_id]
        context: dict[str, Any] = dict(letter.context)
        mail.write(
            to.contact, template, locale=to.locale, unsubscribe_path=letter.unsubscribe,
            page=page, name=to.name, **context,
        )  # fmt: skip
    return set(written)
