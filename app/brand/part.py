"""The column of a post: a choice in the composer of who writes one, a mark on the post's page.

Who holds a role of the team and has shown no face reads a hint in the composer: nobody speaks for
the brand without face and name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.brand import queries, service
from app.brand.types import ColumnView
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.parts import OnPage, Opening, Owned, Standing
from app.kernel.permissions import STAFF_ROLES
from app.kernel.web import viewer

FIELD = "brand_column"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer knows of columns.

    Attributes:
        columns: those that the author writes.
        slug: the one chosen, or empty.
        needs_face: he writes for the brand and has shown no face.
    """

    columns: tuple[ColumnView, ...] = ()
    slug: str = ""
    needs_face: bool = False
    errors: tuple[str, ...] = ()


class ColumnPart:
    """The part *column* of a post, see :class:`app.kernel.parts.Part`."""

    def open(self, opening: Opening) -> Draft:
        """Return what the author may choose; ``?column=<slug>`` chooses."""
        return _draft(opening, opening.asked.get("column", ""))

    def read(self, opening: Opening, form: MultiDict[str, str]) -> Draft:
        """Return what came with a form. No statement for who chose nothing and is no staff."""
        return _draft(opening, form.get(FIELD, ""))

    def fields(self, draft: Draft) -> Markup:
        """Return the choice, or the hint; nothing for everybody else."""
        if not draft.columns and not draft.needs_face:
            return Markup()
        return Markup(  # noqa: S704 - a template's own output
            render_template(
                "brand/_column_field.html", draft=draft, name=FIELD, locale=locale_tag()
            )
        )

    def save(self, post: Owned, draft: Draft) -> None:
        """Make a new post the next issue of its column."""
        chosen = next((each for each in draft.columns if each.slug == draft.slug), None)
        if chosen is not None and post.is_new:
            service.join_column(post.author_id, chosen.id, post.thread_id)

    def show(self, thread_id: int, *, is_visible: bool) -> None:
        """Do nothing: an issue keeps its number, and lists show what is visible."""

    def on_page(self, post: Standing) -> OnPage:
        """Return the column that a post is an issue of; asked of posts by the team only."""
        found = queries.find_column_of(post.thread_id) if post.is_official else None
        if found is None:
            return OnPage()
        column, number = found
        page = render_template(
            "brand/_issue_mark.html", column=column, number=number, locale=locale_tag()
        )
        return OnPage(below=Markup(page))  # noqa: S704 - a template's own output

    def on_cards(self, thread_ids: Collection[int]) -> Mapping[int, Markup]:  # noqa: ARG002 - the protocol's signature
        """Return nothing."""
        return {}

    def for_author(self, thread_id: int) -> Markup:  # noqa: ARG002 - the protocol's signature
        """Return nothing."""
        return Markup()


def _draft(opening: Opening, slug: str) -> Draft:
    """Return the draft of a new post by one of the team. One or two statements, else none."""
    someone = viewer()
    is_staff = someone is None or bool(someone.roles & STAFF_ROLES)
    if opening.thread_id is not None or not is_staff or (someone is None and not slug):
        return Draft()
    columns = tuple(queries.writable_columns(opening.author_id))
    needs_face = not columns and not queries.has_face(opening.author_id)
    known = {each.slug for each in columns}
    wrong = (_("You don't write this column. Choose another one."),) if slug not in known else ()
    return Draft(columns, slug[:40], needs_face, wrong if slug else ())
