"""How points are earned: the rules that hold, in plain words, for everybody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import NotFoundError
from app.loyalty import rules_shown, rules_words
from app.loyalty.queries import books
from app.loyalty.types import RuleBook

bp = Blueprint("loyalty_rules_read", __name__, url_prefix="/rules/points")

VERSIONS = 30
SHOWN = {"running", "planned"}


@bp.get("")
@web.public
@web.cached_for_guests(60)
def points() -> ResponseReturnValue:
    """Show the rules that hold."""
    return _page(books.current(), is_running=True)


@bp.get("/<int:version>")
@web.public
@web.cached_for_guests(60)
def former(version: int) -> ResponseReturnValue:
    """Show a version that held, or holds.

    Raises:
        NotFoundError: there is no such version.
    """
    try:
        book = books.get(version if version < 2**31 else 0)
    except LookupError:
        raise NotFoundError from None
    return _page(book, is_running=books.current().version == version)


def _page(book: RuleBook, *, is_running: bool) -> str:
    versions = books.versions(VERSIONS)
    campaigns = rules_shown.campaigns(book, {}, for_staff=False)
    return render_template(
        "loyalty/rules_points.html",
        book=book,
        is_running=is_running,
        groups=rules_shown.groups(book, for_staff=False),
        orders=list(rules_words.order_sentences(book)),
        campaigns=[each for each in campaigns if not is_running or each.state in SHOWN],
        versions=versions,
        told=next((each for each in versions if each.version == book.version), None),
    )
