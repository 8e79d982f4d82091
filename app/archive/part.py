"""The question of reuse in the composer, and the way to it from one's own post.

A new post may carry the answer: nothing said (the default: no), no, or yes with scopes, term and
credit, under the terms that stand there in full. Later answers are given on a page of their own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import render_template, url_for
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from app.archive import queries, service
from app.archive.types import (
    GRANT,
    MAX_CREDIT,
    REFUSE,
    SCOPE_LABELS,
    TERM_LABELS,
    Grant,
    NoScopeError,
    Scope,
    Term,
    TermsChangedError,
)
from app.kernel import slots
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.parts import OnPage, Opening, Owned, Standing
from app.kernel.text import clean
from app.kernel.web import viewer


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer says about reuse.

    Attributes:
        answer: ``grant``, ``refuse`` or empty: nothing said.
        terms_version: the terms that were shown; -1: none.
    """

    answer: str = ""
    scopes: tuple[Scope, ...] = ()
    term: Term = Term.YEAR
    credit: str = ""
    terms_version: int = -1
    is_new: bool = True
    errors: tuple[str, ...] = ()

    def grant(self) -> Grant:
        """Return the answer as the service takes it."""
        return Grant(self.answer == GRANT, self.scopes, self.term, self.credit, self.terms_version)


class ReusePart:
    """The part *reuse* of a post, see :class:`app.kernel.parts.Part`."""

    def open(self, opening: Opening) -> Draft:
        """Return an empty draft."""
        return Draft(is_new=opening.thread_id is None)

    def read(self, opening: Opening, form: MultiDict[str, str]) -> Draft:
        """Return what came with a form; one statement where somebody says yes."""
        chosen = form.get("reuse_answer", "")
        text, term = form.get("reuse_terms", ""), form.get("reuse_term", "")
        is_number = text.isascii() and text.isdecimal() and len(text) < 9  # noqa: PLR2004 - fits 32 bits
        picked = form.getlist("reuse_scope")
        answer = chosen if chosen in {GRANT, REFUSE} and opening.thread_id is None else ""
        scopes = tuple(each for each in Scope if each.value in picked)
        version = int(text) if is_number else -1
        return Draft(
            answer, scopes,
            Term(term) if term in {each.value for each in Term} else Term.YEAR,
            (clean(form.get("reuse_credit")) or "")[:MAX_CREDIT], version,
            opening.thread_id is None, _errors(answer, scopes, version),
        )  # fmt: skip

    def fields(self, draft: Draft) -> Markup:
        """Return the question with the whole terms; none where a post is changed."""
        if not draft.is_new:
            return Markup()
        return Markup(  # noqa: S704 - a template's own output
            render_template(
                "archive/_composer.html",
                draft=draft,
                terms=queries.current_terms(),
                locale=locale_tag(),
                scopes=SCOPE_LABELS,
                lengths=TERM_LABELS,
                name=(someone.name if (someone := viewer()) else ""),
            )
        )

    def save(self, post: Owned, draft: Draft) -> None:
        """Keep the answer that came with a new post."""
        if post.is_new and draft.answer:
            service.answer_of_new(post.author_id, post.thread_id, draft.grant())

    def show(self, thread_id: int, *, is_visible: bool) -> None:
        """Do nothing: pages of the archive show what is visible."""

    def on_page(self, post: Standing) -> OnPage:  # noqa: ARG002 - the protocol's signature
        """Return nothing: rights are the author's and the team's matter."""
        return OnPage()

    def on_cards(self, thread_ids: Collection[int]) -> Mapping[int, Markup]:  # noqa: ARG002 - as above
        """Return nothing."""
        return {}

    def for_author(self, thread_id: int) -> Markup:  # noqa: ARG002 - the protocol's signature
        """Return nothing: the way to the page stands in the post's menu."""
        return Markup()


def _errors(answer: str, scopes: tuple[Scope, ...], version: int) -> tuple[str, ...]:
    if answer != GRANT:
        return ()
    if not scopes:
        return (str(NoScopeError.default_message),)
    if viewer() is not None and version != queries.terms_version():
        return (str(TermsChangedError.default_message),)
    return ()


@slots.fills("thread_author")
def way_to_rights(thread_ids: Collection[int]) -> dict[int, Markup]:
    """Put the way to the answer into the menu of one's own post. No statement."""
    env_icon = Markup(
        '<svg class="i" aria-hidden="true" focusable="false"><use href="{}#shield-check"/></svg>'
    )
    from flask import current_app

    sprite = current_app.jinja_env.globals.get("sprite", "")
    return {
        each: Markup('<a class="menu-item" href="{}">{}<span class="grow">{}</span></a>').format(
            url_for("archive.by_id", thread_id=each),
            env_icon.format(sprite),
            escape(_("May the brand use this?")),
        )
        for each in thread_ids
    }
