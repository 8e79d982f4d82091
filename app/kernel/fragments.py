"""Pieces of pages that are the same for everybody: printed once, kept by what they show.

``{{ shared('ui/content.html', 'note_card', card) }}`` prints the macro with these arguments, or
takes what was printed from equal arguments before: in this language, by this process. What goes in
is all that counts, so there is nothing to invalidate: a card with one more like is another card.

A macro may print a CSRF token. While a shared piece is printed, the token is a mark, and each
visitor's own token takes its place when the piece goes out.
"""

from collections.abc import Hashable
from contextvars import ContextVar
from functools import lru_cache

from flask import Flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.kernel.i18n import locale_code

KEPT = 6_000  # pieces of one to three KB, in each process
TOKEN = "\x1fcsrf\x1f"  # noqa: S105 - a mark that no text contains: control characters are refused

_is_shared: ContextVar[bool] = ContextVar("prints_shared_fragment", default=False)


def init_app(app: Flask) -> None:
    """Install ``shared`` and a ``csrf_token`` that never gets into a shared piece."""
    env = app.jinja_env

    @lru_cache(maxsize=KEPT)
    def printed(
        _locale: str, _sprite: str, template: str, macro: str, arguments: tuple[Hashable, ...]
    ) -> str:
        token = _is_shared.set(True)
        try:
            return str(getattr(env.get_template(template).module, macro)(*arguments))
        finally:
            _is_shared.reset(token)

    def shared(template: str, macro: str, *arguments: Hashable) -> Markup:
        text = printed(locale_code(), str(env.globals.get("sprite")), template, macro, arguments)
        if TOKEN in text and not _is_shared.get():
            text = text.replace(TOKEN, generate_csrf())
        return Markup(text)  # noqa: S704 - a macro's own output; the token is of URL letters

    env.globals["shared"] = shared
    env.globals["csrf_token"] = csrf_token


def csrf_token() -> str:
    """Return the visitor's CSRF token; a mark for it while a shared piece is printed."""
    return TOKEN if _is_shared.get() else generate_csrf()
